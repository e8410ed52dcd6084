//! `<<EOF`: lines below a command that it reads as its standard input.

use mc_template::Names;
use mc_template::words::Word;

use crate::shell::split::Split;

/// What the option does with what it reads from a file.
enum Kept {
    /// `-d`: the lines' ends are left out.
    Joined,
    /// `--data-binary`, `--json`.
    Whole,
}

/// Puts the lines below the command in the place of the `@-` that reads them; gives where the text goes on. `None` when
/// nothing or more than one thing reads them, or when more of the command follows.
pub(super) fn take(
    split: &mut Split,
    line: &str,
    at: usize,
    names: Option<&Names>,
) -> Option<usize> {
    let (first, below) = line[at..].split_once('\n')?;
    let Mark {
        tabs,
        literal,
        bare,
    } = mark(first)?;
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
    let kept = match option {
        "-d" | "--data" | "--data-ascii" => Kept::Joined,
        "--data-binary" | "--json" if attached.is_empty() => Kept::Whole,
        _ => return None,
    };
    let from = at + line[at..].len() - below.len();
    let (mut content, mut place) = (Word::new(split.words[reader].start), from);
    content.push(attached, split.words[reader].start);
    let mut begun = content.text.len();
    for written in below.split_inclusive('\n') {
        let text = written.trim_end_matches(['\n', '\r']);
        let own = own(text, tabs);
        if own == bare {
            if content.text[begun..].starts_with('@') {
                return None;
            }
            split.words[reader] = content;
            return Some(place + text.len());
        }
        if !written.ends_with('\n') {
            return None;
        }
        let start = place + text.len() - own.len();
        let end = match kept {
            Kept::Joined => "",
            Kept::Whole => "\n",
        };
        let goes_on = body(
            split,
            &mut content,
            line,
            start..start + own.len(),
            names.filter(|_| !literal),
            literal,
        );
        if !goes_on {
            content.push(end, place + text.len());
        }
        place += written.len();
        begun = begun.min(content.text.len());
    }
    None
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
    let Mark {
        tabs,
        literal,
        bare,
    } = mark(first)?;
    let mut place = line.len() - below.len();
    let mut content = split.begin(at).clone();
    let mut scratch = Split::default();
    // Line breaks at the end are left out.
    let mut breaks = 0;
    for written in below.split_inclusive('\n') {
        let text = written.trim_end_matches(['\n', '\r']);
        let own = own(text, tabs);
        if own == bare {
            let behind = line[place + text.len()..].trim_start();
            let end = line.len() - behind.strip_prefix(')')?.len();
            *split.begin(at) = content;
            split.found.append(&mut scratch.found);
            return Some(end);
        }
        let start = place + text.len() - own.len();
        if !own.is_empty() {
            content.push(&"\n".repeat(breaks), start);
            breaks = 0;
        }
        let range = start..start + own.len();
        let names = names.filter(|_| !literal);
        let goes_on = body(&mut scratch, &mut content, line, range, names, literal);
        breaks += usize::from(!goes_on);
        place += written.len();
    }
    None
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

/// A line without the tabs that are left out.
fn own(text: &str, tabs: bool) -> &str {
    if tabs {
        text.trim_start_matches('\t')
    } else {
        text
    }
}

/// One line: as it is, or as a shell reads it, to which `$`, backticks and backslashes before these mean something. Whether
/// it goes on in the next one.
fn body(
    split: &mut Split,
    content: &mut Word,
    line: &str,
    range: std::ops::Range<usize>,
    names: Option<&Names>,
    literal: bool,
) -> bool {
    let mut at = range.start;
    while let Some(next) = line[at..range.end].chars().next() {
        let after = line[at + next.len_utf8()..range.end].chars().next();
        match (next, after) {
            ('\\', Some(escaped @ ('$' | '`' | '\\'))) if !literal => {
                content.push(escaped.encode_utf8(&mut [0; 4]), at + 1);
                at += 2;
                continue;
            }
            ('\\', None) if !literal => return true,
            ('$' | '`', _) if !literal => split.substitution(line, at, names),
            _ => {}
        }
        content.push(&line[at..at + next.len_utf8()], at);
        at += next.len_utf8();
    }
    false
}
