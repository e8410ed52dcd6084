//! What settings are read from: a file, decoded and with its lines known, or a value that was given in another way.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use mc_secret::text;
use mc_secret::trust::{self, Trusted};
use toml::de::DeTable;
use toml_parser::Source;
use toml_parser::lexer::TokenKind;

use super::key::{Key, Schema};
use super::problem::SettingsProblem;
use super::tree::{Node, Place, Table, Value};

/// No configuration is that long; what is longer is another file that was named by mistake.
const MAX_BYTES: u64 = 1024 * 1024;

/// A source of settings. Those that come later are laid over those before.
#[derive(Debug, Clone)]
pub struct Layer {
    pub(super) origin: LayerOrigin,
    /// What the file says, without a byte order mark.
    pub(super) text: String,
    /// Where each line begins.
    lines: Vec<usize>,
}

#[derive(Debug, Clone)]
pub(super) enum LayerOrigin {
    File(PathBuf),
    /// No file. A place in it is the number of a label.
    Named {
        /// What each value is called in sentences about it.
        labels: Vec<String>,
        table: Table,
        /// What is wrong with it already.
        faults: Vec<(usize, String)>,
        /// Where relative paths start, and paths are expanded as those of files are; a shell has done that for a flag.
        folder: Option<PathBuf>,
    },
}

impl Layer {
    /// A text as if it stood in `path`: relative paths start at the folder of `path`.
    pub fn of_text(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        let mut text: String = text.into();
        // As old editors of other systems end lines.
        if text.contains('\r') && !text.contains('\n') {
            text = text.replace('\r', "\n");
        }
        let lines = text.match_indices('\n').map(|(at, _)| at + 1);
        Self {
            origin: LayerOrigin::File(path.into()),
            lines: std::iter::once(0).chain(lines).collect(),
            text,
        }
    }

    /// One top-level setting that stands in no file: a flag, a variable of the environment. The label is what it is
    /// called in sentences about it.
    pub fn given(label: impl Into<String>, key: &str, value: Value) -> Self {
        let place = Place::new(0, 0..0);
        let mut table = Table::default();
        table.set(&[key], Node { value, place });
        Self {
            origin: LayerOrigin::Named {
                labels: vec![label.into()],
                table,
                faults: Vec::new(),
                folder: None,
            },
            text: String::new(),
            lines: vec![0],
        }
    }

    /// What variables of the environment set: `PREFIX_KEY` for each top-level setting that is a text or a switch.
    pub fn environment(schema: &Schema, prefix: &str) -> Vec<Self> {
        let layer = |key: &Key| {
            if !key.kind.is_in_environment() {
                return None;
            }
            let variable = format!("{prefix}_{}", key.name.to_uppercase());
            let text = std::env::var(&variable)
                .ok()
                .filter(|text| !text.is_empty())?;
            let value = match &*text {
                "true" => Value::Boolean(true),
                "false" => Value::Boolean(false),
                _ => Value::Text(text),
            };
            Some(Self::given(variable, key.name, value))
        };
        schema.under("").filter_map(layer).collect()
    }

    /// What begins like such a variable and sets nothing, each with what to do: its value is in none of the sentences.
    pub fn unheard(schema: &Schema, prefix: &str) -> Vec<SettingsProblem> {
        let told = |(variable, value): (OsString, OsString)| {
            let variable = variable.to_str()?;
            let name = variable.to_uppercase();
            let name = name.strip_prefix(prefix)?.strip_prefix('_')?.to_lowercase();
            let text = match schema.key("", &name) {
                _ if value.is_empty() => return None,
                None => {
                    let advice = schema.advice("", &name);
                    format!("{variable} of the environment: `{name}` is not a setting; {advice}")
                }
                Some(key) if !key.kind.is_in_environment() => format!(
                    "{variable} of the environment sets nothing: `{name}` is a list or a table, write it into {}",
                    schema.file_name
                ),
                Some(_) if value.to_str().is_none() => {
                    format!("{variable} of the environment sets nothing: it is not Unicode")
                }
                Some(_) => return None,
            };
            Some(SettingsProblem::general(text))
        };
        std::env::vars_os().filter_map(told).collect()
    }

    /// Reads a file. None if it is not there, unless somebody `named` it. With `trusted` it counts only if nobody else
    /// can write it, or put another in its place: whoever could write it would run programs as everybody who reads it.
    ///
    /// # Errors
    ///
    /// One problem, with its line where there is one.
    pub fn read(
        path: &Path,
        named: bool,
        trusted: Option<Trusted>,
    ) -> Result<Option<Self>, SettingsProblem> {
        let refuse = |text: String| SettingsProblem::in_file(path, text);
        let file = match trust::open_file(path) {
            Ok(file) => file,
            Err(error) if !named && is_absent(&error) => return Ok(None),
            // Windows opens no folder, and says only that it may not.
            Err(_) if path.is_dir() => return Err(refuse(IS_FOLDER.to_owned())),
            Err(error) => return Err(refuse(cannot_read(&error))),
        };
        // Unix opens it.
        if file.metadata().is_ok_and(|metadata| metadata.is_dir()) {
            return Err(refuse(IS_FOLDER.to_owned()));
        }
        if let Some(trusted) = trusted {
            only_by(trusted, path, &file).map_err(refuse)?;
        }
        let mut bytes = Vec::new();
        file.take(MAX_BYTES + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| refuse(cannot_read(&error)))?;
        if bytes.len() as u64 > MAX_BYTES {
            return Err(refuse(
                "the file is larger than 1 MiB, which no configuration is; name another".to_owned(),
            ));
        }
        let text = decode(&bytes).map_err(|line| refuse(NOT_UTF_8.to_owned()).at_line(line))?;
        Ok(Some(Self::of_text(path, text)))
    }

