//! The options of one operation as they are collected, and what they come to when all are known.

use std::sync::Arc;

use http::Method;
use mc_template::Context;

use crate::data::{self, Data, DataKind};
use crate::error::Problem;
use crate::form::{self, Part};
use crate::header::{self, CookieOption, Cookies, HeaderLine};
use crate::identity::IdentityDraft;
use crate::input::{Input, Piece};
use crate::operation::{Auth, BodyText, CookieEngine, Operation, Target};
use crate::request::Kind;
use crate::settings::{Fail, Settings};
use crate::target;
use crate::text::Text;

/// An option without an argument: whether it was switched on or back, as which, and where.
pub(crate) struct Mention {
    pub(crate) on: bool,
    pub(crate) option: String,
    pub(crate) at: usize,
}

#[derive(Default)]
pub(crate) struct Draft {
    pub(crate) settings: Settings,
    pub(crate) method: Option<Method>,
    pub(crate) urls: Vec<Piece>,
    pub(crate) uploads: Vec<Piece>,
    pub(crate) get: bool,
    pub(crate) glob_off: bool,
    pub(crate) head: Option<Mention>,
    fail: Vec<(Fail, Mention)>,
    pub(crate) headers: Vec<Piece>,
    pub(crate) proxy_headers: Vec<Piece>,
    pub(crate) data: Vec<(DataKind, Piece)>,
    /// Those of `-F`, whose arguments have a syntax, and those of `--form-string`.
    pub(crate) forms: Vec<(bool, Piece)>,
    pub(crate) query: Vec<Piece>,
    pub(crate) cookies: Vec<Piece>,
    pub(crate) engine: CookieEngine,
    pub(crate) identity: IdentityDraft,
    pub(crate) user: Option<Piece>,
    pub(crate) bearer: Option<Piece>,
    pub(crate) agent: Option<Piece>,
    pub(crate) referer: Option<Piece>,
}

impl Draft {
    /// `-f` and `--fail-with-body`, which exclude each other.
    pub(crate) fn fail(&mut self, fail: Fail, mention: Mention) {
        self.settings.fail = if mention.on { fail } else { Fail::No };
        self.fail.retain(|(other, _)| *other != fail);
        self.fail.push((fail, mention));
    }

    /// The operation. None if there are faults, which the input has been told.
    pub(crate) fn build(mut self, input: &mut Input<'_>) -> Option<Operation> {
        let faults = input.errors.len();
        self.conflicts(input);
        let mut headers = Vec::new();
        for piece in &self.headers {
            for line in header::read(input, piece) {
                self.check_framing(input, &line, piece);
                if self.settings.schemes.digest && line.name.eq_ignore_ascii_case("authorization") {
                    input.bad(piece, "leave it out: --digest says how to log in");
                }
                headers.push(line);
            }
        }
        self.proxy_headers(input);
        if self.data.iter().any(|(kind, _)| *kind == DataKind::Json) {
            for (name, value) in [
                ("Content-Type", "application/json"),
                ("Accept", "application/json"),
            ] {
                if !header::names(&headers, name) {
                    headers.push(HeaderLine::fixed(name, value));
                }
            }
        }
        let (body, query) = self.body_and_query(input, &headers);
        let auth = self.auth(input);
        let agent = self
            .agent
            .take()
            .and_then(|piece| header::value_option(input, &piece));
        let (referer, auto_referer) = self.referer(input);
        self.settings.redirects.auto_referer = auto_referer;
        let mut cookies = Vec::new();
        for piece in &self.cookies {
            match Cookies::option(input, piece) {
                Some(CookieOption::Text(text)) => cookies.push(text),
                Some(CookieOption::File(path)) => self.engine.files.push(path),
                Some(CookieOption::Keep) => self.engine.keeps = true,
                None => {}
            }
        }
        self.settings.connection.identity = std::mem::take(&mut self.identity).build(input);
        let targets = self.targets(input);
        let head = self.is_head();
        (input.errors.len() == faults).then(|| Operation {
            settings: Arc::new(self.settings),
            kind: match body {
                _ if head => Kind::Head,
                BodyText::None => Kind::Get,
                _ => Kind::Post,
            },
            method: self.method,
            user_agent: input.reading.user_agent.clone(),
            headers,
            auth,
            agent,
            referer,
            cookies,
            engine: self.engine,
            body,
            query,
            targets,
        })
    }

    /// Options that ask for different methods, of which curl allows one.
    fn conflicts(&self, input: &mut Input<'_>) {
        let mut asked: Vec<(Kind, &str, usize)> = Vec::new();
        if let Some(head) = self.head.as_ref().filter(|head| head.on) {
            asked.push((Kind::Head, &head.option, head.at));
        }
        if let Some((_, piece)) = self.data.first() {
            let kind = match (self.get, self.is_head()) {
                (true, true) => Kind::Head,
                (true, false) => Kind::Get,
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
                input.error(*at, Problem::Conflict { first, second });
            }
        }
        if let [(_, first), (_, second)] = &self.fail[..]
            && first.on
            && second.on
        {
            let conflict = Problem::Conflict {
                first: first.option.clone(),
                second: second.option.clone(),
            };
            input.error(second.at, conflict);
        }
    }

