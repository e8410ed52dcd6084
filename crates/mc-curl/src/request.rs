//! One request, with its values in place, and what redirects make of it.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Method;
use url::Url;

use crate::cookies::Cookie;
use crate::jar::Jar;
use crate::multipart::Field;
use crate::percent;
use crate::secret;
use crate::settings::{Settings, Version};
use crate::stand_ins::StandIns;

/// The encodings that `--compressed` asks for, in curl's order.
const ENCODINGS: &str = match (cfg!(feature = "brotli"), cfg!(feature = "zstd")) {
    (false, false) => "deflate, gzip",
    (true, false) => "deflate, gzip, br",
    (false, true) => "deflate, gzip, zstd",
    (true, true) => "deflate, gzip, br, zstd",
};

/// What curl calls the request's kind: it decides the method where `-X` does not, and what a redirect
/// makes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Get,
    Head,
    Post,
    /// As [`Kind::Post`]; apart only for the question which options exclude each other.
    Form,
    Put,
}

impl Kind {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post | Self::Form => "POST",
            Self::Put => "PUT",
        }
    }

    pub(crate) fn method(self) -> Method {
        Method::from_bytes(self.as_str().as_bytes()).unwrap_or_default()
    }
}

/// One request, with its values in place and its files read.
///
/// What it says is fixed; a redirect makes another one of it as curl would.
#[derive(Clone)]
pub struct Request {
    pub(crate) settings: Arc<Settings>,
    pub(crate) kind: Kind,
    pub(crate) method: Option<Method>,
    /// Without user and password.
    pub(crate) url: Url,
    pub(crate) credentials: Option<Credentials>,
    /// Whether they were given with an option, not in the URL.
    pub(crate) user_given: bool,
    /// None: no `User-Agent`.
    pub(crate) agent: Option<String>,
    pub(crate) referer: Option<String>,
    pub(crate) cookie: Option<String>,
    /// Whether cookies are kept for the rest of the command, and what files bring.
    pub(crate) engine: Option<CookieFiles>,
    /// What `-H` says: a value, or none for a header that is taken away.
    pub(crate) headers: Vec<(String, Option<String>)>,
    pub(crate) body: Body,
    /// The same with stand-ins for what nobody may see, where there is such a value.
    pub(crate) shown: Option<Arc<(Request, Arc<StandIns>)>>,
}

/// The files of `-b`, read.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct CookieFiles {
    pub(crate) paths: Vec<PathBuf>,
    /// Whether those that end with a session are left out.
    pub(crate) junk: bool,
    pub(crate) cookies: Vec<Cookie>,
}

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Credentials {
    Basic { user: String, password: String },
    Bearer(String),
}

#[derive(Clone)]
pub(crate) enum Body {
    None,
    Data {
        bytes: Bytes,
        /// The file that it is, and is all of.
        file: Option<PathBuf>,
    },
    Form {
        bytes: Bytes,
        boundary: String,
        fields: Arc<Vec<Field>>,
        disposition: &'static str,
    },
    Upload {
        bytes: Bytes,
        path: PathBuf,
    },
}

impl Body {
    pub(crate) fn bytes(&self) -> Option<&Bytes> {
        match self {
            Self::None => None,
            Self::Data { bytes, .. } | Self::Form { bytes, .. } | Self::Upload { bytes, .. } => {
                Some(bytes)
            }
        }
    }
}

impl Credentials {
    /// The user and password of a URL, which are no part of what is sent as its target.
    pub(crate) fn take_from(url: &mut Url) -> Option<Self> {
        if url.username().is_empty() && url.password().is_none() {
            return None;
        }
        let found = Self::Basic {
            user: percent::decode(url.username()),
            password: percent::decode(url.password().unwrap_or_default()),
        };
        // Only a URL without a host refuses, and that one has no user either.
        let _ = url.set_username("");
        let _ = url.set_password(None);
        Some(found)
    }

