//! A message of the table: an English sentence with holes, and how it is said in the other language.

use std::borrow::Cow;

/// The longest that holes may be read as messages in one another. A message with its sources is three or four deep.
pub(crate) const DEEPEST: usize = 6;

/// One entry of the table.
#[derive(Debug)]
pub(crate) struct Message {
    /// What stands before, between and behind the holes: one more than there are holes.
    literals: Vec<Cow<'static, str>>,
    /// What each hole takes.
    takes: Vec<Takes>,
    translation: Vec<Part>,
}

/// A piece of the translation.
#[derive(Debug)]
enum Part {
    Text(Cow<'static, str>),
    /// The content of a hole, by its number.
    Hole(usize, Content),
}

/// What a hole takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// Any text but none.
    Text,
    /// Any text, or none.
    TextOrNone,
    /// Digits.
    Number,
}

impl Takes {
    fn of(name: &str) -> Self {
        match name.as_bytes().last() {
            Some(b'?') => Self::TextOrNone,
            Some(b'#') => Self::Number,
            _ => Self::Text,
        }
    }

    fn fits(self, text: &str) -> bool {
        match self {
            Self::Text => !text.is_empty(),
            Self::TextOrNone => true,
            Self::Number => !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()),
        }
    }
}

/// What stands in a hole.
#[derive(Debug, Clone, Copy)]
enum Content {
    /// Something that is nobody's message: it stays as it is, whatever it says.
    Data,
    /// One of our messages.
    Message,
    /// Several of them, with the first between them, and the second in the translation.
    Messages(&'static str, &'static str),
}

impl Message {
    /// Reads an entry. `{}` and `{name}` are the holes of the English: `{name#}` takes digits alone, `{name?}` may be empty. In
    /// the translation `{name}` is what stands there, `{name!}` is translated in turn, `{name!; }` each of a list with `; `
    /// between, and `{name!, or |, oder }` has another text between. A hole without a name has its number among all, from 0.
    pub(crate) fn read(english: &'static str, translation: &'static str) -> Result<Self, String> {
        let (literals, names) = holes(english)?;
        let takes = names.iter().map(|name| Takes::of(name)).collect();
        let (texts, places) = holes(translation)?;
        let mut parts = Vec::new();
        for (index, text) in texts.into_iter().enumerate() {
            if !text.is_empty() {
                parts.push(Part::Text(text));
            }
            let Some(&place) = places.get(index) else {
                continue;
            };
            let (name, content) = match place.split_once('!') {
                None => (place, Content::Data),
                Some((name, "")) => (name, Content::Message),
                Some((name, between)) => {
                    let (english, translated) =
                        between.split_once('|').unwrap_or((between, between));
                    (name, Content::Messages(english, translated))
                }
            };
            let number = names
                .iter()
                .position(|known| known.trim_end_matches(['#', '?']) == name)
                .or_else(|| {
                    // All holes are counted, and one with a name is meant by that alone: its number would be a slip.
                    let number = name.parse().ok()?;
                    let unnamed = |known: &&&str| {
                        matches!(known.bytes().next(), None | Some(b'#' | b'?' | b':'))
                    };
                    names.get(number).filter(unnamed).map(|_| number)
                });
            let number = number.ok_or_else(|| format!("`{{{name}}}` is no hole of: {english}"))?;
            parts.push(Part::Hole(number, content));
        }
        Ok(Self {
            literals,
            takes,
            translation: parts,
        })
    }

    /// How much of a text this message says by itself: the more, the surer it is.
    pub(crate) fn weight(&self) -> usize {
        self.literals.iter().map(|literal| literal.len()).sum()
    }

    /// Whether it begins with words of its own, so that nothing else can be meant by what a text begins with.
    pub(crate) fn is_anchored(&self) -> bool {
        let letters = self.first().chars().filter(|c| c.is_alphabetic());
        letters.count() > 2
    }

    /// What its texts begin with; empty where that is a hole.
    pub(crate) fn first(&self) -> &str {
        self.literals.first().map_or("", |literal| literal)
    }

    /// The English as it is compared: every hole the same.
    #[cfg(test)]
    pub(crate) fn english(&self) -> String {
        self.literals.join("{}")
    }

