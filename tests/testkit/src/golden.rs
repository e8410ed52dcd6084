//! Expected outputs that are kept in files.

use std::path::Path;

/// Set to `1` to write the files instead of comparing with them; then look at the difference before committing it.
pub const UPDATE: &str = "UPDATE_GOLDEN";

/// Compares a text with the file that holds the expected one; line ends do not matter.
///
/// # Panics
///
/// When they differ: the message shows the first line that does, and how to accept the new text.
#[track_caller]
pub fn assert_golden(path: &Path, actual: &str) {
    if std::env::var_os(UPDATE).is_some_and(|v| v == "1") {
        std::fs::write(path, actual).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        return;
    }
    let expected = std::fs::read_to_string(path)
        .unwrap_or_else(|e| panic!("{}: {e}; {UPDATE}=1 writes it", path.display()));
    let (expected, actual) = (expected.replace("\r\n", "\n"), actual.replace("\r\n", "\n"));
    if expected == actual {
        return;
    }
    let pairs = expected
        .lines()
        .map(Some)
        .chain(std::iter::repeat(None))
        .zip(actual.lines().map(Some).chain(std::iter::repeat(None)));
    for (number, (want, have)) in (1..).zip(pairs) {
        assert!(
            want == have && (want.is_some() || have.is_some()),
            "{}:{number}\n  expected: {}\n  actual:   {}\n({UPDATE}=1 accepts the new text)",
            path.display(),
            want.unwrap_or("(end)"),
            have.unwrap_or("(end)"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = ":2\n  expected: b\n  actual:   c")]
    fn a_difference_is_shown_by_its_line() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("x.txt");
        std::fs::write(&path, "a\r\nb\r\n").unwrap();
        assert_golden(&path, "a\nb\n");
        assert_golden(&path, "a\nc\n");
    }
}
