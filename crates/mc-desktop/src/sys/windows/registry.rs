//! Windows: `HKEY_CURRENT_USER`, or for every user `HKEY_LOCAL_MACHINE`.
//!
//! The `Run` key starts the program at logon. A `ProgID` says how to open a link, `Capabilities` and
//! `RegisteredApplications` offer it under Settings, Default apps (Microsoft Learn, "Default Programs"). Which of the
//! programs offered is used is a choice that Windows lets only the user make.

use std::io;

use windows_registry::{CLASSES_ROOT, CURRENT_USER, Key, LOCAL_MACHINE};

use super::line::command_line;
use super::shortcut;
use crate::application::Application;
use crate::change::{Change, InstallError};
use crate::scope::InstallScope;
use crate::sys::windows::system::associations_changed;
use crate::undone::Undone;

const RUN: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";
/// A longer line of that key is not started (Microsoft Learn, "Run and `RunOnce` Registry Keys").
const LONGEST_RUN: usize = 260;
const CLASSES: &str = r"Software\Classes";
const REGISTERED: &str = r"Software\RegisteredApplications";
/// What the user chose, below it the scheme.
const CHOICES: &str = r"Software\Microsoft\Windows\Shell\Associations\UrlAssociations";
const COMMAND: &str = r"shell\open\command";

/// How its links are opened.
fn prog_id(application: &Application) -> String {
    format!("{}.Dial", application.name)
}

fn product(application: &Application) -> String {
    format!(r"Software\{}", application.name)
}

pub(crate) fn install(application: &Application, scope: &InstallScope) -> Result<(), InstallError> {
    let hive = Hive::of(scope);
    let name = application.name.as_str();
    let open = command_line(
        &application.words(
            application
                .link_parameters
                .iter()
                .map(String::as_str)
                .chain(["%1"]),
        ),
    );
    let icon = format!("{},0", application.program.display());
    hive.write(RUN, name, &run_line(application)?)?;

    let prog_id = prog_id(application);
    let class = format!(r"{CLASSES}\{prog_id}");
    let capabilities = format!(r"{}\Capabilities", product(application));
    hive.write(&class, "", "URL:Telephone number")?;
    hive.write(&class, "FriendlyTypeName", "Telephone number")?;
    hive.write(&class, "URL Protocol", "")?;
    hive.write(&format!(r"{class}\DefaultIcon"), "", &icon)?;
    hive.write(&format!(r"{class}\{COMMAND}"), "", &open)?;
    hive.write(&capabilities, "ApplicationName", name)?;
    hive.write(
        &capabilities,
        "ApplicationDescription",
        &application.summary,
    )?;
    for scheme in &application.schemes {
        hive.write(
            &format!(r"{capabilities}\URLAssociations"),
            scheme,
            &prog_id,
        )?;
        let class = format!(r"{CLASSES}\{scheme}");
        let taken = match scope {
            InstallScope::User => opener_command(scheme),
            InstallScope::Machine => hive.read(&format!(r"{class}\{COMMAND}"), ""),
        };
        // Nobody opens such links: be asked without a choice being made. What an earlier install wrote is renewed.
        if taken.is_none_or(|command| is_of(application, &command)) {
            hive.write(&class, "", &format!("URL:{scheme}"))?;
            hive.write(&class, "URL Protocol", "")?;
            hive.write(&format!(r"{class}\{COMMAND}"), "", &open)?;
        }
    }
    hive.write(REGISTERED, name, &capabilities)?;
    associations_changed();
    if let Some((shortcut, hotkey)) = application.key() {
        shortcut::write(application, scope, shortcut, hotkey)?;
    }
    Ok(())
}

/// What starts it at logon.
fn run_line(application: &Application) -> Result<String, InstallError> {
    let line = command_line(&application.words([]));
    let length = line.encode_utf16().count();
    if length > LONGEST_RUN {
        return Err(InstallError::TooLong {
            length,
            longest: LONGEST_RUN,
            line,
        });
    }
    Ok(line)
}

pub(crate) fn uninstall(
    application: &Application,
    scope: &InstallScope,
) -> Result<Vec<Change>, InstallError> {
    let hive = Hive::of(scope);
    let mut undone = Undone::default();
    if undone.step(hive.remove_value(RUN, &application.name)) {
        undone.change(Change::StartsNoLonger);
    }
    let mut links = undone.step(hive.remove_value(REGISTERED, &application.name));
    for scheme in &application.schemes {
        let class = format!(r"{CLASSES}\{scheme}");
        // The class may have become another program's since.
        if hive
            .read(&format!(r"{class}\{COMMAND}"), "")
            .is_some_and(|command| is_of(application, &command))
        {
            links |= undone.step(hive.remove_tree(&class));
        }
    }
    let class = format!(r"{CLASSES}\{}", prog_id(application));
    links |= undone.step(hive.remove_tree(&class));
    links |= undone.step(hive.remove_tree(&product(application)));
    if links {
        undone.change(Change::OpensLinksNoLonger);
    }
    associations_changed();
    if let Some(shortcut) = &application.shortcut
        && undone.step(shortcut::remove(scope, shortcut))
    {
        undone.change(Change::KeyNoLonger);
    }
    undone.end()
}

/// What a click by this user starts; what other users chose is theirs to know.
pub(crate) fn opener(_scope: &InstallScope, scheme: &str) -> Option<String> {
    let command = opener_command(scheme)?;
    Some(program_of(&command).to_owned())
}

pub(crate) fn opens(application: &Application, _scope: &InstallScope, scheme: &str) -> bool {
    opener_command(scheme).is_some_and(|command| is_of(application, &command))
}

/// How the user makes this the program that opens such links.
pub(crate) fn how_to_choose(application: &Application, scheme: &str) -> String {
    format!(
        "choose {} for {} under Settings, Apps, Default apps.",
        application.name,
        scheme.to_uppercase()
    )
}

