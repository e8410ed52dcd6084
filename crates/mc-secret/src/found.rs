//! A secret that was found.

use crate::{Origin, Secret, SecretError};

/// A secret that was found, and what is to be said about its place.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Found {
    /// The secret.
    pub secret: Secret,
    /// Where it was.
    pub origin: Origin,
    /// What is not right about its place, in sentences.
    pub warnings: Vec<String>,
}

impl Found {
    /// Takes a secret as it was found: white space around it and a byte order mark before it go.
    ///
    /// # Errors
    ///
    /// When nothing remains, more than one line, or more than [`Secret::LONGEST`].
    pub fn new(text: &str, origin: Origin) -> Result<Self, SecretError> {
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.is_empty() {
            return Err(SecretError::Empty(origin));
        }
        if text.len() > Secret::LONGEST {
            return Err(SecretError::Invalid {
                origin,
                what: "more than 64 KiB",
            });
        }
        let what = match text.find(char::is_control).map(|at| text.as_bytes()[at]) {
            None => {
                return Ok(Self {
                    secret: Secret::new(text),
                    origin,
                    warnings: Vec::new(),
                });
            }
            Some(b'\r' | b'\n') => "a line break",
            Some(_) => "a control character",
        };
        Err(SecretError::Invalid { origin, what })
    }
}
