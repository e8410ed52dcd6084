//! Where a request goes in place of its URL's host and port: `--resolve` and `--connect-to`.

use std::net::IpAddr;
use std::num::ParseIntError;

use url::Url;

use crate::input::{Input, Piece};

#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Routes {
    resolve: Vec<Known>,
    connect: Vec<Detour>,
    /// As they were given.
    pub(crate) words: Vec<(&'static str, String)>,
}

/// `HOST:PORT:ADDRESS,ADDRESS`
#[derive(Clone, PartialEq, Eq)]
struct Known {
    /// None: any.
    host: Option<String>,
    port: u16,
    addresses: Vec<IpAddr>,
}

/// `HOST:PORT:HOST:PORT`, each of which may be empty.
#[derive(Clone, PartialEq, Eq)]
struct Detour {
    host: Option<String>,
    port: Option<u16>,
    to_host: Option<String>,
    to_port: Option<u16>,
}

/// Where a connection is made, other than the URL says.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Route {
    pub(crate) to: Lookup,
    /// None: the URL's.
    pub(crate) port: Option<u16>,
    /// Whether a proxy would have to be told.
    pub(crate) detour: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Lookup {
    Name(String),
    Addresses(Vec<IpAddr>),
}

impl Routes {
    /// `--resolve`
    pub(crate) fn resolve(&mut self, input: &mut Input<'_>, piece: &Piece) {
        let Some(text) = input.literal(piece, "its argument") else {
            return;
        };
        let entry = text.strip_prefix('+').unwrap_or(&text);
        let parts = host(entry).and_then(|(name, rest)| {
            let (port, addresses) = rest.strip_prefix(':')?.split_once(':')?;
            let bare = |one: &str| one.trim_matches(['[', ']']).parse().ok();
            let addresses: Option<Vec<_>> = addresses.split(',').map(bare).collect();
            Some((name?, port.parse().ok()?, addresses?))
        });
        let Some((name, port, addresses)) = parts.filter(|(name, ..)| !is_address(name)) else {
            return input.bad(
                piece,
                "write HOST:PORT:ADDRESS, as in `crm.example:443:10.0.0.7`",
            );
        };
        self.resolve.push(Known {
            host: Some(name).filter(|name| name != "*"),
            port,
            addresses,
        });
        self.words.push(("--resolve", text));
    }

    /// `--connect-to`
    pub(crate) fn connect(&mut self, input: &mut Input<'_>, piece: &Piece) {
        let Some(text) = input.literal(piece, "its argument") else {
            return;
        };
        let parts = host(&text).and_then(|(from, rest)| {
            let (port, rest) = rest.strip_prefix(':')?.split_once(':')?;
            let (to_host, rest) = host(rest)?;
            let to_port = rest.strip_prefix(':')?;
            Some(Detour {
                host: from,
                port: number(port).ok()?,
                to_host,
                to_port: number(to_port).ok()?,
            })
        });
        let Some(detour) = parts else {
            return input.bad(
                piece,
                "write HOST:PORT:HOST:PORT, as in `crm.example:443:test.example:8443`",
            );
        };
        self.connect.push(detour);
        self.words.push(("--connect-to", text));
    }

    /// Where a request to this address goes; none where nothing says otherwise.
    pub(crate) fn of(&self, url: &Url) -> Option<Route> {
        let (from, port) = (url.host_str()?, url.port_or_known_default()?);
        let (from, mut to, mut to_port) = (bare(from), bare(from), port);
        let detour = self.connect.iter().find(|one| {
            let host = one
                .host
                .as_ref()
                .is_none_or(|host| host.eq_ignore_ascii_case(from));
            host && one.port.is_none_or(|one| one == port)
        });
        if let Some(detour) = detour {
            to = detour.to_host.as_deref().unwrap_or(from);
            to_port = detour.to_port.unwrap_or(port);
        }
        // What is said last counts.
        let known = self.resolve.iter().rev().find(|one| {
            let host = one
                .host
                .as_ref()
                .is_none_or(|host| host.eq_ignore_ascii_case(to));
            host && one.port == to_port && !is_address(to)
        });
        let moved = (to, to_port) != (from, port);
        (moved || known.is_some()).then(|| Route {
            to: known.map_or_else(
                || Lookup::Name(to.to_owned()),
                |known| Lookup::Addresses(known.addresses.clone()),
            ),
            port: Some(to_port).filter(|to_port| *to_port != port),
            detour: moved,
        })
    }
}

