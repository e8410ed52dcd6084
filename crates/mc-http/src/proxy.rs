//! Which proxy, and for which hosts none.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use url::Url;

/// The way to a server, as a setting.
#[derive(Clone, Default, PartialEq, Eq)]
pub enum ProxySetting {
    /// What the system says: `http_proxy`, `https_proxy` and `no_proxy` of the environment, and on Windows its settings
    /// for those that are not set.
    /// Automatic configuration scripts (PAC, WPAD) are not read.
    #[default]
    System,
    /// None: straight to the server.
    None,
    /// This one, for every call.
    Url(Url),
}

/// A text that is no proxy setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the proxy must be \"system\", \"none\" or a URL such as http://proxy.example.com:8080")]
pub struct ProxyError;

impl ProxySetting {
    /// The proxy that is configured by its URL, by scheme, host and port alone: its URL may hold a password.
    #[must_use]
    pub fn origin(&self) -> Option<String> {
        match self {
            Self::Url(url) => Some(url.origin().ascii_serialization()),
            _ => None,
        }
    }
}

impl FromStr for ProxySetting {
    type Err = ProxyError;

    /// Reads `system`, `none` or the URL of an HTTP proxy.
    fn from_str(text: &str) -> Result<Self, ProxyError> {
        if text.eq_ignore_ascii_case("system") {
            return Ok(Self::System);
        }
        if text.eq_ignore_ascii_case("none") {
            return Ok(Self::None);
        }
        Url::parse(text)
            .ok()
            .filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
            .map(Self::Url)
            .ok_or(ProxyError)
    }
}

impl fmt::Debug for ProxySetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System => f.write_str("System"),
            Self::None => f.write_str("None"),
            Self::Url(url) => write!(f, "Url({})", url.origin().ascii_serialization()),
        }
    }
}

/// The hosts that are reached without a proxy, as curl and others read `no_proxy` (curl manual page, `--noproxy`):
/// names with all that ends with them, addresses, networks as `10.0.0.0/8`, between commas or spaces; `*` alone is
/// every host.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NoProxy {
    all: bool,
    networks: Vec<IpNet>,
    names: Vec<String>,
}

impl NoProxy {
    /// Reads a list. What is neither an address nor a network is taken as a name.
    #[must_use]
    pub fn parse(list: &str) -> Self {
        let mut hosts = Self {
            all: list.trim() == "*",
            ..Self::default()
        };
        let entries = list
            .split([',', ' ', '\t'])
            .filter(|entry| !entry.is_empty());
        for entry in entries {
            if let Some(network) = network(entry) {
                hosts.networks.push(network);
            } else {
                let name = bare_name(entry.strip_prefix('.').unwrap_or(entry));
                hosts
                    .names
                    .extend(Some(name).filter(|name| !name.is_empty()));
            }
        }
        hosts
    }

    /// Whether this host (a name or an address, IPv6 with or without brackets) is in the list.
    #[must_use]
    pub fn contains(&self, host: &str) -> bool {
        if self.all {
            return true;
        }
        if let Ok(address) = unbracketed(host).parse::<IpAddr>() {
            return self
                .networks
                .iter()
                .any(|network| network.contains(&address));
        }
        let host = bare_name(host);
        self.names.iter().any(|name| {
            host.strip_suffix(name.as_str())
                .is_some_and(|before| before.is_empty() || before.ends_with('.'))
        })
    }
}

fn bare_name(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

fn unbracketed(host: &str) -> &str {
    host.strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host)
}

/// A network, or an address alone; with curl, 0 bits mean all.
fn network(entry: &str) -> Option<IpNet> {
    let (address, bits) = entry.split_once('/').unwrap_or((entry, "0"));
    let alone = IpNet::from(unbracketed(address).parse::<IpAddr>().ok()?);
    match bits.parse().ok()? {
        0 => Some(alone),
        bits => IpNet::new(alone.addr(), bits).ok(),
    }
}
