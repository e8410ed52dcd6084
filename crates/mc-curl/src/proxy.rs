//! Which proxy a request goes through: curl's rules (curl manual page, `--proxy`, `--noproxy` and
//! "Environment").

use std::env;

use mc_http::NoProxy;
use url::Url;

use crate::error::SenderError;
use crate::percent;
use crate::settings::Settings;

/// The proxies that curl takes from the environment where a command names none.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProxyEnvironment {
    /// `http_proxy`; in lower case only, since `HTTP_PROXY` can be a request's header to a CGI program.
    pub http: Option<String>,
    /// `https_proxy`, else `HTTPS_PROXY`.
    pub https: Option<String>,
    /// `all_proxy`, else `ALL_PROXY`.
    pub all: Option<String>,
    /// `no_proxy`, else `NO_PROXY`.
    pub no_proxy: Option<String>,
}

impl ProxyEnvironment {
    /// What this process's environment says. On Windows, names of variables are not case-sensitive.
    pub fn from_env() -> Self {
        let first = |names: &[&str]| {
            names
                .iter()
                .find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()))
        };
        Self {
            http: first(&["http_proxy"]),
            https: first(&["https_proxy", "HTTPS_PROXY"]),
            all: first(&["all_proxy", "ALL_PROXY"]),
            no_proxy: first(&["no_proxy", "NO_PROXY"]),
        }
    }
}

impl std::fmt::Debug for ProxyEnvironment {
    /// Shows which are set: their addresses may hold passwords.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProxyEnvironment")
            .field("http", &self.http.is_some())
            .field("https", &self.https.is_some())
            .field("all", &self.all.is_some())
            .field("no_proxy", &self.no_proxy)
            .finish()
    }
}

/// A proxy, with its port and its user.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Proxy {
    pub(crate) url: String,
    pub(crate) user: Option<(String, String)>,
    /// What it is told when it makes a tunnel.
    pub(crate) headers: Vec<(String, String)>,
}

impl Proxy {
    /// What `--proxy-header` adds to a request that goes to it without a tunnel.
    pub(crate) fn added<'s>(
        &self,
        settings: &'s Settings,
        url: &Url,
    ) -> impl Iterator<Item = (String, String)> + use<'s> {
        let sent = url.scheme() == "http" && self.speaks_http();
        given(settings).filter(move |_| sent)
    }

    fn speaks_http(&self) -> bool {
        self.url.starts_with("http")
    }
}

fn given(settings: &Settings) -> impl Iterator<Item = (String, String)> {
    let headers = settings.proxy_headers.iter();
    headers.filter_map(|(name, value)| Some((name.clone(), value.clone()?)))
}

impl Proxy {
    /// Whether the way to it is encrypted.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.url.starts_with("https:")
    }
}

/// The proxy for a request to this address.
pub(crate) fn choose(
    settings: &Settings,
    environment: &ProxyEnvironment,
    url: &Url,
    agent: Option<&str>,
) -> Result<Option<Proxy>, SenderError> {
    let by_scheme = if url.scheme() == "https" {
        &environment.https
    } else {
        &environment.http
    };
    let named = settings
        .proxy
        .as_ref()
        .or(by_scheme.as_ref())
        .or(environment.all.as_ref());
    let Some(named) = named.filter(|named| !named.is_empty()) else {
        return Ok(None);
    };
    let exceptions = settings.no_proxy.as_ref().or(environment.no_proxy.as_ref());
    if exceptions
        .is_some_and(|list| NoProxy::parse(list).contains(url.host_str().unwrap_or_default()))
    {
        return Ok(None);
    }
    let mut proxy = parse(named).ok_or(SenderError::Proxy)?;
    if let Some((user, password)) = settings
        .proxy_user
        .as_ref()
        .and_then(|user| user.split_once(':'))
    {
        proxy.user = Some((user.to_owned(), password.to_owned()));
    }
    if url.scheme() == "https" && proxy.speaks_http() {
        let mut named = settings.proxy_headers.iter();
        let named = named.any(|(name, _)| name.eq_ignore_ascii_case("user-agent"));
        let agent = agent.filter(|_| !named);
        let agent = agent.map(|agent| ("User-Agent".to_owned(), agent.to_owned()));
        proxy.headers = agent.into_iter().chain(given(settings)).collect();
    }
    Ok(Some(proxy))
}

