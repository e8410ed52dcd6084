//! What an action is carried out for.

use std::borrow::Cow;
use std::time::Duration;

use mc_template::Values;
use serde_json::Value;

use crate::action::Action;
use crate::custom::CustomCall;

/// What an action is carried out for.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Task<'a> {
    /// The id under which it is reported.
    pub id: &'a str,
    /// The hook's name.
    pub name: &'a str,
    /// What is done.
    pub action: &'a Action,
    /// How long it may take; see [`Hook::timeout`](crate::Hook::timeout).
    pub timeout: Option<Duration>,
    /// The values for its templates.
    pub values: &'a Values,
    /// What a program with `stdin = "json"` reads; without it, the values.
    pub document: Option<&'a Value>,
}

impl<'a> Task<'a> {
    /// A task without a timeout.
    pub fn new(id: &'a str, name: &'a str, action: &'a Action, values: &'a Values) -> Self {
        Self {
            id,
            name,
            action,
            timeout: None,
            values,
            document: None,
        }
    }

    /// Sets how long it may take.
    #[must_use]
    pub fn timeout(mut self, timeout: Option<Duration>) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets what a program with `stdin = "json"` reads.
    #[must_use]
    pub fn document(mut self, document: &'a Value) -> Self {
        self.document = Some(document);
        self
    }

    pub(crate) fn document_or_values(&self) -> Cow<'a, Value> {
        let values = || {
            let pairs = self.values.iter();
            let pairs = pairs.map(|(name, value)| (name.to_owned(), Value::from(value)));
            Cow::Owned(pairs.collect::<serde_json::Map<_, _>>().into())
        };
        self.document.map_or_else(values, Cow::Borrowed)
    }

    pub(crate) fn custom<'b>(&'b self, document: &'b Value) -> CustomCall<'b> {
        CustomCall {
            id: self.id,
            values: self.values,
            document,
        }
    }
}
