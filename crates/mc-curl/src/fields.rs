//! The named texts in the arguments of a command: headers, cookies, fields of queries and forms, members of JSON.

use std::ops::Range;

use crate::secret::is_secret;
use crate::table;
use crate::text;
use crate::xml;

/// What a text in an argument is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Behind the name of a header; of an authorization behind its scheme.
    Header,
    Cookie,
    /// The password, or the user where there is none.
    Login,
    /// `USER:PASSWORD` of a URL.
    UrlLogin,
    /// Where no variable may stand: `-U`, `-x`, `--pass`, `-E`.
    Literal,
    Bearer,
    /// A field of a query or a form: percent-encoded there.
    Pair,
    /// A member of JSON, an element or attribute of XML.
    Json,
    /// A segment of a path.
    Segment,
}

/// One of them.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    pub(crate) kind: Kind,
    pub(crate) name: String,
    /// The argument that holds it, and where.
    pub(crate) argument: usize,
    pub(crate) range: Range<usize>,
}

/// All of them, in their order.
pub(crate) fn fields(arguments: &[String]) -> Vec<Field> {
    let mut fields = Fields {
        all: Vec::new(),
        argument: 0,
    };
    for (option, argument, from) in options(arguments) {
        fields.argument = argument;
        fields.of(option, &arguments[argument], from);
    }
    fields.all
}

/// The URLs among the arguments.
pub(crate) fn urls(arguments: &[String]) -> impl Iterator<Item = &str> {
    let all = options(arguments).into_iter();
    all.filter(|(option, ..)| matches!(*option, "" | "url"))
        .map(|(_, argument, from)| &arguments[argument][from..])
}

/// Each argument of an option, with the option's long name, and where it begins; a URL has no option.
fn options(arguments: &[String]) -> Vec<(&'static str, usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(word) = arguments.get(at) {
        let mut option = None;
        let mut from = 0;
        if let Some(name) = word.strip_prefix("--") {
            option = table::by_long(name);
        } else if let Some(letters) = word.strip_prefix('-') {
            for (index, letter) in letters.char_indices() {
                option = table::by_short(letter);
                if option.is_none_or(|option| option.argument().name().is_some()) {
                    from = 1 + index + letter.len_utf8();
                    break;
                }
            }
        } else {
            found.push(("", at, 0));
        }
        if let Some(option) = option.filter(|option| option.argument().name().is_some()) {
            if from == 0 || from == word.len() {
                (at, from) = (at + 1, 0);
            }
            if at < arguments.len() {
                found.push((option.long, at, from));
            }
        }
        at += 1;
    }
    found
}

struct Fields {
    all: Vec<Field>,
    argument: usize,
}

impl Fields {
    fn push(&mut self, kind: Kind, name: &str, range: Range<usize>) {
        let (name, argument) = (name.trim().to_owned(), self.argument);
        self.all.push(Field {
            kind,
            name,
            argument,
            range,
        });
    }

    fn of(&mut self, option: &str, word: &str, from: usize) {
        let text = &word[from..];
        match option {
            "" | "url" => self.url(text, from),
            "header" => {
                if let Some((name, value)) = text.split_once(':') {
                    let at = from + name.len() + 1;
                    self.header(name.trim(), value, at);
                }
            }
            "cookie" if text.contains('=') => self.cookies(text, from),
            "oauth2-bearer" => self.push(Kind::Bearer, option, from..word.len()),
            "user" => {
                // Without a colon curl would ask for the password.
                let Some((user, password)) = text.split_once(':') else {
                    return;
                };
                let at = from + user.len();
                // With several services the key is the user, and the password nothing or a letter.
                if password.len() < 2 {
                    self.push(Kind::Login, option, from..at);
                } else {
                    self.push(Kind::Login, option, at + 1..word.len());
                }
            }
            "pass" | "proxy-pass" | "tlspassword" | "proxy-tlspassword" => {
                self.push(Kind::Literal, option, from..word.len());
            }
            "proxy" | "preproxy" | "proxy1.0" | "socks4" | "socks4a" | "socks5"
            | "socks5-hostname" => {
                if let Some(login) = login(text)
                    && let Some((user, _)) = text[login.clone()].split_once(':')
                {
                    let password = from + login.start + user.len() + 1;
                    self.push(Kind::Literal, option, password..from + login.end);
                }
            }
            "proxy-header" => {
                if let Some((name, value)) = text.split_once(':')
                    && is_secret(name.trim())
                {
                    let secret = behind_scheme(name, value);
                    let at = from + name.len() + 1;
                    self.push(Kind::Literal, option, at + secret.start..at + secret.end);
                }
            }
            "proxy-user" | "cert" => {
                if let Some((before, password)) = text.rsplit_once(':')
                    && !password.contains(['\\', '/'])
                {
                    self.push(Kind::Literal, option, from + before.len() + 1..word.len());
                }
            }
            "data-urlencode" | "url-query" | "form" | "form-string" => {
                if let Some((name, content)) = text.split_once('=')
                    && !(option != "form-string" && content.starts_with(['@', '<']))
                {
                    let at = from + name.len() + 1;
                    self.content(name, content, at);
                }
            }
            "data" | "data-ascii" | "data-binary" if text.starts_with('@') => {}
            "data" | "data-ascii" | "data-binary" | "data-raw" | "json" => {
                self.content("", text, from);
            }
            _ => {}
        }
    }

