//! The options of one operation as they are collected, and what they come to when all are known.

use std::sync::Arc;

use mc_template::Context;
use reqwest::Method;

use super::data::{self, Data};
use super::error::Problem;
use super::form::{self, Part};
use super::header::{self, Cookies, HeaderLine};
use super::operation::{Auth, BodyText, Kind, Operation, Target};
use super::options::Id;
use super::reader::{Piece, Reader};
use super::settings::{Fail, Settings};
use super::target;
use super::text::Text;

/// An option without argument: whether it was switched on, as which, and where.
pub(super) type Mention = (bool, String, usize);

#[derive(Default)]
pub(super) struct Draft {
    pub(super) settings: Settings,
    pub(super) method: Option<Method>,
    pub(super) urls: Vec<Piece>,
    pub(super) uploads: Vec<Piece>,
    pub(super) get: bool,
    pub(super) glob_off: bool,
    pub(super) head: Option<Mention>,
    pub(super) fail: Option<Mention>,
    pub(super) fail_with_body: Option<Mention>,
    headers: Vec<Piece>,
    data: Vec<(Id, Piece)>,
    forms: Vec<(Id, Piece)>,
    query: Vec<Piece>,
    cookies: Vec<Piece>,
    user: Option<Piece>,
    bearer: Option<Piece>,
    agent: Option<Piece>,
    referer: Option<Piece>,
}

impl Draft {
    /// Keeps an argument that may hold variables: its context is known only at the end.
    pub(super) fn collect(&mut self, id: Id, piece: Piece) {
        match id {
            Id::Url => self.urls.push(piece),
            Id::Header => self.headers.push(piece),
            Id::Form | Id::FormString => self.forms.push((id, piece)),
            Id::UrlQuery => self.query.push(piece),
            Id::Cookie => self.cookies.push(piece),
            Id::User => self.user = Some(piece),
            Id::Bearer => self.bearer = Some(piece),
            Id::UserAgent => self.agent = Some(piece),
            Id::Referer => self.referer = Some(piece),
            _ => self.data.push((id, piece)),
        }
    }

    /// The operation. None if there are faults, which the reader has been told.
    pub(super) fn build(mut self, reader: &mut Reader<'_>) -> Option<Operation> {
        let faults = reader.errors.len();
        self.conflicts(reader);
        let mut headers = Vec::new();
        for piece in &self.headers {
            if let Some(line) = header::parse(reader, piece) {
                self.check_framing(reader, &line, piece);
                headers.push(line);
            }
        }
        if self.data.iter().any(|(id, _)| *id == Id::Json) {
            for (name, value) in [
                ("Content-Type", "application/json"),
                ("Accept", "application/json"),
            ] {
                if !header::names(&headers, name) {
                    headers.push(HeaderLine::fixed(name, value));
                }
            }
        }
        let (body, query) = self.body_and_query(reader, &headers);
        let auth = self.auth(reader);
        let agent = self
            .agent
            .take()
            .and_then(|piece| header::value_option(reader, &piece));
        let (referer, auto_referer) = self.referer(reader);
        self.settings.redirects.auto_referer = auto_referer;
        let cookies = self
            .cookies
            .iter()
            .filter_map(|piece| Cookies::option(reader, piece))
            .collect();
        let targets = self.targets(reader);
        let head = self.head.as_ref().is_some_and(|(on, ..)| *on);
        (reader.errors.len() == faults).then(|| Operation {
            settings: Arc::new(self.settings),
            kind: match body {
                _ if head => Kind::Head,
                BodyText::None => Kind::Get,
                _ => Kind::Post,
            },
            method: self.method,
            user_agent: reader.reading.user_agent.clone(),
            headers,
            auth,
            agent,
            referer,
            cookies,
            body,
            query,
            targets,
        })
    }

    /// Options that ask for different methods, of which curl allows one.
    fn conflicts(&self, reader: &mut Reader<'_>) {
        let mut asked: Vec<(Kind, &str, usize)> = Vec::new();
        let head = self.head.as_ref().filter(|(on, ..)| *on);
        if let Some((_, option, at)) = head {
            asked.push((Kind::Head, option, *at));
        }
        if let Some((_, piece)) = self.data.first() {
            let kind = match (self.get, head) {
                (true, Some(_)) => Kind::Head,
                (true, None) => Kind::Get,
                _ => Kind::Post,
            };
            asked.push((kind, &piece.option, piece.position(0)));
        }
        if let Some((_, piece)) = self.forms.first() {
            asked.push((Kind::Form, &piece.option, piece.position(0)));
        }
        if let Some(piece) = self.uploads.first() {
            asked.push((Kind::Put, &piece.option, piece.position(0)));
        }
        asked.sort_by_key(|(_, _, at)| *at);
        for pair in asked.windows(2) {
            if let [(one, first, _), (other, second, at)] = pair
                && one != other
            {
                let (first, second) = ((*first).to_owned(), (*second).to_owned());
                reader.error(*at, Problem::Conflict { first, second });
            }
        }
        if let (Some((true, first, at)), Some((true, second, then))) =
            (&self.fail, &self.fail_with_body)
            && self.settings.fail != Fail::No
        {
            let conflict = Problem::Conflict {
                first: first.clone(),
                second: second.clone(),
            };
            reader.error(*at.max(then), conflict);
        }
    }