    /// The value of `Authorization`.
    pub(crate) fn header(&self) -> String {
        match self {
            Self::Basic { user, password } => {
                format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
            }
            Self::Bearer(token) => format!("Bearer {token}"),
        }
    }
}

/// What redirects have made of a request so far.
#[derive(Clone)]
pub(crate) struct Hop {
    pub(crate) kind: Kind,
    /// Whether the server is the one that was asked first, so that it may be told secrets.
    pub(crate) same_server: bool,
    /// Whether the host is the first one; a `Host` given with `-H` is meant for it.
    pub(crate) same_host: bool,
    /// Whether another port or scheme was seen on the way: then `-u` is not sent any more.
    pub(crate) forgets_user: bool,
    pub(crate) credentials: Option<Credentials>,
    /// `Referer`, if redirects set it.
    pub(crate) referer: Option<String>,
    pub(crate) answering: Answering,
    /// The cookies that were set for it.
    pub(crate) cookies: Option<String>,
}

/// What there is to say to a server that asks who this is.
#[derive(Clone)]
pub(crate) enum Answering {
    Nothing,
    /// The value of `Authorization`.
    With(String),
    /// It is expected to ask: the body is kept back.
    Bare,
}

impl Hop {
    /// The credentials that the server may be told.
    pub(crate) fn told(&self) -> Option<&Credentials> {
        let told = self.same_server && !self.forgets_user;
        self.credentials.as_ref().filter(|_| told)
    }

    pub(crate) const fn is_bare(&self) -> bool {
        matches!(self.answering, Answering::Bare)
    }
}

impl Request {
    /// The method.
    pub fn method(&self) -> &str {
        self.method
            .as_ref()
            .map_or(self.kind.as_str(), Method::as_str)
    }

    /// The address as it goes on the wire, without user and password. It may hold secrets in its query.
    pub fn url(&self) -> &str {
        self.url.as_str()
    }

    /// The body, if there is one.
    pub fn body(&self) -> Option<&[u8]> {
        self.body.bytes().map(AsRef::as_ref)
    }

    /// The headers as they go out first, **secrets included**; without `Host` (unless it was given) and
    /// `Content-Length`.
    pub fn headers(&self) -> Vec<(String, String)> {
        self.headers_for(&self.first_hop())
    }

    /// `scheme://host/path`, for reports, without what nobody may see.
    pub(crate) fn address(&self) -> String {
        match self.shown.as_deref() {
            Some((shown, stand_ins)) => stand_ins.shown(&secret::address(&shown.url)),
            None => secret::address(&self.url),
        }
    }

    pub(crate) fn first_hop(&self) -> Hop {
        Hop {
            kind: self.kind,
            same_server: true,
            same_host: true,
            forgets_user: false,
            credentials: self.credentials.clone(),
            referer: None,
            answering: Answering::Nothing,
            cookies: self.engine.as_ref().and_then(|files| {
                let mut jar = Jar::default();
                jar.load(&files.cookies);
                jar.header(&self.url)
            }),
        }
    }

    /// The method for a kind.
    pub(crate) fn method_for(&self, kind: Kind) -> Method {
        self.method.clone().unwrap_or_else(|| kind.method())
    }

    /// The body that a kind of request carries.
    pub(crate) fn body_for(&self, kind: Kind) -> Option<&Bytes> {
        self.body
            .bytes()
            .filter(|_| matches!(kind, Kind::Post | Kind::Form | Kind::Put))
    }

