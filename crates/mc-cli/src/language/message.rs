//! A message of the table: an English sentence with holes, and how it is said in the other language.

use std::borrow::Cow;

/// The longest that holes may be read as messages in one another. A message with its sources is three or four deep.
pub(crate) const DEEPEST: usize = 8;

/// One entry of the table.
#[derive(Debug)]
pub(crate) struct Message {
    /// What stands before, between and behind the holes: one more than there are holes.
    literals: Vec<Cow<'static, str>>,
    /// Whether a hole takes nothing but digits.
    numbers: Vec<bool>,
    translation: Vec<Part>,
}

/// A piece of the translation.
#[derive(Debug)]
enum Part {
    Text(Cow<'static, str>),
    /// The content of a hole, by its number.
    Hole(usize, Content),
}

/// What stands in a hole.
#[derive(Debug, Clone, Copy)]
enum Content {
    /// Something that is nobody's message: it stays as it is, whatever it says.
    Data,
    /// One of our messages.
    Message,
    /// Several of them, with this between them.
    Messages(&'static str),
}

impl Message {
    /// Reads an entry: `{}` and `{name}` are the holes of the English, `{name#}` one that takes digits alone; in the
    /// translation `{name}` is what stands there,
    /// `{name!}` is translated in turn, `{name!; }` each of a list with `; ` between. A hole without a name has its number,
    /// from 0.
    pub(crate) fn read(english: &'static str, translation: &'static str) -> Result<Self, String> {
        let (literals, names) = holes(english)?;
        let numbers = names.iter().map(|name| name.ends_with('#')).collect();
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
                Some((name, between)) => (name, Content::Messages(between)),
            };
            let number = names
                .iter()
                .position(|known| known.trim_end_matches('#') == name)
                .or_else(|| name.parse().ok().filter(|number| *number < names.len()));
            let number = number.ok_or_else(|| format!("`{{{name}}}` is no hole of: {english}"))?;
            parts.push(Part::Hole(number, content));
        }
        Ok(Self {
            literals,
            numbers,
            translation: parts,
        })
    }

    /// How much of a text this message says by itself: the more, the surer it is.
    pub(crate) fn weight(&self) -> usize {
        self.literals.iter().map(|literal| literal.len()).sum()
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
        for literal in between {
            let from = rest.chars().next()?.len_utf8();
            let at = from + rest[from..].find(&**literal)?;
            holes.push(&rest[..at]);
            rest = &rest[at + literal.len()..];
        }
        holes.push(rest);
        let fits = |(hole, number): (&&str, &bool)| {
            !hole.is_empty() && (!number || hole.bytes().all(|byte| byte.is_ascii_digit()))
        };
        holes.iter().zip(&self.numbers).all(fits).then_some(holes)
    }

    /// The translation, with what stands in the holes; what is to be translated in turn, `translate` does.
    pub(crate) fn say(
        &self,
        holes: &[&str],
        translate: &dyn Fn(&str, &mut String),
        said: &mut String,
    ) {
        for part in &self.translation {
            match part {
                Part::Text(text) => said.push_str(text),
                Part::Hole(number, content) => {
                    let hole = holes.get(*number).copied().unwrap_or_default();
                    match content {
                        Content::Data => said.push_str(hole),
                        Content::Message => translate(hole, said),
                        Content::Messages(between) => {
                            for (index, one) in hole.split(between).enumerate() {
                                said.push_str(if index == 0 { "" } else { between });
                                translate(one, said);
                            }
                        }
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
        message.say(
            &holes,
            &|hole, said| *said += &hole.to_uppercase(),
            &mut said,
        );
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
        assert_eq!(said("${{x.{}}}", "<{0}>", "${x.y}").unwrap(), "<y>");
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        for (english, german) in [("{a", "b"), ("a}", "b"), ("{a}", "{b}"), ("a", "{0}")] {
            assert!(
                Message::read(english, german).is_err(),
                "{english} {german}"
            );
        }
    }
}