/// The host at the beginning, none for an empty one, and what follows it.
fn host(text: &str) -> Option<(Option<String>, &str)> {
    let end = if text.starts_with('[') {
        text.find(']')? + 1
    } else {
        text.find(':')?
    };
    let name = bare(&text[..end]);
    Some((
        Some(name.to_owned()).filter(|name| !name.is_empty()),
        &text[end..],
    ))
}

/// A port, or none where it is left out; the error is one that is none.
fn number(text: &str) -> Result<Option<u16>, ParseIntError> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some)
}

fn bare(host: &str) -> &str {
    host.trim_matches(['[', ']'])
}

fn is_address(host: &str) -> bool {
    host.parse::<IpAddr>().is_ok()
}

#[cfg(test)]
mod tests {
    use mc_template::Names;

    use super::*;
    use crate::CurlCommand;

    /// Where a request goes, as `NAME:PORT` or `ADDRESSES:PORT`; nothing where it goes where its URL says.
    #[track_caller]
    fn goes(options: &str, url: &str, expected: &str) {
        let line = format!("curl {options} {url}");
        let command = CurlCommand::parse(&line, &Names::call()).unwrap();
        let (values, numbers) = (mc_template::Values::new(), mc_template::Numbers::default());
        let scope = mc_template::Scope::new(&values, &numbers);
        let request = &command.requests(&scope).unwrap()[0];
        let route = request.settings.routes.of(&request.url);
        let said = route.map(|route| {
            let to = match route.to {
                Lookup::Name(name) => name,
                Lookup::Addresses(all) => format!("{all:?}"),
            };
            format!(
                "{to}:{}",
                route.port.map_or_else(String::new, |port| port.to_string())
            )
        });
        assert_eq!(said.unwrap_or_default(), expected, "{line}");
    }

    #[test]
    fn an_address_is_for_its_host_at_its_port() {
        let known = "--resolve crm.example:443:10.0.0.7,[::7]";
        goes(known, "https://crm.example/", "[10.0.0.7, ::7]:");
        goes(known, "https://CRM.example/", "[10.0.0.7, ::7]:");
        goes(known, "https://other.example/", "");
        goes(known, "https://crm.example:444/", "");
        let any = "--resolve *:443:10.0.0.7";
        goes(any, "https://crm.example/", "[10.0.0.7]:");
        goes(any, "http://crm.example/", "");
        // What is an address already is not looked up.
        goes(any, "https://10.0.0.9/", "");
        goes(any, "https://[::9]/", "");
        let both = "--resolve crm.example:443:10.0.0.7 --resolve crm.example:443:10.0.0.8";
        goes(both, "https://crm.example/", "[10.0.0.8]:");
    }

    #[test]
    fn a_detour_is_for_its_host_and_its_port() {
        let detour = "--connect-to crm.example:443:test.example:8443";
        goes(detour, "https://crm.example/", "test.example:8443");
        goes(detour, "https://other.example/", "");
        goes(detour, "https://crm.example:444/", "");
        goes(
            "--connect-to ::test.example:",
            "https://crm.example/",
            "test.example:",
        );
        goes(
            "--connect-to :443::8443",
            "https://crm.example/",
            "crm.example:8443",
        );
        goes(
            "--connect-to '[::1]:443:[::2]:8443'",
            "https://[::1]/",
            "::2:8443",
        );
        // Where the detour leads is looked up as an address of the URL would be.
        let known = format!("{detour} --resolve test.example:8443:10.0.0.7");
        goes(&known, "https://crm.example/", "[10.0.0.7]:8443");
        let other = format!("{detour} --resolve crm.example:443:10.0.0.7");
        goes(&other, "https://crm.example/", "test.example:8443");
    }
}
