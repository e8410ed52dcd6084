//! What stands for values that nobody may see where a request is shown.

use std::fmt::Write as _;

use mc_template::Values;
use mc_template::words::quote_posix;

/// What stands in the places of hidden values where a request is shown: texts that no encoding changes and nobody can
/// know beforehand, so that no caller's value is taken for one.
#[derive(Debug, Clone)]
pub(crate) struct StandIns {
    pub(crate) values: Values,
}

impl StandIns {
    pub(crate) fn new<'n>(names: impl Iterator<Item = &'n str>) -> Self {
        let mut bytes = [0; 12];
        // Without it callers could write one, and would see a name in place of their own text.
        let _ = getrandom::fill(&mut bytes);
        let mut random = String::new();
        for byte in bytes {
            // Writing to a String does not fail.
            let _ = write!(random, "{byte:02x}");
        }
        let mut values = Values::plain();
        for (index, name) in names.enumerate() {
            values.set(name, format!("hidden{random}n{index}x"));
        }
        Self { values }
    }

    /// A text with each value's name, as `${secret.name}`.
    pub(crate) fn shown(&self, text: &str) -> String {
        self.values
            .iter()
            .fold(text.to_owned(), |text, (name, stand_in)| {
                let name = format!("${{{name}}}");
                text.replace(&format!("https://{stand_in}/"), &name)
                    .replace(stand_in, &name)
            })
    }

    /// A word quoted for a POSIX shell, with each value as one of its variables.
    pub(crate) fn quoted(&self, word: &str) -> String {
        let found = self.values.iter().find_map(|(name, stand_in)| {
            let whole = format!("https://{stand_in}/");
            [whole.as_str(), stand_in].into_iter().find_map(|stand_in| {
                let (before, after) = word.split_once(stand_in)?;
                Some((before, shell_name(name), after))
            })
        });
        let Some((before, name, after)) = found else {
            return quote_posix(word);
        };
        let part = |text: &str| match text {
            "" => String::new(),
            text => self.quoted(text),
        };
        format!("{}\"${name}\"{}", part(before), part(after))
    }
}

/// A name that shells take: `secret.my-crm` is `MY_CRM`.
pub(crate) fn shell_name(name: &str) -> String {
    let own = name.split_once('.').map_or(name, |(_, own)| own);
    let mut shell: String = own
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        })
        .collect();
    if shell.starts_with(|c: char| c.is_ascii_digit()) {
        shell.insert(0, '_');
    }
    shell
}
