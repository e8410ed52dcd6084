//! A configuration file as text: read with a limit, decoded, and with its lines known.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::Problem;

/// No configuration is that long; what is longer is another file that was named by mistake.
const MAX_BYTES: u64 = 1024 * 1024;

/// A file that was read.
#[derive(Debug)]
pub(super) struct SourceFile {
    /// Where it is, absolute.
    pub(super) path: PathBuf,
    /// What it says, without a byte order mark.
    pub(super) text: String,
    /// Where each line begins.
    lines: Vec<usize>,
}

impl SourceFile {
    pub(super) fn new(path: PathBuf, text: String) -> Self {
        let lines = std::iter::once(0)
            .chain(text.match_indices('\n').map(|(at, _)| at + 1))
            .collect();
        Self { path, text, lines }
    }

    /// Reads from a file that is open. `Err` is one problem, with its line where there is one.
    pub(super) fn read(path: &Path, file: File) -> Result<Self, Problem> {
        let whole = |text: String| Problem::in_file(path, text);
        let mut bytes = Vec::new();
        file.take(MAX_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| whole(cannot_read(&error)))?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(whole(
                "the file is larger than 1 MiB; name a miniclient.toml".to_owned(),
            ));
        }
        let text = decode(bytes).map_err(|(line, text)| Problem {
            line,
            ..whole(text.to_owned())
        })?;
        Ok(Self::new(path.to_owned(), text))
    }

    /// The line of a position, counted from 1.
    pub(super) fn line(&self, offset: usize) -> usize {
        self.lines.partition_point(|start| *start <= offset).max(1)
    }

    /// The column of a position, counted in characters from 1.
    pub(super) fn column(&self, offset: usize) -> usize {
        let start = self.lines.get(self.line(offset) - 1).copied().unwrap_or(0);
        self.text
            .get(start..offset)
            .map_or(1, |before| before.chars().count() + 1)
    }

    /// The text of a line, counted from 1, without its end.
    pub(super) fn line_text(&self, line: usize) -> &str {
        let start = self.lines.get(line - 1).copied().unwrap_or(self.text.len());
        let end = self.lines.get(line).copied().unwrap_or(self.text.len());
        self.text.get(start..end).unwrap_or_default().trim_end()
    }

    /// Where a line begins.
    pub(super) fn line_start(&self, line: usize) -> usize {
        self.lines.get(line - 1).copied().unwrap_or(self.text.len())
    }
}

/// Why a file cannot be read, as the end of a sentence about it.
pub(crate) fn cannot_read(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => {
            "you may not read this file; ask whoever owns it".to_owned()
        }
        io::ErrorKind::IsADirectory => "this is a folder; name the file in it".to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}

/// UTF-8, with or without a byte order mark. What else Windows editors write gets a sentence of its own, because "not
/// UTF-8" helps nobody who has just pressed Save.
fn decode(bytes: Vec<u8>) -> Result<String, (Option<usize>, &'static str)> {
    const UTF_16: &str =
        "the file is UTF-16 (Notepad calls it Unicode); save it again with the encoding UTF-8";
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err((None, UTF_16));
    }
    // UTF-16 without a mark: every other byte of plain text is zero.
    if bytes.iter().take(512).filter(|byte| **byte == 0).count() > 1 {
        return Err((None, UTF_16));
    }
    let line_at =
        |at: usize, bytes: &[u8]| 1 + bytes.iter().take(at).filter(|byte| **byte == b'\n').count();
    let text = String::from_utf8(bytes).map_err(|error| {
        let line = line_at(error.utf8_error().valid_up_to(), error.as_bytes());
        (
            Some(line),
            "this line is not UTF-8 (an umlaut saved as ANSI?); save the file again with the encoding UTF-8",
        )
    })?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_are_counted_from_one() {
        let file = SourceFile::new(PathBuf::from("x"), "a\r\nbü = 1\n\n".to_owned());
        assert_eq!((file.line(0), file.column(0)), (1, 1));
        assert_eq!((file.line(3), file.column(3)), (2, 1));
        assert_eq!((file.line(6), file.column(6)), (2, 3));
        assert_eq!(file.line(file.text.len()), 4);
        assert_eq!(file.line_text(2), "bü = 1");
        assert_eq!(file.line_text(9), "");
    }

    #[test]
    fn encodings_of_windows_editors_are_told_apart() {
        assert_eq!(
            decode(b"\xEF\xBB\xBFa = 1".to_vec()),
            Ok("a = 1".to_owned())
        );
        let utf16: Vec<u8> = "a = 1".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(decode(utf16.clone()).unwrap_err().1.contains("UTF-16"));
        let marked = [vec![0xFF, 0xFE], utf16].concat();
        assert!(decode(marked).unwrap_err().1.contains("UTF-16"));
        let (line, text) = decode(b"a = 1\nb = 'M\xFCller'\n".to_vec()).unwrap_err();
        assert_eq!(line, Some(2));
        assert!(text.contains("UTF-8"));
    }
}