    /// The contents of the holes, where a text is this message. Each hole is as short as it can be, the last takes the rest:
    /// if the text can be read as this message at all it is, without a second try of any piece.
    pub(crate) fn read_text<'t>(&self, text: &'t str) -> Option<Vec<&'t str>> {
        let (first, others) = self.literals.split_first()?;
        let mut rest = text.strip_prefix(&**first)?;
        let Some((last, between)) = others.split_last() else {
            return rest.is_empty().then(Vec::new);
        };
        rest = rest.strip_suffix(&**last)?;
        let mut holes = Vec::with_capacity(others.len());
        for (literal, takes) in between.iter().zip(&self.takes) {
            let from = match takes {
                Takes::TextOrNone => 0,
                _ => rest.chars().next()?.len_utf8(),
            };
            let at = from + rest[from..].find(&**literal)?;
            holes.push(&rest[..at]);
            rest = &rest[at + literal.len()..];
        }
        holes.push(rest);
        let mut filled = holes.iter().zip(&self.takes);
        filled
            .all(|(hole, takes)| takes.fits(hole))
            .then_some(holes)
    }

    /// The translation, with what stands in the holes; what is to be translated in turn, `translate` does.
    pub(crate) fn say<'t>(
        &self,
        holes: &[&'t str],
        said: &mut String,
        translate: &mut dyn FnMut(&'t str) -> Cow<'t, str>,
    ) {
        for part in &self.translation {
            let (number, content) = match part {
                Part::Text(text) => {
                    said.push_str(text);
                    continue;
                }
                Part::Hole(number, content) => (*number, *content),
            };
            let hole = holes.get(number).copied().unwrap_or_default();
            match content {
                Content::Data => said.push_str(hole),
                Content::Message => said.push_str(&translate(hole)),
                Content::Messages(between, translated) => {
                    for (index, one) in hole.split(between).enumerate() {
                        said.push_str(if index == 0 { "" } else { translated });
                        said.push_str(&translate(one));
                    }
                }
            }
        }
    }
}

/// A text cut at its holes, and their names. Two that touch are one: nothing says where the first of them ends.
pub(crate) fn holes(
    text: &'static str,
) -> Result<(Vec<Cow<'static, str>>, Vec<&'static str>), String> {
    let (mut literals, mut names) = (vec![Cow::Borrowed("")], Vec::new());
    let mut rest = text;
    let mut touches = false;
    while !rest.is_empty() {
        let at = rest.find(['{', '}']).unwrap_or(rest.len());
        let (mut plain, mut behind) = rest.split_at(at);
        let mut hole = None;
        if behind.starts_with("{{") || behind.starts_with("}}") {
            (plain, behind) = (&rest[..=at], &behind[2..]);
        } else if let Some(inside) = behind.strip_prefix('{') {
            let (name, after) = inside
                .split_once('}')
                .ok_or_else(|| format!("a hole has no end: {text}"))?;
            (hole, behind) = (Some(name), after);
        } else if behind.starts_with('}') {
            return Err(format!("a hole has no beginning: {text}"));
        }
        if !plain.is_empty() {
            touches = false;
            match literals.last_mut() {
                Some(last) if last.is_empty() => *last = Cow::Borrowed(plain),
                Some(last) => last.to_mut().push_str(plain),
                None => {}
            }
        }
        if let Some(name) = hole
            && !touches
        {
            names.push(name);
            literals.push(Cow::Borrowed(""));
            touches = true;
        }
        rest = behind;
    }
    Ok((literals, names))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(english: &'static str, german: &'static str, text: &str) -> Option<String> {
        let message = Message::read(english, german).unwrap();
        let holes = message.read_text(text)?;
        let mut said = String::new();
        message.say(&holes, &mut said, &mut |hole| hole.to_uppercase().into());
        Some(said)
    }

    #[test]
    fn a_sentence_is_read_and_said_with_its_holes_in_another_order() {
        let (english, german) = ("{path} of {user}: {why}", "{why!} ({user}, {path})");
        assert_eq!(said(english, german, "a of b: c").unwrap(), "C (b, a)");
        assert_eq!(
            said(english, german, "a of b of c: d: e").unwrap(),
            "D: E (b of c, a)"
        );
        for other in ["a of : c", " of b: c", "a of b: ", "a of b", ""] {
            assert_eq!(said(english, german, other), None, "{other}");
        }
        assert_eq!(said("done", "fertig", "done").unwrap(), "fertig");
        assert_eq!(said("done", "fertig", "done so"), None);
        assert_eq!(said("{} and {}", "{1}, {0}", "ä and ö").unwrap(), "ö, ä");
        assert_eq!(
            said("all: {list}", "{list!; }.", "all: a; b").unwrap(),
            "A; B."
        );
        assert_eq!(
            said("all: {list}", "{list!; |, }.", "all: a; b").unwrap(),
            "A, B."
        );
        assert_eq!(
            said("in {line#}{more?}: x", "{line}{more}", "in 12: x").unwrap(),
            "12"
        );
        assert_eq!(said("in {line#}: x", "{line}", "in 1a: x"), None);
        assert_eq!(said("${{x.{}}}", "<{0}>", "${x.y}").unwrap(), "<y>");
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        for (english, german) in [
            ("{a", "b"),
            ("a}", "b"),
            ("{a}", "{b}"),
            ("a", "{0}"),
            ("{a} {}", "{0}"),
        ] {
            assert!(
                Message::read(english, german).is_err(),
                "{english} {german}"
            );
        }
    }
}
