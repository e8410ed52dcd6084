//! `mc-start import`: from the vendor's PowerShell script to `mc-start.toml`.
//!
//! The script is read, not run. What it cannot be known to do without running it is said, not guessed.

mod carry;
mod pieces;
mod tokens;
mod values;

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use mc_routing::{RunUrl, Token, TokenError};
use mc_secret::{Origin, SecretError, Source};

use crate::cli::Import;
use crate::settings::FILE_NAME;
use carry::Script;

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The script cannot be read.
    #[error("the script {} cannot be read: {source}", .path.display())]
    Unreadable {
        /// The script.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// There is no call in it.
    #[error(
        "{} holds no URL of a routing application; write mc-start.toml by hand, beginning with url = '...'",
        .path.display()
    )]
    NoUrl {
        /// The script.
        path: PathBuf,
    },
    /// Something would be overwritten.
    #[error("{} exists already; move it away, or say --force", .path.display())]
    Exists {
        /// What is there.
        path: PathBuf,
    },
    /// The file cannot be written.
    #[error("{} cannot be written: {source}", .path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// What stands in the script is no token.
    #[error(transparent)]
    Token(#[from] TokenError),
    /// The token's file cannot be written.
    #[error(transparent)]
    Store(#[from] SecretError),
}

/// Reads the script and writes `config` and, when the script holds the token, the token's file. Gives a sentence for
/// each thing found.
///
/// # Errors
///
/// [`ImportError`]; nothing was written then, unless it was the second of the two files that could not be.
pub fn import(import: &Import, config: &Path) -> Result<Vec<String>, ImportError> {
    let path = &import.script;
    let bytes = std::fs::read(path).map_err(|source| ImportError::Unreadable {
        path: path.clone(),
        source,
    })?;
    let script = carry::read(&decode(&bytes));
    let Some(url) = script
        .url
        .as_deref()
        .filter(|url| RunUrl::parse(url).is_ok())
    else {
        return Err(ImportError::NoUrl { path: path.clone() });
    };
    let folder = config.parent().unwrap_or_else(|| Path::new(""));
    let token_path = import
        .token_file
        .clone()
        .unwrap_or_else(|| folder.join("token"));
    let token = match &script.token {
        Some(text) => Some(Token::new(text, Origin::File(path.clone()))?),
        None => None,
    };
    for (path, needed) in [(config, true), (token_path.as_path(), token.is_some())] {
        if needed && !import.force && path.exists() {
            return Err(ImportError::Exists {
                path: path.to_owned(),
            });
        }
    }
    let mut sentences = script.sentences.clone();
    if let Some(token) = &token {
        Source::File(token_path.clone()).set(token.secret())?;
        sentences.push(format!(
            "{} holds the token; you alone can read it. Whoever else is to use it needs a copy, `mc-start token set` \
             or API_TOKEN.",
            token_path.display()
        ));
    }
    let named = token.is_some().then(|| written_path(&token_path, folder));
    let text = toml(path, url, &script, named.as_deref());
    std::fs::write(config, text).map_err(|source| ImportError::Unwritable {
        path: config.to_owned(),
        source,
    })?;
    sentences.push(format!(
        "{} is written; try it with `mc-start --dry-run`.",
        config.display()
    ));
    Ok(sentences)
}

/// Where `import` writes: beside the program, unless the flags name a file.
pub fn target(named: Option<&Path>, folder: &Path) -> PathBuf {
    named.map_or_else(|| folder.join(FILE_NAME), Path::to_path_buf)
}

/// The path as it stands in the file: from its folder where it lies below it, else in full.
fn written_path(path: &Path, folder: &Path) -> String {
    let full = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    full.strip_prefix(&folder)
        .unwrap_or(&full)
        .display()
        .to_string()
}

fn toml(script_path: &Path, url: &str, script: &Script, token_file: Option<&str>) -> String {
    let name = script_path
        .file_name()
        .unwrap_or_default()
        .to_string_lossy();
    let mut text = format!("# Imported from {name}.\n\nurl = {}\n", quoted(url));
    let mut line = |key: &str, value: &str| {
        let _ = writeln!(text, "{key} = {value}");
    };
    if let Some(path) = token_file {
        line("token_file", &quoted(path));
    }
    if let Some(client) = &script.client {
        line("client", &quoted(client));
    }
    if !script.client_args.is_empty() {
        line(
            "client_args",
            &list(script.client_args.iter().map(String::as_str)),
        );
    }
    if !script.fields.is_empty() {
        line(
            "fields",
            &list(script.fields.iter().map(|field| field.name())),
        );
    }
    if let Some(proxy) = &script.proxy {
        line("proxy", &quoted(proxy));
    }
    if !script.extra.is_empty() {
        text.push_str("\n[extra]\n");
        for (name, value) in &script.extra {
            let _ = writeln!(text, "{} = {}", quoted(name), quoted(value));
        }
    }
    text
}

fn list<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    format!("[{}]", texts.map(quoted).collect::<Vec<_>>().join(", "))
}

/// A TOML text: in single quotes, where backslashes are themselves, unless it cannot stand there.
fn quoted(text: &str) -> String {
    let plain = |c: char| c != '\'' && (!c.is_control() || c == '\t');
    if text.chars().all(plain) && text.contains('\\') {
        return format!("'{text}'");
    }
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// A script's text: UTF-8, UTF-16 with its mark, else what Windows editors of old wrote (ISO 8859-1 is near enough:
/// what matters is ASCII).
fn decode(bytes: &[u8]) -> String {
    let units = |unit: fn([u8; 2]) -> u16| -> Vec<u16> {
        bytes[2..]
            .chunks_exact(2)
            .map(|pair| unit([pair[0], pair[1]]))
            .collect()
    };
    match bytes {
        [0xFF, 0xFE, ..] => String::from_utf16_lossy(&units(u16::from_le_bytes)),
        [0xFE, 0xFF, ..] => String::from_utf16_lossy(&units(u16::from_be_bytes)),
        _ => {
            let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
            String::from_utf8(bytes.to_vec())
                .unwrap_or_else(|_| bytes.iter().copied().map(char::from).collect())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_so_that_toml_reads_them_back() {
        for text in [
            "plain",
            "C:\\Program Files\\x.exe",
            "it's",
            "\"quoted\"",
            "a\\'b",
            "tab\tline\n\u{1}",
            "",
        ] {
            let line = format!("key = {}", quoted(text));
            let table = toml::de::DeTable::parse(&line).unwrap();
            assert_eq!(
                table.get_ref()["key"].get_ref().as_str(),
                Some(text),
                "{line}"
            );
        }
    }

    #[test]
    fn scripts_are_read_in_the_encodings_that_windows_editors_write() {
        let wide: Vec<u8> = "\u{feff}ü"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for bytes in ["ü".as_bytes(), "\u{feff}ü".as_bytes(), &[0xFC], &wide] {
            assert_eq!(decode(bytes), "ü");
        }
    }
}