    /// What a file says as far as it is TOML, for a look into another program's settings.
    pub fn peek(path: &Path) -> Option<Table> {
        let layer = Self::read(path, false, None).ok()??;
        let (parsed, _) = DeTable::parse_recoverable(&layer.text);
        Some(Table::of(parsed.get_ref(), 0))
    }

    /// The file.
    pub fn path(&self) -> Option<&Path> {
        match &self.origin {
            LayerOrigin::File(path) => Some(path),
            LayerOrigin::Named { .. } => None,
        }
    }

    /// Where it is: the file, the registry's key, the flag.
    pub fn name(&self) -> String {
        match &self.origin {
            LayerOrigin::File(path) => path.display().to_string(),
            LayerOrigin::Named { .. } => self.label(0).to_owned(),
        }
    }

    /// What a place of a layer that is no file is called.
    pub(super) fn label(&self, index: usize) -> &str {
        match &self.origin {
            LayerOrigin::Named { labels, .. } => labels.get(index).map_or("", String::as_str),
            LayerOrigin::File(_) => "",
        }
    }

    /// The folder at which relative paths start; none where they start in the current one.
    pub(super) fn folder(&self) -> Option<&Path> {
        match &self.origin {
            LayerOrigin::File(path) => path.parent(),
            LayerOrigin::Named { folder, .. } => folder.as_deref(),
        }
    }

    /// The line of a position, counted from 1.
    pub(super) fn line(&self, offset: usize) -> usize {
        self.lines.partition_point(|start| *start <= offset).max(1)
    }

    /// The column of a position, counted in characters from 1.
    pub(super) fn column(&self, offset: usize) -> usize {
        let before = self.text.get(self.line_start(self.line(offset))..offset);
        before.map_or(1, |before| before.chars().count() + 1)
    }

    /// The text of a line, counted from 1, without its end.
    pub(super) fn line_text(&self, line: usize) -> &str {
        let lines = self.line_start(line)..self.line_start(line + 1);
        self.text.get(lines).unwrap_or_default().trim_end()
    }

    /// Where a line begins.
    pub(super) fn line_start(&self, line: usize) -> usize {
        self.lines.get(line - 1).copied().unwrap_or(self.text.len())
    }
}

const IS_FOLDER: &str = "this is a folder; name the file in it";
const BYTE_ORDER_MARK: &[u8] = "\u{FEFF}".as_bytes();
const NOT_UTF_8: &str = "this line is not UTF-8 (an umlaut saved as ANSI?); save the file again with the encoding UTF-8";

/// The text; a comment may be in another encoding, as old editors save umlauts: it sets nothing.
///
/// # Errors
///
/// The line that is not UTF-8.
fn decode(bytes: &[u8]) -> Result<String, usize> {
    let line = match text::decode(bytes) {
        Ok(text) => return Ok(text),
        Err(line) => line,
    };
    let text = String::from_utf8_lossy(bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes));
    let mut outside = Source::new(&text).lex().filter(|token| {
        let span = token.span();
        token.kind() != TokenKind::Comment
            && text[span.start()..span.end()].contains(char::REPLACEMENT_CHARACTER)
    });
    match outside.next() {
        None => Ok(text.into_owned()),
        Some(token) => Err(line.max(text[..token.span().start()].matches('\n').count() + 1)),
    }
}

/// Why a file cannot be read, as the end of a sentence about it.
pub fn cannot_read(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => {
            "you may not read this file; ask whoever owns it".to_owned()
        }
        io::ErrorKind::IsADirectory => IS_FOLDER.to_owned(),
        _ => format!("cannot be read: {error}"),
    }
}

/// The file as it was opened, and its folder: a file in a folder that others may write can be replaced at any time.
fn only_by(trusted: Trusted, path: &Path, file: &File) -> Result<(), String> {
    let whom = match trusted {
        Trusted::Administrators => "administrators alone",
        _ => "you and administrators alone",
    };
    let refuse = |what: &Path, why: &str| {
        let what = what.display();
        format!("this file counts only if {whom} can write it and its folder, but {what}: {why}")
    };
    match trust::others_may_replace(path, file, trusted) {
        Ok(None) => Ok(()),
        Ok(Some(exposed)) => Err(refuse(&exposed.path, &exposed.why)),
        Err(error) => {
            let why = format!("its permissions cannot be read: {error}");
            Err(refuse(path, &why))
        }
    }
}

fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_may_be_in_another_encoding_and_nothing_else() {
        for (bytes, expected) in [
            (&b"# M\xFCller\na = 1 # gr\xFC\xDFe\n"[..], Ok(2)),
            (b"\xEF\xBB\xBF# \xFC\r\na = 1", Ok(2)),
            (b"# \xFC\na = 'M\xFCller'", Err(2)),
            (b"a = '''\n# M\xFCller\n'''", Err(2)),
            (b"# \xFC\na = '#\xFC'", Err(2)),
            (b"M\xFCller = 1", Err(1)),
            (b"\xFF\xFE#\0\x00\xD8\n\0", Err(1)),
        ] {
            let lines = decode(bytes).map(|text| text.lines().count());
            assert_eq!(lines, expected, "{}", bytes.escape_ascii());
        }
    }

    #[test]
    fn lines_and_columns_are_counted_from_one() {
        let file = Layer::of_text("x", "a\r\nbü = 1\n\n");
        assert_eq!((file.line(0), file.column(0)), (1, 1));
        assert_eq!((file.line(3), file.column(3)), (2, 1));
        assert_eq!((file.line(6), file.column(6)), (2, 3));
        assert_eq!(file.line(file.text.len()), 4);
        assert_eq!(file.line_text(2), "bü = 1");
        assert_eq!(file.line_text(9), "");
    }
}
