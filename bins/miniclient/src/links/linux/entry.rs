//! Desktop entries (freedesktop.org, Desktop Entry Specification).

use std::fmt::Write as _;

use super::list::kind;

/// The entry that opens links; the link follows the words given.
pub(super) fn links(words: &[String], schemes: &[&str]) -> String {
    let mut text = entry(
        "Dials telephone numbers through jtel",
        &format!("{} %u", exec(words)),
    );
    let _ = write!(text, "NoDisplay=true\nMimeType=");
    for scheme in schemes {
        let _ = write!(text, "{};", kind(scheme));
    }
    text.push('\n');
    text
}

/// The entry that starts the program at logon.
pub(super) fn autostart(words: &[String]) -> String {
    entry("Opens the CRM when a call comes in", &exec(words))
}

fn entry(comment: &str, exec: &str) -> String {
    format!(
        "[Desktop Entry]\nType=Application\nName=MiniClient\nComment={comment}\nExec={exec}\nTerminal=false\n"
    )
}

/// A command line as `Exec` takes it. Three readers follow one another: the file's strings know `\\`, the command
/// line's quotes know `\` before four characters, and `%` begins a field code.
fn exec(words: &[String]) -> String {
    let mut line = String::new();
    for word in words {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push('"');
        for c in word.chars() {
            match c {
                '"' | '`' | '$' => line.extend(["\\\\", c.encode_utf8(&mut [0; 4])]),
                '\\' => line.push_str(r"\\\\"),
                '%' => line.push_str("%%"),
                c => line.push(c),
            }
        }
        line.push('"');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[&str]) -> Vec<String> {
        words.iter().map(|&word| word.to_owned()).collect()
    }

    #[test]
    fn paths_survive_all_three_readers() {
        let line = exec(&words(&["/opt/My $Apps`/100%/a\\b", "--dial-uri"]));
        assert_eq!(line, r#""/opt/My \\$Apps\\`/100%%/a\\\\b" "--dial-uri""#);
    }

    #[test]
    fn the_entry_names_the_kinds_of_link() {
        let text = links(&words(&["/x", "--dial-uri"]), &["tel", "callto"]);
        assert!(text.contains("\nExec=\"/x\" \"--dial-uri\" %u\n"), "{text}");
        assert!(
            text.contains("\nMimeType=x-scheme-handler/tel;x-scheme-handler/callto;\n"),
            "{text}"
        );
    }
}