    /// The headers of a hop in curl's order, without `Host` unless it was given.
    pub(crate) fn headers_for(&self, hop: &Hop) -> Vec<(String, String)> {
        let given = |name: &str| {
            self.headers
                .iter()
                .any(|(given, _)| given.eq_ignore_ascii_case(name))
        };
        let mut headers: Vec<(String, String)> = Vec::new();
        let mut add = |name: &str, value: &str| {
            if !given(name) {
                headers.push((name.to_owned(), value.to_owned()));
            }
        };
        let ahead = hop.told().filter(|_| self.settings.schemes.ahead());
        let ahead = ahead.map(Credentials::header);
        let answer = match &hop.answering {
            Answering::With(answer) => Some(answer),
            _ => ahead.as_ref(),
        };
        if let Some(authorization) = answer {
            add("Authorization", authorization);
        }
        if let Some(agent) = &self.agent {
            add("User-Agent", agent);
        }
        add("Accept", "*/*");
        if self.settings.compressed {
            add("Accept-Encoding", ENCODINGS);
        }
        if let Some(referer) = hop.referer.as_ref().or(self.referer.as_ref()) {
            add("Referer", referer);
        }
        let own = self
            .cookie
            .as_ref()
            .filter(|_| hop.same_server && !given("Cookie"));
        let cookies: Vec<_> = hop.cookies.iter().chain(own).map(String::as_str).collect();
        if !cookies.is_empty() {
            headers.push(("Cookie".to_owned(), cookies.join("; ")));
        }
        let body = self.body_for(hop.kind).map(|_| &self.body);
        for (name, value) in &self.headers {
            let Some(value) = value else { continue };
            let is = |other: &str| name.eq_ignore_ascii_case(other);
            if (!hop.same_server && (is("Authorization") || is("Cookie")))
                // One server is meant: curl sends the first.
                || (is("Host") && (!hop.same_host || headers.iter().any(|(given, _)| given.eq_ignore_ascii_case("host"))))
            {
                continue;
            }
            match body {
                Some(Body::Form { .. }) if is("Content-Type") && hop.is_bare() => {}
                Some(Body::Form { boundary, .. }) if is("Content-Type") => {
                    headers.push((name.clone(), format!("{value}; boundary={boundary}")));
                }
                _ => headers.push((name.clone(), value.clone())),
            }
        }
        if !given("Content-Type") {
            let media_type = match body {
                Some(Body::Data { .. }) => Some("application/x-www-form-urlencoded".to_owned()),
                Some(Body::Form { boundary, .. }) if !hop.is_bare() => {
                    Some(format!("multipart/form-data; boundary={boundary}"))
                }
                _ => None,
            };
            headers.extend(media_type.map(|media_type| ("Content-Type".to_owned(), media_type)));
        }
        headers
    }

    fn comparable_headers(&self) -> Vec<(String, String)> {
        let mut headers = self.headers();
        for (name, value) in &mut headers {
            name.make_ascii_lowercase();
            if let Body::Form { boundary, .. } = &self.body {
                *value = value.replace(boundary.as_str(), "");
            }
        }
        headers.sort_by(|(one, _), (other, _)| one.cmp(other));
        headers
    }

    pub(crate) fn is_http10(&self) -> bool {
        self.settings.connection.version == Version::Http10
    }
}

impl PartialEq for Request {
    /// Whether the same goes out in the same way. The boundary of a form, which is random, does not count,
    /// nor does the order of headers with different names.
    fn eq(&self, other: &Self) -> bool {
        let body = match (&self.body, &other.body) {
            (Body::None, Body::None) => true,
            (Body::Data { bytes: one, .. }, Body::Data { bytes: two, .. })
            | (Body::Upload { bytes: one, .. }, Body::Upload { bytes: two, .. }) => one == two,
            (Body::Form { fields: one, .. }, Body::Form { fields: two, .. }) => one == two,
            _ => false,
        };
        let target = |url: &Url| {
            let mut url = url.clone();
            url.set_fragment(None);
            url
        };
        body && target(&self.url) == target(&other.url)
            && self.settings == other.settings
            && (self.kind, &self.method) == (other.kind, &other.method)
            && (&self.credentials, self.user_given) == (&other.credentials, other.user_given)
            && self.engine == other.engine
            && self.comparable_headers() == other.comparable_headers()
    }
}

impl fmt::Debug for Request {
    /// Shows method, scheme and host. The rest stays out: it may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("method", &self.method())
            .field("scheme", &self.url.scheme())
            .field("host", &self.url.host_str())
            .finish_non_exhaustive()
    }
}
