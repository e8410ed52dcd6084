//! The one table of variables: every name, its other spellings, where it comes from and what it means.
//!
//! The parser of templates, the reader of call events and the documentation all use this table, so a
//! name can never be known to one of them and unknown to another.

/// Where a variable comes from, which decides how `$Name` finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum VariableOrigin {
    /// The telephone system's own. After a `$` these names and their aliases match by longest prefix:
    /// `$ANumbers` is the value and an `s`.
    Vendor,
    /// Added by this project. After a `$` they match as whole identifiers only.
    Ours,
    /// As [`VariableOrigin::Ours`], and known only where a number is dialled.
    Dial,
}

/// One variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Definition {
    /// The canonical spelling, used in everything that is written out.
    pub name: &'static str,
    /// Other spellings that mean the same value.
    pub aliases: &'static [&'static str],
    /// Where the variable comes from.
    pub origin: VariableOrigin,
    /// What the value is, in a few words.
    pub meaning: &'static str,
}

impl Definition {
    /// The canonical spelling, then the others.
    pub fn spellings(&self) -> impl Iterator<Item = &'static str> + use<> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }

    /// Whether this is one of its spellings, in any letter case.
    pub fn is_called(&self, name: &str) -> bool {
        self.spellings().any(|spelling| same_name(spelling, name))
    }
}

const fn define(
    name: &'static str,
    aliases: &'static [&'static str],
    origin: VariableOrigin,
    meaning: &'static str,
) -> Definition {
    Definition {
        name,
        aliases,
        origin,
        meaning,
    }
}

/// All variables, in the order in which an event is written out.
pub const TABLE: &[Definition] = &[
    define(
        "Event",
        &[],
        VariableOrigin::Ours,
        "what happened: ringing, answered, ended or missed",
    ),
    define(
        "CallID",
        &[],
        VariableOrigin::Vendor,
        "the telephone system's id of the call",
    ),
    define(
        "ANumber",
        &["caller", "CallerNumber"],
        VariableOrigin::Vendor,
        "the number of the other party",
    ),
    define(
        "GroupName",
        &["group_name"],
        VariableOrigin::Vendor,
        "the name of the ACD group",
    ),
    define(
        "CRMLink",
        &["crmurl"],
        VariableOrigin::Vendor,
        "the complete CRM link that came with the call",
    ),
    define(
        "ServiceNumber",
        &["service_number"],
        VariableOrigin::Vendor,
        "the service number called",
    ),
    define(
        "ServiceName",
        &["service_name"],
        VariableOrigin::Vendor,
        "the name of the service number called",
    ),
    define(
        "UsersUID",
        &["useruid"],
        VariableOrigin::Vendor,
        "the id of the user logged into the telephone system",
    ),
    define(
        "WindowsLoginName",
        &[],
        VariableOrigin::Ours,
        "the account name of the user at this workstation",
    ),
    define(
        "ComputerName",
        &[],
        VariableOrigin::Ours,
        "the name of this workstation",
    ),
    define(
        "IPAddress",
        &[],
        VariableOrigin::Ours,
        "the address of this workstation as the server sees it",
    ),
    define(
        "SessionID",
        &[],
        VariableOrigin::Ours,
        "the terminal session, where there is one",
    ),
    define(
        "DialNumber",
        &[],
        VariableOrigin::Dial,
        "the number to dial, as `format` says; without it digits, `*`, `#`, and a leading `+` if it was given with one",
    ),
    define(
        "GivenNumber",
        &[],
        VariableOrigin::Dial,
        "the same as it was given: digits, `*`, `#`, and a leading `+` if it was given with one",
    ),
];

/// Those of a call: all but the last two, which are known where a number is dialled.
pub(crate) const CALL: &[Definition] = TABLE.split_at(TABLE.len() - 2).0;

/// The canonical spelling of a name or alias in the table; `None` for any other name.
///
/// ```
/// use mc_template::variables::canonical;
/// assert_eq!(canonical("CRMURL"), Some("CRMLink"));
/// assert_eq!(canonical("CustomerNumber"), None);
/// ```
pub fn canonical(name: &str) -> Option<&'static str> {
    definition(name).map(|found| found.name)
}

/// The definition behind a name or alias.
pub fn definition(name: &str) -> Option<&'static Definition> {
    TABLE.iter().find(|entry| entry.is_called(name))
}

/// Whether two spellings are the same name: letter case does not count, in any script.
pub fn same_name(left: &str, right: &str) -> bool {
    if left.is_ascii() || right.is_ascii() {
        return left.eq_ignore_ascii_case(right);
    }
    left.chars()
        .flat_map(char::to_lowercase)
        .eq(right.chars().flat_map(char::to_lowercase))
}
