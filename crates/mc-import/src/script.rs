//! What comes out: settings, and what becomes of each line.

use crate::note::{Fate, Note};

/// Where the token is.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScriptToken {
    /// In the script.
    Text(String),
    /// In the environment variable `API_TOKEN`.
    Environment,
    /// In a file; the path is relative to the script's folder, or full.
    File(String),
    /// That is not certain.
    Unknown,
}

impl std::fmt::Debug for ScriptToken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text(..)",
            Self::Environment => "Environment",
            Self::File(_) => "File(..)",
            Self::Unknown => "Unknown",
        })
    }
}

/// Something that the script finds out about the workstation and sends under its usual name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ScriptField {
    /// `%USERNAME%`.
    WindowsLoginName,
    /// `%COMPUTERNAME%`.
    ComputerName,
    /// `%USERDOMAIN%`.
    DomainName,
    /// An IPv4 address.
    IpAddress,
    /// The terminal session's number.
    SessionId,
    /// `%SESSIONNAME%`.
    SessionName,
    /// `%CLIENTNAME%`.
    ClientName,
}

impl ScriptField {
    /// The name under which it is sent.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::WindowsLoginName => "WindowsLoginName",
            Self::ComputerName => "ComputerName",
            Self::DomainName => "DomainName",
            Self::IpAddress => "IPAddress",
            Self::SessionId => "SessionID",
            Self::SessionName => "SessionName",
            Self::ClientName => "ClientName",
        }
    }
}

/// A value that is the same everywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fixed {
    /// A text, with `%NAME%` for the environment.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// True or false.
    Bool(bool),
}

/// What a script does, as far as it is certain.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Script {
    /// The line of the call.
    pub line: usize,
    /// Where the call goes.
    pub url: String,
    /// What it is authorised with.
    pub token: ScriptToken,
    /// What is sent, in the script's order.
    pub fields: Vec<ScriptField>,
    /// Which address is sent: `first`, `interface:NAME` or `cidr:NETWORK`.
    pub ip: Option<String>,
    /// What is sent besides, in the script's order.
    pub extra: Vec<(String, Fixed)>,
    /// The proxy's URL, or `none`.
    pub proxy: Option<String>,
    /// The program that is started; the path is relative to the script's folder, or full, with `%NAME%` for the
    /// environment.
    pub client: Option<String>,
    /// Its parameters.
    pub client_args: Vec<String>,
    /// What becomes of each line, in their order.
    pub notes: Vec<Note>,
}

impl Script {
    /// Whether nothing was lost.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.notes.iter().all(|note| note.fate != Fate::NotCarried)
    }
}