/// A proxy's address: `http://` where no scheme is given, port 1080 where none is (443 with `https://`).
fn parse(text: &str) -> Option<Proxy> {
    #[cfg(feature = "socks")]
    const SCHEMES: &[&str] = &["http", "https", "socks4", "socks4a", "socks5", "socks5h"];
    #[cfg(not(feature = "socks"))]
    const SCHEMES: &[&str] = &["http", "https"];
    let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
    let scheme = scheme.to_ascii_lowercase();
    let scheme = if scheme == "socks" {
        "socks5".to_owned()
    } else {
        scheme
    };
    if !SCHEMES.contains(&scheme.as_str()) {
        return None;
    }
    let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
    let (user, host) = authority
        .rsplit_once('@')
        .map_or((None, authority), |(user, host)| (Some(user), host));
    let has_port = host
        .rsplit_once(':')
        .is_some_and(|(_, port)| !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()));
    let port = match (has_port, scheme.as_str()) {
        (true, _) => "",
        (false, "https") => ":443",
        (false, _) => ":1080",
    };
    let url = format!("{scheme}://{host}{port}");
    Url::parse(&url).ok().filter(Url::has_host)?;
    let user = user.map(|user| {
        let (name, password) = user.split_once(':').unwrap_or((user, ""));
        (percent::decode(name), percent::decode(password))
    });
    Some(Proxy {
        url,
        user,
        headers: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment() -> ProxyEnvironment {
        ProxyEnvironment {
            http: Some("proxy.example:3128".to_owned()),
            https: Some("http://u:p%40w@secure.example".to_owned()),
            all: None,
            no_proxy: Some("internal.example, 10.0.0.0/8 .dotted.example".to_owned()),
        }
    }

    fn chosen(settings: &Settings, url: &str) -> Option<String> {
        choose(settings, &environment(), &Url::parse(url).unwrap(), None)
            .unwrap()
            .map(|proxy| proxy.url)
    }

    #[test]
    fn the_environment_names_a_proxy_for_each_scheme() {
        let settings = Settings::default();
        assert_eq!(
            chosen(&settings, "http://crm.example/").as_deref(),
            Some("http://proxy.example:3128")
        );
        assert_eq!(
            chosen(&settings, "https://crm.example/").as_deref(),
            Some("http://secure.example:1080")
        );
        let proxy = choose(
            &settings,
            &environment(),
            &Url::parse("https://crm.example/").unwrap(),
            None,
        )
        .unwrap()
        .unwrap();
        assert_eq!(proxy.user, Some(("u".to_owned(), "p@w".to_owned())));
    }

    #[test]
    fn a_proxy_without_a_port_has_the_usual_one() {
        for (text, expected) in [
            ("p.example", Some("http://p.example:1080")),
            ("p.example:", None),
            ("https://p.example/", Some("https://p.example:443")),
            ("p.example:8080", Some("http://p.example:8080")),
            ("[::1]", Some("http://[::1]:1080")),
            ("[::1]:", None),
            ("[::1]:8080", Some("http://[::1]:8080")),
            ("p.example:x", None),
            ("p.example::", None),
            ("::1", None),
        ] {
            let url = parse(text).map(|proxy| proxy.url);
            assert_eq!(url.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn an_empty_variable_names_no_proxy() {
        const NAME: &str = "proxy::tests::an_empty_variable_names_no_proxy";
        const INSIDE: &str = "MC_CURL_TEST_INSIDE";
        if env::var_os(INSIDE).is_some() {
            let found = ProxyEnvironment::from_env();
            let named = |name: &str| Some(name.to_owned());
            assert_eq!(
                (found.http, found.https, found.all, found.no_proxy),
                (named("h:1"), named("s:1"), None, named("x")),
            );
            return;
        }
        // A process's own variables cannot be changed while others read them.
        let mut inside = std::process::Command::new(env::current_exe().unwrap());
        for name in ["https_proxy", "ALL_PROXY", "no_proxy"] {
            inside.env_remove(name);
        }
        let said = inside
            .args(["--exact", NAME])
            .env(INSIDE, "1")
            .env("http_proxy", "h:1")
            .env("HTTPS_PROXY", "s:1")
            .env("all_proxy", "")
            .env("NO_PROXY", "x")
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&said.stdout);
        assert!(
            said.status.success() && text.contains("1 passed"),
            "{said:?}"
        );
    }

    #[test]
    fn which_are_set_is_shown_and_no_password() {
        let shown = format!("{:?}", environment());
        assert!(
            shown.contains("https: true, all: false") && !shown.contains("p%40w"),
            "{shown}"
        );
    }

    #[test]
    fn options_have_precedence_over_the_environment() {
        let none = Settings {
            proxy: Some(String::new()),
            ..Settings::default()
        };
        assert_eq!(chosen(&none, "http://crm.example/"), None);
        let all = Settings {
            no_proxy: Some("*".to_owned()),
            ..Settings::default()
        };
        assert_eq!(chosen(&all, "http://crm.example/"), None);
        let emptied = Settings {
            no_proxy: Some(String::new()),
            ..Settings::default()
        };
        assert!(chosen(&emptied, "http://internal.example/").is_some());
        let named = Settings {
            proxy: Some("socks5h://other".to_owned()),
            ..Settings::default()
        };
        assert_eq!(
            chosen(&named, "http://crm.example/").as_deref(),
            Some("socks5h://other:1080")
        );
        let wrong = Settings {
            proxy: Some("ftp://other".to_owned()),
            ..Settings::default()
        };
        assert!(
            choose(
                &wrong,
                &environment(),
                &Url::parse("http://crm.example/").unwrap(),
                None,
            )
            .is_err()
        );
    }

    #[test]
    fn headers_for_a_proxy_go_with_the_request_only_where_there_is_no_tunnel() {
        let added = |proxy: &str, url: &str| {
            let settings = Settings {
                proxy: Some(proxy.to_owned()),
                proxy_headers: vec![
                    ("X-Site".to_owned(), Some("7".to_owned())),
                    ("X-Taken-Away".to_owned(), None),
                ],
                ..Settings::default()
            };
            let url = Url::parse(url).unwrap();
            let chosen = choose(&settings, &ProxyEnvironment::default(), &url, Some("agent"));
            let proxy = chosen.unwrap().unwrap();
            let told = |headers: Vec<(String, String)>| {
                headers
                    .iter()
                    .map(|(name, value)| format!("{name}={value}"))
                    .collect::<Vec<_>>()
                    .join(" ")
            };
            (
                told(proxy.added(&settings, &url).collect()),
                told(proxy.headers),
            )
        };
        let found = |request: &str, tunnel: &str| (request.to_owned(), tunnel.to_owned());
        let tunnelled = found("", "User-Agent=agent X-Site=7");
        assert_eq!(
            added("p.example:1", "http://crm.example/"),
            found("X-Site=7", "")
        );
        assert_eq!(
            added("https://p.example", "http://crm.example/"),
            found("X-Site=7", "")
        );
        assert_eq!(added("p.example:1", "https://crm.example/"), tunnelled);
        #[cfg(feature = "socks")]
        for url in ["http://crm.example/", "https://crm.example/"] {
            assert_eq!(added("socks5://p.example", url), found("", ""));
        }
    }
}
