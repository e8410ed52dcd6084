//! Where in a JSON document the template's own text has arrived.

/// Inside or outside a string, and how far into an escape. Values do not move it: what they insert cannot
/// end a string.
#[derive(Debug, Default, Clone)]
pub(super) struct State {
    string: bool,
    /// What the string says so far: it may be a document itself.
    inside: String,
    /// The characters that still belong to a backslash escape.
    escape: Escape,
}

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum Escape {
    #[default]
    None,
    /// A backslash was read.
    Begun,
    /// `\u` was read; so many hexadecimal digits are to come.
    Unicode(u8),
}

impl State {
    /// Reads on.
    pub(super) fn read(&mut self, text: &str) {
        for character in text.chars() {
            self.escape = match (self.escape, character) {
                (Escape::Begun, 'u') => Escape::Unicode(4),
                (Escape::Unicode(left @ 2..), _) => Escape::Unicode(left - 1),
                (Escape::None, '\\') if self.string => Escape::Begun,
                (Escape::None, '"') => {
                    self.string = !self.string;
                    self.inside.clear();
                    Escape::None
                }
                (Escape::Begun, 'n' | 'r' | 't' | 'b' | 'f') => {
                    self.inside.push(' ');
                    Escape::None
                }
                _ => {
                    self.inside.push(character);
                    Escape::None
                }
            };
        }
    }

    /// How many strings it is in: one more for each document that a string holds.
    pub(super) fn strings(&self) -> u8 {
        if !self.string {
            return 0;
        }
        let mut inner = Self::default();
        if is_document(&self.inside) {
            inner.read(&self.inside);
        }
        inner.strings().saturating_add(1)
    }

    pub(super) fn in_escape(&self) -> bool {
        self.escape != Escape::None
    }
}

/// Whether a text begins as JSON does, or as a query of GraphQL, whose strings are those of JSON. Other texts have quotes
/// and brackets, too.
pub(super) fn is_document(text: &str) -> bool {
    let text = text.trim_start();
    let after = text.get(1..).unwrap_or_default().trim_start();
    let until_quote = text.split('"').next().unwrap_or_default();
    let query = ["query", "mutation", "subscription"]
        .iter()
        .any(|word| text.starts_with(word));
    if text.starts_with('{') && after.starts_with(|c: char| c.is_ascii_alphabetic()) || query {
        return until_quote.contains('{') && until_quote.contains('(');
    }
    text.starts_with('{') && after.starts_with('"')
        || text.starts_with('[') && after.starts_with(['"', '{', '['])
}
