//! What stands around a command where people copy it: prompts, programs that run another, comments, marks of Markdown.

use crate::shell::Construct;

/// Where the command begins: behind a prompt and the words that run another command.
pub(crate) fn command_start(text: &str) -> usize {
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let trimmed = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
        at += rest.len() - trimmed.len();
        if let Some(length) = beside(trimmed) {
            at += length;
            continue;
        }
        let skipped = [
            "$ ", "% ", "> ", "# ", "❯ ", "➜ ", "@", "sudo ", "call ", "exec ", "time ", "nohup ",
            "command ", "PS> ", "& ", "cmd ", "cmd.exe ", "/c ", "start ", "\"\" ", "/b ", "/min ",
            "/wait ", "`curl ",
        ]
        .into_iter()
        .find(|prefix| {
            trimmed.len() > prefix.len()
                && trimmed
                    .get(..prefix.len())
                    .is_some_and(|begin| begin.eq_ignore_ascii_case(prefix))
        })
        .map(|prefix| {
            if prefix.starts_with('`') {
                1
            } else {
                prefix.len()
            }
        })
        .or_else(|| prompt(trimmed));
        match skipped {
            Some(length) => at += length,
            None => return at,
        }
    }
}

/// A text without the prompts of lines with which a command goes on (`>`, `>>`, `More?`), if one stands before the command
/// and before every further line.
pub(crate) fn without_prompts(text: &str) -> Option<String> {
    let start = command_start(text);
    let prompt = text[..start].trim_end();
    let lines = text[start..].trim_end().split_once('\n')?;
    if !prompt.ends_with(['$', '%', '>', '#', '❯', '➜']) {
        return None;
    }
    let goes_on = |line: &str| {
        let mut marks = [">>", ">", "More?"].into_iter();
        let rest = marks.find_map(|mark| line.strip_prefix(mark))?;
        Some(rest.strip_prefix(' ').unwrap_or(rest).to_owned())
    };
    let rest: Vec<String> = lines.1.lines().map(goes_on).collect::<Option<_>>()?;
    Some(format!("{}\n{}", lines.0, rest.join("\n")))
}

/// The length of a line that belongs to no command: the fence of a block in Markdown, or what says nothing.
fn beside(text: &str) -> Option<usize> {
    let (line, _) = text.split_once('\n')?;
    let fence = line
        .trim()
        .strip_prefix("```")
        .is_some_and(|language| language.chars().all(|c| c.is_ascii_alphanumeric()));
    fence.then_some(line.len() + 1).or_else(|| comment(text))
}

/// The length of a line that says nothing to a shell: a comment, `@echo off`.
fn comment(text: &str) -> Option<usize> {
    let (line, below) = text.split_once('\n')?;
    let lower = line.trim().to_ascii_lowercase();
    let quiet = ["@echo off", "echo off", "setlocal", "rem"].contains(&lower.as_str());
    let others = ["//", "rem ", "@rem ", "::", "#!"];
    let comment = others.iter().any(|mark| lower.starts_with(mark));
    // `# curl ..` is what root types, unless the command itself comes below.
    let first = |line: &str| {
        let word = line.split_whitespace().next().unwrap_or_default();
        is_curl(word) || word == "sudo"
    };
    let hash = lower
        .strip_prefix('#')
        .is_some_and(|rest| !first(rest.trim_start_matches('#')) || below.lines().any(first));
    (quiet || comment || hash).then_some(line.len() + 1)
}

/// The comments before the command in a line of a configuration, each with its place, and where they end.
pub(crate) fn comments(line: &str) -> (Vec<(usize, &str)>, usize) {
    let (mut found, mut at) = (Vec::new(), 0);
    loop {
        let rest = &line[at..];
        let begin = at + rest.len() - rest.trim_start().len();
        let Some(length) = comment(&line[begin..]) else {
            return (found, at);
        };
        at = begin + length;
        found.push((begin, line[begin..at].trim_end()));
    }
}

/// The command from `start` on, without what closes a block or a piece of code in Markdown.
pub(crate) fn without_fence(text: &str, start: usize) -> &str {
    let line = text[start..].trim_end();
    let before = text[..start].trim_end();
    let line = if before.contains("```") {
        line.strip_suffix("```").unwrap_or(line)
    } else if before.ends_with('`') {
        line.strip_suffix('`').unwrap_or(line)
    } else {
        line
    };
    line.trim_end()
}

/// The line of the curl further on in a text, and the word that stands before it.
pub(crate) fn before_curl(text: &str, start: usize) -> Option<(usize, String)> {
    let rest = &text[start..];
    let ends = |c: char| c.is_whitespace() || "$(`'\";|&=<>{}[],".contains(c);
    let mut from = 0;
    let at = loop {
        let at = from + rest[from..].to_ascii_lowercase().find("curl")?;
        let begins = rest[..at]
            .chars()
            .next_back()
            .is_none_or(|c| ends(c) || "/\\".contains(c));
        let word = rest[at..]
            .split(char::is_whitespace)
            .next()
            .unwrap_or_default();
        if begins && at > 0 && is_curl(word) {
            break at;
        }
        from = at + 4;
    };
    let line = text[..start + at].matches('\n').count() + 1;
    // A mark alone where no word stands: `(curl ..)`.
    let before = rest[..at].trim();
    let word = before.split(ends).find(|word| !word.is_empty());
    let word = word.unwrap_or(before).chars().take(20).collect();
    Some((line, word))
}

/// The length of a prompt with a path: `PS C:\>`, `C:\Users\me>`, `me@host:~$`.
fn prompt(text: &str) -> Option<usize> {
    let first = text.lines().next()?;
    let end = first.find(['>', '$', '#'])?;
    let before = &first[..end];
    let windows = before.strip_prefix("PS ").unwrap_or(before);
    let path = windows.get(1..3) == Some(":\\") && first.as_bytes()[end] == b'>';
    let host = before.contains('@') && before.contains(':') && !before.contains([' ', '"', '\'']);
    (path || (host && first.as_bytes()[end] != b'>')).then_some(end + 1)
}

/// What is said of a command that is one word.
pub(crate) const QUOTED: &str = "the whole command stands in quotes: take them away";

/// Whether a word is a command, which stood in quotes.
pub(crate) fn is_quoted_command(word: &str) -> bool {
    word.split_once(' ')
        .is_some_and(|(first, _)| is_curl(first))
}

/// `curl`, `curl.exe`, or a path to it, in any letter case.
pub(crate) fn is_curl(word: &str) -> bool {
    let name = word.rsplit(['/', '\\']).next().unwrap_or(word);
    name.eq_ignore_ascii_case("curl") || name.eq_ignore_ascii_case("curl.exe")
}

/// What stands before the command in a line of a configuration, where nothing is left out unsaid.
pub(crate) fn before_command(line: &str) -> Option<Construct> {
    let start = command_start(line);
    // What nobody sees is told as that.
    let before = line[..start].trim_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}');
    let rest = &line[start..];
    let in_quotes = rest
        .strip_prefix('"')
        .and_then(|rest| rest.split('"').next());
    let first = in_quotes.or_else(|| rest.split_whitespace().next());
    let first = first.unwrap_or_default();
    (!before.is_empty()
        && (is_curl(first.trim_matches(['"', '\'', '^'])) || is_quoted_command(first)))
    .then(|| Construct::Before {
        word: before.to_owned(),
    })
}
