//! What the telephone system says of a call.

use std::fmt;
use std::str::FromStr;

use mc_template::{Values, variables};
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use mc_secret::text::shown;

/// What happened to a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EventKind {
    /// It rings at the agent's. What an event is that does not say.
    #[default]
    Ringing,
    /// The agent took it.
    Answered,
    /// It is over.
    Ended,
    /// It rang, and nobody took it.
    Missed,
}

impl EventKind {
    /// All kinds, in the order of a call's life.
    pub const ALL: [Self; 4] = [Self::Ringing, Self::Answered, Self::Ended, Self::Missed];

    /// The word used in events and in configuration files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Ringing => "ringing",
            Self::Answered => "answered",
            Self::Ended => "ended",
            Self::Missed => "missed",
        }
    }
}

impl fmt::Display for EventKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for EventKind {
    type Err = EventError;

    /// Reads the word exactly as [`as_str`](Self::as_str) writes it.
    fn from_str(word: &str) -> Result<Self, EventError> {
        Self::ALL
            .into_iter()
            .find(|kind| kind.as_str() == word)
            .ok_or_else(|| EventError::UnknownEvent { given: shown(word) })
    }
}

/// Why a document is not a call event. The messages hold no control character, whatever was sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EventError {
    /// The document is larger than [`CallEvent::MAX_DOCUMENT`].
    #[error(
        "the event has {bytes} bytes; at most {} are accepted",
        CallEvent::MAX_DOCUMENT
    )]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// The document is not UTF-8.
    #[error("the event is not UTF-8 text")]
    NotUtf8 {
        /// Where it stops being so.
        source: std::str::Utf8Error,
    },
    /// The document is not JSON.
    #[error("the event is not JSON: {source}")]
    NotJson {
        /// What is wrong, and where.
        source: serde_json::Error,
    },
    /// The document is JSON, but not an object.
    #[error("the event must be a JSON object: {{\"ANumber\":\"49...\"}}")]
    NotAnObject,
    /// A name is empty, longer than [`CallEvent::MAX_NAME`], or holds a control character, or has a space or a byte order mark
    /// around it.
    #[error(
        "a name in the event is empty, longer than {} bytes, holds a control character, or has a space around it",
        CallEvent::MAX_NAME
    )]
    Name,
    /// A value is larger than [`CallEvent::MAX_VALUE`].
    #[error(
        "the value of `{name}` has {bytes} bytes; at most {} are accepted",
        CallEvent::MAX_VALUE
    )]
    ValueTooLarge {
        /// The name, fit to be shown.
        name: String,
        /// The value's size.
        bytes: usize,
    },
    /// A value is an array or an object.
    #[error("the value of `{name}` is {what}; write a string, a number, true, false or null")]
    UnsupportedValue {
        /// The name, fit to be shown.
        name: String,
        /// `an array` or `an object`.
        what: &'static str,
    },
    /// Two spellings of one name have different values.
    #[error("`{name}` is given twice with different values; its other spellings count as it")]
    Conflict {
        /// The canonical name, fit to be shown.
        name: String,
    },
    /// `Event` is none of the known words.
    #[error("`{given}` is not an event; use ringing, answered, ended or missed")]
    UnknownEvent {
        /// The word given, fit to be shown.
        given: String,
    },
    /// `Time` says no time: how old the call is cannot be known.
    #[error(
        "`Time` is `{given}`, which is no time; write it as RFC 3339 with its zone: 2026-03-07T08:00:00Z"
    )]
    Time {
        /// What is given, fit to be shown.
        given: String,
    },
}

/// A call event: what happened, and the values that came with it.
///
/// Names are not case-sensitive, and aliases are folded: `crmurl` is `CRMLink`. Names that are not in
/// [`variables::TABLE`] are extra variables. Each control character in a value (Unicode's
/// category Cc: C0, DEL and C1) has become one space. Other characters stay, among them the line
/// separators U+2028 and U+2029 and those for the direction of writing: they are part of
/// people's names, and each place they are put into encodes what is special there.
///
/// As JSON it is one flat object of strings with canonical names. `Debug` shows no values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallEvent {
    kind: EventKind,
    values: Values,
}

