//! Header lines, cookies and the options that are headers.

use std::path::PathBuf;

use http::HeaderName;
use mc_template::{Context, RenderError, Scope};

use crate::error::{Problem, RequestError};
use crate::files;
use crate::input::{Input, Piece, Reading};
use crate::text::Text;

/// What may stand around a header's value (RFC 9110, 5.6.3); other white space belongs to it.
const SPACE: [char; 2] = [' ', '\t'];

/// What `-H` says about one name.
#[derive(Clone)]
pub(crate) struct HeaderLine {
    /// As it is spelled.
    pub(crate) name: String,
    pub(crate) value: HeaderValue,
}

#[derive(Clone)]
pub(crate) enum HeaderValue {
    /// `Name:`: what would be sent otherwise is not.
    Removed,
    /// `Name;` is empty, `Name: text` is not, whatever its variables hold.
    Text(Text),
    Cookies(Cookies),
}

impl HeaderValue {
    pub(crate) fn text(&self) -> Option<&Text> {
        match self {
            Self::Removed => None,
            Self::Text(text) => Some(text),
            Self::Cookies(cookies) => Some(&cookies.text),
        }
    }

    pub(crate) fn as_fixed(&self) -> Option<&str> {
        self.text().and_then(Text::fixed)
    }

    /// The value, without the space around it, which does not belong to it (RFC 9110, 5.5); none for a
    /// header that is taken away.
    pub(crate) fn render(&self, scope: &Scope<'_>) -> Result<Option<String>, RequestError> {
        Ok(match self {
            Self::Removed => None,
            Self::Text(text) => Some(render_value(text, scope)?),
            Self::Cookies(cookies) => Some(cookies.render(scope)?),
        })
    }
}

impl HeaderLine {
    pub(crate) fn fixed(name: &str, value: &str) -> Self {
        Self {
            name: name.to_owned(),
            value: HeaderValue::Text(Text::Fixed(value.to_owned())),
        }
    }
}

/// Whether a name occurs among header lines, a removal included.
pub(crate) fn names(lines: &[HeaderLine], name: &str) -> bool {
    lines
        .iter()
        .any(|line| line.name.eq_ignore_ascii_case(name))
}

/// Reads the argument of `-H`: one line, or `@FILE`, whose lines have no variables.
pub(crate) fn read(input: &mut Input<'_>, piece: &Piece) -> Vec<HeaderLine> {
    if !input.marked(piece).starts_with('@') {
        return parse(input, piece).into_iter().collect();
    }
    let Some(path) = input.file(&piece.part(1, piece.text.len())) else {
        return Vec::new();
    };
    let text = files::read(&path).map(|bytes| String::from_utf8(bytes.into()));
    let text = match text {
        Ok(Ok(text)) => text,
        Ok(Err(_)) => {
            input.bad(piece, format!("{} is not UTF-8", path.display()));
            return Vec::new();
        }
        Err(error) => {
            input.bad(piece, error.to_string());
            return Vec::new();
        }
    };
    let mut lines = Vec::new();
    for (number, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let begin = line.trim_start_matches(SPACE);
        if begin.is_empty() || begin.starts_with('#') {
            continue;
        }
        let reading = Reading::literal();
        let mut inner = Input::new(line, &reading);
        let place = format!(
            "{}, line {} of {}",
            piece.option,
            number + 1,
            path.display()
        );
        lines.extend(parse(&mut inner, &piece.other(line, &place)));
        let faults = inner.errors.into_iter();
        faults.for_each(|fault| input.error(piece.position(0), fault.problem));
        for warning in inner.warnings {
            input.warn(piece, &format!("{place}: {}", warning.text));
        }
    }
    lines
}

