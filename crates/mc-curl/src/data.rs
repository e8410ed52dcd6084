//! What `-d` and its kin give: the body of a POST, or with `-G` the URL's query.

use std::path::PathBuf;

use mc_template::{Context, Scope};

use crate::error::RequestError;
use crate::files;
use crate::header::{HeaderLine, HeaderValue};
use crate::input::{Input, Piece};
use crate::percent;
use crate::text::Text;

/// Which option a piece was given with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DataKind {
    /// `-d`: files without their line breaks.
    Stripped,
    /// `--data-binary`
    Exact,
    /// `--data-raw`
    Raw,
    /// `--data-urlencode`
    Encoded,
    /// `--json`
    Json,
    /// `--url-query`
    Query,
}

/// One piece of the body or query.
#[derive(Clone)]
pub(crate) struct Data {
    /// Whether an `&` stands between it and what comes before; not with `--json`.
    pub(crate) ampersand: bool,
    pub(crate) source: Source,
}

#[derive(Clone)]
pub(crate) enum Source {
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
pub(crate) enum FileForm {
    /// Without line breaks and NULs.
    Stripped,
    Exact,
    Encoded {
        name: Option<Text>,
    },
}

/// What the body is, which decides how values in it are encoded: by `Content-Type`, else by its first
/// character, else a form, which is what curl says of it.
pub(crate) fn context(
    _input: &Input<'_>,
    headers: &[HeaderLine],
    data: &[(DataKind, Piece)],
) -> Context {
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
    let from_file = |id: DataKind, text: &str| text.starts_with('@') && id != DataKind::Raw;
    match data.first() {
        Some((id, first)) if *id != DataKind::Encoded && !from_file(*id, &first.text) => {
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
pub(crate) fn parse(
    input: &mut Input<'_>,
    pieces: &[(DataKind, Piece)],
    context: Context,
) -> Vec<Data> {
    let mut data: Vec<Data> = Vec::new();
    let mut rest = pieces;
    while let Some(((id, piece), others)) = rest.split_first() {
        rest = others;
        let source = match id {
            DataKind::Encoded => encoded(input, piece, context),
            DataKind::Query => match piece.text.strip_prefix('+') {
                Some(_) => query_text(input, &piece.part(1, piece.text.len())),
                None => encoded(input, piece, context),
            },
            DataKind::Stripped | DataKind::Exact | DataKind::Json
                if piece.text.starts_with('@') =>
            {
                let form = if *id == DataKind::Stripped {
                    FileForm::Stripped
                } else {
                    FileForm::Exact
                };
                input
                    .file(&piece.part(1, piece.text.len()))
                    .map(|path| Source::File { path, form })
            }
            DataKind::Json => {
                // One document in several pieces: a string may begin in one and end in another.
                let texts = others
                    .iter()
                    .take_while(|(id, p)| *id == DataKind::Json && !p.text.starts_with('@'));
                let more = texts.clone().count();
                rest = &others[more..];
                json(input, piece, &others[..more], context)
            }
            _ if context == Context::UrlQuery => query_text(input, piece),
            _ => input.text(piece, context).map(Source::Text),
        };
        data.extend(source.map(|source| Data {
            ampersand: !data.is_empty() && *id != DataKind::Json,
            source,
        }));
    }
    data
}

fn query_text(input: &mut Input<'_>, piece: &Piece) -> Option<Source> {
    if input
        .marked(piece)
        .find(|c| c == ' ' || c.is_control())
        .is_some()
    {
        input.bad(
            piece,
            "has a space in it, which curl refuses in a URL; write %20 or use --data-urlencode",
        );
        return None;
    }
    input.text(piece, Context::UrlQuery).map(Source::Text)
}

fn json(
    input: &mut Input<'_>,
    first: &Piece,
    more: &[(DataKind, Piece)],
    context: Context,
) -> Option<Source> {
    if more.is_empty() {
        return input.text(first, context).map(Source::Text);
    }
    let mut joined = first.clone();
    for (_, piece) in more {
        joined.text.push_str(&piece.text);
    }
    let apart: usize = std::iter::once(first)
        .chain(more.iter().map(|(_, piece)| piece))
        .map(|piece| input.marked(piece).outside_count())
        .sum();
    if input.marked(&joined).outside_count() != apart {
        input.bad(
            first,
            "a variable would begin in this text and end in the next one; write them as one",
        );
        return None;
    }
    input.text(&joined, context).map(Source::Text)
}

/// `content`, `=content`, `name=content`, `@FILE`, `name@FILE`.
fn encoded(input: &mut Input<'_>, piece: &Piece, context: Context) -> Option<Source> {
    let marked = input.marked(piece);
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
            let content = input.text(piece, Context::Plain)?;
            return Some(Source::Encoded {
                name: None,
                content,
            });
        }
    };
    let name = match split {
        0 => None,
        _ => Some(input.text(&piece.part(0, split), name_context)?),
    };
    let rest = piece.part(split + 1, length);
    if is_file {
        let path = input.file(&rest)?;
        return Some(Source::File {
            path,
            form: FileForm::Encoded { name },
        });
    }
    let content = input.text(&rest, Context::Plain)?;
    Some(Source::Encoded { name, content })
}

/// The pieces with their values and the files' contents, joined.
pub(crate) fn render(data: &[Data], scope: &Scope<'_>) -> Result<Vec<u8>, RequestError> {
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
    body.extend(percent::encode_form(content).into_bytes());
    Ok(())
}
