//! What other programs' templates have for a value, and nobody fills in here.

use mc_template::Names;
use mc_template::foreign::{self, Marked, identifier};

use super::calls::is_of_calls;
use super::written::parameter;

/// The marks by which telephone systems, their clients and CRM systems know a value's name, and template languages theirs.
const MARKS: [(&str, &str); 23] = [
    ("%%", "%%"),
    ("%", "%"),
    ("%{", "}"),
    ("%(", ")s"),
    ("$(", ")"),
    ("{{{", "}}}"),
    ("{{", "}}"),
    ("{", "}"),
    ("#{", "}"),
    ("<%", "%>"),
    ("<?", "?>"),
    ("<#", "#>"),
    ("<<", ">>"),
    ("<", ">"),
    ("[[", "]]"),
    ("[", "]"),
    ("##", "##"),
    ("#", "#"),
    ("@@", "@@"),
    ("**", "**"),
    ("__", "__"),
    ("@", "@"),
    ("!", "!"),
];
/// What a template language has in front of a name and behind it: `{!Contact.Phone}`, `{::phone::}`, `<%= phone %>`.
const SIGNS: [char; 12] = ['!', '=', '%', ':', '?', '+', '&', '#', '@', '^', '*', '$'];

/// What other programs fill in, and nobody here: `{cli}`, `{0}`, `%%callerid%%`, `@number@`, `<Call.Number>`, `:phone`, `%1`.
pub(super) fn unfilled(
    line: &str,
    is_command: bool,
    names: &Names,
    found: &mut Vec<(usize, String)>,
) {
    let mut say = |at: usize, written: &str, name: &str| {
        let sentence = if names.known(name).is_some() {
            format!("`{written}` is text here: write `${name}`")
        } else {
            format!(
                "`{written}` is text here, and nobody fills it in: if a value is meant, write its variable, such as `$ANumber`"
            )
        };
        found.push((at, sentence));
    };
    for mark in foreign::marked(line, &MARKS, |mark| {
        is_placeholder(line, mark, is_command, names)
    }) {
        let name = mark
            .name
            .trim_matches(|c: char| c == ' ' || SIGNS.contains(&c));
        say(mark.at, mark.written, identifier(name));
    }
    for (at, name) in with_colon(line, names) {
        say(at, &line[at..=at + name.len()], name);
    }
    for (at, written) in alone(line, is_command) {
        say(at, written, written.trim_start_matches(['@', '#']));
    }
    for (at, _) in line.match_indices('%') {
        // `%N` is a value in a line that has none of ours. `%~1` is `%1` without its quotes.
        let rest = line[at + 1..].trim_start_matches('~');
        let one = rest.starts_with(|c: char| matches!(c, '1'..='9' | 's' | 'n' | '*'));
        let ends = !rest[usize::from(one)..].starts_with(|c: char| c.is_alphanumeric() || c == '%');
        // A command writes a form of its own by such signs (`-w`), but no URL.
        let elsewhere = !is_command || parameter(&line[..at]).contains("://");
        let is_letter = || {
            let (before, after) = (&line[..at], rest.get(1..).unwrap_or_default());
            rest.starts_with(|c: char| c.is_ascii_alphabetic())
                && (before.is_empty() || before.ends_with([' ', ':', '=', '"']))
                && (after.is_empty() || after.starts_with([' ', '"']))
                && !line.contains('$')
        };
        if (one && ends || is_letter()) && !line[..at].ends_with('%') && elsewhere {
            let end = line.len() - rest.len() + 1;
            say(at, &line[at..end], "");
        }
    }
}

/// `@caller`, `#caller`, `CALLERID`: a word of calls, where no value of ours stands in the whole line. `curl -d @caller` reads a file.
fn alone(line: &str, is_command: bool) -> Vec<(usize, &str)> {
    let (mut found, mut end) = (Vec::new(), 0);
    let outside = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '@' | '#'));
    for word in line
        .split_inclusive(outside)
        .filter(|_| !line.contains('$'))
    {
        let at = end;
        end += word.len();
        let word = word.trim_end_matches(outside);
        let (before, after) = (&line[..at], &line[at + word.len()..]);
        let name = word.strip_prefix(['@', '#']).filter(|_| !is_command);
        let capitals = word.chars().all(|c| c.is_ascii_uppercase() || c == '_');
        let name = name.or(Some(word).filter(|_| capitals)).unwrap_or_default();
        if name.starts_with(|c: char| c.is_ascii_alphabetic())
            && is_word(name, true)
            && is_of_calls(name)
            && !(capitals && is_constant(before))
            && (before.is_empty() || before.ends_with([' ', '=', ':', '"', '\'']))
            && is_apart(before, after)
        {
            found.push((at, word));
        }
    }
    found
}

/// Whether what follows is one of a program's own words, by the name of the option before it: `--mode=PHONE`, `-type CALL`.
fn is_constant(before: &str) -> bool {
    const KINDS: [&str; 18] = [
        "mode",
        "type",
        "kind",
        "action",
        "command",
        "cmd",
        "event",
        "channel",
        "source",
        "view",
        "medium",
        "media",
        "category",
        "class",
        "state",
        "status",
        "format",
        "direction",
    ];
    let option = before.trim_end_matches(['"', '\'', ' ', '=', ':']);
    let mut words = option.rsplit(|c: char| !c.is_ascii_alphanumeric());
    let name = words.next().unwrap_or_default().to_ascii_lowercase();
    KINDS.iter().any(|kind| name.ends_with(kind))
}

