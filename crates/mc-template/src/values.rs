use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use crate::numbers::Numbers;
use crate::variables;

/// The values of one call, by name, in the order in which they were set.
///
/// Names are not case-sensitive, and an alias of the [`variables`] is its canonical name. `Debug` shows names
/// only: values are people's numbers.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Values {
    /// Whether the table of variables means nothing here.
    plain: bool,
    entries: Vec<Entry>,
    /// Where the entry of a [`digest`] is, or, if that is another's, of the next number that is free; while there are
    /// [many](MANY). Thousands of names cost what they are long, not what they are long times how many they are.
    places: HashMap<u64, usize>,
}

/// From so many values on, looking through them costs more than an index.
const MANY: usize = 32;

#[derive(Clone, PartialEq, Eq)]
struct Entry {
    name: Cow<'static, str>,
    value: String,
}

impl Values {
    /// No values.
    pub fn new() -> Self {
        Self::default()
    }

    /// No values, and no aliases: each name is itself, whatever it means to the telephone system. For templates
    /// with [`Names::none`](crate::Names::none).
    ///
    /// ```
    /// use mc_template::{Context, Names, Numbers, Scope, Template, Values};
    ///
    /// let names = Names::none().with_extra(["caller", "crmurl"])?;
    /// let template = Template::parse("$caller: $crmurl ($callers, $ANumber)", Context::Plain, &names)?;
    /// let mut values = Values::plain();
    /// values.extend([("caller", "Anna"), ("CallerNumber", "17"), ("crmurl", "https://crm.example/")]);
    /// let numbers = Numbers::default();
    /// let text = template.render(&Scope::new(&values, &numbers))?;
    /// assert_eq!(text, "Anna: https://crm.example/ ($callers, $ANumber)");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn plain() -> Self {
        Self {
            plain: true,
            ..Self::default()
        }
    }

    /// Sets a value; one that was there under this name, an alias or another letter case is replaced.
    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        let value = value.into();
        let canonical = self.canonical(name);
        if let Some(index) = self.position(canonical.unwrap_or(name)) {
            self.entries[index].value = value;
        } else {
            let name = canonical.map_or_else(|| Cow::Owned(name.to_owned()), Cow::Borrowed);
            self.entries.push(Entry { name, value });
            let unplaced = match self.entries.len() {
                ..MANY => 0..0,
                MANY => 0..MANY,
                many => many - 1..many,
            };
            for index in unplaced {
                self.place(index);
            }
        }
    }

    fn place(&mut self, index: usize) {
        let mut digest = digest(&self.entries[index].name);
        while self.places.contains_key(&digest) {
            digest = digest.wrapping_add(1);
        }
        self.places.insert(digest, index);
    }

    /// The value of a name, an alias included.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.lookup(self.canonical(name).unwrap_or(name))
    }

    /// Names and values in the order in which they were first set: known names in their canonical
    /// spelling, others as they were spelled.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries
            .iter()
            .map(|entry| (entry.name.as_ref(), entry.value.as_str()))
    }

    /// How many values there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The value of a name that is canonical already.
    pub(crate) fn lookup(&self, canonical: &str) -> Option<&str> {
        self.position(canonical)
            .map(|index| self.entries[index].value.as_str())
    }

    fn canonical(&self, name: &str) -> Option<&'static str> {
        if self.plain {
            None
        } else {
            variables::canonical(name)
        }
    }

    fn position(&self, canonical: &str) -> Option<usize> {
        let is_it = |entry: &Entry| variables::same_name(&entry.name, canonical);
        if self.entries.len() < MANY {
            return self.entries.iter().position(is_it);
        }
        let mut digest = digest(canonical);
        loop {
            let index = *self.places.get(&digest)?;
            if is_it(&self.entries[index]) {
                return Some(index);
            }
            digest = digest.wrapping_add(1);
        }
    }
}

/// A number that is the same for all spellings of a name (FNV-1a over its characters in lower case).
fn digest(name: &str) -> u64 {
    name.chars()
        .flat_map(char::to_lowercase)
        .fold(0xcbf2_9ce4_8422_2325, |digest, character| {
            (digest ^ u64::from(character)).wrapping_mul(0x0100_0000_01b3)
        })
}

impl fmt::Debug for Values {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_set()
            .entries(self.entries.iter().map(|entry| &entry.name))
            .finish()
    }
}

impl<N: AsRef<str>, V: Into<String>> FromIterator<(N, V)> for Values {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut values = Self::new();
        values.extend(pairs);
        values
    }
}

impl<N: AsRef<str>, V: Into<String>, const COUNT: usize> From<[(N, V); COUNT]> for Values {
    fn from(pairs: [(N, V); COUNT]) -> Self {
        pairs.into_iter().collect()
    }
}

impl<N: AsRef<str>, V: Into<String>> Extend<(N, V)> for Values {
    fn extend<I: IntoIterator<Item = (N, V)>>(&mut self, pairs: I) {
        for (name, value) in pairs {
            self.set(name.as_ref(), value);
        }
    }
}

/// What a template is rendered with.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Scope<'a> {
    /// The values.
    pub values: &'a Values,
    /// The numbering plan behind the modifiers `e164`, `plus`, `national` and `international`.
    pub numbers: &'a Numbers,
    pub(crate) hidden: Option<Hidden<'a>>,
}

/// What stands for values that nobody may see.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Hidden<'a> {
    /// They themselves.
    Values(&'a Values),
    /// What is written in their places as it is.
    StandIns(&'a Values),
}

impl<'a> Scope<'a> {
    /// A scope of these values and this numbering plan.
    pub fn new(values: &'a Values, numbers: &'a Numbers) -> Self {
        Self {
            values,
            numbers,
            hidden: None,
        }
    }

    /// With values that nobody may see, by their whole names: `secret.NAME`. They are kept apart from
    /// [`Scope::values`], which is written into reports and handed to programs.
    #[must_use]
    pub fn with_hidden(self, hidden: &'a Values) -> Self {
        Self {
            hidden: Some(Hidden::Values(hidden)),
            ..self
        }
    }

    /// With what is shown in the places of values that nobody may see: written as it is, whatever the context, the
    /// modifiers left out; where it begins a URL, as the host of one: `https://STAND-IN/`.
    #[must_use]
    pub fn with_stand_ins(self, stand_ins: &'a Values) -> Self {
        Self {
            hidden: Some(Hidden::StandIns(stand_ins)),
            ..self
        }
    }

    /// The same with what is hidden and its stand-ins taken away.
    #[must_use]
    pub fn without_hidden(self) -> Self {
        Self {
            hidden: None,
            ..self
        }
    }
}
