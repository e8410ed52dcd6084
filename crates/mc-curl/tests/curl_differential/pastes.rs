//! The lines of `tests/shells/pastes.jsonl`: what is read of each, beside the real curl with the arguments that the
//! line's own shell gives it.

use mc_curl::{Names, Paste, Shell};
use mc_template::words::quote_posix;
use serde::Deserialize;

use crate::corpus::Case;

#[derive(Deserialize)]
struct Entry {
    name: String,
    shell: String,
    line: String,
    arguments: Option<Vec<String>>,
}

const VALUES: [(&str, &str); 6] = [
    ("ServiceNumber", "498912345"),
    ("ServiceName", "Hotline"),
    ("ANumber", "49199123456789"),
    ("CallID", "a1"),
    ("GroupName", "Sales"),
    ("UsersUID", "agent17"),
];

/// Each line that is read, as a case.
pub(crate) fn cases() -> Vec<Case> {
    const URL: &str = "http://host.invalid";
    let lines = include_str!("../shells/pastes.jsonl").lines();
    let lines = lines.map(|line| serde_json::from_str::<Entry>(line).unwrap());
    lines
        .filter_map(|line| {
            let arguments = line.arguments?;
            let shell = match line.shell.as_str() {
                "bash" => Shell::Bash,
                "cmd" => Shell::Cmd,
                "bat" => Shell::Batch,
                _ => Shell::PowerShell,
            };
            let text = line.line.replace("{url}", URL);
            let paste = Paste::read(&text, Some(shell), &Names::call()).unwrap();
            let filled = |argument: &String| {
                let filled = VALUES.iter().fold(argument.clone(), |text, (name, value)| {
                    text.replace(&format!("${name}"), value)
                });
                quote_posix(&filled.replace("{url}", URL))
            };
            let arguments: Vec<_> = arguments.iter().map(filled).collect();
            let mut case = Case::default();
            case.name = line.name;
            case.line = paste.line().replace(URL, "{url}");
            case.sh = format!("curl {}", arguments.join(" ")).replace(URL, "{url}");
            case.values = VALUES
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .into();
            Some(case)
        })
        .collect()
}
