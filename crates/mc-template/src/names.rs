use crate::error::NameError;
use crate::variables::{self, Origin};

/// The names that a template may use, fixed when it is parsed: the table's and those added to them.
///
/// What an event brings never makes a name known.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    dial: bool,
    extra: Vec<Box<str>>,
}

impl Names {
    /// The names known when a call comes in: the vendor's and ours.
    pub fn call() -> Self {
        Self::default()
    }

    /// The names known when a number is dialled: as for a call, and `DialNumber`.
    pub fn dial() -> Self {
        Self {
            dial: true,
            ..Self::default()
        }
    }

    /// Adds names that events bring. A name that is known already stays as it is.
    ///
    /// # Errors
    ///
    /// A name that is not an identifier: letters, digits and `_`, beginning with a letter or `_`.
    pub fn with_extra<I>(mut self, names: I) -> Result<Self, NameError>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        for name in names {
            let name = name.as_ref();
            if !is_identifier(name) {
                return Err(NameError {
                    name: name.to_owned(),
                });
            }
            if self.known(name).is_none() {
                self.extra.push(name.into());
            }
        }
        Ok(self)
    }

    /// The canonical spelling of a name that is known here, or an alias of one.
    pub fn known(&self, name: &str) -> Option<&str> {
        if let Some(found) = variables::definition(name)
            && (self.dial || found.origin != Origin::Dial)
        {
            return Some(found.name);
        }
        self.extra
            .iter()
            .map(AsRef::as_ref)
            .find(|extra| variables::same_name(extra, name))
    }
}

fn is_identifier(name: &str) -> bool {
    let mut chars = name.chars();
    chars
        .next()
        .is_some_and(|first| first.is_alphabetic() || first == '_')
        && chars.all(|next| next.is_alphanumeric() || next == '_')
}
