/// Whether a process runs; one that has ended and waits to be collected by its parent does not.
pub fn process_alive(pid: u32) -> bool {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else {
        return false;
    };
    // The state letter follows the name, which is in brackets and may hold anything: proc_pid_stat(5).
    let state = stat
        .rsplit_once(") ")
        .and_then(|(_, rest)| rest.chars().next());
    !matches!(state, Some('Z' | 'X') | None)
}

/// Whether this Windows program runs under Wine.
pub fn under_wine() -> bool {
    false
}

/// The command line as old Windows programs read it.
pub fn ansi_command_line() -> Option<Vec<u8>> {
    None
}
