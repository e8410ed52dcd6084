//! Values taken from an answer, for the hooks that come after.

use std::borrow::Cow;

use mc_curl::Transfer;
use mc_secret::text::shown;
use mc_template::{NameError, Names, variables};
use serde_json::value::RawValue;

use crate::event::{CallEvent, Members, NotText, clean, text_of};

/// Which values are taken from a JSON answer: their names, each with the place in the answer as a JSON pointer (RFC 6901).
///
/// A value is a text, a number, true or false. Where the answer has nothing at the place, or null, the value is absent.
/// Values are as untrusted as those of an event, and are held to the same: [`CallEvent::MAX_VALUE`], each control
/// character a space.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    wanted: Vec<(Box<str>, Box<str>)>,
}

/// Why a name or a place for it is none.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnswersError {
    /// No identifier.
    #[error(transparent)]
    Name(#[from] NameError),
    /// The name means something already.
    #[error(
        "`{name}` is a value of the call already; choose another name for what the answer brings"
    )]
    Taken {
        /// The name as it is known.
        name: String,
    },
    /// The name was given before, perhaps in other letters.
    #[error("`{name}` is taken from the answer twice; give each value its own name")]
    Twice {
        /// The name.
        name: String,
    },
    /// The place is no JSON pointer.
    #[error(
        "`{pointer}` is not a JSON pointer (RFC 6901), which begins with a slash and has a tilde as `~0` and a slash in a \
         name as `~1`; write \"{instead}\""
    )]
    Pointer {
        /// As it was written, fit to be shown.
        pointer: String,
        /// What may have been meant.
        instead: String,
    },
}

/// Why an answer does not give the values. Its text names places, and holds nothing of the answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerFault {
    /// The answer is no JSON.
    #[error("the answer is not JSON ({media_type}), so there is no `{pointer}` in it{detail}")]
    NotJson {
        /// What it says it is.
        media_type: String,
        /// The first place that is wanted.
        pointer: String,
        /// Where it stops being JSON.
        detail: String,
    },
    /// The answer is larger than [`Answers::MAX_BODY`], or than its sender reads.
    #[error(
        "the answer is too large to look for `{pointer}` in it (at most {} KiB are read); ask for less",
        Answers::MAX_BODY / 1024
    )]
    TooLarge {
        /// The first place that is wanted.
        pointer: String,
    },
    /// An array or an object stands where a value is wanted.
    #[error(
        "the answer has {what} at `{pointer}`, and `{name}` takes a text, a number, true or false; let the pointer go \
         further, to one of them"
    )]
    NoValue {
        /// The name.
        name: String,
        /// The place.
        pointer: String,
        /// `an array` or `an object`.
        what: &'static str,
    },
    /// The value is larger than [`CallEvent::MAX_VALUE`].
    #[error(
        "the value at `{pointer}` of the answer has {bytes} bytes; `{name}` takes at most {}",
        CallEvent::MAX_VALUE
    )]
    ValueTooLarge {
        /// The name.
        name: String,
        /// The place.
        pointer: String,
        /// The value's size.
        bytes: usize,
    },
}

impl Answers {
    /// The largest answer in which values are looked for, in bytes.
    pub const MAX_BODY: usize = 1024 * 1024;

    /// Adds a value. `names` are those that mean something already.
    ///
    /// # Errors
    ///
    /// [`AnswersError`].
    pub fn and(mut self, name: &str, pointer: &str, names: &Names) -> Result<Self, AnswersError> {
        // Read for its complaint alone.
        Names::none().with_extra([name])?;
        if let Some(known) = names.known(name) {
            let name = known.to_owned();
            return Err(AnswersError::Taken { name });
        }
        if self.names().any(|other| variables::same_name(other, name)) {
            let name = name.to_owned();
            return Err(AnswersError::Twice { name });
        }
        if !is_pointer(pointer) {
            return Err(AnswersError::Pointer {
                pointer: shown(pointer),
                instead: shown(&instead(pointer)),
            });
        }
        self.wanted.push((name.into(), pointer.into()));
        Ok(self)
    }

