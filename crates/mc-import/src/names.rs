//! Commands by name: which are harmless, and what is short for what.

/// Short names.
pub(crate) const ALIASES: &str = " irm:invoke-restmethod iwr:invoke-webrequest curl:invoke-webrequest wget:invoke-webrequest saps:start-process start:start-process \
    sleep:start-sleep ii:invoke-item select:select-object where:where-object ?:where-object %:foreach-object foreach:foreach-object sort:sort-object \
    measure:measure-object echo:write-output write:write-output cls:clear-host clear:clear-host gc:get-content cat:get-content type:get-content gp:get-itemproperty \
    gi:get-item gci:get-childitem dir:get-childitem ls:get-childitem gps:get-process ps:get-process gwmi:get-wmiobject gcim:get-ciminstance gl:get-location pwd:get-location \
    gsv:get-service gv:get-variable gcm:get-command gm:get-member cd:set-location chdir:set-location sl:set-location pushd:push-location popd:pop-location sv:set-variable set:set-variable nv:new-variable \
    rv:remove-variable clv:clear-variable si:set-item sal:set-alias nal:new-alias iex:invoke-expression icm:invoke-command sajb:start-job spps:stop-process kill:stop-process \
    tee:tee-object ft:format-table fl:format-list ipmo:import-module oh:out-host group:group-object rvpa:resolve-path ";

/// What shows, computes or looks something up.
pub(crate) const HARMLESS: &str = " write-host write-output write-warning write-error write-verbose write-debug write-information write-progress out-null out-host out-default \
    out-string format-table format-list format-wide clear-host set-strictmode new-object new-timespan new-guid sort-object group-object measure-object where-object \
    foreach-object select-object select-string compare-object convertto-json convertfrom-json convertto-csv convertto-html convertto-xml convertfrom-csv convertto-securestring \
    convertfrom-securestring convert-path join-path split-path resolve-path test-path test-connection test-netconnection resolve-dnsname add-type \
    update-typedata wait-job receive-job remove-job remove-variable clear-variable pop-location enter-pshostprocess import-localizeddata import-clixml import-csv \
    whoami whoami.exe hostname hostname.exe qwinsta qwinsta.exe quser quser.exe query query.exe ipconfig ipconfig.exe nslookup nslookup.exe ping ping.exe systeminfo \
    systeminfo.exe tasklist tasklist.exe chcp chcp.com getmac getmac.exe ";

/// Of these, what cannot fail in a way that matters.
pub(crate) const SAFE: &str = " write-host write-output write-warning write-error write-verbose write-debug write-information write-progress out-null out-host out-default \
    out-string convertto-json join-path split-path start-sleep set-strictmode new-object clear-host test-path ";

/// Parameters that every command has, with a value.
pub(crate) const COMMON: &str = "erroraction ea errorvariable ev warningaction wa warningvariable wv outvariable ov outbuffer informationaction informationvariable iv pipelinevariable pv progressaction";
