//! Which events a hook is for.

use mc_template::{Names, Values, numbers};
use regex_lite::{Regex, RegexBuilder};
use wildmatch::WildMatch;

use mc_secret::text::shown;

/// A pattern for one value.
///
/// | pattern | matches |
/// | --- | --- |
/// | `Sales*` | a glob: `*` stands for any characters or none, `?` for one; the whole value, in any letter case |
/// | `regex:^49` | a regular expression, found anywhere in the value; letter case counts, unless it begins with `(?i)` |
/// | `is:number` | a telephone number, short and internal ones among them; not a caller who withheld it, a name, a code |
/// | `!Sales*`, `!regex:^49` | what does not match the rest |
///
/// The empty pattern matches a value that is empty or absent, and so `!` alone one that is there.
/// In regular expressions `\d`, `\w`, `\b` and `(?i)` know ASCII only.
#[derive(Clone, Debug)]
pub struct Matcher {
    text: Box<str>,
    negated: bool,
    test: Test,
}

#[derive(Clone, Debug)]
enum Test {
    Glob(WildMatch),
    Regex(Regex),
    Number,
}

/// Why a pattern or a rule is not one.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum RuleError {
    /// The pattern is longer than [`Matcher::MAX_PATTERN`].
    #[error(
        "the pattern has {bytes} bytes; at most {} are accepted",
        Matcher::MAX_PATTERN
    )]
    TooLong {
        /// Its size.
        bytes: usize,
    },
    /// What follows `regex:` is not a regular expression, or too large a one.
    #[error("`{pattern}` is not a regular expression: {source}")]
    Regex {
        /// The expression, fit to be shown.
        pattern: String,
        /// What is wrong with it.
        source: regex_lite::Error,
    },
    /// What follows `is:` is no kind of value.
    #[error("`is:{kind}` is not known; there is is:number")]
    UnknownKind {
        /// What follows, fit to be shown.
        kind: String,
    },
    /// A rule names a variable that does not exist, so that it could never hold.
    #[error("`{name}` is not a known name")]
    UnknownName {
        /// The name, fit to be shown.
        name: String,
    },
}

impl Matcher {
    /// The longest pattern, in bytes.
    pub const MAX_PATTERN: usize = 1024;

    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// A bad regular expression, or a pattern beyond the limits. Every glob is valid.
    pub fn parse(text: &str) -> Result<Self, RuleError> {
        // What a compiled expression may take, so that `(a{500}){500}` cannot take the machine.
        const COMPILED: usize = 256 * 1024;
        if text.len() > Self::MAX_PATTERN {
            return Err(RuleError::TooLong { bytes: text.len() });
        }
        let (negated, pattern) = match text.strip_prefix('!') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let test = match pattern.split_once(':') {
            Some(("is", "number")) => Test::Number,
            Some(("is", kind)) => return Err(RuleError::UnknownKind { kind: shown(kind) }),
            Some(("regex", expression)) => Test::Regex(
                RegexBuilder::new(expression)
                    .size_limit(COMPILED)
                    .build()
                    .map_err(|source| RuleError::Regex {
                        pattern: shown(expression),
                        source,
                    })?,
            ),
            _ => Test::Glob(WildMatch::new(&pattern.to_lowercase())),
        };
        Ok(Self {
            text: text.into(),
            negated,
            test,
        })
    }

    /// Whether a value matches. An absent value is an empty one.
    pub fn matches(&self, value: &str) -> bool {
        let found = match &self.test {
            Test::Glob(glob) => glob.matches(&value.to_lowercase()),
            Test::Regex(regex) => regex.is_match(value),
            Test::Number => numbers::is_number(value),
        };
        found != self.negated
    }

    /// Whether one of several spellings of a value matches. With a leading `!`: whether none matches the rest.
    pub fn matches_any<'v>(&self, spellings: impl IntoIterator<Item = &'v str>) -> bool {
        let found = spellings
            .into_iter()
            .any(|value| self.matches(value) != self.negated);
        found != self.negated
    }

    /// The pattern as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// Conditions on an event's values, all of which must hold. None hold always.
#[derive(Clone, Debug, Default)]
pub struct When {
    conditions: Vec<(Box<str>, Matcher)>,
}

impl When {
    /// Reads one condition and adds it. Aliases are their canonical names.
    ///
    /// # Errors
    ///
    /// A bad pattern, or a name that is not known: such a rule could never hold.
    pub fn and(mut self, name: &str, pattern: &str, names: &Names) -> Result<Self, RuleError> {
        let canonical = names
            .known(name)
            .ok_or_else(|| RuleError::UnknownName { name: shown(name) })?;
        self.conditions
            .push((canonical.into(), Matcher::parse(pattern)?));
        Ok(self)
    }

    /// Whether all conditions hold.
    pub fn holds(&self, values: &Values) -> bool {
        self.failing(values).is_none()
    }

    /// The first condition that does not hold.
    pub fn failing(&self, values: &Values) -> Option<(&str, &Matcher)> {
        self.iter()
            .find(|(name, matcher)| !matcher.matches(values.get(name).unwrap_or_default()))
    }

    /// Names and patterns in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Matcher)> {
        self.conditions
            .iter()
            .map(|(name, matcher)| (name.as_ref(), matcher))
    }
}
