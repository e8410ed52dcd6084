//! Which of a computer's addresses is the one to report.

use std::fmt;
use std::str::FromStr;

use ipnet::IpNet;

/// How to choose the address to report.
///
/// Read from and written as `route`, `interface:NAME`, `cidr:10.0.0.0/8` or `first`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum IpRule {
    /// The source address of the route to the server, else as [`First`](IpRule::First).
    #[default]
    Route,
    /// The first usable address of the interface with this name (on Windows the name shown in
    /// the network settings, such as `Ethernet 2`); letter case does not matter. No other
    /// interface serves instead: a wrong address is worse than none.
    Interface(String),
    /// The first usable address inside this network. No other serves instead.
    Cidr(IpNet),
    /// The first address that is neither loopback nor link-local, by interface index.
    First,
}

/// A text that is no [`IpRule`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IpRuleError {
    /// Not one of the four forms.
    #[error(
        "{0:?} chooses no address; write \"route\", \"interface:NAME\", \"cidr:10.0.0.0/8\" or \"first\""
    )]
    Form(String),
    /// What follows `cidr:` is not a network.
    #[error("{0:?} is not a network; write it as \"cidr:10.0.0.0/8\"")]
    Network(String),
    /// Nothing follows `interface:`.
    #[error("no name follows \"interface:\"; write it as \"interface:Ethernet\"")]
    NoInterface,
}

impl FromStr for IpRule {
    type Err = IpRuleError;

    fn from_str(text: &str) -> Result<Self, IpRuleError> {
        match text.split_once(':') {
            None if text.eq_ignore_ascii_case("route") => Ok(Self::Route),
            None if text.eq_ignore_ascii_case("first") => Ok(Self::First),
            Some((kind, name)) if kind.eq_ignore_ascii_case("interface") => match name.trim() {
                "" => Err(IpRuleError::NoInterface),
                name => Ok(Self::Interface(name.to_owned())),
            },
            Some((kind, net)) if kind.eq_ignore_ascii_case("cidr") => match net.trim().parse() {
                Ok(net) => Ok(Self::Cidr(net)),
                Err(_) => Err(IpRuleError::Network(net.to_owned())),
            },
            _ => Err(IpRuleError::Form(text.to_owned())),
        }
    }
}

impl fmt::Display for IpRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Route => f.write_str("route"),
            Self::Interface(name) => write!(f, "interface:{name}"),
            Self::Cidr(net) => write!(f, "cidr:{net}"),
            Self::First => f.write_str("first"),
        }
    }
}
