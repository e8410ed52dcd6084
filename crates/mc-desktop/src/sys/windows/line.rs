//! A command line.

/// Every word in quotes: none holds a quote (that was checked), and a backslash before the closing one, which would
/// escape it, stands only at the end of a folder's path, never of a file's.
pub(super) fn command_line(words: &[String]) -> String {
    words
        .iter()
        .map(|word| format!("\"{word}\""))
        .collect::<Vec<_>>()
        .join(" ")
}
