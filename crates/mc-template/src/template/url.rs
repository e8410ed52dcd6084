//! What keeps a URL on its server: the place of variables in the template, and checks on the result.
//!
//! Results go to readers that follow the WHATWG URL Standard (HTTP clients, browsers), so its habits count:
//! it drops tabs and line breaks anywhere, takes `\` for `/`, any number of slashes after `http:`, and
//! `%2e` for a dot when it resolves `.` and `..`.

use crate::error::RenderError;

/// Where the path, query or fragment begins in a URL's first text; `None` if the authority may still go on.
pub(super) fn path_start(text: &str) -> Option<usize> {
    let authority = after_scheme(text);
    let end = authority + text[authority..].find(['/', '?', '#'])?;
    let empty = text[authority..end].bytes().all(is_dropped);
    (!empty).then_some(end)
}

/// Where the authority begins: after `scheme:` and slashes, or at once, as curl reads `host/path`.
///
/// What stands before a colon is a scheme if it is http or https or a slash follows; else it is a host, or
/// user info, and the colon belongs to the authority.
fn after_scheme(text: &str) -> usize {
    let Some(colon) = text.find(':') else {
        return 0;
    };
    let scheme: String = text[..colon]
        .trim_start_matches(|c: char| c <= ' ')
        .chars()
        .filter(|c| !is_tab_or_line_break(*c))
        .collect();
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|next| next.is_ascii_alphanumeric() || matches!(next, b'+' | b'-' | b'.'));
    let known = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let rest = &text[colon + 1..];
    let slashes =
        rest.find(|next: char| !(matches!(next, '/' | '\\') || is_tab_or_line_break(next)));
    let slashes = slashes.unwrap_or(rest.len());
    let has_slash = rest[..slashes].contains(['/', '\\']);
    if is_scheme && (known || has_slash) {
        colon + 1 + slashes
    } else {
        0
    }
}

fn is_tab_or_line_break(character: char) -> bool {
    matches!(character, '\t' | '\r' | '\n')
}

fn is_dropped(byte: u8) -> bool {
    is_tab_or_line_break(char::from(byte))
}

/// The text between `://` and what follows the authority, of an http or https URL written in full.
fn authority(url: &str) -> Option<&str> {
    let scheme = ["http://", "https://"].into_iter().find(|scheme| {
        url.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })?;
    let rest = &url[scheme.len()..];
    Some(&rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())])
}

/// Whether a value is an http or https URL that every reader takes for the same: written in full, no
/// control characters, no backslash where the server is named.
fn is_http_url(value: &str) -> bool {
    let Some(authority) = authority(value) else {
        return false;
    };
    if authority.is_empty()
        || value.contains(|c: char| c.is_ascii_control())
        || authority.contains(['\\', ' '])
    {
        return false;
    }
    is_plain(authority) || ::url::Url::parse(value).is_ok()
}

/// Whether an authority is a host name and perhaps a port of at most four digits, letter by letter, so that it needs no
/// parser. Anything else is left to the `url` crate: also a name whose last part begins with no letter, which is an address
/// to some readers or none at all, and one with an encoded part (`xn--`), which may encode nothing.
fn is_plain(authority: &str) -> bool {
    let (host, port) = authority.split_once(':').unwrap_or((authority, "0"));
    let last = host.rsplit('.').next().unwrap_or_default();
    last.starts_with(|first: char| first.is_ascii_alphabetic())
        && host
            .bytes()
            .all(|next| next.is_ascii_alphanumeric() || matches!(next, b'-' | b'.'))
        && !host.split('.').any(is_encoded)
        && matches!(port.len(), 1..=4)
        && port.bytes().all(|next| next.is_ascii_digit())
}

fn is_encoded(label: &str) -> bool {
    label
        .get(..4)
        .is_some_and(|start| start.eq_ignore_ascii_case("xn--"))
}

/// Whether a result leads to the server of the value that it begins with.
fn same_server(value: &str, result: &str) -> bool {
    // The same letters up to the same end: nothing was added to the authority.
    if authority(value) == authority(result) {
        return true;
    }
    match (::url::Url::parse(value), ::url::Url::parse(result)) {
        (Ok(value), Ok(result)) => {
            value.scheme() == result.scheme()
                && value.host() == result.host()
                && value.port_or_known_default() == result.port_or_known_default()
        }
        _ => false,
    }
}

