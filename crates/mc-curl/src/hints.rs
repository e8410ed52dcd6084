//! What should not stay in a line as it is: what came from the one call for which it was written, and what stands in the
//! place of something that whoever wrote it could not know.

use mc_template::foreign::{self, Marked};

use crate::fields::{self, Kind};
use crate::secret::MASK;

/// A sentence for each thing to look at.
pub(crate) fn look_at(arguments: &[String]) -> Vec<String> {
    let mut sentences = of_one_call(arguments);
    sentences.extend(placeholders(arguments));
    sentences
}

/// Texts that may be those of the one call for which the line was written.
fn of_one_call(arguments: &[String]) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut told = vec![false; arguments.len()];
    for field in fields::fields(arguments) {
        let text = &arguments[field.argument][field.range.clone()];
        if text.is_empty() || text.contains(['$', '%']) || text == MASK {
            continue;
        }
        let named = variable(&field.name);
        let number = telephone_number(text);
        let (what, write) = match (named, number) {
            (Some(("ServiceNumber", what)), Some(_)) => (what, "$ServiceNumber"),
            (None | Some(("ANumber" | "CallID", _)), Some(write))
                if field.kind != Kind::Header || named.is_some() =>
            {
                ("the caller's number", write)
            }
            (Some(("ANumber" | "ServiceNumber", _)), None) | (None, _) => continue,
            (Some((name, what)), _) => (what, name),
        };
        told[field.argument] = true;
        let write = if write.starts_with('$') {
            write.to_owned()
        } else {
            format!("${write}")
        };
        let place = if field.name.is_empty() {
            format!("`{text}`")
        } else {
            format!("`{}` is `{text}`", field.name)
        };
        sentences.push(format!("{place} here: if that is {what}, write {write}"));
    }
    // A number in the middle of a text.
    for (argument, told) in arguments.iter().zip(told) {
        let run = argument
            .split(|c: char| !(c.is_ascii_digit() || c == '+'))
            .find(|run| !told && telephone_number(run).is_some());
        if let Some(run) = run {
            let write = telephone_number(run).unwrap_or("$ANumber");
            sentences.push(format!(
                "`{run}` looks like a telephone number: for the caller's, write {write}"
            ));
        }
    }
    sentences
}

/// The variable that a field of this name may be meant to have, and what it is.
fn variable(name: &str) -> Option<(&'static str, &'static str)> {
    const NAMES: [(&str, &str, &str); 6] = [
        (
            "ANumber",
            "the caller's number",
            "phone mobile tel telephone number caller callerid callernumber cli from msisdn anumber phonenumber",
        ),
        (
            "ServiceNumber",
            "the number that was called",
            "to called callee did dnis destination servicenumber",
        ),
        (
            "GroupName",
            "the call's group",
            "group groupname queue skill team",
        ),
        (
            "ServiceName",
            "the call's service",
            "service servicename hotline",
        ),
        (
            "UsersUID",
            "the agent",
            "agent agentid login username extension usersuid",
        ),
        (
            "CallID",
            "the call's id",
            "callid calluuid uniqueid sessionid",
        ),
    ];
    let plain: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let mut names = NAMES.into_iter();
    let (name, what, _) = names.find(|(.., all)| all.split(' ').any(|one| one == plain))?;
    Some((name, what))
}

/// How a number that is written so would be written as a variable; none for what is no telephone number.
fn telephone_number(text: &str) -> Option<&'static str> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let plain = text
        .char_indices()
        .all(|(at, c)| c.is_ascii_digit() || " -/()".contains(c) || c == '+' && at == 0);
    if !plain
        || !(7..=15).contains(&digits)
        || !text.starts_with(|c: char| c == '+' || c.is_ascii_digit())
    {
        return None;
    }
    // A day, and seconds or milliseconds since 1970.
    let is_time = match text.len() {
        8 => text.starts_with("19") || text.starts_with("20"),
        10 if text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-' => true,
        10 | 13 => text.starts_with('1'),
        _ => false,
    };
    if is_time {
        return None;
    }
    Some(match text.as_bytes() {
        [b'+', ..] => "${ANumber:plus}",
        [b'0', b'0', ..] => "$ANumber",
        [b'0', ..] => "${ANumber:national}",
        _ => "$ANumber",
    })
}

/// A sentence for each thing that looks like a placeholder.
fn placeholders(arguments: &[String]) -> Vec<String> {
    let mut sentences: Vec<String> = Vec::new();
    let mut say = |sentence: String| {
        if !sentences.contains(&sentence) {
            sentences.push(sentence);
        }
    };
    for argument in arguments {
        for entity in ["&amp;", "&quot;", "&lt;", "&gt;", "&#39;", "&apos;"] {
            if argument.contains(entity) {
                say(format!(
                    "`{entity}` is how a web page's source writes one character: write the character"
                ));
            }
        }
        for found in marked(argument)
            .chain(capitals(argument))
            .chain(segments(argument))
        {
            say(format!(
                "`{found}` looks like a placeholder: write what it stands for"
            ));
        }
    }
    sentences
}

/// `<name>`, `{name}`, `{{name}}`, `**name**`.
fn marked(text: &str) -> impl Iterator<Item = &str> {
    const MARKS: [(&str, &str); 4] = [("{{", "}}"), ("**", "**"), ("<", ">"), ("{", "}")];
    let markup = text.contains("</") || text.contains("/>");
    let is_name = move |found: Marked<'_>| {
        let variable = text[..found.at].ends_with(['$', '%']) || markup && found.open == "<";
        let mut letters = found.name.chars();
        !variable
            && (2..=40).contains(&found.name.len())
            && letters.next().is_some_and(|c| c.is_ascii_alphabetic())
            && letters.all(|c| c.is_ascii_alphanumeric() || "_- ".contains(c))
    };
    foreign::marked(text, &MARKS, is_name).map(|found| found.written)
}

/// `YOUR_API_KEY`, `your-domain`, `REPLACE_ME`, `<..>` apart.
fn capitals(text: &str) -> impl Iterator<Item = &str> {
    const BEGINNINGS: [&str; 8] = [
        "your_",
        "your-",
        "my_api",
        "replace_",
        "insert_",
        "changeme",
        "change_me",
        "enter_your",
    ];
    text.split(|c: char| !(c.is_ascii_alphanumeric() || "_-".contains(c)))
        .filter(|word| {
            let lower = word.to_ascii_lowercase();
            BEGINNINGS.iter().any(|begin| lower.starts_with(begin))
        })
}

/// `/:id/` in the path of an URL.
fn segments(text: &str) -> impl Iterator<Item = &str> {
    let path = text
        .split_once("://")
        .map_or("", |(_, address)| address)
        .split(['?', '#'])
        .next()
        .unwrap_or_default();
    path.split('/').skip(1).filter(|segment| {
        segment.strip_prefix(':').is_some_and(|name| {
            name.len() > 1 && name.chars().all(|c| c.is_ascii_alphabetic() || c == '_')
        })
    })
}
