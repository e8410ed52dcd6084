//! The texts that stand in the sources.

use std::fs;
use std::path::{Path, PathBuf};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::language::message::holes;

/// Macros whose texts are for programmers, or for the log.
const NOT_FOR_PEOPLE: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "concat",
    "debug",
    "debug_assert",
    "debug_assert_eq",
    "env",
    "error",
    "include_str",
    "info",
    "panic",
    "trace",
    "unreachable",
    "warn",
];

/// Functions whose texts are for programmers, or for the documentation alone.
const CALLS_NOT_FOR_PEOPLE: &[&str] = &["expect", "option"];

/// A text in the sources.
pub(super) struct Literal {
    /// Where: `crates/mc-cli/src/log.rs:17`.
    pub(super) place: String,
    /// Its lines, each hole as `{}`.
    pub(super) lines: Vec<String>,
    /// Whether it must have its German, if it is a message.
    pub(super) needed: bool,
}

impl Literal {
    pub(super) fn crate_name(&self) -> &str {
        self.place.split('/').nth(1).unwrap_or_default()
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The texts of a format string or of a plain one, which may hold braces that are no holes.
pub(super) fn lines(text: &str) -> Vec<String> {
    let leaked: &'static str = Box::leak(text.to_owned().into_boxed_str());
    let name = |name: &&str| {
        let name = name.split(':').next().unwrap_or_default();
        name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    let plain = match holes(leaked) {
        Ok((literals, names)) if names.iter().all(&name) => literals.join("\u{0}"),
        _ => text.to_owned(),
    };
    plain
        .split('\n')
        .map(|line| line.replace('\u{0}', "{}"))
        .collect()
}

/// Every text of the sources, in files that belong to the programs; none where the sources are not there, which is so when
/// this crate is packed alone.
pub(super) fn literals() -> Vec<Literal> {
    let mut found = Vec::new();
    for folder in ["crates", "bins"] {
        let Ok(crates) = fs::read_dir(root().join(folder)) else {
            return Vec::new();
        };
        let mut files = Vec::new();
        for one in crates {
            collect(&one.unwrap().path().join("src"), &mut files);
        }
        files.sort();
        for file in files {
            let text = fs::read_to_string(&file).unwrap();
            let name = file
                .strip_prefix(root())
                .unwrap()
                .to_string_lossy()
                .replace('\\', "/");
            let stream: TokenStream = text
                .parse()
                .unwrap_or_else(|error| panic!("{name}: {error}"));
            walk(stream, true, &mut |line, text, needed| {
                found.push(Literal {
                    place: format!("{name}:{line}"),
                    lines: lines(&text),
                    needed,
                });
            });
        }
    }
    found
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs")
            && !path.ends_with("language/complete.rs")
            && !path.ends_with("complete/sources.rs")
            && path.file_stem().is_none_or(|name| name != "tests")
        {
            files.push(path);
        }
    }
}

/// Gives each text with its line, and whether it must have its German.
fn walk(stream: TokenStream, needed: bool, found: &mut dyn FnMut(usize, String, bool)) {
    let tokens: Vec<TokenTree> = stream.into_iter().collect();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => at = attribute(&tokens, at, found),
            TokenTree::Ident(ident) => {
                let name = ident.to_string();
                let is_macro = matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == '!');
                if is_macro && NOT_FOR_PEOPLE.contains(&&*name) {
                    at += 2;
                } else if CALLS_NOT_FOR_PEOPLE.contains(&&*name)
                    && matches!(tokens.get(at), Some(TokenTree::Group(_)))
                {
                    at += 1;
                }
            }
            TokenTree::Literal(literal) => {
                if let Ok(text) = syn::parse_str::<syn::LitStr>(&literal.to_string()) {
                    found(literal.span().start().line, text.value(), needed);
                }
            }
            TokenTree::Group(group) => walk(group.stream(), needed, found),
            TokenTree::Punct(_) => {}
        }
    }
}

/// Reads an attribute, of which `#` was read, and leaves out what it switches off here: tests. Gives what comes next.
fn attribute(
    tokens: &[TokenTree],
    mut at: usize,
    found: &mut dyn FnMut(usize, String, bool),
) -> usize {
    if matches!(tokens.get(at), Some(TokenTree::Punct(punct)) if punct.as_char() == '!') {
        at += 1;
    }
    let Some(TokenTree::Group(group)) = tokens.get(at) else {
        return at;
    };
    let said = group.stream().to_string();
    let name = said
        .split(|c: char| !c.is_alphanumeric())
        .next()
        .unwrap_or_default();
    // Documentation and definitions of command lines are messages that the table may have.
    walk(group.stream(), name == "error", found);
    at += 1;
    if said == "cfg (test)" || said == "test" {
        while let Some(token) = tokens.get(at) {
            at += 1;
            match token {
                TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => break,
                TokenTree::Punct(punct) if punct.as_char() == ';' => break,
                _ => {}
            }
        }
    }
    at
}
