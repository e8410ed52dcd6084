//! The name of a topic, with variables.

use std::fmt;

use mc_template::{Context, Names, Numbers, Scope, Template, Values};

/// What a topic may name.
const VARIABLES: [&str; 3] = ["UsersUID", "ComputerName", "WindowsLoginName"];
/// The longest name of a topic that MQTT can carry.
const LONGEST: usize = 65_535;

/// A topic of a broker, such as `jtel/calls/$UsersUID`. A value stays within the level in which it stands: `/`, `+`, `#`,
/// `$`, `%` and control characters in it are percent-encoded.
///
/// ```
/// use mc_agent::settings::Topic;
///
/// let topic = Topic::parse("jtel/calls/$UsersUID")?;
/// assert_eq!(topic.name([("UsersUID", "agent/17")]), Ok("jtel/calls/agent%2F17".to_owned()));
/// assert_eq!(topic.name([]), Err("UsersUID"));
/// # Ok::<(), mc_agent::settings::TopicError>(())
/// ```
#[derive(Debug, Clone)]
pub struct Topic(Template);

/// Why a text is not the name of a topic. Each says what to write.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TopicError {
    /// There is nothing.
    #[error("a topic has a name; write \"jtel/calls/$UsersUID\"")]
    Empty,
    /// It would take what is for others.
    #[error("`{0}` stands for topics of others; name the one topic of this workstation")]
    Wildcard(char),
    /// Something in it is not understood.
    #[error("{0}")]
    Template(String),
    /// A modifier could bring in what must not be there.
    #[error("variables of a topic take no modifiers; write ${{Name}}")]
    Modifier,
}

impl Topic {
    /// Reads a topic. Its variables are `$UsersUID`, `$ComputerName` and `$WindowsLoginName`.
    ///
    /// # Errors
    /// See [`TopicError`].
    pub fn parse(text: &str) -> Result<Self, TopicError> {
        if text.trim().is_empty() {
            return Err(TopicError::Empty);
        }
        if let Some(wild) = text.chars().find(|c| matches!(c, '+' | '#')) {
            return Err(TopicError::Wildcard(wild));
        }
        if let Some(dollar) = outside(text) {
            let text = format!(
                "`{dollar}` is no variable of a topic; write one of ${}",
                VARIABLES.join(", $")
            );
            return Err(TopicError::Template(text));
        }
        let told = |error: &dyn fmt::Display| TopicError::Template(error.to_string());
        let names = Names::none()
            .with_extra(VARIABLES)
            .map_err(|error| told(&error))?;
        let template =
            Template::parse(text, Context::Plain, &names).map_err(|error| told(&error))?;
        if let Some(warning) = template.warnings().first() {
            return Err(TopicError::Template(warning.text.clone()));
        }
        let braced = text.split("${").skip(1);
        if braced
            .filter_map(|rest| rest.split('}').next())
            .any(|inner| inner.contains([':', '{']))
        {
            return Err(TopicError::Modifier);
        }
        Ok(Self(template))
    }

    /// As it was written.
    pub fn text(&self) -> &str {
        self.0.text()
    }

    /// The name for these values.
    ///
    /// # Errors
    /// The name of a value that is needed and not known.
    pub fn name<'v>(
        &self,
        values: impl IntoIterator<Item = (&'v str, &'v str)>,
    ) -> Result<String, &'static str> {
        let mut known = Values::plain();
        for (name, value) in values {
            known.set(name, encoded(value));
        }
        for name in VARIABLES {
            let needed = self.0.variables().any(|needed| needed == name);
            if needed && known.get(name).is_none_or(str::is_empty) {
                return Err(name);
            }
        }
        let numbers = Numbers::default();
        let name = self.0.render(&Scope::new(&known, &numbers));
        // Values are plain text, and the template has been checked: neither can fail but by length.
        name.ok()
            .filter(|name| name.len() <= LONGEST)
            .ok_or("a topic that is short enough")
    }
}

impl PartialEq for Topic {
    fn eq(&self, other: &Self) -> bool {
        self.text() == other.text()
    }
}

impl Eq for Topic {}

/// A dollar sign in front of a name that is no variable, with the name. At the very start it is a broker's own topic.
fn outside(text: &str) -> Option<String> {
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        rest = &rest[at + 1..];
        let name: String = rest
            .trim_start_matches('{')
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect();
        let known = |variable: &&str| variable.eq_ignore_ascii_case(&name);
        if !VARIABLES.iter().any(known) {
            return Some(format!("${name}"));
        }
    }
    None
}

/// A value in which nothing means anything to a broker.
fn encoded(value: &str) -> String {
    use fmt::Write as _;
    value.chars().fold(String::new(), |mut text, c| {
        if matches!(c, '/' | '+' | '#' | '$' | '%') || c.is_control() {
            for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                // Writing to a String does not fail.
                let _ = write!(text, "%{byte:02X}");
            }
        } else {
            text.push(c);
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_stays_in_its_level() {
        let topic = Topic::parse("a/${UsersUID}/$ComputerName").unwrap();
        for (user, part) in [
            ("agent.17", "agent.17"),
            ("a/b", "a%2Fb"),
            ("+", "%2B"),
            ("#", "%23"),
            ("$share", "%24share"),
            ("a%2Fb", "a%252Fb"),
            ("Jürgen Weiß", "Jürgen Weiß"),
            ("x\u{0}y", "x%00y"),
        ] {
            let values = [("UsersUID", user), ("ComputerName", "PC")];
            assert_eq!(topic.name(values), Ok(format!("a/{part}/PC")), "{user}");
        }
        assert_eq!(topic.name([("UsersUID", "x")]), Err("ComputerName"));
        assert_eq!(
            topic.name([("UsersUID", ""), ("ComputerName", "x")]),
            Err("UsersUID")
        );
    }

    #[test]
    fn what_is_not_understood_is_named() {
        for (text, named) in [
            ("", "has a name"),
            ("jtel/calls/+", "`+`"),
            ("jtel/#", "`#`"),
            ("jtel/$ANumber", "$ANumber"),
            ("jtel/${ANumber}", "ANumber"),
            ("$SYS/x", "$SYS"),
            ("jtel/${UsersUID:base64}", "modifiers"),
            ("jtel/${{UsersUID}}", "modifiers"),
        ] {
            let error = Topic::parse(text).unwrap_err().to_string();
            assert!(error.contains(named), "{text}: {error}");
        }
    }
}
