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
                        break;
                    }
                }
            }
        }
        if class {
            self.classes.insert(name, from..self.at);
        }
        Ok(Kind::Nothing)
    }

    /// Where something is made of one of the script's classes, or asked of it: `[Name]`, or `New-Object Name`.
    pub(crate) fn class_in_use(&self) -> Option<usize> {
        if self.classes.is_empty() {
            return None;
        }
        let (mut before, mut end) = (String::new(), 0);
        for word in self
            .chars
            .chunk_by(|one, next| is_name(*one) == is_name(*next))
        {
            let from = end;
            end += word.len();
            if !is_name(word[0]) {
                continue;
            }
            let name = word.iter().collect::<String>().to_lowercase();
            let mut behind = self.chars[..from].iter().rev();
            let behind = behind.find(|c| !c.is_whitespace());
            let used = behind == Some(&'[') || ["object", "typename"].contains(&before.as_str());
            if used
                && self
                    .classes
                    .get(&name)
                    .is_some_and(|own| !own.contains(&from))
            {
                return Some(from);
            }
            before = name;
        }
        None
    }
}
