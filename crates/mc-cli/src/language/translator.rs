//! Finding the message that a text is.

use std::borrow::Cow;
use std::collections::HashMap;

use super::message::{DEEPEST, Message};

/// Longer lines stay as they are: none of ours is.
const LONGEST: usize = 16 * 1024;

/// Says in another language what a table of messages knows, and leaves everything else as it is.
///
/// A table's lines are pairs: the English as it stands in the source, and the translation. Empty lines and lines that
/// begin with `//` are left out.
///
/// ```
/// use mc_cli::Translator;
///
/// const TABLE: &str = "cannot reach {host}: {why}\n{host} ist nicht zu erreichen: {why!}\n\nno route\nkein Weg dorthin\n";
///
/// let german = Translator::new(&[TABLE]);
/// assert_eq!(german.translate("cannot reach no route: no route"), "no route ist nicht zu erreichen: kein Weg dorthin");
/// assert_eq!(german.translate("something else"), "something else");
/// ```
#[derive(Debug)]
pub struct Translator {
    /// The messages, those first that say most by themselves.
    messages: Vec<Message>,
    /// Those that begin with this byte, and with a hole.
    by_first: Vec<Vec<usize>>,
    others: Vec<usize>,
    faults: Vec<String>,
}

impl Translator {
    /// One for these tables. What cannot be read of them is left out; [`Translator::faults`] names it.
    pub fn new(tables: &[&'static str]) -> Self {
        let (mut messages, mut faults) = (Vec::new(), Vec::new());
        for table in tables {
            let mut lines = table
                .lines()
                .filter(|line| !line.trim().is_empty() && !line.starts_with("//"));
            while let Some(english) = lines.next() {
                match Message::read(english, lines.next().unwrap_or_default()) {
                    Ok(message) => messages.push(message),
                    Err(fault) => faults.push(fault),
                }
            }
        }
        messages.sort_by_key(|message| std::cmp::Reverse(message.weight()));
        let (mut by_first, mut others) = (vec![Vec::new(); 256], Vec::new());
        for (index, message) in messages.iter().enumerate() {
            match message.first().bytes().next() {
                Some(byte) => by_first[usize::from(byte)].push(index),
                None => others.push(index),
            }
        }
        Self {
            messages,
            by_first,
            others,
            faults,
        }
    }

    /// What is wrong with the tables; nothing, in one that was tested.
    pub fn faults(&self) -> &[String] {
        &self.faults
    }

    /// The text, each of its lines in the other language where it is known.
    pub fn translate<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut said = String::with_capacity(text.len());
        for line in text.split_inclusive('\n') {
            let plain = line.strip_suffix('\n').unwrap_or(line);
            if plain.len() <= LONGEST {
                said.push_str(&self.read(plain, DEEPEST, &mut HashMap::new()).1);
            } else {
                said.push_str(plain);
            }
            said.push_str(&line[plain.len()..]);
        }
        if said == text {
            Cow::Borrowed(text)
        } else {
            Cow::Owned(said)
        }
    }

    /// The English of every message, each hole as `{}`.
    #[cfg(test)]
    pub(super) fn english(&self) -> impl Iterator<Item = String> {
        self.messages.iter().map(Message::english)
    }

    /// How much of a line the messages say that it is read as.
    #[cfg(test)]
    pub(super) fn weight_of(&self, line: &str) -> usize {
        self.read(line, DEEPEST, &mut HashMap::new()).0
    }

    /// A line in the other language, and how much of it the messages say that it is read as: of all readings the one that
    /// says most, one that begins with words of ours before another that says less by itself. What was read once is known for the rest of the line, so that no line takes long.
    fn read<'t>(
        &self,
        line: &'t str,
        depth: usize,
        known: &mut Known<'t>,
    ) -> (usize, Cow<'t, str>) {
        if let Some(read) = known.get(line) {
            return read.clone();
        }
        let (mut best, mut anchored) = ((0, Cow::Borrowed(line)), false);
        let first = line.as_bytes().first().map_or(0, |byte| usize::from(*byte));
        let candidates = self.by_first[first].iter().chain(&self.others);
        for message in candidates.filter_map(|index| self.messages.get(*index)) {
            let Some(holes) = message.read_text(line).filter(|_| depth > 0) else {
                continue;
            };
            let (mut weight, mut said) = (message.weight(), String::new());
            message.say(&holes, &mut said, &mut |hole| {
                let (more, said) = self.read(hole, depth - 1, known);
                weight += more;
                said
            });
            // Words of ours that a text begins with may be another message's: "the file x is empty".
            let better = match (message.is_anchored(), anchored) {
                (false, true) => message.weight() > best.0,
                (is_anchored, was) => (is_anchored, weight) > (was, best.0),
            };
            if better {
                (best, anchored) = ((weight, Cow::Owned(said)), message.is_anchored());
            }
        }
        known.insert(line, best.clone());
        best
    }
}

/// The lines, and parts of lines, that were read already.
type Known<'t> = HashMap<&'t str, (usize, Cow<'t, str>)>;

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "\
// Only for these tests.
{file}: {what}
{file}: {what!}

no token in {place}
kein Token in {place}
{name} was not dialled: {why}
{name} wurde nicht gewählt: {why!}
nobody is there
niemand da
the variable {name}
die Variable {name}
{origin} is empty; put the token there
{origin!} ist leer; legen Sie das Token dorthin
";

    #[test]
    fn the_message_that_says_most_is_the_one() {
        let german = Translator::new(&[TABLE]);
        assert_eq!(german.faults(), [""; 0]);
        for (english, said) in [
            ("a.toml: no token in b: c", "a.toml: kein Token in b: c"),
            (
                "no token in b: nobody is there",
                "kein Token in b: nobody is there",
            ),
            (
                "030 was not dialled: nobody is there",
                "030 wurde nicht gewählt: niemand da",
            ),
            (
                "the variable X is empty; put the token there",
                "die Variable X ist leer; legen Sie das Token dorthin",
            ),
            ("a: nobody is there\nb: x\n", "a: niemand da\nb: x\n"),
        ] {
            assert_eq!(german.translate(english), said);
        }
    }

    #[test]
    fn what_stands_in_a_hole_for_data_is_never_read_as_a_message() {
        let german = Translator::new(&[TABLE]);
        let said = german.translate("nobody is there was not dialled: x");
        assert_eq!(said, "nobody is there wurde nicht gewählt: x");
    }

    #[test]
    fn a_hostile_line_ends_in_bounded_time() {
        let german = Translator::new(&[TABLE]);
        let line = "a: ".repeat(LONGEST);
        assert_eq!(german.translate(&line), line);
        let line = ": ".repeat(LONGEST / 2);
        assert_eq!(german.translate(&line).len(), line.len());
    }
}