    /// `--proxy-header`: literals, for connections are shared by them.
    fn proxy_headers(&mut self, input: &mut Input<'_>) {
        for piece in std::mem::take(&mut self.proxy_headers) {
            for line in header::read(input, &piece) {
                if line.value.text().is_some_and(|text| text.fixed().is_none()) {
                    let (option, place) = (piece.option.clone(), "what a proxy is told");
                    input.error(piece.position(0), Problem::Variable { option, place });
                }
                let value = line.value.as_fixed().map(str::to_owned);
                self.settings.proxy_headers.push((line.name, value));
            }
        }
    }

    fn is_head(&self) -> bool {
        self.head.as_ref().is_some_and(|head| head.on)
    }

    /// Headers that say where the body ends: only such as are true.
    fn check_framing(&self, input: &mut Input<'_>, line: &HeaderLine, piece: &Piece) {
        let sends_body = !self.forms.is_empty()
            || !self.uploads.is_empty()
            || (!self.data.is_empty() && !self.get);
        let value = line.value.as_fixed().unwrap_or_default().trim();
        if line.name.eq_ignore_ascii_case("content-length") && (sends_body || value != "0") {
            input.bad(
                piece,
                "the body's length is counted here; leave this header out",
            );
        }
        if line.name.eq_ignore_ascii_case("transfer-encoding")
            && !value.eq_ignore_ascii_case("chunked")
            && !value.is_empty()
        {
            input.bad(piece, "bodies are sent as they are, or `chunked`");
        }
    }

    fn body_and_query(
        &self,
        input: &mut Input<'_>,
        headers: &[HeaderLine],
    ) -> (BodyText, Vec<Data>) {
        if self.get && !self.data.is_empty() {
            if let Some(piece) = self.query.first() {
                input.warn(
                    piece,
                    "curl ignores --url-query beside -G; put all of it into -d",
                );
            }
            return (
                BodyText::None,
                data::parse(input, &self.data, Context::UrlQuery),
            );
        }
        let query: Vec<_> = self
            .query
            .iter()
            .map(|piece| (DataKind::Query, piece.clone()))
            .collect();
        let query = data::parse(input, &query, Context::UrlQuery);
        let body = if self.data.is_empty() {
            let parts: Vec<Part> = self
                .forms
                .iter()
                .filter_map(|(syntax, piece)| form::parse(input, piece, *syntax))
                .collect();
            if self.forms.is_empty() {
                BodyText::None
            } else {
                BodyText::Form(parts)
            }
        } else {
            let context = data::context(input, headers, &self.data);
            BodyText::Data(data::parse(input, &self.data, context))
        };
        (body, query)
    }

    fn auth(&self, input: &mut Input<'_>) -> Option<Auth> {
        let basic = self.user.as_ref().and_then(|piece| {
            let Some(colon) = input.marked(piece).find(|c| c == ':') else {
                input.bad(
                    piece,
                    "write USER:PASSWORD, or `USER:` for an empty one; nobody is asked for it",
                );
                return None;
            };
            let user = input.text(&piece.part(0, colon), Context::Header)?;
            let password = input.text(&piece.part(colon + 1, piece.text.len()), Context::Header)?;
            Some(Auth::Basic { user, password })
        });
        if let (Some(piece), true) = (&self.bearer, self.settings.schemes.digest) {
            input.bad(piece, "leave it out: --digest says how to log in");
        }
        let bearer = self
            .bearer
            .as_ref()
            .and_then(|piece| input.text(piece, Context::Header));
        bearer.map(Auth::Bearer).or(basic)
    }

    fn referer(&self, input: &mut Input<'_>) -> (Option<Text>, bool) {
        let Some(piece) = &self.referer else {
            return (None, false);
        };
        let marked = input.marked(piece);
        let auto = marked
            .text
            .match_indices(";auto")
            .find(|(at, _)| (*at..at + ";auto".len()).all(|index| marked.is_outside(index)));
        let end = auto.map_or(piece.text.len(), |(at, _)| at);
        let text = if end == 0 {
            None
        } else {
            input.text(&piece.part(0, end), Context::Header)
        };
        (text, auto.is_some())
    }

    fn targets(&self, input: &mut Input<'_>) -> Vec<Target> {
        for piece in self.uploads.iter().skip(self.urls.len()) {
            input.bad(piece, "there is no URL for it: each -T belongs to one");
        }
        let mut targets = Vec::new();
        for (index, piece) in self.urls.iter().enumerate() {
            let urls = target::parse(input, piece, self.glob_off);
            let given = self.uploads.get(index);
            let Some(upload) = given.filter(|upload| !upload.text.is_empty()) else {
                targets.extend(urls.into_iter().map(|url| Target { url, upload: None }));
                continue;
            };
            if urls.len() > 1 {
                input.bad(upload, "curl sends it to the first of these URLs alone; write one -T and one URL for each");
                continue;
            }
            let names = if self.glob_off {
                vec![upload.text.clone()]
            } else {
                target::files(input, upload)
            };
            for name in names {
                let upload = input.file(&upload.other(&name, &upload.option));
                let url = urls.first().cloned();
                targets.extend(url.map(|url| Target { url, upload }));
            }
        }
        targets
    }
}
