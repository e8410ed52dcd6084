//! What `-d` and its kin give: the body of a POST, or with `-G` the URL's query.

use std::path::{Path, PathBuf};

use mc_template::{Context, Scope};

use crate::error::RequestError;
use crate::files::Files;
use crate::header::{HeaderLine, HeaderValue};
use crate::input::{Input, Piece};
use crate::percent;
use crate::text::{self, Text};

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

impl Data {
    /// The file that it is, byte for byte.
    pub(crate) fn exact_file(&self) -> Option<&Path> {
        match &self.source {
            Source::File {
                path,
                form: FileForm::Exact,
            } => Some(path),
            _ => None,
        }
    }
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
    input: &Input<'_>,
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
        return text::declared(text).unwrap_or(Context::Plain);
    }
    let is_file =
        |(kind, piece): &(DataKind, Piece)| *kind != DataKind::Raw && piece.text.starts_with('@');
    // A text without a field of its own has none that a value could add to.
    let has_field = |one: &(DataKind, Piece)| {
        one.0 == DataKind::Encoded
            || is_file(one)
            || input.marked(&one.1).find(|c| c == '=').is_some()
    };
    match data.first() {
        Some(first)
            if first.0 != DataKind::Encoded
                && !is_file(first)
                && first.1.text.trim_start().starts_with(['{', '[']) =>
        {
            Context::Json
        }
        Some((DataKind::Stripped | DataKind::Exact | DataKind::Raw, piece))
            if text::is_xml(&piece.text) =>
        {
            Context::Xml
        }
        _ if data.iter().any(has_field) => Context::Form,
        _ => Context::Plain,
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
    while let Some(((kind, piece), others)) = rest.split_first() {
        rest = others;
        let all = piece.text.len();
        let source = match kind {
            DataKind::Encoded => encoded(input, piece, context),
            DataKind::Query if !piece.text.starts_with('+') => encoded(input, piece, context),
            DataKind::Query => query_text(input, &piece.part(1, all)),
            DataKind::Stripped | DataKind::Exact | DataKind::Json
                if piece.text.starts_with('@') =>
            {
                let form = if *kind == DataKind::Stripped {
                    FileForm::Stripped
                } else {
                    FileForm::Exact
                };
                let path = input.file(&piece.part(1, all));
                path.map(|path| vec![Source::File { path, form }])
            }
            DataKind::Json => {
                // One document in several pieces: a string may begin in one and end in another.
                let texts = others
                    .iter()
                    .take_while(|(kind, p)| *kind == DataKind::Json && !p.text.starts_with('@'));
                let more = texts.count();
                rest = &others[more..];
                json(input, piece, &others[..more], context)
            }
            _ if context == Context::UrlQuery => query_text(input, piece),
            _ => texts(input, piece, context),
        };
        let mut ampersand = !data.is_empty() && *kind != DataKind::Json;
        for source in source.into_iter().flatten() {
            data.push(Data { ampersand, source });
            ampersand = false;
        }
    }
    data
}

/// A text; of a form's or a query's, fields that are documents apart.
fn texts(input: &mut Input<'_>, piece: &Piece, context: Context) -> Option<Vec<Source>> {
    if !matches!(context, Context::Form | Context::UrlQuery) {
        return Some(vec![Source::Text(whole(input, piece, context)?)]);
    }
    let marked = input.marked(piece);
    let nested = |from, to| {
        let skeleton = marked.skeleton(from, to).replace('+', " ");
        Some(
            match (text::document(&percent::decode(&skeleton))?, context) {
                (Context::Json, Context::Form) => Context::JsonInForm,
                (Context::Json, _) => Context::JsonInQuery,
                (_, Context::Form) => Context::XmlInForm,
                _ => Context::XmlInQuery,
            },
        )
    };
    let (mut parts, mut begin, mut field) = (Vec::new(), 0, 0);
    loop {
        let end = marked
            .find_from(field, |c| c == '&')
            .unwrap_or(piece.text.len());
        let equals = marked.find_from(field, |c| c == '=').filter(|at| *at < end);
        // A field without a name may be a document as well.
        let values = [Some(field), equals.map(|at| at + 1)];
        let mut values = values.into_iter().flatten();
        if let Some((value, nested)) = values.find_map(|from| Some((from, nested(from, end)?))) {
            parts.extend([(begin, value, context), (value, end, nested)]);
            begin = end;
        }
        field = end + 1;
        if end == piece.text.len() {
            break;
        }
    }
    if begin < field - 1 || parts.is_empty() {
        parts.push((begin, piece.text.len(), context));
    }
    let read = |(from, to, context)| input.text(&piece.part(from, to), context).map(Source::Text);
    parts.into_iter().map(read).collect()
}

/// A text that is one thing. What its media type says nothing of is a document where it is one: who reads it knows. A text
/// in brackets alone is none.
fn whole(input: &mut Input<'_>, piece: &Piece, context: Context) -> Option<Text> {
    if context == Context::Plain && piece.text.contains(['"', '<']) {
        input.content(piece, context)
    } else {
        input.text(piece, context)
    }
}

fn query_text(input: &mut Input<'_>, piece: &Piece) -> Option<Vec<Source>> {
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
    texts(input, piece, Context::UrlQuery)
}

fn json(
    input: &mut Input<'_>,
    first: &Piece,
    more: &[(DataKind, Piece)],
    context: Context,
) -> Option<Vec<Source>> {
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
    Some(vec![Source::Text(whole(input, &joined, context)?)])
}

/// `content`, `=content`, `name=content`, `@FILE`, `name@FILE`.
fn encoded(input: &mut Input<'_>, piece: &Piece, context: Context) -> Option<Vec<Source>> {
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
            let content = input.content(piece, Context::Plain)?;
            return Some(vec![Source::Encoded {
                name: None,
                content,
            }]);
        }
    };
    let name = match split {
        0 => None,
        _ => Some(input.text(&piece.part(0, split), name_context)?),
    };
    let rest = piece.part(split + 1, length);
    if is_file {
        let path = input.file(&rest)?;
        return Some(vec![Source::File {
            path,
            form: FileForm::Encoded { name },
        }]);
    }
    let content = input.content(&rest, Context::Plain)?;
    Some(vec![Source::Encoded { name, content }])
}

/// The pieces with their values and the files' contents, joined.
pub(crate) fn render(
    data: &[Data],
    scope: &Scope<'_>,
    files: &Files,
) -> Result<Vec<u8>, RequestError> {
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
                let content = files.read(path)?;
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
