//! The settings of both programs, as an administrator would write them.

use crate::jtel::Jtel;
use std::path::Path;

/// What a call starts.
pub(crate) struct OnCall<'a> {
    pub(crate) program: &'a Path,
    /// Its first parameter.
    pub(crate) first: &'a str,
    /// Its second one.
    pub(crate) file: &'a Path,
    /// What is told how the call went on.
    pub(crate) crm: &'a str,
}

pub(crate) fn mc_start(jtel: &Jtel) -> String {
    let Jtel {
        base_url, ca_file, ..
    } = jtel;
    format!(
        "url = '{base_url}/routingApplications/run/1234'
token_file = 'token'
ca_file = '{ca_file}'
client = 'miniclient{suffix}'
proxy = 'none'
",
        suffix = std::env::consts::EXE_SUFFIX
    )
}

/// `more` are further sections.
pub(crate) fn miniclient(jtel: &Jtel, token: &Path, call: &OnCall<'_>, more: &str) -> String {
    let Jtel {
        base_url, ca_file, ..
    } = jtel;
    let (token, program, file) = (token.display(), call.program.display(), call.file.display());
    let (first, crm) = (call.first, call.crm);
    format!(
        r#"AutomaticRESTCRMUrl = true
CurlRESTCommand = 'curl -sS "$crmurl"'
AutomaticEXECallCommand = '{program}'
AutomaticEXECallParameters = '{first} "{file}" /number:$ANumber "/group:$GroupName" /customer:$CustomerNumber'
Variables = ["CustomerNumber"]

[jtel]
base_url = '{base_url}'
ca_file = '{ca_file}'
token_file = '{token}'

[register]
application = 1235
fields = ["Action", "WindowsLoginName", "ComputerName", "IPAddress", "SessionID", "ListenPort", "ListenToken"]
users_uid_from = "/usersuid"

[dial]
application = 5678

[listen]
address = "127.0.0.1:0"

[[hook]]
name = "call log"
on = ["answered", "ended", "missed"]
rest = 'curl -sS -f "{crm}/log?call=$CallID&event=$Event&from=$ANumber"'

{more}"#
    )
}

/// A token is its user's alone: a file that others may read is refused.
#[cfg(unix)]
pub(crate) fn only_mine(token: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt;
    let mine = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(token, mine).map_err(|e| format!("{}: {e}", token.display()))
}

/// A new file in the user's temporary folder is that user's alone here.
#[cfg(not(unix))]
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it can fail")]
pub(crate) fn only_mine(_token: &Path) -> Result<(), String> {
    Ok(())
}