impl CallEvent {
    /// The largest document, in bytes.
    pub const MAX_DOCUMENT: usize = 64 * 1024;
    /// The largest value, in bytes of UTF-8.
    pub const MAX_VALUE: usize = 8 * 1024;
    /// The longest name, in bytes of UTF-8.
    pub const MAX_NAME: usize = 256;

    /// Reads a JSON document. A byte order mark in front is passed over.
    ///
    /// # Errors
    ///
    /// [`EventError`]: the document is refused whole; nothing of it is cut or guessed.
    pub fn from_json(document: &[u8]) -> Result<Self, EventError> {
        if document.len() > Self::MAX_DOCUMENT {
            return Err(EventError::TooLarge {
                bytes: document.len(),
            });
        }
        let text = str::from_utf8(document).map_err(|source| EventError::NotUtf8 { source })?;
        Self::read(text.strip_prefix('\u{FEFF}').unwrap_or(text))
    }

    fn read(text: &str) -> Result<Self, EventError> {
        let not_json = |source| EventError::NotJson { source };
        // Twice over: that it is JSON at all is one answer, that it is an object another.
        let whole: &RawValue = serde_json::from_str(text).map_err(not_json)?;
        if !whole.get().starts_with('{') {
            return Err(EventError::NotAnObject);
        }
        let Members(members) = serde_json::from_str(whole.get()).map_err(not_json)?;
        let mut reader = Reader::default();
        for (name, value) in members {
            let text = text_of(value).map_err(|reason| match reason {
                NotText::Broken(source) => EventError::NotJson { source },
                NotText::Is(what) => EventError::UnsupportedValue {
                    name: shown(&name),
                    what,
                },
            })?;
            if let Some(text) = text {
                reader.add(&name, &text)?;
            }
        }
        reader.finish()
    }

    /// Reads an event from a JSON value, as it comes in a frame of another protocol. A value parsed
    /// elsewhere may have lost the source text of its numbers; where that matters, use
    /// [`from_json`](Self::from_json) on the text.
    ///
    /// # Errors
    ///
    /// As for [`from_json`](Self::from_json); names and values together count as the document, which may have been
    /// shorter than it would be if it were written again.
    pub fn from_value(value: &serde_json::Value) -> Result<Self, EventError> {
        let members = value.as_object().into_iter().flatten();
        let bytes = members
            .map(|(name, value)| {
                name.len()
                    + value
                        .as_str()
                        .map_or_else(|| value.to_string().len(), str::len)
            })
            .sum();
        if bytes > Self::MAX_DOCUMENT {
            return Err(EventError::TooLarge { bytes });
        }
        Self::read(&value.to_string())
    }

    /// Takes names and values, as they come from a form or from a command line.
    ///
    /// # Errors
    ///
    /// As for [`from_json`](Self::from_json); names and values together count as the document.
    pub fn from_pairs<I, N, V>(pairs: I) -> Result<Self, EventError>
    where
        I: IntoIterator<Item = (N, V)>,
        N: AsRef<str>,
        V: AsRef<str>,
    {
        let mut reader = Reader::default();
        let mut bytes = 0_usize;
        for (name, value) in pairs {
            let (name, value) = (name.as_ref(), value.as_ref());
            bytes = bytes.saturating_add(name.len()).saturating_add(value.len());
            if bytes > Self::MAX_DOCUMENT {
                return Err(EventError::TooLarge { bytes });
            }
            reader.add(name, value)?;
        }
        reader.finish()
    }

    /// What happened.
    pub fn kind(&self) -> EventKind {
        self.kind
    }

