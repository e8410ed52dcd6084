//! The address of a message broker.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use mc_http::authority;
use url::Url;

/// Where a broker is: `mqtts://broker.example:8883`, or `wss://broker.example/mqtt`.
///
/// ```
/// use mc_agent::settings::BrokerUrl;
///
/// let broker: BrokerUrl = "mqtts://broker.example".parse()?;
/// assert_eq!((broker.host(), broker.port(), broker.is_encrypted()), ("broker.example", 8883, true));
/// let broker: BrokerUrl = "wss://broker.example/mqtt".parse()?;
/// assert_eq!((broker.port(), broker.web_socket()), (443, Some("/mqtt")));
/// # Ok::<(), mc_agent::settings::BrokerUrlError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokerUrl {
    host: String,
    port: u16,
    encrypted: bool,
    /// The path of its WebSocket.
    web_socket: Option<String>,
}

/// Why a text is not the address of a broker. Each says what to write.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BrokerUrlError {
    /// It is not a URL.
    #[error("this is not an address; write \"mqtts://broker.example:8883\"")]
    NoUrl,
    /// Another scheme.
    #[error(
        "`{0}` is no scheme of a broker; write mqtts:// or wss://, or mqtt:// or ws:// for one without TLS"
    )]
    Scheme(String),
    /// It has a user or a password in it.
    #[error(
        "a user or a password does not belong into the address; write them as `user` and `password`"
    )]
    Credentials,
    /// It has a path, a query or a fragment.
    #[error("a broker has a name and a port and nothing behind; topics are set with `topic`")]
    Behind,
    /// The address of a WebSocket has a query or a fragment.
    #[error("a broker's WebSocket has a name, a port and a path and nothing behind")]
    BehindPath,
}

impl BrokerUrl {
    /// The host: a name, or an address without brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// The port. Unless it is given: 8883 with TLS and 1883 without, and over WebSocket 443 and 80.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Whether the connection is encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.encrypted
    }

    /// The path, where MQTT goes over WebSocket.
    pub fn web_socket(&self) -> Option<&str> {
        self.web_socket.as_deref()
    }

    /// Whether it is on this computer, by its name alone.
    pub fn is_local(&self) -> bool {
        self.host == "localhost" || self.host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }
}

impl FromStr for BrokerUrl {
    type Err = BrokerUrlError;

    fn from_str(text: &str) -> Result<Self, BrokerUrlError> {
        let text = text.trim();
        if !text.contains("://") {
            return Err(BrokerUrlError::NoUrl);
        }
        let url = Url::parse(text).map_err(|_| BrokerUrlError::NoUrl)?;
        let (encrypted, web) = match url.scheme() {
            "mqtts" | "ssl" | "tls" => (true, false),
            "mqtt" | "tcp" => (false, false),
            "wss" => (true, true),
            "ws" => (false, true),
            other => return Err(BrokerUrlError::Scheme(other.escape_debug().to_string())),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(BrokerUrlError::Credentials);
        }
        let behind = url.query().is_some() || url.fragment().is_some();
        if web && behind {
            return Err(BrokerUrlError::BehindPath);
        }
        if !web && (behind || !matches!(url.path(), "" | "/")) {
            return Err(BrokerUrlError::Behind);
        }
        let host = url.host_str().filter(|host| !host.is_empty());
        let host = host.ok_or(BrokerUrlError::NoUrl)?;
        let usual = match (encrypted, web) {
            (true, false) => 8883,
            (false, false) => 1883,
            (true, true) => 443,
            (false, true) => 80,
        };
        Ok(Self {
            host: host.trim_matches(['[', ']']).to_ascii_lowercase(),
            port: url.port().unwrap_or(usual),
            encrypted,
            web_socket: web.then(|| url.path().to_owned()),
        })
    }
}

impl fmt::Display for BrokerUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = match (self.encrypted, &self.web_socket) {
            (true, None) => "mqtts",
            (false, None) => "mqtt",
            (true, Some(_)) => "wss",
            (false, Some(_)) => "ws",
        };
        let path = self.web_socket().filter(|path| *path != "/");
        let path = path.unwrap_or_default();
        write!(f, "{scheme}://{}{path}", authority(&self.host, self.port))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, BrokerUrlError> {
        text.parse::<BrokerUrl>().map(|url| url.to_string())
    }

    #[test]
    fn an_address_is_a_scheme_a_host_and_a_port() {
        for (text, read_as) in [
            ("mqtts://Broker.Example", "mqtts://broker.example:8883"),
            ("mqtt://127.0.0.1", "mqtt://127.0.0.1:1883"),
            ("mqtts://[2001:db8::1]:443/", "mqtts://[2001:db8::1]:443"),
            ("wss://Broker.Example/mqtt", "wss://broker.example:443/mqtt"),
            ("wss://broker.example:8084", "wss://broker.example:8084"),
            ("ws://[::1]/a b", "ws://[::1]:80/a%20b"),
        ] {
            assert_eq!(read(text).as_deref(), Ok(read_as), "{text}");
        }
        for local in ["mqtt://127.9.9.9", "mqtt://localhost", "mqtt://[::1]:9"] {
            assert!(local.parse::<BrokerUrl>().unwrap().is_local(), "{local}");
        }
        assert!(
            !"mqtt://localhost.example"
                .parse::<BrokerUrl>()
                .unwrap()
                .is_local()
        );
    }

    #[test]
    fn what_else_stands_there_is_refused_by_its_name() {
        use BrokerUrlError::{Behind, BehindPath, Credentials, NoUrl, Scheme};
        for (text, fault) in [
            ("broker.example", NoUrl),
            ("mqtts://", NoUrl),
            ("broker.example:8883", NoUrl),
            ("https://broker.example", Scheme("https".to_owned())),
            ("wss://", NoUrl),
            ("wss://broker.example/mqtt?key=1", BehindPath),
            ("wss://pc17:geheim@broker.example", Credentials),
            ("mqtts://pc17:geheim@broker.example", Credentials),
            ("mqtts://broker.example/jtel", Behind),
            ("mqtts://broker.example?x=1", Behind),
        ] {
            assert_eq!(read(text), Err(fault), "{text}");
        }
    }
}
