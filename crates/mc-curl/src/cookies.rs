//! One cookie (RFC 6265), as servers set it and files bring it, read as curl reads it.

use std::net::IpAddr;
use std::time::{Duration, SystemTime};

use url::Url;

/// The longest `Set-Cookie` that is read, and the longest name with its value: curl's.
const LONGEST_LINE: usize = 5000;
const LONGEST_COOKIE: usize = 4096;

#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Cookie {
    pub(crate) name: String,
    pub(crate) value: String,
    /// In small letters, without a dot before it.
    pub(crate) domain: String,
    /// Whether names below the domain get it too.
    pub(crate) below: bool,
    pub(crate) path: String,
    pub(crate) secure: bool,
    /// None: with the session.
    pub(crate) until: Option<SystemTime>,
    /// Whether a server set it, and not a file.
    pub(crate) live: bool,
}

impl Cookie {
    /// A line of `Set-Cookie`, from this address; none from a file, whose lines say where they belong.
    pub(crate) fn parse(line: &str, from: Option<&Url>, now: SystemTime) -> Option<Self> {
        let mut parts = line.split(';');
        let (name, value) = parts.next()?.split_once('=')?;
        let (name, value) = (name.trim(), value.trim());
        let fits = line.len() <= LONGEST_LINE && name.len() + value.len() <= LONGEST_COOKIE;
        if name.is_empty()
            || !fits
            || name.contains('\t')
            || has_control(name)
            || has_control(value)
        {
            return None;
        }
        let host = from.map(|url| url.host_str().unwrap_or_default().to_ascii_lowercase());
        let mut cookie = Self {
            name: name.to_owned(),
            value: value.to_owned(),
            domain: host.clone().unwrap_or_default(),
            below: false,
            path: cookie_path(from.map_or("/", |url| {
                let path = url.path();
                path.rfind('/').map_or("/", |last| &path[..=last])
            })),
            secure: false,
            until: None,
            live: from.is_some(),
        };
        let mut age = None;
        for part in parts {
            let (key, value) = part.split_once('=').unwrap_or((part, ""));
            let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
            match key.as_str() {
                "secure" => cookie.secure = true,
                "path" => cookie.path = cookie_path(value),
                "domain" if !value.is_empty() => {
                    let domain = value
                        .strip_prefix('.')
                        .unwrap_or(value)
                        .to_ascii_lowercase();
                    if host.as_ref().is_some_and(|host| !may_set(host, &domain)) {
                        return None;
                    }
                    cookie.below = domain.parse::<IpAddr>().is_err();
                    cookie.domain = domain;
                }
                "max-age" if !value.is_empty() => age = Some(max_age(value, now)),
                "expires" => cookie.until = date(value).or(cookie.until),
                _ => {}
            }
        }
        cookie.until = age.unwrap_or(cookie.until);
        let whole_host = cookie.secure && cookie.path == "/" && !cookie.below;
        let kept = !cookie.domain.is_empty()
            && (!cookie.secure || from.is_none_or(is_secure))
            && (!name.starts_with("__Secure-") || cookie.secure)
            && (!name.starts_with("__Host-") || whole_host);
        kept.then_some(cookie)
    }

    /// A line of a file in Netscape's format: seven fields, tabs between them.
    fn parse_netscape(line: &str) -> Option<Self> {
        let fields: Vec<_> = line.split('\t').collect();
        let &[domain, below, path, secure, until, name] = fields.get(..6)? else {
            return None;
        };
        let value = fields.get(6).copied().unwrap_or_default();
        let is_true = |text: &str| text.eq_ignore_ascii_case("true");
        let until = until.parse::<u64>().ok()?;
        let bad = domain.is_empty() || name.is_empty() || has_control(name) || has_control(value);
        (fields.len() < 8 && !bad).then(|| Self {
            name: name.to_owned(),
            value: value.to_owned(),
            domain: domain.trim_start_matches('.').to_ascii_lowercase(),
            below: is_true(below),
            path: cookie_path(path),
            secure: is_true(secure),
            until: (until > 0)
                .then(|| SystemTime::UNIX_EPOCH + Duration::from_secs(until.min(u32::MAX.into()))),
            live: false,
        })
    }

    pub(crate) fn is_over(&self, now: SystemTime) -> bool {
        self.until.is_some_and(|until| until <= now)
    }

