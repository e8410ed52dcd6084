//! The dry run.

use serde::{Deserialize, Serialize};

/// One HTTP request of a dry run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PlannedRequest {
    /// `GET`, `POST` and so on.
    pub method: String,
    /// The address as it goes on the wire.
    pub url: String,
    /// Header names and values in the order they were given; secrets are masked.
    pub headers: Vec<(String, String)>,
    /// The body, if there is one.
    pub body: Option<String>,
}

impl PlannedRequest {
    /// A request without headers or body.
    pub fn new(method: impl Into<String>, url: impl Into<String>) -> Self {
        Self {
            method: method.into(),
            url: url.into(),
            headers: Vec::new(),
            body: None,
        }
    }
}
