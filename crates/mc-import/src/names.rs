//! Commands by name: what is short for what, which are harmless, and what to say about them.

/// Short names.
pub(crate) const ALIASES: &str = "irm:invoke-restmethod iwr:invoke-webrequest curl:invoke-webrequest wget:invoke-webrequest \
    saps:start-process start:start-process sleep:start-sleep ii:invoke-item select:select-object where:where-object \
    ?:where-object %:foreach-object foreach:foreach-object sort:sort-object measure:measure-object echo:write-output \
    write:write-output cls:clear-host clear:clear-host gc:get-content cat:get-content type:get-content \
    gp:get-itemproperty gi:get-item gci:get-childitem dir:get-childitem ls:get-childitem gps:get-process ps:get-process \
    gwmi:get-wmiobject gcim:get-ciminstance gl:get-location pwd:get-location gsv:get-service gv:get-variable \
    gcm:get-command gm:get-member cd:set-location chdir:set-location sl:set-location pushd:push-location \
    popd:pop-location sv:set-variable set:set-variable nv:new-variable rv:remove-variable clv:clear-variable si:set-item \
    sal:set-alias nal:new-alias iex:invoke-expression icm:invoke-command sajb:start-job spps:stop-process \
    kill:stop-process tee:tee-object ft:format-table fl:format-list ipmo:import-module oh:out-host group:group-object \
    rvpa:resolve-path ni:new-item ri:remove-item rm:remove-item del:remove-item cli:clear-item";

/// What shows, computes or looks something up, and gives nothing back that the script holds.
pub(crate) const HARMLESS: &str = "out-string format-table format-list format-wide set-strictmode new-object \
    new-timespan new-guid measure-object select-string compare-object convertfrom-json convertto-csv convertto-html \
    convertto-xml convertfrom-csv convertfrom-securestring convert-path resolve-path test-path \
    test-connection test-netconnection resolve-dnsname add-type update-typedata wait-job receive-job remove-job \
    pop-location import-clixml import-csv whoami whoami.exe hostname hostname.exe qwinsta qwinsta.exe quser quser.exe \
    query query.exe ipconfig ipconfig.exe nslookup nslookup.exe ping ping.exe systeminfo systeminfo.exe tasklist \
    tasklist.exe chcp chcp.com getmac getmac.exe write-host write-warning write-error write-verbose write-debug \
    write-information write-progress out-null out-host out-default clear-host";

/// What gives back what it gets, or what the script holds.
pub(crate) const PASSING: &str = "write-output where-object select-object foreach-object sort-object group-object \
    get-variable get-item get-childitem tee-object";

/// What sets variables.
pub(crate) const SETTING: &str =
    "set-variable new-variable clear-variable remove-variable import-localizeddata";

/// What makes calls that are not read.
pub(crate) const CALLING: &str = "curl.exe wget.exe bitsadmin bitsadmin.exe start-bitstransfer invoke-webserviceproxy \
    new-webserviceproxy";

/// What does nothing but wait.
pub(crate) const WAITING: &str = "start-sleep timeout timeout.exe";

/// What runs other scripts.
pub(crate) const SHELLS: &str = "powershell powershell.exe pwsh pwsh.exe cmd cmd.exe wscript wscript.exe cscript cscript.exe mshta mshta.exe";

/// Parameters that every command has, with a value.
pub(crate) const COMMON: &str =
    "erroraction ea warningaction wa outbuffer informationaction progressaction";

/// Parameters that name a variable, which the command sets.
pub(crate) const VARIABLES: &str = "variable outvariable ov errorvariable ev warningvariable wv informationvariable iv \
    pipelinevariable pv sessionvariable sv responseheadersvariable rhv statuscodevariable";

/// What mc-start does by itself, or does without.
pub(crate) const NEEDLESS: [(&str, &str); 4] = [
    (
        "unblock-file",
        "Unblock-File: mc-start unblocks the client by itself",
    ),
    (
        "start-transcript stop-transcript",
        "mc-start keeps a log of its own",
    ),
    (
        "set-location push-location",
        "the client is started in its own folder",
    ),
    ("set-executionpolicy", "mc-start needs no execution policy"),
];

/// A few words in their order; sorting of the standard library is made for many, and large.
pub(crate) fn in_order(words: &mut [String]) {
    for end in 1..words.len() {
        for at in (1..=end).rev() {
            if words[at - 1] > words[at] {
                words.swap(at - 1, at);
            }
        }
    }
}

/// Whether a list has the word.
pub(crate) fn has(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|listed| listed == word)
}
