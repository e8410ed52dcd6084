//! Desktop entries (freedesktop.org, Desktop Entry Specification).

use std::fmt::Write as _;
use std::path::Path;

use super::list::kind;
use crate::application::{Application, Shortcut};

/// The entry that opens links; `None` where its line would need quotes.
///
/// `xdg-open` of xdg-utils 1.1.3, where there is no desktop that it knows, cuts the line at blanks and leaves quotes and
/// escapes in the pieces.
pub(super) fn links(application: &Application) -> Option<String> {
    let words = link_words(application);
    let plain = words.iter().all(|word| is_plain(word));
    plain.then(|| of_links(application, &exec(&words)))
}

/// The entry that opens links through a script at this path, which the shell runs: a home may be on a file system from
/// which nothing can be started.
pub(super) fn links_by(application: &Application, script: &Path) -> String {
    let words = ["/bin/sh".to_owned(), script.display().to_string()];
    of_links(application, &exec(&words))
}

/// The script: the program and its parameters, the link behind them, as one word whatever it holds.
pub(super) fn script(application: &Application) -> String {
    let words = link_words(application);
    let words: Vec<_> = words.iter().map(|word| quoted(word)).collect();
    format!("#!/bin/sh\nexec {} \"$1\"\n", words.join(" "))
}

/// The command line of the shortcut, as a person may copy it into the desktop's settings.
pub(super) fn shortcut(application: &Application, shortcut: &Shortcut) -> String {
    let words = application.words(shortcut.parameters.iter().map(String::as_str));
    let words = words.iter().map(|word| {
        if is_plain(word) {
            word.clone()
        } else {
            quoted(word)
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// As the shell reads it.
fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', r"'\''"))
}

fn link_words(application: &Application) -> Vec<String> {
    application.words(application.link_parameters.iter().map(String::as_str))
}

fn of_links(application: &Application, exec: &str) -> String {
    let mut text = entry(application, &format!("{exec} %u"));
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
        "[Desktop Entry]\nType=Application\nName={}\nComment={}\nExec={exec}\nTerminal=false\nStartupNotify=false\n",
        application.name, application.summary
    )
}

/// Whether a word means itself to everyone who reads it, without quotes.
fn is_plain(word: &str) -> bool {
    let plain =
        |c: char| c.is_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | '+' | ',' | ':' | '@');
    !word.is_empty() && word.chars().all(plain)
}

/// A command line as `Exec` takes it. Three readers follow one another: the file's strings know `\\`, the command
/// line's quotes know `\` before four characters, and `%` begins a field code.
fn exec(words: &[String]) -> String {
    let mut line = String::new();
    for word in words {
        if !line.is_empty() {
            line.push(' ');
        }
        if is_plain(word) {
            line.push_str(word);
            continue;
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
        assert_eq!(line, r#""/opt/My \\$Apps\\`/100%%/a\\\\b" --dial-uri"#);
    }

    #[test]
    fn what_needs_quotes_is_a_script() {
        let odd =
            Application::new("MiniClient", "/opt/My 'Apps'/x").link_parameters(["--dial-uri"]);
        assert_eq!(links(&odd), None);
        assert_eq!(
            script(&odd),
            "#!/bin/sh\nexec '/opt/My '\\''Apps'\\''/x' '--dial-uri' \"$1\"\n"
        );
        let text = links_by(&odd, Path::new("/home/u/.local/share/m/open-link"));
        assert!(
            text.contains("\nExec=/bin/sh /home/u/.local/share/m/open-link %u\n"),
            "{text}"
        );
    }

    #[test]
    fn the_entry_names_the_kinds_of_link() {
        let application = Application::new("MiniClient", "/x")
            .link_parameters(["--dial-uri"])
            .schemes(["tel", "callto"]);
        let text = links(&application).unwrap();
        assert!(text.contains("\nExec=/x --dial-uri %u\n"), "{text}");
        assert!(
            text.contains("\nMimeType=x-scheme-handler/tel;x-scheme-handler/callto;\n"),
            "{text}"
        );
    }
}
