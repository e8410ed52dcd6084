//! Multipart forms (RFC 7578), as `-F` describes them and curl writes them.

use std::path::{Path, PathBuf};

use mc_template::{Context, Scope};

use crate::error::{Problem, RequestError};
use crate::files::Files;
use crate::input::{Input, Piece};
use crate::multipart::{Field, FieldContent};
use crate::text::{self, Marked, Text};

/// One field.
#[derive(Clone, Default)]
pub(crate) struct Part {
    name: String,
    content: Content,
    content_type: Option<String>,
    file_name: Option<Text>,
}

#[derive(Clone)]
enum Content {
    Text(Text),
    /// `@FILE,FILE`: a field of several uploads.
    Files(Vec<Part>),
    /// `@FILE`, with its name, or `<FILE`, without.
    File {
        path: PathBuf,
        upload: bool,
    },
}

impl Default for Content {
    fn default() -> Self {
        Self::Files(Vec::new())
    }
}

/// Reads `name=content`; with `syntax`, a leading `@` or `<` and `;type=`, `;filename=` mean something.
pub(crate) fn parse(input: &mut Input<'_>, piece: &Piece, syntax: bool) -> Option<Part> {
    let marked = input.marked(piece);
    let Some(equals) = marked.find(|c| c == '=') else {
        input.bad(piece, "write NAME=CONTENT");
        return None;
    };
    if !(0..equals).all(|at| marked.is_outside(at)) {
        return variable(input, piece, "a field's name");
    }
    let name = piece.text[..equals].to_owned();
    let begin = equals + 1;
    if !syntax {
        let content = input.content(&piece.part(begin, piece.text.len()), Context::Plain)?;
        return Some(Part {
            name,
            content: Content::Text(content),
            ..Part::default()
        });
    }
    let rest = &piece.text[begin..];
    let kind = rest.chars().next().filter(|_| marked.is_outside(begin));
    if kind == Some('(') || (name.is_empty() && rest == ")") {
        input.bad(piece, "forms inside forms are not supported");
        return None;
    }
    let is_file = matches!(kind, Some('@' | '<'));
    let mut scan = Scan {
        marked: &marked,
        at: begin + usize::from(is_file),
        comma: kind == Some('@'),
    };
    let mut part = content(input, piece, &mut scan, kind)?;
    if scan.here() == Some(',') {
        let mut files = vec![part];
        while scan.here() == Some(',') {
            scan.at += 1;
            files.push(content(input, piece, &mut scan, kind)?);
        }
        part = Part {
            content: Content::Files(files),
            ..Part::default()
        };
    }
    Some(Part { name, ..part })
}

/// One content with its attributes; the field's name is not known here.
fn content(
    input: &mut Input<'_>,
    piece: &Piece,
    scan: &mut Scan<'_>,
    kind: Option<char>,
) -> Option<Part> {
    scan.spaces();
    let word = scan.word();
    let file = if matches!(kind, Some('@' | '<')) {
        let name = word.piece(piece);
        if input.path_variable(&name) {
            return None;
        }
        let path = input.text(&name, Context::Plain)?;
        let Some(path) = path.fixed() else {
            return variable(input, piece, "a file's name");
        };
        let path = input.path(piece, path)?;
        let upload = kind == Some('@');
        Some(Content::File { path, upload })
    } else {
        None
    };
    let mut part = Part::default();
    attributes(input, piece, scan, &mut part)?;
    part.content = match file {
        Some(file) => file,
        None => Content::Text(text(
            input,
            &word.piece(piece),
            part.content_type.as_deref(),
        )?),
    };
    Some(part)
}

/// A text by its type, else by what it is.
fn text(input: &mut Input<'_>, piece: &Piece, media_type: Option<&str>) -> Option<Text> {
    match media_type.and_then(text::declared) {
        Some(context) => input.text(piece, context),
        None => input.content(piece, Context::Plain),
    }
}

fn variable<T>(input: &mut Input<'_>, piece: &Piece, place: &'static str) -> Option<T> {
    input.error(
        piece.position(0),
        Problem::Variable {
            option: piece.option.clone(),
            place,
        },
    );
    None
}

/// What follows the content: `;type=..`, `;filename=..`.
fn attributes(
    input: &mut Input<'_>,
    piece: &Piece,
    scan: &mut Scan<'_>,
    part: &mut Part,
) -> Option<()> {
    while scan.here() == Some(';') {
        scan.at += 1;
        scan.spaces();
        let rest = scan.marked.text[scan.at..].to_ascii_lowercase();
        if rest.starts_with("type=") {
            scan.at += "type=".len();
            scan.spaces();
            let word = scan.media_type();
            let text = input.text(&word.piece(piece), Context::Plain)?;
            let Some(text) = text.fixed() else {
                return variable(input, piece, "a field's type");
            };
            let sides = text.split_once('/');
            if !sides.is_some_and(|(main, sub)| {
                !main.is_empty() && !sub.is_empty() && !main.contains(' ')
            }) {
                input.bad(
                    piece,
                    "`;type=` needs a media type, as in `;type=text/plain`",
                );
                return None;
            }
            part.content_type = Some(text.to_owned());
        } else if rest.starts_with("filename=") {
            scan.at += "filename=".len();
            scan.spaces();
            let word = scan.word();
            part.file_name = Some(input.text(&word.piece(piece), Context::Plain)?);
        } else if rest.starts_with("headers=") || rest.starts_with("encoder=") {
            input.bad(piece, "`;headers=` and `;encoder=` are not supported");
            return None;
        } else {
            let word = scan.word();
            if !word.text.is_empty() {
                input.warn(piece, "the content ends at `;`, and what follows is left out; put it into quotes: NAME=\"a;b\"");
            }
        }
    }
    Some(())
}

