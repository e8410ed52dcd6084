//! `<<EOF`: lines below a command that it reads as its standard input.

use std::ops::Range;

use mc_template::Names;
use mc_template::words::Word;

use crate::shell::split::Split;

/// Puts the lines below the command in the place of the `@-` that reads them; gives where the text goes on. `None` when
/// nothing or more than one thing reads them, or when more of the command follows.
pub(super) fn take(
    split: &mut Split,
    line: &str,
    at: usize,
    names: Option<&Names>,
) -> Option<usize> {
    let (first, below) = line[at..].split_once('\n')?;
    let mark = mark(first)?;
    let mut read = split
        .words
        .iter()
        .enumerate()
        .filter(|(_, word)| word.text.ends_with("@-"));
    let (reader, _) = read.next().filter(|_| read.next().is_none())?;
    let text = &split.words[reader].text;
    let before = reader
        .checked_sub(1)
        .map(|before| &*split.words[before].text);
    let (option, attached) = match (&text[..text.len() - 2], before) {
        ("", Some(option)) => (option, ""),
        (option, _) => (option, option),
    };
    let end = match option {
        "-d" | "--data" | "--data-ascii" => "",
        "--data-binary" | "--json" if attached.is_empty() => "\n",
        _ => return None,
    };
    let (lines, behind) = mark.lines(line, line.len() - below.len())?;
    let mut content = Word::new(split.words[reader].start);
    content.push(attached, split.words[reader].start);
    let begun = content.text.len();
    for range in lines {
        let after = range.end;
        if !mark.put(split, &mut content, line, range, names) {
            content.push(end, after);
        }
    }
    if content.text[begun..].starts_with('@') {
        return None;
    }
    split.words[reader] = content;
    Some(behind)
}

/// Puts what `$(cat <<EOF` prints, with the lines below it, into the word under way; gives where the text goes on.
pub(super) fn printed(
    split: &mut Split,
    line: &str,
    at: usize,
    names: Option<&Names>,
) -> Option<usize> {
    let rest = line[at..].strip_prefix("$(cat")?;
    let (first, below) = rest.split_once('\n')?;
    let mark = mark(first)?;
    let (lines, behind) = mark.lines(line, line.len() - below.len())?;
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
struct Mark<'l> {
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

fn mark(first: &str) -> Option<Mark<'_>> {
    let mark = first.trim().strip_prefix("<<")?;
    let (tabs, mark) = match mark.strip_prefix('-') {
        Some(mark) => (true, mark),
        None => (false, mark),
    };
    let mark = mark.trim_start_matches([' ', '\t']);
    let bare = mark.trim_matches(['\'', '"']).trim_start_matches('\\');
    let is_word = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    (!bare.is_empty() && bare.chars().all(is_word)).then_some(Mark {
        tabs,
        literal: bare.len() < mark.len(),
        bare,
    })
}
