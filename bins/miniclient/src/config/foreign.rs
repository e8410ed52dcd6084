//! What stands in a program's parameters as other programs, shells and telephone systems write it, and is text here.

use mc_template::Names;
use mc_template::foreign::{self, Marked, identifier};

/// Each thing with its place and what to write.
pub(super) fn foreign(line: &str, names: &Names) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    marked(line, names, &mut found);
    dollars(line, names, &mut found);
    words(line, &mut found);
    found.sort();
    found
}

/// `%ANumber%`, `{ANumber}` and their like; `%TEMP%`.
fn marked(line: &str, names: &Names, found: &mut Vec<(usize, String)>) {
    const MARKS: [(&str, &str); 6] = [
        ("%", "%"),
        ("{{", "}}"),
        ("{", "}"),
        ("<", ">"),
        ("[", "]"),
        ("$(", ")"),
    ];
    let variable = |name: &str| {
        name.len() > 3
            && name.chars().all(|c| c.is_ascii_uppercase() || c == '_')
            && name.chars().any(|c| !c.is_ascii_hexdigit())
    };
    let is_name = |found: Marked<'_>| {
        !line[..found.at].ends_with(['$', '{', '%'])
            && (names.known(found.name).is_some() || found.open == "%" && variable(found.name))
    };
    for Marked {
        at, name, written, ..
    } in foreign::marked(line, &MARKS, is_name)
    {
        let sentence = if names.known(name).is_some() {
            format!("`{written}` is text here: write `${name}`")
        } else {
            format!("`{written}` is text here: write what it stands for")
        };
        found.push((at, sentence));
    }
}

/// `$CallerID`, which is `$Caller` and a text; values in a link.
fn dollars(line: &str, names: &Names, found: &mut Vec<(usize, String)>) {
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
            && word[end..].starts_with(|c: char| c.is_ascii_alphabetic())
        {
            let (name, text) = word.split_at(end);
            found.push((
                at,
                format!("`${word}` is the value of `${name}` and the text `{text}`: if that is meant, write `${{{name}}}{text}`"),
            ));
        }
        let braces = rest.strip_prefix('{').map(identifier);
        let modifiers = braces.map_or("", |name| {
            rest[1 + name.len()..].split('}').next().unwrap_or_default()
        });
        let name = braces.or(end.map(|end| &word[..end])).unwrap_or_default();
        let lower = name.to_ascii_lowercase();
        let number = lower.contains("number") || lower == "caller" || lower.is_empty();
        let link = line[..at].rsplit([' ', '"']).next().unwrap_or_default();
        if link.contains("://") && !number && modifiers.is_empty() && names.known(name).is_some() {
            found.push((
                at,
                format!("a value in a program's parameters is not encoded, and `&` or a space in it is another link: write `${{{name}:url}}`"),
            ));
        }
    }
}

/// A shell's operators, and single quotes.
fn words(line: &str, found: &mut Vec<(usize, String)>) {
    const OPERATORS: [&str; 8] = ["&", "&&", "|", "||", ">", ">>", "<", "2>&1"];
    let mut quoted = false;
    let mut at = 0;
    for word in line.split([' ', '\t']) {
        if !quoted && OPERATORS.contains(&word) {
            found.push((
                at,
                format!("`{word}` is a parameter here, for no shell reads this: leave it and what follows out, or put quotes around it"),
            ));
        }
        let begins = word.starts_with('\'') || word.contains(":'") || word.contains("='");
        if !quoted && begins && word.contains('$') {
            found.push((
                at,
                "`'` is an ordinary character here: write double quotes around the parameter"
                    .to_owned(),
            ));
        }
        quoted ^= word.matches('"').count() % 2 == 1;
        at += word.len() + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_other_programs_write_is_pointed_out_with_what_to_write() {
        for (line, at, said) in [
            ("/n:%ANumber%", 3, "write `$ANumber`"),
            ("/n:%ANUMBER%", 3, "write `$ANUMBER`"),
            ("/n:{ANumber}", 3, "`{ANumber}` is text"),
            ("/n:{{CrmUrl}}", 3, "`{{CrmUrl}}` is text"),
            ("/n:<GroupName> x", 3, "`<GroupName>` is text"),
            ("/n:$(ANumber)", 3, "`$(ANumber)` is text"),
            ("%TEMP%\\x $ANumber", 0, "`%TEMP%` is text"),
            ("/n:$CallerID", 3, "write `${Caller}ID`"),
            ("x $ANumber & exit", 11, "`&` is a parameter"),
            ("$ANumber > x", 9, "`>` is a parameter"),
            ("/n:'$ANumber'", 0, "write double quotes"),
            ("'$ANumber x'", 0, "write double quotes"),
            ("https://h/?g=$GroupName", 13, "write `${GroupName:url}`"),
            (
                "\"--app=https://h/?a=$ANumber&g=${GroupName}\"",
                31,
                "write `${GroupName:url}`",
            ),
        ] {
            let found = foreign(line, &Names::call());
            assert_eq!(found.len(), 1, "{line}: {found:?}");
            assert!(
                found[0].0 == at && found[0].1.contains(said),
                "{line}: {found:?}"
            );
        }
        for line in [
            "/n:$ANumber \"/g:$GroupName\" ${ANumber:digits} $$5",
            "https://h/?p=$ANumber&x=%20a%C3%BC&g=${GroupName:url}",
            "$CRMLink \"a & b\" \"it's $GroupName\"",
            "/x:{1} [2] <a>",
            "-command=\"*BP P_TEL=$ANumber;\"",
        ] {
            assert_eq!(foreign(line, &Names::call()), [], "{line}");
        }
    }
}
