//! The lines of a file, from its end.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::path::Path;

/// How much is read at once.
const BLOCK: u64 = 64 * 1024;

/// The lines of a file, the last one first; empty ones are passed over.
#[derive(Debug)]
pub(crate) struct LinesFromEnd {
    file: File,
    /// What is before this place has not been read yet.
    at: u64,
    /// What was read and not yet given.
    buffer: Vec<u8>,
}

impl LinesFromEnd {
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        // A pipe would be waited for.
        if !path.metadata()?.is_file() {
            return Err(io::Error::other(format!(
                "{} is not a file",
                path.display()
            )));
        }
        let mut file = File::open(path)?;
        let at = file.seek(SeekFrom::End(0))?;
        Ok(Self {
            file,
            at,
            buffer: Vec::new(),
        })
    }

    fn read_before(&mut self) -> io::Result<()> {
        let size = self.at.min(BLOCK);
        self.at -= size;
        self.file.seek(SeekFrom::Start(self.at))?;
        let mut block = vec![0; usize::try_from(size).unwrap_or_default()];
        self.file.read_exact(&mut block)?;
        block.append(&mut self.buffer);
        self.buffer = block;
        Ok(())
    }
}

impl Iterator for LinesFromEnd {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let line = match self.buffer.iter().rposition(|&byte| byte == b'\n') {
                Some(end) => {
                    let line = self.buffer.split_off(end + 1);
                    self.buffer.pop();
                    line
                }
                None if self.at > 0 => {
                    if let Err(error) = self.read_before() {
                        self.at = 0;
                        self.buffer.clear();
                        return Some(Err(error));
                    }
                    continue;
                }
                None if self.buffer.is_empty() => return None,
                None => std::mem::take(&mut self.buffer),
            };
            if !line.is_empty() {
                return Some(Ok(line));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_whole_whatever_their_length() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        let long = "y".repeat(150_000);
        std::fs::write(&path, format!("a\n\n{long}\nb\n{long}z\nhalf")).unwrap();
        let lines: Vec<_> = LinesFromEnd::open(&path)
            .unwrap()
            .map(|line| String::from_utf8(line.unwrap()).unwrap())
            .collect();
        assert_eq!(lines, ["half", &format!("{long}z"), "b", &long, "a"]);
        std::fs::write(&path, "").unwrap();
        assert_eq!(LinesFromEnd::open(&path).unwrap().count(), 0);
    }
}
