//! Desktop entries (freedesktop.org, Desktop Entry Specification).

use std::fmt::Write as _;

use super::list::kind;
use crate::application::Application;

/// The entry that opens links; the link follows the words given.
pub(super) fn links(application: &Application) -> String {
    let words = application.words(application.link_parameters.iter().map(String::as_str));
    let mut text = entry(application, &format!("{} %u", exec(&words)));
    let _ = write!(text, "NoDisplay=true\nMimeType=");
    for scheme in &application.schemes {
        let _ = write!(text, "{};", kind(scheme));
    }
    text.push('\n');
    text
}

/// The entry that starts the program at logon.
pub(super) fn autostart(application: &Application) -> String {
    entry(application, &exec(&application.words([])))
}

fn entry(application: &Application, exec: &str) -> String {
    format!(
        "[Desktop Entry]\nType=Application\nName={}\nComment={}\nExec={exec}\nTerminal=false\n",
        application.name, application.summary
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
        let text = links(
            &Application::new("MiniClient", "/x")
                .link_parameters(["--dial-uri"])
                .schemes(["tel", "callto"]),
        );
        assert!(text.contains("\nExec=\"/x\" \"--dial-uri\" %u\n"), "{text}");
        assert!(
            text.contains("\nMimeType=x-scheme-handler/tel;x-scheme-handler/callto;\n"),
            "{text}"
        );
    }
}
