//! What other programs' templates have for a value, and nobody fills in here.

use mc_template::Names;
use mc_template::foreign::{self, Marked};

/// What other programs fill in, and nobody here: `{cli}`, `%%callerid%%`, `<Call.Number>`, `%1`.
pub(super) fn unfilled(
    line: &str,
    is_command: bool,
    names: &Names,
    found: &mut Vec<(usize, String)>,
) {
    const MARKS: [(&str, &str); 8] = [
        ("%%", "%%"),
        ("%", "%"),
        ("{{", "}}"),
        ("{", "}"),
        ("<", ">"),
        ("[", "]"),
        ("@@", "@@"),
        ("__", "__"),
    ];
    let is_placeholder = |mark: Marked<'_>| {
        let (before, after) = (&line[..mark.at], &line[mark.at + mark.written.len()..]);
        let name = mark.name.trim();
        let first = |c: char| c.is_ascii_alphabetic();
        let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | ':');
        let is_word = name.len() > 1 && name.starts_with(first) && name.chars().all(word);
        let elsewhere = !matches!(mark.open, "%%" | "@@" | "__");
        let told =
            elsewhere && names.known(name).is_some() || before.ends_with(['$', '{', '%', '#']);
        let apart = !before.ends_with(|c: char| c.is_alphanumeric() || c == ']')
            && (after.is_empty() || after.starts_with(['&', '"', '\'', '/', '?', ';', ',', ' ']));
        let capitals = name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
        let hex = |text: &str| {
            text.len() > 1 && text.bytes().take(2).all(|byte| byte.is_ascii_hexdigit())
        };
        // A command says these itself.
        let by_command = is_command && capitals && mark.open == "%";
        is_word
            && !told
            && match mark.open {
                // Longer ones are a system's variables, and told as these.
                "%" => !(by_command || capitals && name.len() > 3 || hex(after)),
                "%%" | "{{" => true,
                "{" => {
                    !before.ends_with(|c: char| c.is_alphanumeric() || " )".contains(c))
                        && mark.name == name
                }
                "<" => apart && !line.contains("</") && !line.contains("/>") && mark.name == name,
                "[" => {
                    apart
                        && !before.ends_with(' ')
                        && !after.starts_with(' ')
                        && !matches!(name, "true" | "false" | "null")
                }
                _ => capitals,
            }
    };
    let mut say = |at: usize, written: &str| {
        found.push((
            at,
            format!("`{written}` is text here, and nobody fills it in: if a value is meant, write its variable, such as `$ANumber`"),
        ));
    };
    for mark in foreign::marked(line, &MARKS, is_placeholder) {
        say(mark.at, mark.written);
    }
    for (at, _) in line.match_indices('%') {
        let rest = &line[at + 1..];
        let one = rest.starts_with(|c: char| matches!(c, '1'..='9' | 's' | 'n' | '*'));
        let ends = !rest[usize::from(one)..].starts_with(|c: char| c.is_alphanumeric() || c == '%');
        if one && ends && !line[..at].ends_with('%') && !is_command {
            say(at, &line[at..at + 2]);
        }
    }
}
