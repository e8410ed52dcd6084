//! What stands in parameters, curl commands and links as other programs, shells and telephone systems write it, and is
//! text here; and values where they mean something else than they look like.

use mc_template::Names;
use mc_template::foreign::{self, Marked, identifier};

mod unfilled;
mod written;

use unfilled::unfilled;
use written::{parameter, parameters, typography, words};

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
    if kind != Line::Link {
        typography(line, &mut found);
    }
    match kind {
        Line::Parameters => words(line, &mut found),
        Line::Command => fragment(line, &mut found),
        Line::Link => {}
    }
    found.sort();
    found
}

/// What to write for a variable of a shell that is a value here: `%ANumber%`, `$(ANumber)`, `%USERNAME%`.
pub(super) fn instead(line: &str, at: usize, names: &Names) -> Option<String> {
    let mut found = Vec::new();
    marked(line, Line::Parameters, names, &mut found);
    found
        .into_iter()
        .find(|(place, sentence)| *place == at && sentence.contains("write `$"))
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
        name.len() > 3
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
        known && !told && !line[..found.at].ends_with(['$', '{', '%']) && !is_syntax(line, &found)
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
            ("/n:#ANumber#", 3, "`#ANumber#` is text"),
            ("/u:%USERNAME%", 3, "write `$WindowsLoginName`"),
            ("/n:^\"$ANumber^\"", 3, "`^` is an ordinary"),
            (
                "\"mailto:a@b?subject=Call $ServiceName\"",
                25,
                "write `${ServiceName:url}`",
            ),
            (
                "\"{\\\"s\\\":\\\"$ServiceName\\\"}\"",
                10,
                "write `${ServiceName:json}`",
            ),
            ("\"<s>$ServiceName</s>\"", 4, "write `${ServiceName:xml}`"),
            ("\"https://h/?n=+$ANumber\"", 14, "write `%2B`"),
            ("$ANumber > x", 9, "`>` is a parameter"),
            ("/n:'$ANumber'", 0, "write double quotes"),
            ("'$ANumber x'", 0, "write double quotes"),
            ("https://h/?g=$GroupName", 13, "write `${GroupName:url}`"),
            ("/n:{cli}", 3, "`{cli}` is text here, and nobody"),
            ("/n:{CALLERNUM:1}", 3, "`{CALLERNUM:1}` is text here"),
            ("/n:{{ contact.phone }}", 3, "`{{ contact.phone }}` is text"),
            ("<Call.NumberSC>", 0, "`<Call.NumberSC>` is text here"),
            ("/n:%%calleridnumber%%", 3, "`%%calleridnumber%%` is text"),
            ("/n:%CallerDisplayName%", 3, "`%CallerDisplayName%` is text"),
            ("/n:[CallerID]", 3, "`[CallerID]` is text here"),
            ("/n:%CLI%", 3, "`%CLI%` is text here, and nobody"),
            ("/n:%%caller%%", 3, "`%%caller%%` is text here"),
            ("/n:@@CALLER@@", 3, "`@@CALLER@@` is text here"),
            ("/n:__NUMBER__", 3, "`__NUMBER__` is text here"),
            ("--event=ringing %1", 16, "`%1` is text here"),
            ("/n:$caller_number", 3, "write `${caller}_number`"),
            ("“$ANumber”", 0, "`“` is an ordinary character"),
            ("/g:„$GroupName“", 3, "`„` is an ordinary character"),
            ("–number $ANumber", 0, "begins no option: write `-`"),
            (
                "{\"n\":\"$ANumber\"}",
                0,
                "the double quotes of this document",
            ),
            (
                "C:\\Program Files\\x.mdb $ANumber",
                0,
                "put it in double quotes",
            ),
            (
                "\\\\server\\My Share\\x $ANumber",
                0,
                "put it in double quotes",
            ),
            (
                "\"--app=https://h/?a=$ANumber&g=${GroupName}\"",
                31,
                "write `${GroupName:url}`",
            ),
        ] {
            let found = foreign(line, Line::Parameters, &Names::call());
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
            "100% %20 it’s -a – b C:\\x C:\\y \"C:\\Program Files\\x\" a\\b",
            "{91330924-802A-4B0D-A900-34FD9D790829} %7Bab%7D %C3%BC%CA%DE a__b__c",
            "\"[Hotline] $ANumber\" \"<b>\" a[bc]",
            "-command=\"*BP P_TEL=$ANumber;\"",
            "\"<ANumber>$ANumber</ANumber>\" /n:+$ANumber \"{\\\"n\\\":\\\"$ANumber\\\"}\"",
        ] {
            assert_eq!(
                foreign(line, Line::Parameters, &Names::call()),
                [],
                "{line}"
            );
        }
    }

    #[test]
    fn curl_commands_and_links_are_looked_at_too() {
        let said = |line: &str, kind| {
            let found = foreign(line, kind, &Names::call());
            found
                .into_iter()
                .map(|(at, text)| format!("{at} {text}"))
                .collect::<Vec<_>>()
        };
        for (line, at, sentence) in [
            ("curl \"https://h/?n={ANumber}\"", 19, "`{ANumber}` is text"),
            ("curl \"https://h/?n=<ANumber>\"", 19, "`<ANumber>` is text"),
            ("curl \"https://h/?n=$CallerID\"", 19, "write `${Caller}ID`"),
            ("curl \"https://h/?n=+$ANumber\"", 19, "write `%2B`"),
            ("curl https://h/ -d \"n=+$ANumber\"", 22, "write `%2B`"),
            ("curl \"$crmurl&n=+$ANumber\"", 16, "write `%2B`"),
            ("curl \"https://h/#/c/$ANumber\"", 16, "use `open`"),
            ("curl \"https://h/?n={cli}\"", 19, "`{cli}` is text here"),
            (
                "curl https://h/ -d '{\"n\":\"<Call.NumberSC>\"}'",
                26,
                "`<Call.NumberSC>` is text",
            ),
            (
                "curl https://h/ -d “n=$ANumber”",
                19,
                "write straight double quotes",
            ),
        ] {
            let found = said(line, Line::Command);
            assert!(
                matches!(&found[..], [one] if one.starts_with(&format!("{at} ")) && one.contains(sentence)),
                "{line}: {found:?}"
            );
        }
        for line in [
            "curl https://h/ --data-urlencode \"n=+$ANumber\" -F \"n=+$ANumber\"",
            "curl https://h/ --json \"{\\\"n\\\":\\\"+$ANumber\\\"}\"",
            "curl \"https://h/?filter[ANumber]=$ANumber\" -d \"<ANumber>$ANumber</ANumber>\"",
            "curl \"https://h/?q=%23$ANumber\"",
            "curl https://h/ --json \"{\\\"query\\\":\\\"{ contact{id name{ab}} }\\\"}\"",
            "curl https://h/ -d \"a=[true]\" -d \"text=[Hotline] $ANumber <br/>\" -w \"%{http_code}\"",
        ] {
            assert_eq!(said(line, Line::Command), [""; 0], "{line}");
        }
        assert!(said("https://h/?n=%ANumber%", Line::Link)[0].contains("write `$ANumber`"));
        assert_eq!(said("https://h/#/c/$ANumber", Line::Link), [""; 0]);
    }
}
