//! `<<EOF`: lines below a command that it reads as its standard input.

use std::ops::Range;

use mc_template::Names;
use mc_template::words::Word;

use crate::shell::split::Split;

/// Puts the lines from `below` on in the place of the `@-` that reads them; gives where the text goes on. `None` when nothing
/// or more than one thing reads them.
pub(super) fn take(
    split: &mut Split,
    line: &str,
    mark: &Mark<'_>,
    below: usize,
    names: Option<&Names>,
) -> Option<usize> {
    let (reader, attached, end) = reader(split)?;
    let (lines, behind) = mark.lines(line, below)?;
    let mut content = Word::new(split.words[reader].start);
    content.push(&attached, split.words[reader].start);
    for range in lines {
        let after = range.end;
        if !mark.put(split, &mut content, line, range, names) {
            content.push(end, after);
        }
    }
    put(split, reader, attached.len(), content)?;
    Some(behind)
}

/// Puts the word of this number, which stands behind `<<<`, in the place of the `@-` that reads it.
pub(super) fn string(split: &mut Split, number: usize) -> Option<()> {
    let word = (number < split.words.len()).then(|| split.words.remove(number))?;
    let (reader, attached, end) = reader(split)?;
    let mut content = Word::new(split.words[reader].start);
    content.push(&attached, split.words[reader].start);
    for (at, c) in word.text.char_indices() {
        if !(end.is_empty() && matches!(c, '\n' | '\r')) {
            content.push(c.encode_utf8(&mut [0; 4]), word.position(at));
        }
    }
    content.push(end, word.position(word.text.len()));
    put(split, reader, attached.len(), content)
}

/// Puts a content in a word's place, unless it would be the name of a file there.
fn put(split: &mut Split, reader: usize, attached: usize, content: Word) -> Option<()> {
    if content.text[attached..].starts_with('@') {
        return None;
    }
    split.words[reader] = content;
    Some(())
}

/// The one word that reads the standard input, what of its option stands in it, and with what a line ends there.
fn reader(split: &Split) -> Option<(usize, String, &'static str)> {
    let mut read = split
        .words
        .iter()
        .enumerate()
        .filter(|(_, word)| word.text.ends_with("@-"));
    let (reader, word) = read.next().filter(|_| read.next().is_none())?;
    let before = reader
        .checked_sub(1)
        .map(|before| &*split.words[before].text);
    let (option, attached) = match (&word.text[..word.text.len() - 2], before) {
        ("", Some(option)) => (option, ""),
        (option, _) => (option, option),
    };
    let end = match option {
        "-d" | "--data" | "--data-ascii" => "",
        "--data-binary" | "--json" if attached.is_empty() => "\n",
        _ => return None,
    };
    Some((reader, attached.to_owned(), end))
}

/// Puts what `$(cat <<EOF` prints, with the lines below it, into the word under way; gives where the text goes on.
pub(super) fn printed(
    split: &mut Split,
    line: &str,
    at: usize,
    names: Option<&Names>,
) -> Option<usize> {
    let rest = line[at..].strip_prefix("$(cat")?.trim_start();
    let (mark, end) = mark(line, line.len() - rest.len())?;
    let (first, below) = line[end..].split_once('\n')?;
    let (lines, behind) = mark.lines(line, line.len() - below.len())?;
    if !first.trim().is_empty() {
        return None;
    }
    let end = line.len() - line[behind..].trim_start().strip_prefix(')')?.len();
    let mut content = split.begin(at).clone();
    // Line breaks at the end are left out.
    let mut breaks = 0;
    for range in lines {
        if !range.is_empty() {
            content.push(&"\n".repeat(breaks), range.start);
            breaks = 0;
        }
        let goes_on = mark.put(split, &mut content, line, range, names);
        breaks += usize::from(!goes_on);
    }
    *split.begin(at) = content;
    Some(end)
}

/// What stands behind `<<`.
pub(super) struct Mark<'l> {
    /// Where it stands in the line.
    pub(super) at: usize,
    /// Tabs before the lines are left out.
    tabs: bool,
    /// The lines hold no variables.
    literal: bool,
    /// The line with which they end.
    bare: &'l str,
}

impl Mark<'_> {
    /// Where the lines below stand, from `from` to the one that is the mark, without what is left out of each; and where that
    /// one ends.
    fn lines(&self, line: &str, from: usize) -> Option<(Vec<Range<usize>>, usize)> {
        let (mut lines, mut start) = (Vec::new(), from);
        for written in line[from..].split_inclusive('\n') {
            let text = written.trim_end_matches(['\n', '\r']);
            let end = start + text.len();
            let own = if self.tabs {
                text.trim_start_matches('\t')
            } else {
                text
            };
            if own == self.bare {
                return Some((lines, end));
            }
            lines.push(end - own.len()..end);
            start += written.len();
        }
        None
    }

    /// One line: as it is, or as a shell reads it, to which `$`, backticks and backslashes before these mean something.
    /// Whether it goes on in the next one.
    fn put(
        &self,
        split: &mut Split,
        content: &mut Word,
        line: &str,
        range: Range<usize>,
        names: Option<&Names>,
    ) -> bool {
        let (names, mut at) = (names.filter(|_| !self.literal), range.start);
        while let Some(next) = line[at..range.end].chars().next() {
            let after = line[at + next.len_utf8()..range.end].chars().next();
            match (next, after) {
                ('\\', Some(escaped @ ('$' | '`' | '\\'))) if !self.literal => {
                    content.push(escaped.encode_utf8(&mut [0; 4]), at + 1);
                    at += 2;
                    continue;
                }
                ('\\', None) if !self.literal => return true,
                ('$' | '`', _) if !self.literal => split.substitution(line, at, names),
                _ => {}
            }
            content.push(&line[at..at + next.len_utf8()], at);
            at += next.len_utf8();
        }
        false
    }
}

/// The `<<EOF` at `at` of a line, and where it ends.
pub(super) fn mark(line: &str, at: usize) -> Option<(Mark<'_>, usize)> {
    let written = line[at..].strip_prefix("<<")?;
    let (tabs, word) = match written.strip_prefix('-') {
        Some(word) => (true, word),
        None => (false, written),
    };
    let word = word.trim_start_matches([' ', '\t']);
    let is_word = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    let opened = word.trim_start_matches(['\'', '"', '\\']);
    let quote = &word[..word.len() - opened.len()];
    let bare = &opened[..opened.find(|c| !is_word(c)).unwrap_or(opened.len())];
    let closing = quote.trim_start_matches('\\');
    let rest = opened[bare.len()..].strip_prefix(closing)?;
    let ends =
        rest.is_empty() || rest.starts_with(|c: char| c.is_whitespace() || "|&;<>)".contains(c));
    let mark = Mark {
        at,
        tabs,
        literal: !quote.is_empty(),
        bare,
    };
    (!bare.is_empty() && quote.len() < 2 && ends).then_some((mark, line.len() - rest.len()))
}
