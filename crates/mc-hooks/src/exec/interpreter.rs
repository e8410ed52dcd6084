//! Which programs read their parameters as a language.
//!
//! A value cannot leave its parameter, but some programs read a parameter as code, and some files are
//! handed to such a program by the system. Both are recognised by name, as the system does it.

use super::table::{CMD, Guard, INTERPRETERS, Interpreter, MSHTA, POWERSHELL, SCRIPT_HOST};

/// A file that the system hands to an interpreter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Script {
    /// It runs with the hook's permission, and under this guard.
    pub(super) guard: &'static Guard,
    /// What it starts, and with what, stands in the file.
    pub(super) is_shortcut: bool,
}

impl Script {
    /// Whether it is given its parameters on a line that cmd reads.
    pub(super) fn runs_in_cmd(self) -> bool {
        *self.guard == CMD
    }
}

/// Whether a file's name makes it a script. Windows drops dots and spaces at the end of a name, and a
/// stream may be named after a colon.
pub(super) fn script(name: &str) -> Option<Script> {
    let name = file_name(name);
    let (_, extension) = name.rsplit_once('.')?;
    let guard = match extension {
        "bat" | "cmd" | "lnk" => &CMD,
        "ps1" => &POWERSHELL,
        "vbs" | "js" | "wsf" => &SCRIPT_HOST,
        "hta" => &MSHTA,
        _ => return None,
    };
    Some(Script {
        guard,
        is_shortcut: extension == "lnk",
    })
}

/// The interpreter of this file name, whatever its path, extension, letter case and version.
pub(super) fn interpreter(name: &str) -> Option<&'static Interpreter> {
    let name = file_name(name);
    let name = [".exe", ".com"]
        .iter()
        .find_map(|suffix| name.strip_suffix(suffix))
        .unwrap_or(&name);
    let name = name.trim_end_matches(['.', ' ']);
    let unversioned = name.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
    let named = |wanted: &str| {
        INTERPRETERS
            .iter()
            .find(|interpreter| interpreter.names.split(' ').any(|name| name == wanted))
    };
    named(name).or_else(|| named(unversioned))
}

fn file_name(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let name = name.split(':').next().unwrap_or(name);
    name.trim_end_matches(['.', ' ']).to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_known_by_their_extension_however_it_is_dressed_up() {
        for name in [
            "a.bat",
            "A.BAT",
            "a.cmd. .",
            "x/a.ps1 ",
            r"C:\x\a.vbs",
            "a.js",
            "a.wsf",
            "a.hta",
            "a.lnk",
            "a.exe.bat",
            "a.bat::$DATA",
        ] {
            assert!(script(name).is_some(), "{name}");
        }
        for name in [
            "a.exe",
            "bat",
            "a.bat.exe",
            "js",
            "a.json",
            "a.cmdx",
            "x.bat/a",
        ] {
            assert!(script(name).is_none(), "{name}");
        }
    }

    #[test]
    fn interpreters_are_known_by_any_of_their_names() {
        for (name, known) in [
            ("CMD.EXE", "cmd"),
            (r"C:\Windows\System32\cmd.exe. ", "cmd"),
            ("/usr/bin/python3.11", "python"),
            ("pwsh-7.4", "pwsh"),
            ("pwsh-preview", "pwsh"),
            ("bash", "bash"),
            ("MSHTA", "mshta"),
            ("/usr/bin/kde-open5", "kde-open"),
            ("RunDll32.exe", "rundll32"),
        ] {
            let found = interpreter(name).unwrap_or_else(|| panic!("{name}"));
            assert!(found.names.split(' ').any(|name| name == known), "{name}");
        }
        assert!(interpreter("pop.exe").is_none());
        assert!(interpreter("cmdline.exe").is_none());
    }

    #[test]
    fn no_name_stands_twice() {
        let mut all: Vec<_> = INTERPRETERS
            .iter()
            .flat_map(|one| one.names.split(' '))
            .collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
