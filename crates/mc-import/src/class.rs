//! Classes, which are passed over, and whether they are used.

use crate::parse::{Parser, is_name};
use crate::syntax::{Kind, Parsed};

impl Parser {
    /// Goes past a class or an enumeration.
    pub(crate) fn declaration(&mut self, class: bool) -> Parsed<Kind> {
        self.spaces();
        let name = self.word().to_lowercase();
        self.take(|c| c != '{');
        let (from, mut depth) = (self.at, 0);
        loop {
            self.lines();
            match (self.peek(), self.peek_at(1)) {
                (None, _) => {
                    self.at = from;
                    return self.fault("a bracket or brace is not closed");
                }
                (Some('@'), Some(quote @ ('"' | '\''))) => {
                    self.here(quote)?;
                }
                (Some(quote @ ('"' | '\'')), _) => {
                    self.quoted(quote)?;
                }
                (Some(c), _) => {
                    self.at += 1;
                    depth += i32::from(c == '{') - i32::from(c == '}');
                    if depth == 0 {
                        self.behind = self.at;
                        break;
                    }
                }
            }
        }
        if class {
            self.classes.put(&name, from..self.at);
        }
        Ok(Kind::Nothing)
    }

    /// Whether something is made of one of the script's classes, or asked of it: `[Name]`, or `New-Object Name`; goes there.
    pub(crate) fn uses_class(&mut self) -> bool {
        let mut before = String::new();
        self.at = 0;
        while !self.classes.all.is_empty() && self.peek().is_some() {
            let between = self.take(|c| !is_name(c));
            let from = self.at;
            let name = self.word().to_lowercase();
            let used =
                between.trim_end().ends_with('[') || before == "object" || before == "typename";
            if used
                && self
                    .classes
                    .get(&name)
                    .is_some_and(|own| !own.contains(&from))
            {
                self.at = from;
                return true;
            }
            before = name;
        }
        false
    }
}
