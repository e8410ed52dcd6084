//! Where in a JSON document the template's own text has arrived.

/// Inside or outside a string, and how far into an escape. Values do not move it: what they insert cannot
/// end a string.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct State {
    string: bool,
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
                    Escape::None
                }
                _ => Escape::None,
            };
        }
    }

    pub(super) fn in_string(self) -> bool {
        self.string
    }

    pub(super) fn in_escape(self) -> bool {
        self.escape != Escape::None
    }
}