    pub(crate) fn is_for(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let host_fits = host.eq_ignore_ascii_case(&self.domain)
            || (self.below && is_below(&host.to_ascii_lowercase(), &self.domain));
        let path_fits = match url.path().strip_prefix(&self.path) {
            Some(rest) => self.path == "/" || rest.is_empty() || rest.starts_with('/'),
            None => false,
        };
        host_fits && path_fits && (!self.secure || is_secure(url))
    }

    /// Whether it takes another one's place.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        (&self.name, &self.domain, self.below, &self.path)
            == (&other.name, &other.domain, other.below, &other.path)
    }
}

/// The cookies of a file: `Set-Cookie:` lines, or Netscape's format. The error is a sentence.
pub(crate) fn read(text: &str) -> Result<Vec<Cookie>, String> {
    const PREFIX: &str = "set-cookie:";
    let mut cookies = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.strip_prefix("#HttpOnly_").unwrap_or(line);
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let header = line
            .get(..PREFIX.len())
            .filter(|begin| begin.eq_ignore_ascii_case(PREFIX));
        let cookie = if header.is_some() {
            Cookie::parse(&line[PREFIX.len()..], None, SystemTime::now())
        } else {
            Cookie::parse_netscape(line)
        };
        cookies.push(cookie.ok_or_else(|| {
            format!("line {} is no cookie: seven fields with tabs between them, or Set-Cookie: with its domain", number + 1)
        })?);
    }
    Ok(cookies)
}

/// Without those that end with a session (`-j`).
pub(crate) fn without_session(cookies: Vec<Cookie>) -> Vec<Cookie> {
    cookies
        .into_iter()
        .filter(|one| one.until.is_some())
        .collect()
}

fn has_control(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_control() && c != '\t')
}

/// Whether secure cookies may go there: over TLS, or to this computer.
pub(crate) fn is_secure(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    url.scheme() == "https" || ["localhost", "127.0.0.1", "[::1]"].contains(&host)
}

pub(crate) fn is_below(host: &str, domain: &str) -> bool {
    let before = host
        .strip_suffix(domain)
        .and_then(|rest| rest.strip_suffix('.'));
    before.is_some_and(|before| !before.is_empty()) && host.parse::<IpAddr>().is_err()
}

/// Whether a host may set cookies for a domain: for itself, and for what it belongs to, as far as that can be
/// told without the list of public suffixes (<https://publicsuffix.org>), which is larger than this program.
fn may_set(host: &str, domain: &str) -> bool {
    const SECOND_LEVEL: [&str; 15] = [
        "ac", "co", "com", "edu", "go", "gob", "gov", "gv", "ltd", "mil", "ne", "net", "nom", "or",
        "org",
    ];
    let shared = match domain.rsplit_once('.') {
        None => true,
        Some((before, country)) => country.len() == 2 && SECOND_LEVEL.contains(&before),
    };
    host == domain || (is_below(host, domain) && !shared)
}

/// A path as it is compared: `/` for one that is none, without a slash at its end.
fn cookie_path(path: &str) -> String {
    let path = path.trim_matches('"');
    if !path.starts_with('/') || path.len() == 1 {
        return "/".to_owned();
    }
    path.strip_suffix('/').unwrap_or(path).to_owned()
}

/// When a cookie of this age ends: never, where that is beyond all time, and at once, where it is none.
fn max_age(text: &str, now: SystemTime) -> Option<SystemTime> {
    let digits = text.trim_matches('"');
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds = digits.parse().unwrap_or(u64::MAX);
        return now.checked_add(Duration::from_secs(seconds));
    }
    Some(now)
}

/// A date as servers write it: `Wed, 21 Oct 2015 07:28:00 GMT`, with dashes, with two digits for the year.
fn date(text: &str) -> Option<SystemTime> {
    let spaced = text.trim_matches('"').replace('-', " ");
    let &[week_day, day, month, year, time, ..] =
        &spaced.split_whitespace().collect::<Vec<_>>()[..]
    else {
        return None;
    };
    let century = match year.len() {
        2 if year < "70" => "20",
        2 => "19",
        _ => "",
    };
    let week_day = week_day.get(..3)?;
    httpdate::parse_http_date(&format!(
        "{week_day}, {day:0>2} {month} {century}{year} {time} GMT"
    ))
    .ok()
}
