//! Unix.

use std::fs;

/// There are no numbered sessions.
pub(crate) fn session_id() -> Option<u32> {
    None
}

/// What tells a process from another that gets its number later: when it began (proc(5), `stat`, field 22). Its program's name
/// does not, which for a script is the shell's, and changes when the file is replaced. None where it has ended.
pub(crate) fn mark_of(process: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name before it is in brackets, and may hold blanks and brackets.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace();
    let ended = fields.next()? == "Z";
    fields.nth(18).filter(|_| !ended).map(str::to_owned)
}