    /// Headers that say where the body ends: only such as are true.
    fn check_framing(&self, reader: &mut Reader<'_>, line: &HeaderLine, piece: &Piece) {
        let sends_body = !self.forms.is_empty()
            || !self.uploads.is_empty()
            || (!self.data.is_empty() && !self.get);
        let value = line.value.as_fixed().unwrap_or_default().trim();
        if line.name.eq_ignore_ascii_case("content-length") && (sends_body || value != "0") {
            reader.bad(
                piece,
                "the body's length is counted here; leave this header out",
            );
        }
        if line.name.eq_ignore_ascii_case("transfer-encoding")
            && !value.eq_ignore_ascii_case("chunked")
            && !value.is_empty()
        {
            reader.bad(piece, "bodies are sent as they are, or `chunked`");
        }
    }

    fn body_and_query(
        &self,
        reader: &mut Reader<'_>,
        headers: &[HeaderLine],
    ) -> (BodyText, Vec<Data>) {
        if self.get && !self.data.is_empty() {
            if let Some(piece) = self.query.first() {
                reader.warn(
                    piece,
                    "curl ignores --url-query beside -G; put all of it into -d",
                );
            }
            return (
                BodyText::None,
                data::parse(reader, &self.data, Context::UrlQuery),
            );
        }
        let query: Vec<_> = self
            .query
            .iter()
            .map(|piece| (Id::UrlQuery, piece.clone()))
            .collect();
        let query = data::parse(reader, &query, Context::UrlQuery);
        let body = if self.data.is_empty() {
            let parts: Vec<Part> = self
                .forms
                .iter()
                .filter_map(|(id, piece)| form::parse(reader, piece, *id == Id::Form))
                .collect();
            if self.forms.is_empty() {
                BodyText::None
            } else {
                BodyText::Form(parts)
            }
        } else {
            let context = data::context(headers, &self.data);
            BodyText::Data(data::parse(reader, &self.data, context))
        };
        (body, query)
    }

    fn auth(&self, reader: &mut Reader<'_>) -> Option<Auth> {
        let basic = self.user.as_ref().and_then(|piece| {
            let Some(colon) = reader.marked(piece).find(|c| c == ':') else {
                reader.bad(
                    piece,
                    "write USER:PASSWORD, or `USER:` for an empty one; nobody is asked for it",
                );
                return None;
            };
            let user = reader.text(&piece.part(0, colon), Context::Header)?;
            let password =
                reader.text(&piece.part(colon + 1, piece.text.len()), Context::Header)?;
            Some(Auth::Basic { user, password })
        });
        let bearer = self
            .bearer
            .as_ref()
            .and_then(|piece| reader.text(piece, Context::Header));
        bearer.map(Auth::Bearer).or(basic)
    }

    fn referer(&self, reader: &mut Reader<'_>) -> (Option<Text>, bool) {
        let Some(piece) = &self.referer else {
            return (None, false);
        };
        let marked = reader.marked(piece);
        let auto = marked
            .text
            .match_indices(";auto")
            .find(|(at, _)| (*at..at + ";auto".len()).all(|index| marked.is_outside(index)));
        let end = auto.map_or(piece.text.len(), |(at, _)| at);
        let text = if end == 0 {
            None
        } else {
            reader.text(&piece.part(0, end), Context::Header)
        };
        (text, auto.is_some())
    }

    fn targets(&self, reader: &mut Reader<'_>) -> Vec<Target> {
        for piece in self.uploads.iter().skip(self.urls.len()) {
            reader.bad(piece, "there is no URL for it: each -T belongs to one");
        }
        let mut targets = Vec::new();
        for (index, piece) in self.urls.iter().enumerate() {
            let upload = match self
                .uploads
                .get(index)
                .filter(|upload| !upload.text.is_empty())
            {
                Some(upload) if !self.glob_off && upload.text.contains(['{', '[']) => {
                    reader.bad(upload, "several files with `{}` or `[]` are not supported; with -g they are characters");
                    None
                }
                Some(upload) => reader.file(upload),
                None => None,
            };
            for url in target::parse(reader, piece, self.glob_off) {
                targets.push(Target {
                    url,
                    upload: upload.clone(),
                });
            }
        }
        targets
    }
}