/// Reads a URL while it is rendered, and fails it where values would lead it astray.
pub(super) struct Guard<'t> {
    state: State,
    /// How far it has read.
    seen: usize,
    /// Where the path segment under way begins.
    segment: usize,
    /// The variable that has a part in that segment.
    touched: Option<&'t str>,
    /// The variable whose value is the URL's beginning, and where that ends.
    whole: Option<(&'t str, usize)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Authority,
    Path,
    /// In the query or fragment, where segments mean nothing.
    Behind,
}

impl<'t> Guard<'t> {
    /// For a URL whose path, query or fragment begins here; 0 for one that begins with a variable.
    pub(super) fn new(path_start: usize) -> Self {
        Self {
            state: State::Authority,
            seen: path_start,
            segment: 0,
            touched: None,
            whole: None,
        }
    }

    /// Reads the template's own text, which was added last.
    pub(super) fn text(&mut self, out: &str) -> Result<(), RenderError> {
        self.read(out, None)
    }

    /// Reads the value of a variable, which was added last; `whole` if the URL begins with it.
    ///
    /// Such a value is taken as it is: of its segments only the last counts, if something is added to it.
    pub(super) fn value(
        &mut self,
        out: &str,
        name: &'t str,
        whole: bool,
    ) -> Result<(), RenderError> {
        if whole {
            if !is_http_url(out) {
                return Err(RenderError::NotHttpUrl {
                    name: name.to_owned(),
                });
            }
            self.whole = Some((name, out.len()));
            self.seen = out.find("://").map_or(0, |scheme| scheme + 3);
            return self.read(out, None);
        }
        if self.state == State::Path {
            self.touched = Some(name);
        }
        self.read(out, Some(name))
    }

    fn read(&mut self, out: &str, value: Option<&'t str>) -> Result<(), RenderError> {
        for (at, byte) in out.bytes().enumerate().skip(self.seen) {
            match (self.state, byte) {
                (State::Behind, _) => break,
                (_, b'?' | b'#') => {
                    self.end_segment(&out[..at])?;
                    self.state = State::Behind;
                }
                (_, b'/' | b'\\') => {
                    self.end_segment(&out[..at])?;
                    self.state = State::Path;
                    self.segment = at + 1;
                    self.touched = value;
                }
                (State::Path, _) => {
                    if let Some((name, end)) = self.whole
                        && self.segment <= end
                        && end <= at
                    {
                        self.touched.get_or_insert(name);
                    }
                }
                (State::Authority, _) => {}
            }
        }
        self.seen = out.len();
        Ok(())
    }

    /// Checks the segment that ends where `out` does.
    fn end_segment(&self, out: &str) -> Result<(), RenderError> {
        match self.touched {
            Some(name) if self.state == State::Path && is_dots(&out[self.segment..]) => {
                Err(RenderError::DotSegment {
                    name: name.to_owned(),
                })
            }
            _ => Ok(()),
        }
    }

    /// Checks what only the whole result shows.
    pub(super) fn finish(self, out: &str) -> Result<(), RenderError> {
        // Spaces and controls at the very end are dropped.
        self.end_segment(out.trim_end_matches(|last: char| last <= ' '))?;
        match self.whole {
            Some((name, end)) if !same_server(&out[..end], out) => Err(RenderError::OtherServer {
                name: name.to_owned(),
            }),
            _ => Ok(()),
        }
    }
}

/// Whether a segment is `.` or `..` in any spelling.
fn is_dots(segment: &str) -> bool {
    let mut rest = segment.as_bytes();
    let mut dots = 0;
    loop {
        rest = match rest {
            [] => return matches!(dots, 1 | 2),
            [b'\t' | b'\r' | b'\n', rest @ ..] => rest,
            [b'.', rest @ ..] | [b'%', b'2', b'e' | b'E', rest @ ..] => {
                dots += 1;
                rest
            }
            _ => return false,
        };
    }
}