    /// JSON, or what a form has.
    fn content(&mut self, name: &str, text: &str, from: usize) {
        if self.document(text, from) {
        } else if name.is_empty() {
            self.pairs(text, from);
        } else {
            self.push(Kind::Pair, name, from..from + text.len());
        }
    }

    /// What is named in JSON or XML; whether it is that.
    fn document(&mut self, text: &str, from: usize) -> bool {
        if text.trim_start().starts_with(['{', '[']) {
            self.json(text, from);
            return true;
        }
        if text::is_xml(text) {
            for (name, range) in xml::texts(text) {
                self.push(Kind::Json, name, from + range.start..from + range.end);
            }
            return true;
        }
        false
    }

    fn header(&mut self, name: &str, value: &str, at: usize) {
        if name.eq_ignore_ascii_case("cookie") {
            return self.cookies(value, at);
        }
        let value = behind_scheme(name, value);
        self.push(Kind::Header, name, at + value.start..at + value.end);
    }

    fn cookies(&mut self, text: &str, from: usize) {
        let mut at = from;
        for part in text.split(';') {
            if let Some((name, value)) = part.split_once('=') {
                let start = at + name.len() + 1;
                self.push(Kind::Cookie, name, start..start + value.trim_end().len());
            }
            at += part.len() + 1;
        }
    }

    fn url(&mut self, text: &str, from: usize) {
        let end = text.find('#').unwrap_or(text.len());
        let (address, query) = match text[..end].find('?') {
            Some(mark) => (&text[..mark], Some(mark + 1)),
            None => (&text[..end], None),
        };
        let host = behind_slashes(address);
        let path = address[host..]
            .find('/')
            .map_or(address.len(), |slash| host + slash);
        if let Some(login) = login(&address[..path]) {
            self.push(Kind::UrlLogin, "user", from + login.start..from + login.end);
        }
        let mut at = from + path;
        for segment in address[path..].split('/') {
            if !segment.is_empty() {
                self.push(Kind::Segment, "", at..at + segment.len());
            }
            at += segment.len() + 1;
        }
        if let Some(query) = query {
            self.pairs(&text[query..end], from + query);
        }
    }

    fn pairs(&mut self, text: &str, from: usize) {
        let mut at = from;
        for pair in text.split('&') {
            if let Some((name, value)) = pair.split_once('=') {
                let start = at + name.len() + 1;
                if is_secret(name) || !self.document(value, start) {
                    self.push(Kind::Pair, name, start..start + value.len());
                }
            }
            at += pair.len() + 1;
        }
    }

    /// Members with a text or a number: a string, a colon, the value.
    fn json(&mut self, text: &str, from: usize) {
        let mut name: Option<&str> = None;
        // Of a list, all have its name.
        let mut list = false;
        let mut at = 0;
        while let Some(next) = text[at..].chars().next() {
            match next {
                '"' => {
                    let end = at + 1 + string_end(&text[at + 1..]);
                    let inner = at + 1..end;
                    let after = text[end..].trim_start_matches('"').trim_start();
                    if after.starts_with(':') && (name.is_none() || list) {
                        list = false;
                        name = Some(&text[inner]);
                    } else if let Some(named) = name {
                        self.push(Kind::Json, named, from + inner.start..from + inner.end);
                        name = name.filter(|_| list);
                    }
                    at = end + usize::from(end < text.len());
                }
                '0'..='9' => {
                    let rest = &text[at..];
                    let length = rest
                        .find(|c: char| !c.is_ascii_digit())
                        .unwrap_or(rest.len());
                    if let Some(named) = name {
                        self.push(Kind::Json, named, from + at..from + at + length);
                        name = name.filter(|_| list);
                    }
                    at += length;
                }
                _ => {
                    match next {
                        '[' => list = name.is_some(),
                        ',' if list => {}
                        ':' => {}
                        space if space.is_whitespace() => {}
                        _ => (name, list) = (None, false),
                    }
                    at += next.len_utf8();
                }
            }
        }
    }
}

/// Where a server's name, or a login before it, begins in an address.
fn behind_slashes(address: &str) -> usize {
    address.find("://").map_or(0, |scheme| scheme + 3)
}

/// `USER:PASSWORD` before a server's name.
fn login(address: &str) -> Option<Range<usize>> {
    let begin = behind_slashes(address);
    let length = address[begin..].rfind('@')?;
    Some(begin..begin + length)
}

/// What a header has, of an authorization what stands behind its scheme: `Bearer ..`, and `Token token=..` as Zammad has
/// it.
fn behind_scheme(name: &str, value: &str) -> Range<usize> {
    let end = value.trim_end().len();
    let mut begin = (value.len() - value.trim_start().len()).min(end);
    let authorizes = name.trim().to_ascii_lowercase().ends_with("authorization");
    if let Some(space) = value[begin..end].find(' ').filter(|_| authorizes) {
        begin += space + 1;
        let named = value[begin..end].split_once('=').filter(|(name, token)| {
            (1..12).contains(&name.len())
                && name.chars().all(|c| c.is_ascii_alphabetic())
                && !token.trim_start_matches('=').is_empty()
        });
        begin += named.map_or(0, |(name, _)| name.len() + 1);
    }
    begin..end
}

/// Where a string of JSON ends: its closing quote.
fn string_end(text: &str) -> usize {
    let mut escaped = false;
    let end = text.find(|c| match c {
        _ if escaped => {
            escaped = false;
            false
        }
        '\\' => {
            escaped = true;
            false
        }
        c => c == '"',
    });
    end.unwrap_or(text.len())
}
