//! The value itself.

use std::fmt;
use std::sync::Arc;

use subtle::ConstantTimeEq as _;

/// A text that nobody may see: a token, a password, a client secret.
///
/// `Debug` does not show it, there is no `Display`, and two are compared in constant time. Clones share one copy.
/// Its memory is not wiped: whoever can read this process's memory has the copies that a request makes, too.
///
/// ```
/// let secret = mc_secret::Secret::new("geheim");
/// assert_eq!(format!("{secret:?}"), "Secret(..)");
/// assert_eq!(secret.expose(), "geheim");
/// ```
#[derive(Clone)]
pub struct Secret(Arc<str>);

impl Secret {
    /// A secret has some hundred bytes; what has more than this is something else, and refused wherever it is.
    pub const LONGEST: usize = 64 * 1024;

    /// Hides a text.
    #[must_use]
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        Self(text.into())
    }

    /// The text, for a request or a store. Not for people, files or logs.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.0.as_bytes().ct_eq(other.0.as_bytes()).into()
    }
}

impl Eq for Secret {}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}
