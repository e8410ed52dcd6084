//! One try: a request, and those that redirects and logins make of it.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::Method;
use http::header::{CONTENT_LENGTH, HOST, HeaderMap, HeaderValue, LOCATION, RETRY_AFTER};
use reqwest::Response;
use url::{Position, Url};

use crate::body::{self, Body};
use crate::connect::noting_reuse;
use crate::error::SenderError;
use crate::export;
use crate::failure::{self, Failure};
use crate::jar::Jar;
use crate::login::Login;
use crate::pool::{Pool, Reuse};
use crate::proxy::Proxy;
use crate::request::{Answering, Credentials, Hop, Kind, Request};
use crate::settings::Fail;

/// What servers have said to the requests before.
pub(crate) struct Memory<'j> {
    pub(crate) login: Login,
    pub(crate) jar: &'j mut Jar,
}

/// One try, and how far it came.
#[derive(Default)]
pub(crate) struct Attempt {
    pub(crate) status: Option<u16>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
    pub(crate) redirects: u32,
    pub(crate) retry_after: Option<Duration>,
}

/// A request, and those that redirects make of it.
pub(crate) async fn follow(
    pool: &Pool,
    request: &Request,
    memory: &mut Memory<'_>,
    attempt: &mut Attempt,
) -> Result<(), Failure> {
    let redirects = &request.settings.redirects;
    let mut url = request.url.clone();
    let mut hop = request.first_hop();
    loop {
        memory.login.sign(request, &url, &mut hop);
        hop.cookies = request
            .engine
            .as_ref()
            .and_then(|_| memory.jar.header(&url));
        let response = once(pool, request, &url, &hop).await?;
        let status = response.status();
        attempt.status = Some(status.as_u16());
        response.headers().clone_into(&mut attempt.headers);
        if request.engine.is_some() {
            memory.jar.take(&url, response.headers());
        }
        if memory
            .login
            .again(request, &hop, status.as_u16(), response.headers())
        {
            continue;
        }
        // Zero is none, as with curl.
        attempt.retry_after = response
            .headers()
            .get(RETRY_AFTER)
            .and_then(|value| mc_http::retry_after(value.to_str().ok()?, SystemTime::now()))
            .filter(|wait| !wait.is_zero());
        let location = response
            .headers()
            .get(LOCATION)
            .filter(|_| redirects.follow && status.is_redirection());
        let location = location
            .map(|location| location_text(location.as_bytes()))
            .filter(|text| !text.is_empty());
        let Some(location) = location else {
            return finish(pool, request, &url, response, attempt).await;
        };
        if redirects.most.is_some_and(|most| attempt.redirects >= most) {
            return Err(Failure::new(
                47,
                format!("more than {} redirects", attempt.redirects),
            ));
        }
        attempt.redirects += 1;
        let next = url
            .join(&location)
            .map_err(|_| Failure::new(3, "the redirect leads to what is no URL"))?;
        if !["http", "https"].contains(&next.scheme()) {
            return Err(Failure::new(
                1,
                "the redirect leads to another scheme than http and https",
            ));
        }
        // Its body is for nobody: the connection goes with it, unless all of it is there.
        drop(response);
        let previous = std::mem::replace(&mut url, next);
        hop = redirected(request, &hop, status.as_u16(), &previous, &mut url);
    }
}

/// What a redirect makes of a request (curl manual page, `--location`).
fn redirected(request: &Request, hop: &Hop, status: u16, previous: &Url, next: &mut Url) -> Hop {
    let redirects = &request.settings.redirects;
    // A user given with an option stays; one in the address lasts until another address has one.
    let from_url = Credentials::take_from(next).filter(|_| !request.user_given);
    let keeps_post = match status {
        301 => redirects.keep_post[0],
        302 => redirects.keep_post[1],
        303 => redirects.keep_post[2],
        _ => true,
    };
    let posts = matches!(hop.kind, Kind::Post | Kind::Form);
    let kind = match (status, hop.kind) {
        (301..=303, _) if posts && !keeps_post => Kind::Get,
        (303, Kind::Put) => Kind::Get,
        (_, kind) => kind,
    };
    let first = &request.url;
    let same_host = next.host_str() == first.host_str();
    let same_port = |a: &Url, b: &Url| {
        a.port_or_known_default() == b.port_or_known_default() && a.scheme() == b.scheme()
    };
    Hop {
        kind,
        same_server: redirects.trusted || (same_host && same_port(next, first)),
        same_host,
        forgets_user: hop.forgets_user || !(redirects.trusted || same_port(next, previous)),
        credentials: from_url.or_else(|| hop.credentials.clone()),
        referer: redirects.auto_referer.then(|| {
            let mut referer = previous.clone();
            referer.set_fragment(None);
            referer.to_string()
        }),
        answering: Answering::Nothing,
        cookies: None,
    }
}

