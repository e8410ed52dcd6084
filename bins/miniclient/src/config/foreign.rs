//! What stands in parameters, curl commands and links as other programs, shells and telephone systems write it, and is
//! text here; and values where they mean something else than they look like.

use mc_template::Names;
use mc_template::foreign::{self, Marked, identifier};

mod calls;
mod query;
mod unfilled;
mod written;

use query::second_query;
use unfilled::unfilled;
use written::{bare_names, parameter, parameters, typography, words};

/// Where a line stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// A program's parameters.
    Parameters,
    /// A curl command, which has its own complaints about shells.
    Command,
    /// A link to open.
    Link,
}

/// Each thing with its place and what to write.
pub(super) fn foreign(line: &str, kind: Line, names: &Names) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    marked(line, kind, names, &mut found);
    unfilled(line, kind == Line::Command, names, &mut found);
    dollars(line, kind, names, &mut found);
    plus(line, &mut found);
    second_query(line, names, &mut found);
    entities(line, kind, &mut found);
    if kind != Line::Link {
        typography(line, &mut found);
    }
    match kind {
        Line::Parameters => {
            words(line, &mut found);
            bare_names(line, names, &mut found);
        }
        Line::Command => {
            fragment(line, &mut found);
            let program = program(line);
            found.retain(|(at, _)| *at >= program);
        }
        Line::Link => {}
    }
    found.sort();
    found
}

/// Where the path of the program ends with which a command begins; nobody looks there.
fn program(line: &str) -> usize {
    let word = parameters(line).first().map_or("", |(_, word)| word);
    let name = word.trim_end_matches('"').to_ascii_lowercase();
    let named = ["curl", "curl.exe"].iter().any(|end| name.ends_with(end));
    if named { word.len() } else { 0 }
}

/// What to write for a variable of a shell that is a value here, or is meant for one: `%ANumber%`, `$(ANumber)`,
/// `%USERNAME%`, `%CALLERID%`.
pub(crate) fn instead(line: &str, at: usize, names: &Names) -> Option<String> {
    let mut found = Vec::new();
    marked(line, Line::Parameters, names, &mut found);
    unfilled(line, false, names, &mut found);
    found
        .into_iter()
        .find(|(place, sentence)| *place == at && sentence.contains("`$"))
        .map(|(_, sentence)| sentence)
}

/// What Windows calls a value that has another name here.
const OF_WINDOWS: [(&str, &str); 2] = [
    ("USERNAME", "WindowsLoginName"),
    ("SESSIONNAME", "SessionID"),
];

/// `%ANumber%`, `{ANumber}` and their like; `%TEMP%`.
fn marked(line: &str, kind: Line, names: &Names, found: &mut Vec<(usize, String)>) {
    const MARKS: [(&str, &str); 7] = [
        ("%", "%"),
        ("{{", "}}"),
        ("{", "}"),
        ("<", ">"),
        ("[", "]"),
        ("$(", ")"),
        ("#", "#"),
    ];
    let variable = |name: &str| {
        let name = name.strip_suffix("(x86)").map_or(name, |_| "PROGRAMFILES");
        name.len() > 3
            && !calls::is_of_calls(name)
            && name.chars().all(|c| c.is_ascii_uppercase() || c == '_')
            && name.chars().any(|c| !c.is_ascii_hexdigit())
    };
    let of_windows = |open: &str, name: &str| {
        OF_WINDOWS
            .iter()
            .find(|(windows, own)| open == "%" && *windows == name && names.known(own).is_some())
            .map(|(_, own)| *own)
    };
    let is_name = |found: Marked<'_>| {
        let known = names.known(found.name).is_some() || found.open == "%" && variable(found.name);
        // The command says these itself.
        let told = kind == Line::Command && matches!(found.open, "%" | "$(");
        // Others begin before this one: `[[`, `#{`.
        let inside = line[..found.at].ends_with(['$', '{', '%', '[', '#', '<']);
        known && !told && !inside && !is_syntax(line, &found)
    };
    for Marked {
        at,
        open,
        name,
        written,
        ..
    } in foreign::marked(line, &MARKS, is_name)
    {
        let known = of_windows(open, name).or(names.known(name).map(|_| name));
        let sentence = match known {
            Some(name) => format!("`{written}` is text here: write `${name}`"),
            None => format!("`{written}` is text here: write what it stands for"),
        };
        found.push((at, sentence));
    }
}

/// Whether a mark belongs to XML, or to the name of a form's field.
fn is_syntax(line: &str, found: &Marked<'_>) -> bool {
    match found.open {
        "<" => line.contains(&format!("</{}>", found.name)),
        "[" => line[..found.at].ends_with(|c: char| c.is_alphanumeric() || c == ']'),
        _ => false,
    }
}

