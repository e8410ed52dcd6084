//! What `${Name:mod:mod}` does to a value, before the context encodes it.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::encode::{self, Sink};
use crate::numbers;
use crate::values::{Hidden, Scope};

/// A variable as it stands in a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reference {
    /// The canonical name.
    pub(super) name: Cow<'static, str>,
    pub(super) modifiers: Box<[Modifier]>,
    /// `${{Name}}`: without the context's encoding.
    pub(super) raw: bool,
    /// Whether nobody may see the value.
    pub(super) hidden: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Modifier {
    Digits,
    E164,
    Plus,
    National,
    International,
    Encode(Encoding),
    Base64,
    Default(Box<str>),
}

/// An encoding that is a modifier and the encoding of a context as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Url,
    Json,
    Xml,
    /// In `<![CDATA[..]]>`; of a context alone.
    Cdata,
}

impl Encoding {
    pub(super) fn write(self, value: &str, out: &mut impl Sink) {
        match self {
            Self::Url => encode::percent(value, out),
            Self::Json => encode::json(value, out),
            Self::Xml => encode::xml(value, out),
            Self::Cdata => encode::cdata(value, out),
        }
    }
}

/// The modifiers that take no text, as they are written.
pub(super) const PLAIN: [(&str, Modifier); 9] = [
    ("digits", Modifier::Digits),
    ("e164", Modifier::E164),
    ("plus", Modifier::Plus),
    ("national", Modifier::National),
    ("international", Modifier::International),
    ("url", Modifier::Encode(Encoding::Url)),
    ("json", Modifier::Encode(Encoding::Json)),
    ("xml", Modifier::Encode(Encoding::Xml)),
    ("base64", Modifier::Base64),
];

impl Reference {
    /// The value without its modifiers. A known but absent value is empty.
    pub(super) fn bare<'v>(&self, scope: &Scope<'v>) -> &'v str {
        let values = match scope.hidden {
            _ if !self.hidden => Some(scope.values),
            Some(Hidden::Values(hidden) | Hidden::StandIns(hidden)) => Some(hidden),
            None => None,
        };
        let value = values.and_then(|values| values.lookup(&self.name));
        value.unwrap_or_default()
    }

    /// The value after its modifiers, and the encoding that it has by the last one that changed it, so
    /// that a context of the same encoding does not apply it again.
    pub(super) fn value<'v>(&'v self, scope: &Scope<'v>) -> (Cow<'v, str>, Option<Encoding>) {
        let mut value = Cow::Borrowed(self.bare(scope));
        let mut encoded = None;
        for modifier in &self.modifiers {
            (value, encoded) = match modifier {
                Modifier::Default(_) if !value.is_empty() => (value, encoded),
                Modifier::Default(text) => (Cow::Borrowed(text.as_ref()), None),
                Modifier::Encode(encoding) => {
                    let mut out = String::with_capacity(value.len());
                    encoding.write(&value, &mut out);
                    (Cow::Owned(out), Some(*encoding))
                }
                Modifier::Base64 => (Cow::Owned(STANDARD.encode(value.as_bytes())), None),
                Modifier::Digits => (numbers::digits(&value).into(), None),
                Modifier::E164 => (scope.numbers.e164(&value).into_owned().into(), None),
                Modifier::Plus => (scope.numbers.plus(&value).into_owned().into(), None),
                Modifier::National => (scope.numbers.national(&value).into_owned().into(), None),
                Modifier::International => (
                    scope.numbers.international(&value).into_owned().into(),
                    None,
                ),
            };
        }
        (value, encoded)
    }
}
