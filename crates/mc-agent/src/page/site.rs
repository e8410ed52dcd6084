//! Who may see the page and dial from it, and what is at which address.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, header};
use http_body_util::{Either, Full};
use hyper::body::{Bytes, Incoming};
use mc_template::DialNumber;
use tokio::sync::{Semaphore, mpsc, watch};

use crate::feed::Happening;
use crate::page::board::{Board, Sources, notice};
use crate::page::html::Html;
use crate::page::keys::Keys;
use crate::page::live::{self, Events};
use crate::page::words::Tongue;
use crate::protocol::DialOrigin;
use crate::web::{self, Denial, Site, host};

/// Pages that are kept current at once.
const LIVE: usize = 16;
/// More is no form of ours.
const FORM: usize = 1024;
/// How long a form may take to come.
const WITHIN: Duration = Duration::from_secs(5);

/// Nothing but what this page itself brings, and nothing in line.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The page's own files.
const FILES: [(&str, &str, &str); 3] = [
    (
        "page.css",
        "text/css; charset=utf-8",
        include_str!("page.css"),
    ),
    (
        "page.js",
        "text/javascript; charset=utf-8",
        include_str!("page.js"),
    ),
    ("icon.svg", "image/svg+xml", include_str!("icon.svg")),
];

type Answer = Response<Either<Full<Bytes>, Events>>;

/// The page at its address.
pub(crate) struct PageSite {
    sources: Sources,
    /// `127.0.0.1:41234`, as browsers name it.
    host: String,
    /// The folder of all that is here.
    path: String,
    keys: Arc<Keys>,
    live: Arc<Semaphore>,
    stop: watch::Receiver<bool>,
}

impl PageSite {
    pub(crate) fn new(
        sources: Sources,
        address: SocketAddr,
        path: String,
        keys: Arc<Keys>,
        stop: watch::Receiver<bool>,
    ) -> Self {
        Self {
            sources,
            host: address.to_string(),
            path,
            keys,
            live: Arc::new(Semaphore::new(LIVE)),
            stop,
        }
    }

    async fn respond(&self, request: Request<Incoming>) -> Answer {
        let (head, body) = request.into_parts();
        let words = Tongue::of(&head.headers, self.sources.translate);
        let refuse = |status, sentence| page(status, &notice(words, sentence, &[], false));
        // A name that points here is not enough (DNS rebinding).
        if host(&head) != Some(&self.host) {
            return refuse(StatusCode::FORBIDDEN, words.foreign);
        }
        let place = head
            .uri
            .path()
            .strip_prefix('/')
            .and_then(|path| path.strip_prefix(&self.path));
        let place = place.and_then(|place| place.strip_prefix('/'));
        if (&head.method, place) == (&Method::GET, Some("enter"))
            && let Some(cookie) = head.uri.query().and_then(|token| self.keys.exchange(token))
        {
            return self.enter(&cookie, words);
        }
        let Some(place) = place.filter(|_| self.knows(&head.headers)) else {
            return refuse(StatusCode::UNAUTHORIZED, words.sign_in);
        };
        if !self.is_ours(&head) {
            return refuse(StatusCode::FORBIDDEN, words.foreign);
        }
        match (&head.method, place) {
            (&Method::GET, "") => page(
                StatusCode::OK,
                &Board::read(&self.sources, words).await.page(words),
            ),
            (&Method::GET, "events") => self.events(words),
            (&Method::GET, file) => FILES
                .into_iter()
                .find(|(name, ..)| *name == file)
                .map_or_else(
                    || refuse(StatusCode::NOT_FOUND, words.not_here),
                    |(_, kind, text)| answer(StatusCode::OK, kind, Full::from(text)),
                ),
            (&Method::POST, "dial") => match web::read(&head.headers, body, FORM, WITHIN).await {
                Ok(form) => self.dial(&form.unwrap_or_default(), words),
                Err(denial) => denial.response().map(Either::Left),
            },
            _ => refuse(StatusCode::NOT_FOUND, words.not_here),
        }
    }