    /// The names, in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.wanted.iter().map(|(name, _)| name.as_ref())
    }

    /// Whether no value is wanted.
    pub fn is_empty(&self) -> bool {
        self.wanted.is_empty()
    }

    /// The values of an answer, each with its name; none where the answer has none.
    pub(crate) fn read(
        &self,
        transfer: &Transfer,
    ) -> Result<Vec<(String, Option<String>)>, AnswerFault> {
        let Some((_, pointer)) = self.wanted.first() else {
            return Ok(Vec::new());
        };
        let pointer = shown(pointer);
        if transfer.truncated {
            return Err(AnswerFault::TooLarge { pointer });
        }
        let not_json = |detail: String| AnswerFault::NotJson {
            media_type: match transfer.content_type() {
                _ if transfer.body.is_empty() => "it is empty".to_owned(),
                Some(media_type) => shown(media_type),
                None => "without Content-Type".to_owned(),
            },
            pointer: pointer.clone(),
            detail,
        };
        let place = |error: &serde_json::Error| {
            format!(", from line {}, column {}", error.line(), error.column())
        };
        let text = transfer.text().ok_or_else(|| {
            not_json(
                ": it is not UTF-8, and its Content-Type says neither iso-8859-1 nor windows-1252"
                    .to_owned(),
            )
        })?;
        let whole: &RawValue =
            serde_json::from_str(&text).map_err(|error| not_json(place(&error)))?;
        let value = |(name, pointer): &(Box<str>, Box<str>)| {
            let found = find(whole, pointer).map_err(|_| not_json(String::new()))?;
            let text = match found.map(text_of).transpose() {
                Ok(text) => text.flatten(),
                Err(NotText::Broken(_)) => return Err(not_json(String::new())),
                Err(NotText::Is(what)) => {
                    return Err(AnswerFault::NoValue {
                        name: name.to_string(),
                        pointer: shown(pointer),
                        what,
                    });
                }
            };
            match text {
                Some(text) if text.len() > CallEvent::MAX_VALUE => {
                    Err(AnswerFault::ValueTooLarge {
                        name: name.to_string(),
                        pointer: shown(pointer),
                        bytes: text.len(),
                    })
                }
                text => Ok((name.to_string(), text.map(|text| clean(&text)))),
            }
        };
        self.wanted.iter().map(value).collect()
    }
}

/// What a pointer leads to. A name that an object has twice means the last, as for most readers.
fn find<'v>(whole: &'v RawValue, pointer: &str) -> serde_json::Result<Option<&'v RawValue>> {
    let mut value = whole;
    for token in pointer.split('/').skip(1) {
        let source = value.get();
        let found = match source.as_bytes().first() {
            Some(b'{') => {
                let name = unescaped(token);
                let Members(members) = serde_json::from_str(source)?;
                let found = members.into_iter().rfind(|(member, _)| *member == name);
                found.map(|(_, value)| value)
            }
            Some(b'[') => {
                let items: Vec<&RawValue> = serde_json::from_str(source)?;
                // There is one way to write an index: 01 and +1 are none.
                let index = token
                    .parse()
                    .ok()
                    .filter(|n: &usize| n.to_string() == token);
                index.and_then(|index| items.get(index).copied())
            }
            _ => None,
        };
        match found {
            Some(found) => value = found,
            None => return Ok(None),
        }
    }
    Ok(Some(value))
}

fn unescaped(token: &str) -> Cow<'_, str> {
    if token.contains('~') {
        token.replace("~1", "/").replace("~0", "~").into()
    } else {
        token.into()
    }
}

fn is_pointer(text: &str) -> bool {
    let tildes = text.split('~').skip(1);
    (text.is_empty() || text.starts_with('/'))
        && tildes.into_iter().all(|rest| rest.starts_with(['0', '1']))
}

/// The pointer that somebody meant who wrote a path of another kind, such as `$.records[0].Id`.
fn instead(text: &str) -> String {
    let mut pointer = String::new();
    let names = text.trim_start_matches('$').split(['.', '[', ']', '/']);
    for name in names.filter(|name| !name.is_empty()) {
        let plain = name.trim_matches(['"', '\'']);
        pointer.push('/');
        pointer.push_str(&plain.replace('~', "~0"));
    }
    pointer
}
