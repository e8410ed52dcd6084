//! What the tables hold, as the rest of the program sees it.

use serde::Serialize;
use serde_json::Value;

/// A user of the telephone system.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct User {
    /// The id by which everything else names the user, such as `agent.17`.
    pub uid: String,
    /// The login name, as the directory has it.
    pub ldap_user_name: String,
    /// First name.
    pub first_name: String,
    /// Last name.
    pub last_name: String,
    /// Free text; the vendor's example keeps the computer's name here.
    pub nick_name: String,
}

impl User {
    /// A user with a login name; the other names are invented.
    pub fn new(uid: &str, ldap_user_name: &str) -> Self {
        Self {
            uid: uid.to_owned(),
            ldap_user_name: ldap_user_name.to_owned(),
            first_name: "Alex".to_owned(),
            last_name: "Agent".to_owned(),
            nick_name: String::new(),
        }
    }

    /// Sets both names.
    #[must_use]
    pub fn named(mut self, first: &str, last: &str) -> Self {
        (self.first_name, self.last_name) = (first.to_owned(), last.to_owned());
        self
    }
}

/// Where a user's calls are pushed to.
#[derive(Clone, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Workstation {
    /// The user.
    #[serde(rename = "UsersUID")]
    pub users_uid: String,
    /// The computer.
    pub computer_name: String,
    /// Its address.
    #[serde(rename = "IPAddress")]
    pub ip_address: String,
    /// The terminal session, or empty.
    #[serde(rename = "SessionID")]
    pub session_id: String,
    /// The port the client listens on, or empty.
    pub listen_port: String,
    /// The token it wants; never shown.
    #[serde(skip)]
    pub listen_token: String,
}

/// A number that a user had dialled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Dial {
    /// Who dialled.
    #[serde(rename = "UsersUID")]
    pub users_uid: String,
    /// The number.
    pub dial_number: String,
    /// From where.
    pub computer_name: String,
}

/// What a call is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallState {
    Ringing,
    Active,
    Held,
}

impl CallState {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ringing => "ringing",
            Self::Active => "active",
            Self::Held => "held",
        }
    }
}

pub(crate) struct Call {
    pub(crate) users_uid: String,
    pub(crate) state: CallState,
    /// The call event, a JSON object.
    pub(crate) document: Value,
}