fn is_placeholder(line: &str, mark: Marked<'_>, is_command: bool, names: &Names) -> bool {
    let (before, after) = (&line[..mark.at], &line[mark.at + mark.written.len()..]);
    // What is known here in marks that are known, too, is told as these.
    let told =
        matches!(mark.open, "%" | "{{" | "{" | "<" | "[" | "#") && names.known(mark.name).is_some();
    if told || before.ends_with(['$', '{', '%', '#']) {
        return false;
    }
    let name = mark.name.trim();
    let of_calls = is_of_calls(name) || names.known(name).is_some();
    let is_word = is_word(name, of_calls);
    let apart = is_apart(before, after);
    let capitals = name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    match mark.open {
        "{" if is_numbered(line, name) => {
            !before.ends_with(|c: char| c.is_alphanumeric() || ")].".contains(c))
        }
        "{" => {
            let bare = name.trim_matches(SIGNS);
            let begins = !before.ends_with(|c: char| c.is_alphanumeric() || " )".contains(c));
            // Behind a space and a brace it is a block of code as well.
            let block = || {
                before
                    .rsplit(['"', '\''])
                    .next()
                    .is_some_and(|text| text.contains('{'))
            };
            let in_text = before.ends_with(' ') && is_of_calls(name) && !block();
            (begins || in_text) && mark.name == name && self::is_word(bare, is_of_calls(bare))
        }
        "{{{" | "{{" | "<%" | "<?" | "<#" => {
            let bare = name.trim_start_matches(SIGNS).trim_start();
            // The declaration of an XML document is none.
            bare.starts_with(|c: char| c.is_ascii_alphabetic())
                && !bare.contains(['{', '}', '\n'])
                && !(mark.open == "<?" && identifier(bare) == "xml")
        }
        // `<Ihre Rufnummer>`
        "<" if of_calls && apart && name.contains(' ') => {
            mark.name == name && name.chars().all(|c| c.is_alphabetic() || c == ' ')
        }
        _ if !is_word => false,
        // Longer ones are a system's variables, and told as these. A command says some itself.
        "%" => !(capitals && (is_command || name.len() > 3 && !of_calls) || is_hex(after)),
        "%%" | "%(" => true,
        // What a shell would run has other names; a command says it itself.
        "$(" => of_calls && !is_command && names.known(name).is_none(),
        "<" => apart && !line.contains("</") && !line.contains("/>") && mark.name == name,
        "[" if of_calls && is_whole(before, after) => true,
        "[" | "[[" => {
            apart
                && !before.ends_with(' ')
                && !after.starts_with(' ')
                && !matches!(name, "true" | "false" | "null")
        }
        "@@" | "__" => capitals,
        // Bold text has no underscores.
        "**" => name.contains('_') && mark.name == name,
        // By these a command processor names its own variables, where it is told to.
        "!" if line.to_ascii_lowercase().contains("/v:on") => false,
        // Between signs that a text has, too, a word of calls alone is a placeholder.
        _ => of_calls && apart && mark.name == name,
    }
}

/// Whether a text is a name, with dots and colons in it. A dash is in a header's name (`sip.X-Subject`), and in much else.
fn is_word(name: &str, of_calls: bool) -> bool {
    let part = |c: char| {
        c.is_ascii_alphanumeric()
            || matches!(c, '_' | '.' | ':')
            || c == '-' && (of_calls || name.contains('.'))
            || c == '\\' && of_calls
    };
    name.len() > 1
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        && name.chars().all(part)
}

/// Whether a value could stand here by itself.
fn is_apart(before: &str, after: &str) -> bool {
    let ends = ['&', '"', '\'', '/', '?', ';', ',', ' ', '\\', '#', '<'];
    !before.ends_with(|c: char| c.is_alphanumeric() || c == ']')
        && (after.is_empty() || after.starts_with(ends))
}

/// Whether it is a parameter of its own, or the whole of what an option has.
fn is_whole(before: &str, after: &str) -> bool {
    let option = parameter(before);
    (option.is_empty() || option.ends_with(['=', ':']) && !option.contains('"'))
        && (after.is_empty() || after.starts_with(' '))
}

/// `{0}`, `{0:D}`, from which on they count; a number alone says how often something stands in a pattern.
fn is_numbered(line: &str, name: &str) -> bool {
    let number = name.split(':').next().unwrap_or_default();
    let digits = (1..=2).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit());
    digits
        && (number == "0"
            || line.contains("{0}")
            || ["=", "/"]
                .iter()
                .any(|sign| line.contains(&format!("{sign}{{{name}}}"))))
}

fn is_hex(text: &str) -> bool {
    text.len() > 1 && text.bytes().take(2).all(|byte| byte.is_ascii_hexdigit())
}

/// `:phone`, as routes and queries have it: a part of a path, or a word of calls for itself. A time, a drive, a port and a
/// password stand behind something.
fn with_colon<'l>(line: &'l str, names: &Names) -> impl Iterator<Item = (usize, &'l str)> {
    line.match_indices(':').filter_map(|(at, _)| {
        let (before, name) = (&line[..at], identifier(&line[at + 1..]));
        let after = &line[at + 1 + name.len()..];
        let of_path = before.ends_with('/') && parameter(before).contains("://");
        let of_calls = is_of_calls(name) || names.known(name).is_some();
        let begins = before.is_empty() || before.ends_with(['/', '=', ' ', '"', '\'']);
        let is_placeholder =
            name.len() > 1 && begins && is_apart(before, after) && (of_path || of_calls);
        is_placeholder.then_some((at, name))
    })
}
