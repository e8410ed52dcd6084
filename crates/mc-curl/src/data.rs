//! What `-d` and its kin give: the body of a POST, or with `-G` the URL's query.

use std::path::PathBuf;

use mc_template::{Context, Scope};

use super::error::RequestError;
use super::files;
use super::header::{HeaderLine, HeaderValue};
use super::options::Id;
use super::reader::{Piece, Reader};
use super::text::Text;

/// One piece of the body or query.
#[derive(Clone)]
pub(super) struct Data {
    /// Whether an `&` stands between it and what comes before; not with `--json`.
    pub(super) ampersand: bool,
    pub(super) source: Source,
}

#[derive(Clone)]
pub(super) enum Source {
    Text(Text),
    /// `--data-urlencode`: the name as it is, the content encoded.
    Encoded {
        name: Option<Text>,
        content: Text,
    },
    File {
        path: PathBuf,
        form: FileForm,
    },
}

#[derive(Clone)]
pub(super) enum FileForm {
    /// Without line breaks and NULs.
    Stripped,
    Exact,
    Encoded {
        name: Option<Text>,
    },
}

/// What the body is, which decides how values in it are encoded: by `Content-Type`, else by its first
/// character, else a form, which is what curl says of it.
pub(super) fn context(headers: &[HeaderLine], data: &[(Id, Piece)]) -> Context {
    let declared = headers
        .iter()
        .find(|line| line.name.eq_ignore_ascii_case("content-type"));
    if let Some(HeaderValue::Text(text)) = declared.map(|line| &line.value) {
        let text = text
            .fixed()
            .or(text.template().map(mc_template::Template::text))
            .unwrap_or_default();
        let media_type = text
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        return match media_type.as_str() {
            "application/x-www-form-urlencoded" => Context::Form,
            json if json.ends_with("json") => Context::Json,
            xml if xml.ends_with("xml") => Context::Xml,
            _ => Context::Plain,
        };
    }
    let from_file = |id: Id, text: &str| text.starts_with('@') && id != Id::DataRaw;
    match data.first() {
        Some((id, first)) if *id != Id::DataUrlEncode && !from_file(*id, &first.text) => {
            if first.text.trim_start().starts_with(['{', '[']) {
                Context::Json
            } else {
                Context::Form
            }
        }
        _ => Context::Form,
    }
}

/// Reads the pieces for a context.
pub(super) fn parse(
    reader: &mut Reader<'_>,
    pieces: &[(Id, Piece)],
    context: Context,
) -> Vec<Data> {
    let mut data: Vec<Data> = Vec::new();
    let mut rest = pieces;
    while let Some(((id, piece), others)) = rest.split_first() {
        rest = others;
        let source = match id {
            Id::DataUrlEncode => encoded(reader, piece, context),
            Id::UrlQuery => match piece.text.strip_prefix('+') {
                Some(_) => query_text(reader, &piece.part(1, piece.text.len())),
                None => encoded(reader, piece, context),
            },
            Id::Data | Id::DataBinary | Id::Json if piece.text.starts_with('@') => {
                let form = if *id == Id::Data {
                    FileForm::Stripped
                } else {
                    FileForm::Exact
                };
                reader
                    .file(&piece.part(1, piece.text.len()))
                    .map(|path| Source::File { path, form })
            }
            Id::Json => {
                // One document in several pieces: a string may begin in one and end in another.
                let texts = others
                    .iter()
                    .take_while(|(id, p)| *id == Id::Json && !p.text.starts_with('@'));
                let more = texts.clone().count();
                rest = &others[more..];
                json(reader, piece, &others[..more], context)
            }
            _ if context == Context::UrlQuery => query_text(reader, piece),
            _ => reader.text(piece, context).map(Source::Text),
        };
        data.extend(source.map(|source| Data {
            ampersand: !data.is_empty() && *id != Id::Json,
            source,
        }));
    }
    data
}