    /// A value by its name, an alias, or any letter case of them. `Event` is always there.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name)
    }

    /// Gives a value to a name that has none, or an empty one: the user whom this workstation knows,
    /// for an event that does not say. `Event` keeps its value. The value is cleaned as if it had
    /// come with the event.
    pub fn set_default(&mut self, name: &str, value: &str) {
        if self.values.get(name).is_none_or(str::is_empty) {
            self.values.set(name, clean(value));
        }
    }

    /// All values, `Event` included.
    pub fn values(&self) -> &Values {
        &self.values
    }

    /// Names and values in the canonical order: that of [`variables::TABLE`], then the extra
    /// ones as they came.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        let known = variables::TABLE
            .iter()
            .filter_map(|entry| Some((entry.name, self.values.get(entry.name)?)));
        let extra = self
            .values
            .iter()
            .filter(|(name, _)| variables::canonical(name).is_none());
        known.chain(extra)
    }

    /// The event as a JSON object: canonical names, strings, in the order of [`iter`](Self::iter).
    /// Reading it gives the same event.
    pub fn to_json(&self) -> serde_json::Value {
        self.iter()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect::<serde_json::Map<_, _>>()
            .into()
    }
}

impl Serialize for CallEvent {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for CallEvent {
    /// As [`from_value`](CallEvent::from_value).
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        Self::from_value(&value).map_err(D::Error::custom)
    }
}

/// Takes members in, one by one.
#[derive(Default)]
struct Reader {
    values: Values,
}

impl Reader {
    fn add(&mut self, name: &str, value: &str) -> Result<(), EventError> {
        let around = |c: char| c.is_whitespace() || c == '\u{FEFF}';
        if name.is_empty()
            || name.len() > CallEvent::MAX_NAME
            || name.contains(char::is_control)
            || name.starts_with(around)
            || name.ends_with(around)
        {
            return Err(EventError::Name);
        }
        if value.len() > CallEvent::MAX_VALUE {
            return Err(EventError::ValueTooLarge {
                name: shown(name),
                bytes: value.len(),
            });
        }
        let value = clean(value);
        match self.values.get(name) {
            Some(earlier) if earlier != value => Err(EventError::Conflict {
                name: shown(variables::canonical(name).unwrap_or(name)),
            }),
            Some(_) => Ok(()),
            None => {
                self.values.set(name, value);
                Ok(())
            }
        }
    }

    fn finish(mut self) -> Result<CallEvent, EventError> {
        let kind = self
            .values
            .get("Event")
            .map_or(Ok(EventKind::default()), str::parse)?;
        self.values.set("Event", kind.as_str());
        // What cannot be read says nothing of its age, and a call that rang long ago would be shown.
        if let Some(time) = self.values.get("Time").filter(|time| !time.is_empty())
            && time.parse::<jiff::Timestamp>().is_err()
        {
            return Err(EventError::Time { given: shown(time) });
        }
        Ok(CallEvent {
            kind,
            values: self.values,
        })
    }
}

/// Each control character becomes one space, so that a value stays one line and as long as it was.
pub(crate) fn clean(value: &str) -> String {
    value.replace(char::is_control, " ")
}

/// Why a JSON value is no text.
pub(crate) enum NotText {
    /// A string that is none: half of a surrogate pair.
    Broken(serde_json::Error),
    /// `an array` or `an object`.
    Is(&'static str),
}

/// The text of a member's value; `None` for null, which means absent.
pub(crate) fn text_of(value: &RawValue) -> Result<Option<String>, NotText> {
    let source = value.get();
    match source.as_bytes().first() {
        Some(b'"') => serde_json::from_str(source)
            .map(Some)
            .map_err(NotText::Broken),
        Some(b'[') => Err(NotText::Is("an array")),
        Some(b'{') => Err(NotText::Is("an object")),
        Some(b'n') => Ok(None),
        _ => Ok(Some(source.to_owned())),
    }
}

/// The members of an object in their order, those of the same name included, which a map would
/// silently reduce to the last.
pub(crate) struct Members<'de>(pub(crate) Vec<(String, &'de RawValue)>);

impl<'de> Deserialize<'de> for Members<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;

        impl<'de> Visitor<'de> for Collect {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(Collect)
    }
}