/// One request and the head of its answer.
///
/// A connection that was used before may be dead without anybody knowing. Where no byte of an answer has
/// come, the request goes out once more on a connection of its own, as curl sends it; only such methods use
/// a connection again as may be sent twice.
async fn once(pool: &Pool, request: &Request, url: &Url, hop: &Hop) -> Result<Response, Failure> {
    let method = request.method_for(hop.kind);
    let client = |reuse| {
        let agent = request.agent.as_deref();
        let client = pool.client(&request.settings, url, agent, reuse);
        client.map_err(|error| match error {
            SenderError::Certificates(_) => Failure::new(77, error.to_string()),
            SenderError::Identity { .. } => Failure::new(58, error.to_string()),
            SenderError::Proxy => Failure::new(5, error.to_string()),
            SenderError::Route(_) => Failure::new(7, error.to_string()),
            SenderError::Tls(_) => Failure::new(35, error.to_string()),
        })
    };
    let body = request.body_for(hop.kind).map_or(0, Bytes::len);
    let (first, proxy) = client(pool.reuse(&request.settings, &method, url, body))?;
    let wire = || wire(request, url, hop, &method, proxy.as_ref());
    let (mut outcome, reused) = noting_reuse(first.execute(wire()?)).await;
    if reused && method.is_idempotent() && outcome.as_ref().is_err_and(failure::is_dead_connection)
    {
        outcome = client(Reuse::Never)?.0.execute(wire()?).await;
    }
    let response = outcome.map_err(|error| Failure::from_client(&error, url, proxy.is_some()))?;
    pool.spoke(url, response.version());
    Ok(response)
}

fn wire(
    request: &Request,
    url: &Url,
    hop: &Hop,
    method: &Method,
    proxy: Option<&Proxy>,
) -> Result<reqwest::Request, Failure> {
    let mut wire = reqwest::Request::new(method.clone(), url.clone());
    let routes = request.settings.routes.of(url).filter(|_| proxy.is_none());
    let mut headers = request.headers_for(hop);
    if let Some(proxy) = proxy {
        headers.extend(proxy.added(&request.settings, url));
    }
    *wire.headers_mut() = export::header_map(headers)
        .map_err(|(name, _)| Failure::new(43, format!("the header {name} cannot be sent")))?;
    if let Some(body) = request.body_for(hop.kind) {
        let body = if hop.is_bare() { &Bytes::new() } else { body };
        // An empty body has a length too.
        if body.is_empty() {
            wire.headers_mut()
                .insert(CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        *wire.body_mut() = Some(body.clone().into());
    }
    if let Some(port) = routes.and_then(|route| route.port) {
        // The server is told what the URL says.
        let authority = &url[Position::BeforeHost..Position::AfterPort];
        if let (false, Ok(authority)) = (wire.headers().contains_key(HOST), authority.parse()) {
            wire.headers_mut().insert(HOST, authority);
        }
        // Only a URL without a host refuses.
        let _ = wire.url_mut().set_port(Some(port));
    }
    if request.is_http10() {
        *wire.version_mut() = http::Version::HTTP_10;
    }
    Ok(wire)
}

/// The body of the last answer, and what its status means.
async fn finish(
    pool: &Pool,
    request: &Request,
    url: &Url,
    response: Response,
    attempt: &mut Attempt,
) -> Result<(), Failure> {
    let status = response.status().as_u16();
    let failed = || {
        let text = format!("the server answers with status {status}");
        Err(Failure::new(22, text))
    };
    let fails = request.settings.fail != Fail::No && status >= 400;
    if fails && request.settings.fail == Fail::Silent {
        // Its body is for nobody: the connection goes with it, unless all of it is there.
        return failed();
    }
    // Asked for headers alone, with a method that brings a body too: curl does not read it.
    let read = if request.kind == Kind::Head {
        Ok(())
    } else {
        let unpacks = request.settings.compressed;
        body::read(response, &pool.options, unpacks, &mut attempt.body).await
    };
    if fails {
        return failed();
    }
    read.map_err(|fault| Failure::from_body(&fault, url))
}

/// `Location`, with spaces as curl writes them: `%20` in a path, `+` in a query.
fn location_text(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let (path, query) = text.split_at(text.find('?').unwrap_or(text.len()));
    format!(
        "{}{}",
        path.trim_start().replace(' ', "%20"),
        query.replace(' ', "+")
    )
}

#[cfg(test)]
mod tests;
