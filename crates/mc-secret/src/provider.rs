//! Secrets that are looked up when they are needed.

use std::fmt;
use std::pin::Pin;

use crate::Secret;

/// What a [`Provider`] answers, when it has it.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// Where values come from that nobody may see, at the moment in which they are needed.
pub trait Provider: fmt::Debug + Send + Sync {
    /// The value of a name, as it stands in a template: `secret.crm`.
    fn get<'a>(&'a self, name: &'a str) -> Pending<'a, Result<Secret, Unavailable>>;

    /// Another value in place of one that a server refused with 401; `None` where there is none to be had, which is
    /// what this says unless it is implemented.
    fn renew<'a>(&'a self, name: &'a str, refused: &'a Secret) -> Pending<'a, Option<Secret>> {
        let _ = (name, refused);
        Box::pin(std::future::ready(None))
    }
}

/// A secret as a setting has it: itself, or where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretRef {
    /// That of this name, without the group's: `crm` is `${secret.crm}`. It is looked up whenever it is needed.
    Named(String),
    /// This one.
    Given(Secret),
}

/// Why a value is not to be had. Holds nothing of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("${{{name}}}: {reason}")]
#[non_exhaustive]
pub struct Unavailable {
    /// Its name, as it stands in a template.
    pub name: String,
    /// Why, and what to do.
    pub reason: String,
}

impl Unavailable {
    /// The value of this name is not to be had for this reason.
    pub fn new(name: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            reason: reason.into(),
        }
    }
}
