//! Windows: `HKEY_CURRENT_USER` alone.
//!
//! The `Run` key starts the program at logon. A `ProgID` says how to open a link, `Capabilities` and
//! `RegisteredApplications` offer it under Settings, Default apps (Microsoft Learn, "Default Programs"). Which of the
//! programs offered is used is a choice that Windows lets only the user make.

use std::io;

use windows_registry::{CLASSES_ROOT, CURRENT_USER};

use super::{Installed, LinkError, SCHEMES};
use crate::sys::associations_changed;

const NAME: &str = "MiniClient";
/// How links are opened.
const PROGID: &str = "MiniClient.Dial";
const RUN: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";
const CLASSES: &str = r"Software\Classes";
const CAPABILITIES: &str = r"Software\MiniClient\Capabilities";
const PRODUCT: &str = r"Software\MiniClient";
const REGISTERED: &str = r"Software\RegisteredApplications";
/// What the user chose, below it the scheme.
const CHOICES: &str = r"Software\Microsoft\Windows\Shell\Associations\UrlAssociations";
const COMMAND: &str = r"shell\open\command";

pub(super) fn register(installed: &Installed) -> Result<Vec<String>, LinkError> {
    let open = command_line(&installed.words(&["--dial-uri", "%1"]));
    let icon = format!("{},0", installed.program.display());
    write(RUN, NAME, &command_line(&installed.words(&[])))?;
    let mut done = vec!["It starts at logon.".to_owned()];

    let progid = format!(r"{CLASSES}\{PROGID}");
    write(&progid, "", "URL:Telephone number")?;
    write(&progid, "FriendlyTypeName", "Telephone number")?;
    write(&progid, "URL Protocol", "")?;
    write(&format!(r"{progid}\DefaultIcon"), "", &icon)?;
    write(&format!(r"{progid}\{COMMAND}"), "", &open)?;
    write(CAPABILITIES, "ApplicationName", NAME)?;
    write(
        CAPABILITIES,
        "ApplicationDescription",
        "Dials telephone numbers through jtel",
    )?;
    for scheme in SCHEMES {
        write(&format!(r"{CAPABILITIES}\URLAssociations"), scheme, PROGID)?;
        if owner_command(scheme).is_none() {
            // Nobody opens such links: be asked without a choice being made.
            let class = format!(r"{CLASSES}\{scheme}");
            write(&class, "", &format!("URL:{scheme}"))?;
            write(&class, "URL Protocol", "")?;
            write(&format!(r"{class}\{COMMAND}"), "", &open)?;
        }
    }
    write(REGISTERED, NAME, CAPABILITIES)?;
    associations_changed();
    for scheme in SCHEMES {
        done.push(if is_ours(scheme) {
            format!("It opens {scheme}: links.")
        } else {
            let other = owner(scheme).unwrap_or_default();
            format!(
                "{scheme}: links are still opened by {other}; choose {NAME} for {} under Settings, Apps, Default apps.",
                scheme.to_uppercase()
            )
        });
    }
    Ok(done)
}

pub(super) fn unregister() -> Result<Vec<String>, LinkError> {
    let mut undone = Vec::new();
    if remove_value(RUN, NAME)? {
        undone.push("It starts no longer at logon.".to_owned());
    }
    let mut links = remove_value(REGISTERED, NAME)?;
    for scheme in SCHEMES {
        let class = format!(r"{CLASSES}\{scheme}");
        // The class may have become another program's since.
        if read(&format!(r"{class}\{COMMAND}"), "").is_some_and(|command| opens_with_us(&command)) {
            links |= remove_tree(&class)?;
        }
    }
    links |= remove_tree(&format!(r"{CLASSES}\{PROGID}"))?;
    links |= remove_tree(PRODUCT)?;
    if links {
        undone.push("It opens links no longer.".to_owned());
    }
    associations_changed();
    Ok(undone)
}

pub(super) fn owner(scheme: &str) -> Option<String> {
    let command = owner_command(scheme)?;
    Some(program_of(&command).to_owned())
}

pub(super) fn is_ours(scheme: &str) -> bool {
    owner_command(scheme).is_some_and(|command| opens_with_us(&command))
}

