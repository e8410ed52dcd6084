//! A terminal session.

/// A terminal session; what is not known of it is `None`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Session {
    /// Its number.
    pub id: Option<u32>,
    /// Its name.
    pub name: Option<String>,
    /// The computer from which it is viewed.
    pub client_name: Option<String>,
}
