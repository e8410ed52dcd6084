//! What is known of a workstation, and the names under which it is reported.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// Who is logged in here, and where "here" is.
///
/// Each field stands alone: one that could not be found in time is `None` and
/// takes no other with it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Identity {
    /// The account: `%USERNAME%` on Windows (else what `GetUserNameW` says),
    /// on Linux the account name of the real user id.
    pub login_name: Option<String>,
    /// The computer: `%COMPUTERNAME%` on Windows (the `NetBIOS` name: upper case, at most 15
    /// characters), on Linux the host name up to its first dot, letters as they are.
    pub computer_name: Option<String>,
    /// The account's domain: `%USERDOMAIN%` on Windows; `None` on Linux, where an
    /// account has none.
    pub domain_name: Option<String>,
    /// The computer's fully qualified name in the DNS; `None` when it has no domain there.
    pub dns_name: Option<String>,
    /// The IPv4 address under which the server can reach this computer.
    pub ip_address: Option<Ipv4Addr>,
    /// The same for IPv6.
    pub ipv6_address: Option<Ipv6Addr>,
    /// The terminal session's number on Windows (0 is the services' session, 1 usually the
    /// console); `None` on Linux.
    pub session_id: Option<u32>,
    /// The terminal session's name on Windows, such as `Console` or `RDP-Tcp#3`.
    pub session_name: Option<String>,
    /// The name of the computer from which a remote session is viewed; `None` at the console.
    pub client_name: Option<String>,
}

impl Identity {
    /// The value of one field as it is reported, `None` where it is not known.
    #[must_use]
    pub fn get(&self, field: Field) -> Option<String> {
        match field {
            Field::WindowsLoginName => self.login_name.clone(),
            Field::ComputerName => self.computer_name.clone(),
            Field::DomainName => self.domain_name.clone(),
            Field::DnsName => self.dns_name.clone(),
            Field::IpAddress => self.ip_address.map(|ip| ip.to_string()),
            Field::Ipv6Address => self.ipv6_address.map(|ip| ip.to_string()),
            Field::SessionId => self.session_id.map(|id| id.to_string()),
            Field::SessionName => self.session_name.clone(),
            Field::ClientName => self.client_name.clone(),
        }
    }

    /// The fields that are known, in the order of [`Field::ALL`], as they are reported.
    pub fn iter(&self) -> impl Iterator<Item = (Field, String)> {
        Field::ALL
            .iter()
            .filter_map(|&field| Some((field, self.get(field)?)))
    }
}

/// An object with a text for each known field, under the names of [`Field`]; needs the feature `serde`.
#[cfg(feature = "serde")]
impl serde::Serialize for Identity {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter().map(|(field, value)| (field.name(), value)))
    }
}

macro_rules! fields {
    ($($variant:ident = $name:literal, $meaning:literal;)*) => {
        /// The fields of an [`Identity`] under the names used in requests and config files.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Field {
            $(#[doc = $meaning] $variant,)*
        }

        impl Field {
            /// Every field, in the order in which they are listed to people.
            pub const ALL: &[Field] = &[$(Field::$variant,)*];

            /// The name in requests and config files.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Field::$variant => $name,)*
                }
            }

            /// What the field holds, in a few words.
            #[must_use]
            pub const fn meaning(self) -> &'static str {
                match self {
                    $(Field::$variant => $meaning,)*
                }
            }
        }
    };
}

fields! {
    WindowsLoginName = "WindowsLoginName", "The account logged in.";
    ComputerName = "ComputerName", "The computer's name.";
    DomainName = "DomainName", "The account's domain.";
    DnsName = "DnsName", "The computer's fully qualified name in the DNS.";
    IpAddress = "IPAddress", "The IPv4 address that reaches this computer.";
    Ipv6Address = "IPv6Address", "The IPv6 address that reaches this computer.";
    SessionId = "SessionID", "The terminal session's number.";
    SessionName = "SessionName", "The terminal session's name.";
    ClientName = "ClientName", "The computer from which a remote session is viewed.";
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is no [`Field`]'s.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no field is called {name:?}; known are {}", Field::ALL.iter().map(|f| f.name()).collect::<Vec<_>>().join(", "))]
pub struct UnknownField {
    name: String,
}

impl FromStr for Field {
    type Err = UnknownField;

    /// Reads a name; upper and lower case are the same.
    fn from_str(name: &str) -> Result<Self, UnknownField> {
        Self::ALL
            .iter()
            .copied()
            .find(|field| field.name().eq_ignore_ascii_case(name))
            .ok_or_else(|| UnknownField {
                name: name.to_owned(),
            })
    }
}