/// `$CallerID`, which is `$Caller` and a text; values in a link, or in a document, that nothing encodes.
fn dollars(line: &str, kind: Line, names: &Names, found: &mut Vec<(usize, String)>) {
    for (at, _) in line.match_indices('$') {
        if line[..at].ends_with('$') {
            continue;
        }
        let rest = &line[at + 1..];
        let word = identifier(rest);
        let end = (1..=word.len())
            .rev()
            .find(|end| names.known(&word[..*end]).is_some());
        if let Some(end) = end
            && word[end..]
                .trim_start_matches('_')
                .starts_with(|c: char| c.is_ascii_alphabetic())
        {
            let (name, text) = word.split_at(end);
            found.push((
                at,
                format!("`${word}` is the value of `${name}` and the text `{text}`: if that is meant, write `${{{name}}}{text}`"),
            ));
        }
        if kind != Line::Parameters {
            continue;
        }
        let braces = rest.strip_prefix('{').map(identifier);
        let modifiers = braces.map_or("", |name| {
            rest[1 + name.len()..].split('}').next().unwrap_or_default()
        });
        let name = braces.or(end.map(|end| &word[..end])).unwrap_or_default();
        let lower = name.to_ascii_lowercase();
        let number = lower.contains("number") || lower == "caller" || lower.is_empty();
        if number || !modifiers.is_empty() || names.known(name).is_none() {
            continue;
        }
        let before = parameter(&line[..at]);
        let encoding = if before.contains("://") || before.contains("mailto:") {
            found.push((
                at,
                format!("a value in a program's parameters is not encoded, and `&` or a space in it is another link: write `${{{name}:url}}`"),
            ));
            continue;
        } else if before.contains('{') && before.ends_with("\\\"") {
            "json"
        } else if before.contains('<') && before.ends_with('>') && rest.contains("</") {
            "xml"
        } else {
            continue;
        };
        found.push((
            at,
            format!("a value in a program's parameters is not encoded, and a quote or `<` in it breaks the document: write `${{{name}:{encoding}}}`"),
        ));
    }
}

/// `?n=+$ANumber`: in a link and in a form a plus is a space.
fn plus(line: &str, found: &mut Vec<(usize, String)>) {
    for (at, _) in line.match_indices("=+$") {
        let before = parameters(&line[..at]);
        let word = before.last().map_or("", |(_, word)| word);
        let option = before.iter().rev().skip(1).map(|(_, word)| *word);
        let option = option.into_iter().find(|word| !word.is_empty());
        let form = [
            "-d",
            "--data",
            "--data-raw",
            "--data-ascii",
            "--data-binary",
        ];
        let link = word.contains("://") || word.contains('?') || word.contains('&');
        let is_form = option.is_some_and(|option| form.contains(&option)) && !word.contains('{');
        if link || is_form {
            found.push((
                at + 1,
                "a `+` in a link or a form is a space to the server: write `%2B`".to_owned(),
            ));
        }
    }
}

/// `?a=1&amp;b=2`, `{&quot;a&quot;:1}`: as the source of a web page has it, where nothing else shows markup.
fn entities(line: &str, kind: Line, found: &mut Vec<(usize, String)>) {
    let markup = ["</", "/>", "<br>"].iter().any(|mark| line.contains(mark));
    for (entity, character) in [
        ("&amp;", '&'),
        ("&quot;", '"'),
        ("&#34;", '"'),
        ("&#39;", '\''),
        ("&apos;", '\''),
        ("&lt;", '<'),
        ("&gt;", '>'),
    ] {
        for (at, _) in line.match_indices(entity) {
            // `Meier &amp; Co` may be meant so.
            let is_link = || kind == Line::Link || parameter(&line[..at]).contains("://");
            if entity != "&amp;" && !markup || entity == "&amp;" && is_link() {
                found.push((
                    at,
                    format!("`{entity}` is how a web page's source writes `{character}`: write `{character}`"),
                ));
            }
        }
    }
}

/// `https://crm/#/x`: what is behind `#` is for a browser.
fn fragment(line: &str, found: &mut Vec<(usize, String)>) {
    for (at, _) in line.match_indices('#') {
        let word = parameter(&line[..at]);
        if word.contains("://") && line[at..].contains('$') && !word.contains('{') {
            found.push((
                at,
                "what stands behind `#` in a URL is not sent: a browser alone reads it, so use `open`".to_owned(),
            ));
            return;
        }
    }
}

#[cfg(test)]
mod properties;
#[cfg(test)]
mod tests;
