//! A shell's variable that a line has: in which forms it stands there.

use crate::shell::construct::Construct;
use crate::shell::environment::secret_name;

/// A variable of the shell that a line was written for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ShellVariable {
    name: String,
    /// `%NAME%` and not `$NAME`.
    percent: bool,
}

impl ShellVariable {
    /// The variable that a construct is, if it is one with a name.
    pub(crate) fn of(construct: &Construct) -> Option<Self> {
        let (name, percent) = match construct {
            Construct::Variable { name } => (name, false),
            Construct::Environment { name } => (name, true),
            _ => return None,
        };
        let named = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
        named.then(|| Self {
            name: name.clone(),
            percent,
        })
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// What the secret is called that it holds.
    pub(crate) fn secret_name(&self) -> String {
        secret_name(&self.name)
    }

    /// How it is written: with braces, which end it, first.
    pub(crate) fn forms(&self) -> Vec<String> {
        let name = &self.name;
        if self.percent {
            vec![format!("%{name}%")]
        } else {
            vec![format!("${name}"), format!("${{{name}}}")]
        }
    }

    /// A text with another in its place.
    pub(crate) fn replaced(&self, text: &str, with: &str) -> String {
        let forms = self.forms();
        let mut out = String::new();
        let mut rest = text;
        while let Some(next) = rest.chars().next() {
            let form = forms.iter().find(|form| rest.starts_with(form.as_str()));
            // `$TOKEN` is not the beginning of `$TOKENS`.
            let whole = form.filter(|form| {
                let after = rest[form.len()..].chars().next();
                form.ends_with(['}', '%'])
                    || !after.is_some_and(|c| c.is_ascii_alphanumeric() || c == '_')
            });
            let (written, length) = whole
                .map_or((&rest[..next.len_utf8()], next.len_utf8()), |form| {
                    (with, form.len())
                });
            out.push_str(written);
            rest = &rest[length..];
        }
        out
    }
}
