use std::borrow::Cow;

use crate::error::NameError;
use crate::suggest;
use crate::variables::{self, Origin, TABLE};

/// The names that a template may use, fixed when it is parsed: the table's and those added to them.
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
/// # Ok::<(), mc_template::NameError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    dial: bool,
    extra: Vec<Box<str>>,
}

impl Names {
    /// The names known when a call comes in: the vendor's and ours.
    pub fn call() -> Self {
        Self::default()
    }

    /// The names known when a number is dialled: as for a call, and `DialNumber`.
    pub fn dial() -> Self {
        Self {
            dial: true,
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

    /// The canonical spelling of a name that is known here, or of what it is an alias of.
    pub fn known(&self, name: &str) -> Option<&str> {
        if let Some(found) = variables::definition(name)
            && (self.dial || found.origin != Origin::Dial)
        {
            return Some(found.name);
        }
        self.extra
            .iter()
            .map(AsRef::as_ref)
            .find(|extra| variables::same_name(extra, name))
    }

    /// The names known here in their canonical spelling: the table's in its order, then those added.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        TABLE
            .iter()
            .filter(|entry| self.dial || entry.origin != Origin::Dial)
            .map(|entry| entry.name)
            .chain(self.extra.iter().map(AsRef::as_ref))
    }

    /// The known name that a misspelled one is most likely to have meant.
    pub fn nearest(&self, name: &str) -> Option<&str> {
        let aliases = TABLE.iter().flat_map(|entry| entry.aliases.iter().copied());
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
        TABLE
            .iter()
            .filter(|entry| entry.origin == Origin::Vendor)
            .flat_map(|entry| {
                std::iter::once(&entry.name)
                    .chain(entry.aliases)
                    .map(move |name| (entry.name, name.len(), name))
            })
            .filter(|(_, length, name)| {
                text.get(..*length)
                    .is_some_and(|start| start.eq_ignore_ascii_case(name))
            })
            .max_by_key(|(_, length, _)| *length)
            .map(|(canonical, length, _)| (Cow::Borrowed(canonical), length))
    }

    /// As [`Names::known`], to keep: a name of the table costs no memory.
    pub(crate) fn owned(&self, name: &str) -> Option<Cow<'static, str>> {
        match variables::canonical(name) {
            Some(canonical) if self.known(name) == Some(canonical) => {
                Some(Cow::Borrowed(canonical))
            }
            _ => self.known(name).map(|extra| Cow::Owned(extra.to_owned())),
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn leading(names: &Names, text: &str) -> Option<(String, usize)> {
        names
            .leading(text)
            .map(|(name, length)| (name.into_owned(), length))
    }

    #[test]
    fn vendor_names_match_by_longest_prefix() {
        let names = Names::call();
        assert_eq!(leading(&names, "ANumbers"), Some(("ANumber".into(), 7)));
        assert_eq!(
            leading(&names, "CallerNumberX"),
            Some(("ANumber".into(), 12))
        );
        assert_eq!(leading(&names, "callerid"), Some(("ANumber".into(), 6)));
        assert_eq!(leading(&names, "crmurl_x"), Some(("CRMLink".into(), 6)));
        assert_eq!(leading(&names, "anumberü"), Some(("ANumber".into(), 7)));
    }

    #[test]
    fn our_names_and_extras_match_whole_only() {
        let names = Names::call()
            .with_extra(["CustomerNumber", "Größe"])
            .unwrap();
        assert_eq!(
            leading(&names, "SessionID-7"),
            Some(("SessionID".into(), 9))
        );
        assert_eq!(leading(&names, "SessionIDs"), None);
        assert_eq!(leading(&names, "Eventual"), None);
        assert_eq!(leading(&names, "eventü"), None);
        assert_eq!(
            leading(&names, "customerNUMBER/"),
            Some(("CustomerNumber".into(), 14))
        );
        assert_eq!(leading(&names, "CustomerNumbers"), None);
        assert_eq!(leading(&names, "GRÖßE."), Some(("Größe".into(), 7)));
    }

    #[test]
    fn a_whole_extra_name_goes_before_a_vendor_prefix() {
        let names = Names::call().with_extra(["caller_city"]).unwrap();
        assert_eq!(
            leading(&names, "caller_city"),
            Some(("caller_city".into(), 11))
        );
        assert_eq!(
            leading(&names, "caller_cities"),
            Some(("ANumber".into(), 6))
        );
    }

    #[test]
    fn the_dialled_number_is_known_where_one_is_dialled() {
        assert_eq!(leading(&Names::call(), "DialNumber"), None);
        assert_eq!(
            leading(&Names::dial(), "dialnumber"),
            Some(("DialNumber".into(), 10))
        );
    }

    #[test]
    fn extra_names_are_identifiers() {
        for bad in ["", "a-b", "1a", "a b", "$a", "a."] {
            assert_eq!(Names::call().with_extra([bad]).unwrap_err().name, bad);
        }
        let again = Names::call()
            .with_extra(["ANumber", "Crm", "CRM", "caller"])
            .unwrap();
        assert_eq!(again.iter().last(), Some("Crm"));
        assert_eq!(
            again
                .iter()
                .filter(|name| name.eq_ignore_ascii_case("crm"))
                .count(),
            1
        );
    }
}
