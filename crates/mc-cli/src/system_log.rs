//! The system's own log, which administrators collect from all their computers: the event log on Windows, syslog or
//! journald elsewhere.

use crate::exit::Exit;
use crate::sys;

/// What a log entry may hold, in bytes; syslog cuts longer ones.
const LONGEST: usize = 900;

/// Notes an error under a program's name. On Windows the source is `MiniClient`, in the application log, and the event's
/// id is the exit code. Where there is no such log, nothing happens, and nothing waits.
pub fn system_log(program: &str, exit: Exit, text: &str) {
    sys::log_error(program, exit.code(), &line(text));
}

fn line(text: &str) -> String {
    let text = text.replace(|c: char| c.is_control(), " ");
    text[..text.floor_char_boundary(LONGEST)].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_one_line_of_bounded_length() {
        assert_eq!(line("a\nb\x1b"), "a b ");
        let long = line(&"ü".repeat(1000));
        assert_eq!(long.len(), LONGEST);
    }
}