/// A piece of the argument, without its quotes; and where it begins, if it stands in the line as it is.
struct FormWord {
    text: String,
    begin: usize,
}

impl FormWord {
    fn piece(&self, piece: &Piece) -> Piece {
        let mut part = piece.part(self.begin, self.begin);
        part.text.clone_from(&self.text);
        part
    }
}

/// Reads an argument from left to right, by curl's rules for quotes in it.
struct Scan<'p> {
    marked: &'p Marked<'p>,
    at: usize,
    comma: bool,
}

impl Scan<'_> {
    fn here(&self) -> Option<char> {
        self.marked.text[self.at..]
            .chars()
            .next()
            .filter(|_| self.marked.is_outside(self.at))
    }

    fn spaces(&mut self) {
        while self.here().is_some_and(|c| c.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn ends(&self, c: char) -> bool {
        c == ';' || (self.comma && c == ',')
    }

    fn word(&mut self) -> FormWord {
        if self.here() == Some('"')
            && let Some(word) = self.quoted()
        {
            return word;
        }
        let begin = self.at;
        self.at = self
            .marked
            .find_from(begin, |c| self.ends(c))
            .unwrap_or(self.marked.text.len());
        FormWord {
            text: self.without_trailing_space(begin, self.at),
            begin,
        }
    }

    /// The end of a plain word: space before the separator does not belong to it.
    fn without_trailing_space(&self, begin: usize, mut end: usize) -> String {
        while end > begin
            && self.marked.is_outside(end - 1)
            && self.marked.text.as_bytes()[end - 1].is_ascii_whitespace()
        {
            end -= 1;
        }
        self.marked.text[begin..end].to_owned()
    }

    /// `".."`, in which `\"` and `\\` escape. None if it does not end: then the quote is a character.
    fn quoted(&mut self) -> Option<FormWord> {
        let begin = self.at + 1;
        let mut text = String::new();
        let mut at = begin;
        while let Some(c) = self.marked.text[at..].chars().next() {
            let outside = self.marked.is_outside(at);
            if outside && c == '\\' && self.marked.text[at + 1..].starts_with(['\\', '"']) {
                text.push_str(&self.marked.text[at + 1..at + 2]);
                at += 2;
                continue;
            }
            if outside && c == '"' {
                self.at = self
                    .marked
                    .find_from(at + 1, |c| self.ends(c))
                    .unwrap_or(self.marked.text.len());
                return Some(FormWord { text, begin });
            }
            text.push(c);
            at += c.len_utf8();
        }
        None
    }

    /// A media type with its parameters: up to one of the attributes.
    fn media_type(&mut self) -> FormWord {
        let begin = self.at;
        loop {
            self.at = self
                .marked
                .find_from(self.at, |c| self.ends(c))
                .unwrap_or(self.marked.text.len());
            if self.here() != Some(';') {
                break;
            }
            let next = self.marked.text[self.at + 1..]
                .trim_start()
                .to_ascii_lowercase();
            if ["filename=", "headers=", "encoder="]
                .iter()
                .any(|attribute| next.starts_with(attribute))
            {
                break;
            }
            self.at += 1;
        }
        FormWord {
            text: self.without_trailing_space(begin, self.at),
            begin,
        }
    }
}

impl Part {
    pub(crate) fn render(&self, scope: &Scope<'_>, files: &Files) -> Result<Field, RequestError> {
        Ok(Field {
            name: self.name.clone(),
            content: match &self.content {
                Content::Text(text) => FieldContent::Text(text.render(scope)?),
                Content::Files(parts) => FieldContent::Files(
                    parts
                        .iter()
                        .map(|part| part.render(scope, files))
                        .collect::<Result<_, _>>()?,
                ),
                Content::File { path, upload } => FieldContent::File {
                    path: path.clone(),
                    upload: *upload,
                    bytes: files.read(path)?,
                },
            },
            content_type: self.content_type.clone(),
            file_name: self
                .file_name
                .as_ref()
                .map(|text| text.render(scope))
                .transpose()?,
        })
    }

    /// It, and what it holds.
    fn all(&self) -> impl Iterator<Item = &Self> {
        let inner: &[Self] = match &self.content {
            Content::Files(parts) => parts,
            _ => &[],
        };
        std::iter::once(self).chain(inner)
    }

    pub(crate) fn texts(&self) -> impl Iterator<Item = &Text> {
        self.all().flat_map(|part| {
            let content = match &part.content {
                Content::Text(text) => Some(text),
                _ => None,
            };
            content.into_iter().chain(&part.file_name)
        })
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        self.all().filter_map(|part| match &part.content {
            Content::File { path, .. } => Some(path.as_path()),
            _ => None,
        })
    }
}
