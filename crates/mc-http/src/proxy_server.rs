//! Which proxy leads to a server, for who opens connections without an HTTP client.

use std::fmt;

use hyper_util::client::proxy::matcher::Matcher;
use url::Url;

use crate::authority::authority;
use crate::proxy::ProxySetting;

/// A proxy that leads to a server.
#[derive(Clone, PartialEq, Eq)]
pub struct ProxyServer {
    scheme: String,
    host: String,
    port: u16,
    authorization: Option<String>,
}

impl ProxyServer {
    /// The proxy that an HTTP client with this setting would take to `https://` this host (a name, or an address without
    /// brackets) and port, if any. What the system says is asked anew each time.
    #[must_use]
    pub fn find(setting: &ProxySetting, host: &str, port: u16) -> Option<Self> {
        let server = Url::parse(&format!("https://{}", authority(host, port)));
        Self::to(setting, &server.ok()?)
    }

    /// The proxy that an HTTP client with this setting would take to this URL, if any.
    #[must_use]
    pub fn to(setting: &ProxySetting, server: &Url) -> Option<Self> {
        let matcher = match setting {
            ProxySetting::System => Matcher::from_system(),
            ProxySetting::None => return None,
            ProxySetting::Url(url) => Matcher::builder().all(url.as_str()).build(),
        };
        let found = matcher.intercept(&server.as_str().parse().ok()?)?;
        let scheme = found.uri().scheme_str()?;
        let usual = if scheme == "https" { 443 } else { 80 };
        let authorization = found.basic_auth().and_then(|value| value.to_str().ok());
        Some(Self {
            scheme: scheme.to_owned(),
            host: found.uri().host()?.trim_matches(['[', ']']).to_owned(),
            port: found.uri().port_u16().unwrap_or(usual),
            authorization: authorization.map(ToOwned::to_owned),
        })
    }

    /// Its name, or its address without brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether it speaks HTTP: `http://` or `https://`. The system may name one that speaks SOCKS.
    #[must_use]
    pub fn speaks_http(&self) -> bool {
        self.scheme == "http" || self.is_encrypted()
    }

    /// Whether the way to the proxy itself is encrypted.
    #[must_use]
    pub fn is_encrypted(&self) -> bool {
        self.scheme == "https"
    }

    /// The value of `Proxy-Authorization`: the user and the password of its URL.
    #[must_use]
    pub fn authorization(&self) -> Option<&str> {
        self.authorization.as_deref()
    }
}

impl fmt::Display for ProxyServer {
    /// Scheme, host and port.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.scheme, authority(&self.host, self.port))
    }
}

impl fmt::Debug for ProxyServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ProxyServer({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(setting: &str) -> Option<ProxyServer> {
        ProxyServer::find(&setting.parse().unwrap(), "broker.example.com", 443)
    }

    #[test]
    fn a_url_is_the_proxy_with_its_user_and_its_password_is_not_shown() {
        let proxy = find("http://pc%2017:ge%3Aheim@Proxy.example:3128/x").unwrap();
        assert_eq!(proxy.to_string(), "http://proxy.example:3128");
        assert_eq!(
            format!("{proxy:?}"),
            "ProxyServer(http://proxy.example:3128)"
        );
        // pc 17:ge:heim
        assert_eq!(proxy.authorization(), Some("Basic cGMgMTc6Z2U6aGVpbQ=="));
        assert!(proxy.speaks_http() && !proxy.is_encrypted());

        let proxy = find("https://[2001:db8::1]").unwrap();
        assert_eq!(proxy.to_string(), "https://[2001:db8::1]:443");
        assert_eq!((proxy.host(), proxy.port()), ("2001:db8::1", 443));
        assert!(proxy.is_encrypted() && proxy.authorization().is_none());
        assert_eq!(find("http://proxy").unwrap().port(), 80);
    }

    #[test]
    fn none_is_none() {
        assert_eq!(find("none"), None);
    }
}