/// The command line that opens such a link now: that of the user's choice, else that of the scheme's own class, the
/// user's before the machine's.
fn opener_command(scheme: &str) -> Option<String> {
    // Windows 11 keeps a newer kind of choice beside the older one.
    let chosen = [r"UserChoiceLatest\ProgId", "UserChoice"]
        .iter()
        .find_map(|choice| Hive::USER.read(&format!(r"{CHOICES}\{scheme}\{choice}"), "ProgId"));
    let class = chosen.as_deref().unwrap_or(scheme);
    // Windows shows the user's classes among all, Wine does not: asked for by name, they come first on both.
    let path = format!(r"{CLASSES}\{class}\{COMMAND}");
    let command = Hive::USER.read(&path, "").or_else(|| {
        let all = CLASSES_ROOT.open(format!(r"{class}\{COMMAND}")).ok()?;
        all.get_string("").ok()
    });
    // A store app has no command line, but a choice all the same.
    command
        .filter(|command| !command.trim().is_empty())
        .or(chosen)
}

/// Whether a command line is one that [`install`] writes, wherever the program was installed.
fn is_of(application: &Application, command: &str) -> bool {
    let name = |path: &str| {
        path.rsplit(['\\', '/'])
            .next()
            .unwrap_or_default()
            .to_lowercase()
    };
    let program = name(program_of(command));
    let ours = application
        .program
        .to_str()
        .into_iter()
        .chain(application.executables.iter().map(String::as_str));
    application
        .link_parameters
        .iter()
        .all(|word| command.contains(word.as_str()))
        && ours.map(name).any(|known| known == program)
}

/// The program of a command line: the quoted path, else the first word.
fn program_of(command: &str) -> &str {
    let command = command.trim_start();
    match command.strip_prefix('"') {
        Some(rest) => rest.split('"').next().unwrap_or_default(),
        None => command.split(' ').next().unwrap_or_default(),
    }
}

/// Whose part of the registry is changed.
#[derive(Clone, Copy)]
struct Hive {
    key: &'static Key,
    name: &'static str,
}

impl Hive {
    const USER: Self = Self {
        key: CURRENT_USER,
        name: "HKEY_CURRENT_USER",
    };
    const MACHINE: Self = Self {
        key: LOCAL_MACHINE,
        name: "HKEY_LOCAL_MACHINE",
    };

    fn of(scope: &InstallScope) -> Self {
        match scope {
            InstallScope::User => Self::USER,
            InstallScope::Machine => Self::MACHINE,
        }
    }

    fn write(self, key: &str, name: &str, value: &str) -> Result<(), InstallError> {
        let written = self
            .key
            .create(key)
            .and_then(|key| key.set_string(name, value));
        written.map_err(|error| self.denied(key, error.into()))
    }

    fn read(self, key: &str, name: &str) -> Option<String> {
        self.key.open(key).ok()?.get_string(name).ok()
    }

    fn remove_value(self, key: &str, name: &str) -> Result<bool, InstallError> {
        let options = self.key.options().read().write().open(key);
        let removed = options.and_then(|open| open.remove_value(name));
        self.existed(key, removed.map_err(Into::into))
    }

    fn remove_tree(self, key: &str) -> Result<bool, InstallError> {
        self.existed(key, self.key.remove_tree(key).map_err(Into::into))
    }

    /// What is not there is removed already.
    fn existed(self, key: &str, removed: io::Result<()>) -> Result<bool, InstallError> {
        match removed.map_err(plain) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(self.denied(key, error)),
        }
    }

    fn denied(self, key: &str, error: io::Error) -> InstallError {
        let place = format!(r"{}\{key}", self.name);
        let source = plain(error);
        if self.name == Self::MACHINE.name && source.kind() == io::ErrorKind::PermissionDenied {
            return InstallError::NotAdministrator {
                place,
                how: "as administrator",
            };
        }
        InstallError::Denied { place, source }
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
    fn a_line_that_windows_would_not_start_is_refused() {
        let of = |length: usize| {
            let parameter = "ü".repeat(length - r#""C:\x.exe" """#.len());
            run_line(&Application::new("MiniClient", r"C:\x.exe").parameters([parameter]))
        };
        assert_eq!(of(260).unwrap().encode_utf16().count(), 260);
        let said = of(261).unwrap_err().to_string();
        assert!(said.contains("261 characters"), "{said}");
    }

    #[test]
    fn a_command_line_is_ours_by_program_and_option() {
        let application = Application::new("MiniClient", r"C:\Apps\miniclient.exe")
            .link_parameters(["--dial-uri"])
            .executables(["miniclientw.exe", "AcdAgentMiniClient.exe"]);
        for (command, ours) in [
            (
                r#""D:\Apps\MiniClientW.exe" --config "x" --dial-uri "%1""#,
                true,
            ),
            (r#""C:\AcdAgentMiniClient.exe" --dial-uri "%1""#, true),
            (r#""E:\miniclient.exe" --dial-uri "%1""#, true),
            (r#""C:\AcdAgentMiniClient.exe" --dial %1"#, false),
            (r#""C:\miniclient.exe.evil.exe" --dial-uri "%1""#, false),
        ] {
            assert_eq!(is_of(&application, command), ours, "{command}");
        }
    }

    #[test]
    fn errors_of_the_registry_have_a_kind() {
        let wrapped = io::Error::from_raw_os_error(0x8007_0002_u32.cast_signed());
        assert_eq!(plain(wrapped).kind(), io::ErrorKind::NotFound);
        let own = io::Error::from_raw_os_error(5);
        assert_eq!(plain(own).kind(), io::ErrorKind::PermissionDenied);
    }
}
