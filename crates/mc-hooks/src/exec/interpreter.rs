//! Which programs read their parameters as a language.
//!
//! A value cannot leave its parameter, but some programs read a parameter as code, and some files are
//! handed to such a program by the system. Both are recognised by name, as the system does it.

/// A program that reads parameters in a language of its own.
#[derive(Debug)]
pub(super) struct Interpreter {
    /// File names without extension and version, in lower case.
    pub(super) names: &'static [&'static str],
    /// Set for those that run only with the hook's permission.
    pub(super) guard: Option<&'static Guard>,
    /// Where in its parameters the code stands.
    pub(super) code: Code,
}

/// What a value must not hold for an interpreter that runs by permission.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Guard {
    /// The interpreter, for messages.
    pub(super) name: &'static str,
    /// Its metacharacters.
    pub(super) characters: &'static str,
}

/// Where in an interpreter's parameters the code stands.
#[derive(Debug, Clone, Copy)]
pub(super) enum Code {
    /// `-c` is a switch; the code is the first operand. `-o` takes a word.
    Shell,
    /// Letters after one dash, alone or at the end of a bundle, and long names.
    Options {
        /// Letters that take code.
        code: &'static str,
        /// Letters that take another word.
        word: &'static str,
        /// Letters after which everything is the program's own.
        stop: &'static str,
        /// Long names that take code.
        long: &'static [&'static str],
        /// Long names that take another word.
        long_word: &'static [&'static str],
    },
    /// The first operand, unless it comes from a file (`-f`); `-e` takes code, the given letters a word.
    FirstOperand { word: &'static str },
    /// Everything after the first operand is read by a shell, here or on another machine.
    AfterOperand { word: &'static str },
    /// After one of these, wherever they stand, as the next word or in the same.
    Flags(&'static [&'static str]),
    /// The operand after this one.
    AfterWord(&'static str),
    /// `/c`, `/k` and `/r`: everything from there on.
    Cmd,
    /// `-Command` and `-EncodedCommand`, in every abbreviation: everything from there on.
    PowerShell {
        /// Whether a first operand is code as well, and not the name of a script.
        operand: bool,
    },
    /// It starts the program named in its parameters.
    Wrapper,
    /// Nowhere.
    None,
}

const CMD: Guard = Guard {
    name: "cmd",
    characters: "&|<>^%!\"()\n\r",
};
// PowerShell reads typographic quotes as quotes, and the longer dashes as a dash.
const POWERSHELL: Guard = Guard {
    name: "PowerShell",
    characters: "`$;|&<>(){}@#'\"\u{2018}\u{2019}\u{201A}\u{201B}\u{201C}\u{201D}\u{201E}\u{2013}\u{2014}\u{2015}",
};
const SCRIPT_HOST: Guard = Guard {
    name: "the Windows Script Host",
    characters: "\"%",
};
const MSHTA: Guard = Guard {
    name: "mshta",
    characters: "\"'<>&%;:()",
};

/// A file that the system hands to an interpreter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Script {
    /// It runs with the hook's permission, and under this guard.
    pub(super) guard: &'static Guard,
    /// What it starts, and with what, stands in the file.
    pub(super) is_shortcut: bool,
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
            .find(|interpreter| interpreter.names.contains(&wanted))
    };
    named(name).or_else(|| named(unversioned))
}

fn file_name(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let name = name.split(':').next().unwrap_or(name);
    name.trim_end_matches(['.', ' ']).to_lowercase()
}

const fn letters(code: &'static str, word: &'static str) -> Code {
    Code::Options {
        code,
        word,
        stop: "",
        long: &["--eval", "--print", "--command", "--run"],
        long_word: &[
            "--require",
            "--import",
            "--loader",
            "--input-type",
            "--conditions",
        ],
    }
}

const fn free(names: &'static [&'static str], code: Code) -> Interpreter {
    Interpreter {
        names,
        guard: None,
        code,
    }
}

const fn guarded(names: &'static [&'static str], guard: &'static Guard, code: Code) -> Interpreter {
    Interpreter {
        names,
        guard: Some(guard),
        code,
    }
}

const INTERPRETERS: &[Interpreter] = &[
    guarded(&["cmd"], &CMD, Code::Cmd),
    guarded(
        &["powershell", "powershell_ise"],
        &POWERSHELL,
        Code::PowerShell { operand: true },
    ),
    guarded(&["pwsh"], &POWERSHELL, Code::PowerShell { operand: false }),
    guarded(&["wscript", "cscript"], &SCRIPT_HOST, Code::None),
    guarded(&["mshta"], &MSHTA, Code::FirstOperand { word: "" }),
    free(
        &[
            "sh", "bash", "dash", "ash", "zsh", "ksh", "mksh", "yash", "fish", "csh", "tcsh",
            "rbash",
        ],
        Code::Shell,
    ),
    free(
        &["python", "pythonw", "py", "pyw", "pypy", "ipython"],
        Code::Options {
            code: "c",
            word: "WX",
            stop: "m",
            long: &[],
            long_word: &["--check-hash-based-pycs"],
        },
    ),
    free(&["perl", "wperl"], letters("eE", "IMmx")),
    free(&["ruby", "rubyw", "jruby", "irb"], letters("e", "IrCEF")),
    free(
        &["node", "nodejs", "bun", "tsx", "ts-node"],
        letters("ep", "rC"),
    ),
    free(&["deno"], Code::AfterWord("eval")),
    free(&["php", "php-cgi", "php-win"], letters("rBRE", "dfFczt")),
    free(&["lua", "luajit", "texlua"], letters("e", "l")),
    free(
        &[
            "r",
            "rscript",
            "julia",
            "osascript",
            "groovy",
            "elixir",
            "scala",
        ],
        letters("eE", "l"),
    ),
    free(&["guile"], letters("c", "")),
    free(
        &["su", "runuser", "script", "psql"],
        Code::Flags(&["-c", "--command"]),
    ),
    free(
        &["awk", "gawk", "mawk", "nawk"],
        Code::FirstOperand { word: "vFf" },
    ),
    free(&["sed", "gsed", "jq"], Code::FirstOperand { word: "f" }),
    free(
        &["ssh", "plink"],
        Code::AfterOperand {
            word: "BbcDEeFIiJLlmOopQRSWw",
        },
    ),
    free(&["watch", "eval"], Code::FirstOperand { word: "n" }),
    free(
        &[
            "env",
            "nice",
            "nohup",
            "sudo",
            "doas",
            "setsid",
            "stdbuf",
            "timeout",
            "time",
            "xargs",
            "find",
            "flock",
            "parallel",
            "chroot",
            "busybox",
            "toybox",
            "wsl",
            "conhost",
            "flatpak-spawn",
            "systemd-run",
            "start-stop-daemon",
            "ionice",
            "chrt",
            "taskset",
            "unshare",
            "setpriv",
            "dbus-run-session",
            "xvfb-run",
        ],
        Code::Wrapper,
    ),
];

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
            ("bash", "bash"),
            ("MSHTA", "mshta"),
        ] {
            let found = interpreter(name).unwrap_or_else(|| panic!("{name}"));
            assert!(found.names.contains(&known), "{name}");
        }
        assert!(interpreter("pop.exe").is_none());
        assert!(interpreter("cmdline.exe").is_none());
    }

    #[test]
    fn no_name_stands_twice() {
        let mut all: Vec<_> = INTERPRETERS.iter().flat_map(|one| one.names).collect();
        let count = all.len();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), count);
    }
}