/// Reads `Name: value`, `Name:` and `Name;`.
fn parse(input: &mut Input<'_>, piece: &Piece) -> Option<HeaderLine> {
    let marked = input.marked(piece);
    let colon = marked.find(|c| c == ':');
    let semicolon = marked.find(|c| c == ';').filter(|_| colon.is_none());
    let Some(end) = colon.or(semicolon) else {
        input.bad(
            piece,
            "write `Name: value`; `Name:` removes a header and `Name;` sends it empty",
        );
        return None;
    };
    let name = &piece.text[..end];
    let rest = &piece.text[end + 1..];
    if !(0..end).all(|at| marked.is_outside(at)) {
        input.error(
            piece.position(0),
            Problem::Variable {
                option: piece.option.clone(),
                place: "a header's name",
            },
        );
        return None;
    }
    if HeaderName::from_bytes(name.as_bytes()).is_err() {
        input.bad(piece, "this is not a header's name");
        return None;
    }
    let bare = rest.trim_matches(SPACE);
    if semicolon.is_some() && !bare.is_empty() {
        input.bad(piece, "there is no colon; write `Name: value`");
        return None;
    }
    let removes = colon.is_some() && bare.is_empty();
    if removes
        && ["host", "content-length"]
            .iter()
            .any(|fixed| name.eq_ignore_ascii_case(fixed))
    {
        input.bad(piece, "this header cannot be taken away: HTTP/1.1 needs it");
        return None;
    }
    if removes && name.eq_ignore_ascii_case("accept") {
        input.warn(
            piece,
            "`Accept: */*`, which means the same, is sent in place of none",
        );
    }
    let value = if removes {
        HeaderValue::Removed
    } else {
        let from = end + 1 + rest.len() - rest.trim_start_matches(SPACE).len();
        let value = piece.part(from, from + bare.len());
        if name.eq_ignore_ascii_case("cookie") {
            HeaderValue::Cookies(Cookies::parse(input, &value)?)
        } else {
            let text = input.content(&value, Context::Header)?;
            if text.fixed().is_none() && is_framing(name) {
                input.error(
                    value.position(0),
                    Problem::Variable {
                        option: piece.option.clone(),
                        place: "this header, which says where or how the message goes",
                    },
                );
                return None;
            }
            HeaderValue::Text(text)
        }
    };
    Some(HeaderLine {
        name: name.to_owned(),
        value,
    })
}

/// Whether a header says which server is meant, or where the message ends: nothing for a value to decide.
fn is_framing(name: &str) -> bool {
    const FRAMING: [&str; 8] = [
        "host",
        "content-length",
        "transfer-encoding",
        "connection",
        "upgrade",
        "te",
        "trailer",
        "expect",
    ];
    FRAMING
        .iter()
        .any(|framing| name.eq_ignore_ascii_case(framing))
}

/// `-A`: the header's text, or its removal when there is no text.
pub(crate) fn value_option(input: &mut Input<'_>, piece: &Piece) -> Option<HeaderValue> {
    if piece.text.is_empty() {
        return Some(HeaderValue::Removed);
    }
    input.text(piece, Context::Header).map(HeaderValue::Text)
}

/// What `-b` says.
pub(crate) enum CookieOption {
    Text(Cookies),
    File(PathBuf),
    /// Nothing is sent; what comes is kept for the rest of the command.
    Keep,
}

/// Cookies, with the number of `;` that their own text has: no value may bring another.
#[derive(Clone)]
pub(crate) struct Cookies {
    text: Text,
    semicolons: usize,
}

impl Cookies {
    /// `-b`: cookies with a `=` in their own text, else a file.
    pub(crate) fn option(input: &mut Input<'_>, piece: &Piece) -> Option<CookieOption> {
        let marked = input.marked(piece);
        let at = usize::from(marked.starts_with('@'));
        if at == 0 && marked.find(|c| c == '=').is_some() {
            return Self::parse(input, piece).map(CookieOption::Text);
        }
        if (0..piece.text.len()).any(|at| !marked.is_outside(at)) {
            input.bad(piece, "write `-b NAME=VALUE`; what has no `=` names a file, and that may hold no variable");
            return None;
        }
        if piece.text.is_empty() {
            return Some(CookieOption::Keep);
        }
        let path = input.file(&piece.part(at, piece.text.len()))?;
        Some(CookieOption::File(path))
    }

    fn parse(input: &mut Input<'_>, piece: &Piece) -> Option<Self> {
        let marked = input.marked(piece);
        let own = |(at, c): &(usize, char)| *c == ';' && marked.is_outside(*at);
        let semicolons = piece.text.char_indices().filter(own).count();
        let text = input.text(piece, Context::Header)?;
        Some(Self { text, semicolons })
    }

    pub(crate) fn render(&self, scope: &Scope<'_>) -> Result<String, RequestError> {
        let text = render_value(&self.text, scope)?;
        if text.matches(';').count() > self.semicolons {
            return Err(RequestError::Separator {
                option: "a cookie",
                character: ';',
                effect: "begin another one",
            });
        }
        Ok(text)
    }

    pub(crate) fn text(&self) -> &Text {
        &self.text
    }
}

/// The user of `-u`: a colon in it would end it early.
pub(crate) fn render_user(user: &Text, scope: &Scope<'_>) -> Result<String, RequestError> {
    let user = user.render(scope)?;
    if user.contains(':') {
        return Err(RequestError::Separator {
            option: "-u",
            character: ':',
            effect: "end the user's name",
        });
    }
    Ok(user)
}

pub(crate) fn render_value(text: &Text, scope: &Scope<'_>) -> Result<String, RenderError> {
    let value = text.render(scope)?;
    Ok(value.trim_matches(SPACE).to_owned())
}