    /// Whether the request has a cookie of ours.
    fn knows(&self, headers: &HeaderMap) -> bool {
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|cookie| cookie.trim().strip_prefix("miniclient="))
            .any(|cookie| self.keys.know(cookie))
    }

    /// Whether the page itself asks, or the person: another page on this computer counts as the same site, whose requests
    /// bring the cookie along.
    fn is_ours(&self, head: &Parts) -> bool {
        let one = |name: &str| head.headers.get(name).map(HeaderValue::as_bytes);
        let origin = one("origin")
            .map(|origin| origin.strip_prefix(b"http://") == Some(self.host.as_bytes()));
        let site =
            one("sec-fetch-site").is_none_or(|site| matches!(site, b"same-origin" | b"none"));
        site && origin.unwrap_or(head.method == Method::GET)
    }

    /// Hands the cookie over. The page is then asked for by this page: a cookie that only goes to its own site does not
    /// come along where a file sends the browser.
    fn enter(&self, cookie: &str, words: Tongue) -> Answer {
        let mut body = Html::default();
        body.raw("<!doctype html><html lang=\"").raw(words.language);
        body.raw("\"><head><meta charset=\"utf-8\"><title>MiniClient</title><link rel=\"icon\" href=\"icon.svg\"><meta http-equiv=\"refresh\" content=\"0;url=./\">");
        body.raw("</head><body><p>")
            .text(words.opening)
            .raw("</p></body></html>\n");
        let mut answer = page(StatusCode::OK, &body);
        let cookie = format!(
            "miniclient={cookie}; Path=/{}/; HttpOnly; SameSite=Strict",
            self.path
        );
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            answer.headers_mut().insert(header::SET_COOKIE, cookie);
        }
        answer
    }

    fn events(&self, words: Tongue) -> Answer {
        let Ok(permit) = Arc::clone(&self.live).try_acquire_owned() else {
            return Denial::busy().response().map(Either::Left);
        };
        let (to, from) = mpsc::channel(1);
        let (sources, stop) = (self.sources.clone(), self.stop.clone());
        // It ends when nobody reads what it sends.
        tokio::spawn(async move {
            live::send(sources, words, to, stop).await;
            drop(permit);
        });
        let mut answer = answer(StatusCode::OK, "text/event-stream", Full::default());
        *answer.body_mut() = Either::Right(Events(from));
        answer
    }

    /// Dials what a form says. What becomes of it is among the calls.
    fn dial(&self, form: &[u8], words: Tongue) -> Answer {
        let field = |wanted: &str| {
            let mut fields = url::form_urlencoded::parse(form);
            fields
                .find(|(name, _)| name == wanted)
                .map(|(_, value)| value.into_owned())
        };
        let given = field("number").unwrap_or_default();
        let number = match DialNumber::typed(&given) {
            Ok(number) => number,
            Err(error) => {
                let why = error.to_string();
                let why = words.said(&why);
                return page(
                    StatusCode::BAD_REQUEST,
                    &notice(words, words.no_number, &[&why], true),
                );
            }
        };
        let from = match field("from").as_deref() {
            None | Some("command") => DialOrigin::Command,
            Some(_) => DialOrigin::Caller,
        };
        let Sources {
            dialler, journal, ..
        } = self.sources.clone();
        tokio::spawn(async move {
            let dialled = dialler.dial(&number, from, Duration::ZERO, || {}).await;
            // The feed tells what becomes of it, but for a repetition.
            if let Ok(dialled) = dialled
                && dialled.repeated
            {
                journal
                    .teller()
                    .tell(|| Happening::Dialled { from, dialled });
            }
        });
        let mut answer = answer(StatusCode::SEE_OTHER, "text/plain", Full::default());
        answer
            .headers_mut()
            .insert(header::LOCATION, HeaderValue::from_static("./"));
        answer
    }
}

impl Site for PageSite {
    type Body = Either<Full<Bytes>, Events>;

    fn refused(&self, denial: &Denial, peer: SocketAddr) {
        tracing::debug!(%peer, code = denial.code, "a connection to the page was refused");
    }

    async fn answer(&self, request: Request<Incoming>, _: SocketAddr, _: SocketAddr) -> Answer {
        self.respond(request).await
    }
}

fn page(status: StatusCode, html: &Html) -> Answer {
    let body = Full::from(html.as_str().to_owned());
    answer(status, "text/html; charset=utf-8", body)
}

fn answer(status: StatusCode, kind: &'static str, body: Full<Bytes>) -> Answer {
    let mut answer = Response::new(Either::Left(body));
    *answer.status_mut() = status;
    let headers = [
        ("content-type", kind),
        ("content-security-policy", POLICY),
        ("cache-control", "no-store"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("referrer-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
    ];
    for (name, value) in headers {
        answer
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    answer
}