fn query_text(reader: &mut Reader<'_>, piece: &Piece) -> Option<Source> {
    if reader
        .marked(piece)
        .find(|c| c == ' ' || c.is_control())
        .is_some()
    {
        reader.bad(
            piece,
            "has a space in it, which curl refuses in a URL; write %20 or use --data-urlencode",
        );
        return None;
    }
    reader.text(piece, Context::UrlQuery).map(Source::Text)
}

fn json(
    reader: &mut Reader<'_>,
    first: &Piece,
    more: &[(Id, Piece)],
    context: Context,
) -> Option<Source> {
    if more.is_empty() {
        return reader.text(first, context).map(Source::Text);
    }
    let mut joined = first.clone();
    for (_, piece) in more {
        joined.text.push_str(&piece.text);
    }
    let apart: usize = std::iter::once(first)
        .chain(more.iter().map(|(_, piece)| piece))
        .map(|piece| reader.marked(piece).outside_count())
        .sum();
    if reader.marked(&joined).outside_count() != apart {
        reader.bad(
            first,
            "a variable would begin in this text and end in the next one; write them as one",
        );
        return None;
    }
    reader.text(&joined, context).map(Source::Text)
}

/// `content`, `=content`, `name=content`, `@FILE`, `name@FILE`.
fn encoded(reader: &mut Reader<'_>, piece: &Piece, context: Context) -> Option<Source> {
    let marked = reader.marked(piece);
    let name_context = if context == Context::UrlQuery {
        context
    } else {
        Context::Form
    };
    let length = piece.text.len();
    let (split, is_file) = match (marked.find(|c| c == '='), marked.find(|c| c == '@')) {
        (Some(equals), _) => (equals, false),
        (None, Some(at)) => (at, true),
        (None, None) => {
            let content = reader.text(piece, Context::Plain)?;
            return Some(Source::Encoded {
                name: None,
                content,
            });
        }
    };
    let name = match split {
        0 => None,
        _ => Some(reader.text(&piece.part(0, split), name_context)?),
    };
    let rest = piece.part(split + 1, length);
    if is_file {
        let path = reader.file(&rest)?;
        return Some(Source::File {
            path,
            form: FileForm::Encoded { name },
        });
    }
    let content = reader.text(&rest, Context::Plain)?;
    Some(Source::Encoded { name, content })
}

/// The pieces with their values and the files' contents, joined.
pub(super) fn render(data: &[Data], scope: &Scope<'_>) -> Result<Vec<u8>, RequestError> {
    let mut body = Vec::new();
    for piece in data {
        if piece.ampersand {
            body.push(b'&');
        }
        match &piece.source {
            Source::Text(text) => body.extend(text.render(scope)?.into_bytes()),
            Source::Encoded { name, content } => {
                let content = content.render(scope)?;
                encode(&mut body, name.as_ref(), content.as_bytes(), scope)?;
            }
            Source::File { path, form } => {
                let content = files::read(path)?;
                match form {
                    FileForm::Exact => body.extend(content),
                    FileForm::Stripped => {
                        body.extend(content.iter().filter(|byte| !b"\r\n\0".contains(byte)));
                    }
                    FileForm::Encoded { name } => {
                        encode(&mut body, name.as_ref(), &content, scope)?;
                    }
                }
            }
        }
    }
    Ok(body)
}

fn encode(
    body: &mut Vec<u8>,
    name: Option<&Text>,
    content: &[u8],
    scope: &Scope<'_>,
) -> Result<(), RequestError> {
    if let Some(name) = name {
        body.extend(name.render(scope)?.into_bytes());
        body.push(b'=');
    }
    for &byte in content {
        match byte {
            b' ' => body.push(b'+'),
            byte => percent(body, byte),
        }
    }
    Ok(())
}

/// A byte as `curl_easy_escape` writes it: letters, digits and `-._~` as they are.
pub(super) fn percent(out: &mut Vec<u8>, byte: u8) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
        out.push(byte);
    } else {
        out.extend([
            b'%',
            HEX[usize::from(byte >> 4)],
            HEX[usize::from(byte & 15)],
        ]);
    }
}