/// The command line that opens such a link now: that of the user's choice, else that of the scheme's own class, the
/// user's before the machine's.
fn owner_command(scheme: &str) -> Option<String> {
    // Windows 11 keeps a newer kind of choice beside the older one.
    let chosen = [r"UserChoiceLatest\ProgId", "UserChoice"]
        .iter()
        .find_map(|choice| read(&format!(r"{CHOICES}\{scheme}\{choice}"), "ProgId"));
    let class = chosen.as_deref().unwrap_or(scheme);
    // Windows shows the user's classes among all, Wine does not: asked for by name, they come first on both.
    let command = read(&format!(r"{CLASSES}\{class}\{COMMAND}"), "").or_else(|| {
        let all = CLASSES_ROOT.open(format!(r"{class}\{COMMAND}")).ok()?;
        all.get_string("").ok()
    });
    // A store app has no command line, but a choice all the same.
    command
        .filter(|command| !command.trim().is_empty())
        .or(chosen)
}

/// Whether a command line is one that [`register`] writes, wherever the program was installed.
fn opens_with_us(command: &str) -> bool {
    let program = program_of(command).to_lowercase();
    let name = program.rsplit(['\\', '/']).next().unwrap_or_default();
    command.contains("--dial-uri")
        && matches!(
            name,
            "miniclient.exe" | "miniclientw.exe" | "acdagentminiclient.exe"
        )
}

/// The program of a command line: the quoted path, else the first word.
fn program_of(command: &str) -> &str {
    let command = command.trim_start();
    match command.strip_prefix('"') {
        Some(rest) => rest.split('"').next().unwrap_or_default(),
        None => command.split(' ').next().unwrap_or_default(),
    }
}

/// Every word in quotes: none holds a quote (that was checked), and a backslash before the closing one, which would
/// escape it, stands only at the end of a folder's path, never of a file's.
fn command_line(words: &[String]) -> String {
    words
        .iter()
        .map(|word| format!("\"{word}\""))
        .collect::<Vec<_>>()
        .join(" ")
}

fn write(key: &str, name: &str, value: &str) -> Result<(), LinkError> {
    let written = CURRENT_USER
        .create(key)
        .and_then(|key| key.set_string(name, value));
    written.map_err(|error| denied(key, error.into()))
}

fn read(key: &str, name: &str) -> Option<String> {
    CURRENT_USER.open(key).ok()?.get_string(name).ok()
}

fn remove_value(key: &str, name: &str) -> Result<bool, LinkError> {
    let options = CURRENT_USER.options().read().write().open(key);
    let removed = options.and_then(|open| open.remove_value(name));
    existed(key, removed.map_err(Into::into))
}

fn remove_tree(key: &str) -> Result<bool, LinkError> {
    existed(key, CURRENT_USER.remove_tree(key).map_err(Into::into))
}

/// What is not there is removed already.
fn existed(key: &str, removed: io::Result<()>) -> Result<bool, LinkError> {
    match removed.map_err(plain) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(denied(key, error)),
    }
}

fn denied(key: &str, error: io::Error) -> LinkError {
    LinkError::Denied {
        place: format!(r"HKEY_CURRENT_USER\{key}"),
        source: plain(error),
    }
}

/// The registry's errors come as an HRESULT that wraps the system's own number; unwrapped, they have a kind.
fn plain(error: io::Error) -> io::Error {
    const WRAPPED: i32 = 0x8007_0000_u32.cast_signed();
    match error.raw_os_error() {
        Some(code) if code & !0xFFFF == WRAPPED => io::Error::from_raw_os_error(code & 0xFFFF),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_of_a_command_line_is_found() {
        for (command, program) in [
            (
                r#""C:\Program Files\x.exe" --dial-uri "%1""#,
                r"C:\Program Files\x.exe",
            ),
            (r"C:\x.exe %1", r"C:\x.exe"),
            ("", ""),
        ] {
            assert_eq!(program_of(command), program);
        }
    }

    #[test]
    fn a_command_line_is_ours_by_program_and_option() {
        assert!(opens_with_us(
            r#""D:\Apps\MiniClientW.exe" --config "x" --dial-uri "%1""#
        ));
        assert!(opens_with_us(
            r#""C:\AcdAgentMiniClient.exe" --dial-uri "%1""#
        ));
        assert!(!opens_with_us(r#""C:\AcdAgentMiniClient.exe" --dial %1"#));
        assert!(!opens_with_us(
            r#""C:\miniclient.exe.evil.exe" --dial-uri "%1""#
        ));
    }

    #[test]
    fn errors_of_the_registry_have_a_kind() {
        let wrapped = io::Error::from_raw_os_error(0x8007_0002_u32.cast_signed());
        assert_eq!(plain(wrapped).kind(), io::ErrorKind::NotFound);
        let own = io::Error::from_raw_os_error(5);
        assert_eq!(plain(own).kind(), io::ErrorKind::PermissionDenied);
    }
}
