use std::borrow::Cow;

use crate::error::NameError;
use crate::suggest;
use crate::variables::{self, Definition, TABLE, VariableOrigin, same_name};

/// The names that a template may use, fixed when it is parsed: those of the table, if asked for, and those added.
///
/// What an event brings never makes a name known.
///
/// ```
/// use mc_template::Names;
///
/// let names = Names::call().with_extra(["CustomerNumber"])?;
/// assert_eq!(names.known("CRMURL"), Some("CRMLink"));
/// assert_eq!(names.known("customernumber"), Some("CustomerNumber"));
/// assert_eq!(names.known("DialNumber"), None);
/// assert_eq!(Names::dial().known("DialNumber"), Some("DialNumber"));
/// assert_eq!(Names::none().known("CRMLink"), None);
/// # Ok::<(), mc_template::NameError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    table: &'static [Definition],
    extra: Vec<Box<str>>,
    groups: Vec<Group>,
}

/// Names of values that nobody may see, as `secret.NAME`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Group {
    name: Box<str>,
    /// With the group's name before them.
    members: Vec<Box<str>>,
}

impl Names {
    /// No names, until some are added. Their values are held by [`Values::plain`](crate::Values::plain).
    pub fn none() -> Self {
        Self::default()
    }

    /// The names known when a call comes in: the vendor's and ours.
    pub fn call() -> Self {
        Self {
            table: variables::CALL,
            ..Self::default()
        }
    }

    /// The names known when a number is dialled: as for a call, and `DialNumber`.
    pub fn dial() -> Self {
        Self {
            table: TABLE,
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
            if name.is_empty() || leading_identifier(name).len() != name.len() {
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

    /// Adds a group of values that nobody may see: `${group.name}` is one of them, in braces alone. Their values are
    /// given to a [`Scope`](crate::Scope::with_hidden) apart from those of a call, and no rule sees them.
    ///
    /// A group without names makes `${group.name}` an unknown secret, rather than an unknown variable.
    ///
    /// # Errors
    ///
    /// A name with other characters than ASCII letters, digits, `_` and `-`.
    pub fn with_hidden<I>(mut self, group: &str, names: I) -> Result<Self, NameError>
    where
        I: IntoIterator,
        I::Item: AsRef<str>,
    {
        let good = |name: &str| {
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
            if !name.is_empty() && name.chars().all(plain) {
                return Ok(());
            }
            Err(NameError {
                name: name.to_owned(),
            })
        };
        good(group)?;
        let mut members = Vec::new();
        for name in names {
            good(name.as_ref())?;
            members.push(format!("{group}.{}", name.as_ref()).into());
        }
        self.groups.push(Group {
            name: group.into(),
            members,
        });
        Ok(self)
    }

    /// The names of values that nobody may see, as they stand in a template.
    pub fn hidden(&self) -> impl Iterator<Item = &str> {
        let members = self.groups.iter().flat_map(|group| &group.members);
        members.map(AsRef::as_ref)
    }

    /// Whether a text begins with a group's name and a dot.
    pub(crate) fn begins_hidden(&self, text: &str) -> bool {
        self.groups.iter().any(|group| {
            let start = text.get(..group.name.len());
            start.is_some_and(|start| same_name(start, &group.name))
                && text[group.name.len()..].starts_with('.')
        })
    }

    /// The hidden name of this spelling.
    pub(crate) fn hidden_name(&self, name: &str) -> Option<&str> {
        self.hidden().find(|hidden| same_name(hidden, name))
    }

    /// The hidden name that a misspelt one is most likely to have meant.
    pub(crate) fn nearest_hidden(&self, name: &str) -> Option<&str> {
        suggest::nearest(name, self.hidden())
    }

    /// The canonical spelling of a name that is known here, or of what it is an alias of.
    pub fn known(&self, name: &str) -> Option<&str> {
        self.defined(name).or_else(|| {
            self.extra
                .iter()
                .map(AsRef::as_ref)
                .find(|extra| same_name(extra, name))
        })
    }

    /// The names known here in their canonical spelling: the table's in its order, then those added.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let extra = self.extra.iter().map(AsRef::as_ref);
        self.table.iter().map(|entry| entry.name).chain(extra)
    }

    /// The known name that a misspelled one is most likely to have meant.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        let aliases = self
            .table
            .iter()
            .flat_map(|entry| entry.aliases.iter().copied());
        suggest::nearest(name, self.iter().chain(aliases))
    }

    /// The name with which the text after a `$` begins, and its length there.
    ///
    /// A whole identifier that is known comes first; else a vendor's name or alias, the longest.
    pub(crate) fn leading(&self, text: &str) -> Option<(Cow<'static, str>, usize)> {
        let identifier = leading_identifier(text);
        if let Some(name) = self.owned(identifier) {
            return Some((name, identifier.len()));
        }
        self.table
            .iter()
            .filter(|entry| entry.origin == VariableOrigin::Vendor)
            .flat_map(|entry| {
                entry
                    .spellings()
                    .map(|spelling| (entry.name, spelling.len(), spelling))
            })
            .filter(|(_, length, spelling)| {
                text.get(..*length)
                    .is_some_and(|start| start.eq_ignore_ascii_case(spelling))
            })
            .max_by_key(|(_, length, _)| *length)
            .map(|(canonical, length, _)| (Cow::Borrowed(canonical), length))
    }

    /// As [`Names::known`], to keep: a name of the table costs no memory.
    pub(crate) fn owned(&self, name: &str) -> Option<Cow<'static, str>> {
        match self.defined(name) {
            Some(defined) => Some(Cow::Borrowed(defined)),
            None => self.known(name).map(|extra| Cow::Owned(extra.to_owned())),
        }
    }

    fn defined(&self, name: &str) -> Option<&'static str> {
        let found = self.table.iter().find(|entry| entry.is_called(name));
        found.map(|entry| entry.name)
    }
}

/// The identifier with which a text begins; empty if it begins with none.
pub(crate) fn leading_identifier(text: &str) -> &str {
    if !text.starts_with(|first: char| first.is_alphabetic() || first == '_') {
        return "";
    }
    let end = text.find(|next: char| !(next.is_alphanumeric() || next == '_'));
    &text[..end.unwrap_or(text.len())]
}
