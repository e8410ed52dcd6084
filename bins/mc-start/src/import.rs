//! `mc-start import`: from a launcher script to `mc-start.toml`. What the script says is found out by [`mc_import`];
//! here it is put into words and files.

use std::fmt::Write as _;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use mc_cli::settings::SettingsProblem;
use mc_import::{Fate, Fixed, LONGEST_SCRIPT, Note, Refusal, Script, ScriptToken as Found};
use mc_routing::{RunUrl, Token, TokenError};
use mc_secret::{Origin, SecretError, Source};

use crate::cli::Import;
use crate::settings::{FILE_NAME, Settings};

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum ImportError {
    /// The script cannot be read.
    #[error("the script {} cannot be read: {source}", .path.display())]
    Unreadable {
        /// The script.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Nothing in it can be carried over.
    #[error(
        "{}: {refusal}; nothing was written. Write mc-start.toml by hand, beginning with url = '...'{}",
        .path.display(), lines(.refusal)
    )]
    Refused {
        /// The script.
        path: PathBuf,
        /// Why.
        refusal: Refusal,
    },
    /// The call's URL is none that mc-start can call.
    #[error("{}: line {line}: the URL of the call is not that of a routing application as it stands: {why}; nothing was written", .path.display())]
    Url {
        /// The script.
        path: PathBuf,
        /// The line of the call.
        line: usize,
        /// What is wrong with it.
        why: String,
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
    /// What the call is authorised with is no token.
    #[error(
        "{}: line {line}: the token of the call holds {what}, which no token does; write the right one into the script, or take it \
         out and say `mc-start token set`; nothing was written",
        .path.display()
    )]
    NoToken {
        /// The script.
        path: PathBuf,
        /// The line of the call.
        line: usize,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The token cannot be taken for another reason.
    #[error(transparent)]
    Token(TokenError),
    /// The token's file cannot be written.
    #[error(transparent)]
    Store(#[from] SecretError),
}

/// What came of an import.
#[derive(Debug)]
#[non_exhaustive]
pub(crate) struct Imported {
    /// A sentence for each thing found.
    pub(crate) sentences: Vec<String>,
    /// The lines of the script that are not carried over.
    pub(crate) lost: Vec<usize>,
}

/// Reads the script and writes `config` and, when the script holds the token, the token's file.
///
/// # Errors
///
/// [`ImportError`]; nothing was written then, unless it was the second of the two files that could not be.
pub(crate) fn import(import: &Import, config: &Path) -> Result<Imported, ImportError> {
    let path = &import.script;
    let unreadable = |source| ImportError::Unreadable {
        path: path.clone(),
        source,
    };
    let mut bytes = Vec::new();
    let file = std::fs::File::open(path).map_err(unreadable)?;
    file.take(LONGEST_SCRIPT as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let script = mc_import::read_named(&name, &bytes).map_err(|refusal| ImportError::Refused {
        path: path.clone(),
        refusal,
    })?;
    RunUrl::parse(&script.url).map_err(|why| ImportError::Url {
        path: path.clone(),
        line: script.line,
        why: why.to_string(),
    })?;
    let folder = config.parent().unwrap_or_else(|| Path::new(""));
    let token_path = import
        .token_file
        .clone()
        .unwrap_or_else(|| folder.join("token"));
    let token = match &script.token {
        Found::Text(text) => Some(Token::new(text, Origin::File(path.clone()))),
        _ => None,
    };
    let token = token.transpose().map_err(|error| match error {
        TokenError::Invalid { what, .. } => ImportError::NoToken {
            path: path.clone(),
            line: script.line,
            what,
        },
        error => ImportError::Token(error),
    })?;
    for (path, needed) in [(config, true), (token_path.as_path(), token.is_some())] {
        if needed && !import.force && path.exists() {
            return Err(ImportError::Exists {
                path: path.to_owned(),
            });
        }
    }
    let mut sentences = sentences(&script.notes);
    let mut token_file = None;
    if let Some(token) = &token {
        Source::File(token_path.clone()).set(token.secret())?;
        token_file = Some(written_path(&token_path, folder));
        let path = token_path.display();
        sentences.push(if cfg!(windows) {
            format!("{path} holds the token; it has the rights of its folder, and whoever may read there reads it.")
        } else {
            format!(
                "{path} holds the token; you alone can read it. Whoever else is to use it needs a copy, `mc-start token set` \
                 or API_TOKEN."
            )
        });
    } else if let Found::File(path) = &script.token {
        token_file = Some(path.clone());
    }
    let mut text = toml(path, &script, token_file.as_deref());
    let mut lost: Vec<_> = losses(&script.notes).map(|note| note.line).collect();
    for (at, why) in refused(config, &text) {
        let _ = writeln!(text, "# Not carried over: line {}: {why}", script.line);
        // Its line stays, so that the others keep their numbers.
        text = text
            .lines()
            .enumerate()
            .map(|(number, line)| if number == at { "" } else { line })
            .fold(String::new(), |text, line| text + line + "\n");
        sentences.push(format!("line {}: NOT carried over: {why}", script.line));
        lost.push(script.line);
    }
    std::fs::write(config, text).map_err(|source| ImportError::Unwritable {
        path: config.to_owned(),
        source,
    })?;
    let beside = |path: &Path| {
        std::path::absolute(path)
            .ok()
            .and_then(|path| path.parent().map(Path::to_path_buf))
    };
    let relative = [script.client.as_deref(), token_file.as_deref()]
        .into_iter()
        .flatten()
        .any(|path| !path.contains([':', '%']) && !path.starts_with('\\'));
    if relative && beside(path) != beside(config) {
        sentences.push(
            "Paths start at the script's folder; put mc-start and mc-start.toml there.".to_owned(),
        );
    }
    sentences.push(format!(
        "{} is written; try it with `mc-start --dry-run`.",
        config.display()
    ));
    lost.sort_unstable();
    lost.dedup();
    Ok(Imported { sentences, lost })
}

/// The lines that mc-start would refuse at each start, from 0, and why. What holds `%NAME%` is a matter of the workstation.
fn refused(config: &Path, text: &str) -> Vec<(usize, String)> {
    let of = |problem: SettingsProblem| {
        let at = problem.line?.checked_sub(1)?;
        let line = text.lines().nth(at)?;
        (line.contains(" = ") && !line.contains('%')).then_some((at, problem.text))
    };
    let problems = Settings::refused(config, text);
    problems.into_iter().filter_map(of).collect()
}

/// Where `import` writes: beside the program, unless the flags name a file.
pub(crate) fn target(named: Option<&Path>, folder: &Path) -> PathBuf {
    named.map_or_else(|| folder.join(FILE_NAME), Path::to_path_buf)
}

/// A sentence for each thing found; what is not needed for one reason makes one sentence.
fn sentences(notes: &[Note]) -> Vec<String> {
    let mut sentences = Vec::new();
    for (at, note) in notes.iter().enumerate() {
        let same = |other: &&Note| other.fate == note.fate && other.text == note.text;
        let (line, text) = (note.line, &note.text);
        match note.fate {
            Fate::Irrelevant if notes[..at].iter().any(|other| same(&other)) => {}
            Fate::Irrelevant => {
                let lines = notes.iter().filter(same).map(|note| note.line.to_string());
                let lines = lines.collect::<Vec<_>>().join(", ");
                sentences.push(format!("line {lines}: not needed: {text}"));
            }
            Fate::Carried => sentences.push(format!("line {line}: carried over: {text}")),
            _ => sentences.push(format!("line {line}: NOT carried over: {text}")),
        }
    }
    sentences
}

/// What is not carried over.
fn losses(notes: &[Note]) -> impl Iterator<Item = &Note> {
    notes.iter().filter(|note| note.fate == Fate::NotCarried)
}

/// What stands in the way, a line each.
fn lines(refusal: &Refusal) -> String {
    let notes: &[Note] = match refusal {
        Refusal::NoCall { notes } | Refusal::OtherKind { notes, .. } => notes,
        _ => &[],
    };
    losses(notes).fold(String::new(), |mut text, note| {
        let _ = write!(text, "\n  line {}: {}", note.line, note.text);
        text
    })
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

fn toml(path: &Path, script: &Script, token_file: Option<&str>) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let mut text = format!("# Imported from {}.\n", name.replace(char::is_control, "?"));
    for Note {
        line, text: why, ..
    } in losses(&script.notes)
    {
        let _ = writeln!(text, "# Not carried over: line {line}: {why}");
    }
    let _ = writeln!(text, "\nurl = {}", quoted(&script.url));
    let mut line = |key: &str, value: String| {
        let _ = writeln!(text, "{key} = {value}");
    };
    if let Some(path) = token_file {
        line("token_file", quoted(path));
    }
    if let Some(client) = &script.client {
        line("client", quoted(client));
    }
    if !script.client_args.is_empty() {
        line(
            "client_args",
            list(script.client_args.iter().map(String::as_str)),
        );
    }
    line(
        "fields",
        list(script.fields.iter().map(|field| field.name())),
    );
    if let Some(ip) = &script.ip {
        line("ip", quoted(ip));
    }
    if let Some(proxy) = &script.proxy {
        line("proxy", quoted(proxy));
    }
    if !script.extra.is_empty() {
        text.push_str("\n[extra]\n");
    }
    for (name, value) in &script.extra {
        let value = match value {
            Fixed::Integer(number) => number.to_string(),
            Fixed::Bool(value) => value.to_string(),
            Fixed::Text(value) => quoted(value),
            _ => continue,
        };
        let _ = writeln!(text, "{} = {value}", quoted(name));
    }
    text
}

fn list<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    format!("[{}]", texts.map(quoted).collect::<Vec<_>>().join(", "))
}

/// A TOML text: in single quotes, where backslashes are themselves, unless it cannot stand there.
fn quoted(text: &str) -> String {
    let plain = |c: char| c != '\'' && (!c.is_control() || c == '\t');
    if text.contains('\\') && text.chars().all(plain) {
        return format!("'{text}'");
    }
    toml::Value::from(text).to_string()
}
