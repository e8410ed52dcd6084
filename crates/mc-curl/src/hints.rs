//! What stands in a line in the place of something that whoever wrote it could not know.

use mc_template::foreign::{self, Marked};

/// A sentence for each thing that looks like it.
pub(crate) fn placeholders(arguments: &[String]) -> Vec<String> {
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
