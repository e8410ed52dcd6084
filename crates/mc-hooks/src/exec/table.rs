//! The programs that read their parameters as a language, open or fetch what they are given, or start others.

/// A program that reads parameters in a language of its own.
#[derive(Debug)]
pub(super) struct Interpreter {
    /// File names without extension and version, in lower case, with spaces between.
    pub(super) names: &'static str,
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
    /// In which way it is dangerous.
    pub(super) kind: Kind,
}

/// What a program does with its parameters that no value may decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// It reads them as commands.
    Interprets,
    /// It opens or starts what they name.
    Opens,
    /// It fetches or sends what they name.
    Fetches,
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
        /// Letters that take a file or a module of code.
        file: &'static str,
    },
    /// The first operand, unless it comes from a file (`-f`); `-e` takes code, the given letters a word.
    FirstOperand {
        word: &'static str,
        /// Letters that take a file of code.
        file: &'static str,
    },
    /// The first operand and everything after it, put together; the given letters take a word.
    FromOperand { word: &'static str },
    /// Everything after the first operand is read by a shell, here or on another machine.
    AfterOperand { word: &'static str },
    /// After one of these options, wherever it stands, as the next word or in the same.
    Flag {
        /// Letters that take code.
        code: &'static str,
        /// Letters that take another word.
        word: &'static str,
        /// Long names that take code.
        long: &'static [&'static str],
        /// Whether a first parameter that is no option is a script, behind which every parameter is its own.
        script: bool,
        /// Letters that take a file of code.
        file: &'static str,
        /// Whether a parameter that is no option may be a file of code.
        operand: bool,
    },
    /// The operand after this one.
    AfterWord(&'static str),
    /// Everything after this word.
    FromWord(&'static str),
    /// `/c`, `/k` and `/r`: everything from there on.
    Cmd,
    /// `-Command` and `-EncodedCommand`, in every abbreviation: everything from there on.
    PowerShell {
        /// Whether a first operand is code as well, and not the name of a script.
        operand: bool,
    },
    /// It starts the program named in its parameters.
    Wrapper {
        /// Whether that is the first that is no option, setting or number.
        first: bool,
    },
    /// What a parameter begins with decides what is opened, fetched or sent; it may start a program, too.
    Subject,
    /// Nowhere: the first parameter that is no option names a file of code, and what follows is its own.
    None,
}

pub(super) const CMD: Guard = Guard {
    name: "cmd",
    characters: "&|<>^%!\"()\n\r",
    kind: Kind::Interprets,
};
// PowerShell reads typographic quotes as quotes, and the longer dashes as a dash.
pub(super) const POWERSHELL: Guard = Guard {
    name: "PowerShell",
    characters: "`$;|&<>(){}@#'\"\u{2018}\u{2019}\u{201A}\u{201B}\u{201C}\u{201D}\u{201E}\u{2013}\u{2014}\u{2015}",
    kind: Kind::Interprets,
};
pub(super) const SCRIPT_HOST: Guard = Guard {
    name: "the Windows Script Host",
    characters: "\"%",
    kind: Kind::Interprets,
};
pub(super) const MSHTA: Guard = Guard {
    name: "mshta",
    characters: "\"'<>&%;:()",
    kind: Kind::Interprets,
};

pub(super) const OPENER: Guard = Guard {
    name: "a program that opens what it is given",
    characters: "\"%|<>\n\r",
    kind: Kind::Opens,
};
pub(super) const FETCHER: Guard = Guard {
    name: "a program that fetches what it is told",
    characters: "@<\n\r",
    kind: Kind::Fetches,
};
pub(super) const REMOTE_SHELL: Guard = Guard {
    name: "a shell on another computer",
    characters: "`$;|&<>(){}'\"\\*?!#~\n\r",
    kind: Kind::Interprets,
};

const fn letters(code: &'static str, word: &'static str, file: &'static str) -> Code {
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
            "--env-file",
            "--title",
            "--experimental-loader",
            "--disable-warning",
            "--unhandled-rejections",
            "--dns-result-order",
        ],
        file,
    }
}

const fn flag(
    code: &'static str,
    word: &'static str,
    long: &'static [&'static str],
    file: &'static str,
) -> Code {
    Code::Flag {
        code,
        word,
        long,
        script: false,
        file,
        operand: false,
    }
}

const fn command(word: &'static str, file: &'static str) -> Code {
    flag("c", word, &["--command"], file)
}

const fn eval(script: bool) -> Code {
    Code::Flag {
        code: "eE",
        word: "",
        long: &["--eval", "--print"],
        script,
        file: if script { "L" } else { "" },
        operand: true,
    }
}

const fn free(names: &'static str, code: Code) -> Interpreter {
    Interpreter {
        names,
        guard: None,
        code,
    }
}

const fn guarded(names: &'static str, guard: &'static Guard, code: Code) -> Interpreter {
    Interpreter {
        names,
        guard: Some(guard),
        code,
    }
}

pub(super) const INTERPRETERS: &[Interpreter] = &[
    guarded("cmd", &CMD, Code::Cmd),
    guarded(
        "powershell powershell_ise",
        &POWERSHELL,
        Code::PowerShell { operand: true },
    ),
    guarded(
        "pwsh pwsh-preview",
        &POWERSHELL,
        Code::PowerShell { operand: false },
    ),
    guarded("wscript cscript", &SCRIPT_HOST, Code::None),
    guarded("mshta", &MSHTA, Code::FromOperand { word: "" }),
    free(
        "sh bash dash ash zsh ksh mksh yash fish csh tcsh rbash",
        Code::Shell,
    ),
    free(
        "python pythonw py pyw pypy ipython",
        Code::Options {
            code: "c",
            word: "WX",
            stop: "m",
            long: &[],
            long_word: &["--check-hash-based-pycs"],
            file: "m",
        },
    ),
    // `-M` and `-m` stand for `use`, and take whatever may follow it.
    free("perl wperl", letters("eEMm", "I", "I")),
    free("ruby rubyw jruby irb", letters("e", "IrCEX", "Ir")),
    free("node nodejs bun tsx ts-node", letters("ep", "rC", "r")),
    free("deno", Code::AfterWord("eval")),
    free("php php-cgi php-win", letters("rBRE", "dfFczt", "fFcz")),
    free("lua luajit texlua", letters("e", "l", "l")),
    // These have options of several letters that take a word: what is a script is not told from it. Some are started by
    // another program, which looks for its own options among the script's.
    free("r rscript osascript groovy elixir scala", eval(false)),
    // It stops at the first parameter that is no option (`getopt` with a `+`).
    free("julia", eval(true)),
    free("guile", letters("c", "LCxle", "Ll")),
    free("su runuser", command("gGsuwT", "")),
    free("script", command("BEIOTmot", "")),
    free("psql", command("dfFhLopPRTUv", "f")),
    free(
        "mysql mariadb",
        flag("e", "DhuPS", &["--execute", "--init-command"], ""),
    ),
    free(
        "mysqlsh cqlsh hive beeline",
        flag("e", "Dhuf", &["--execute"], "f"),
    ),
    free(
        "sqlcmd osql isql clickhouse-client impala-shell",
        flag("qQ", "SUPdisvwtolhcm", &["--query"], "i"),
    ),
    // Behind the name of the database everything is read: statements, and commands with a dot, of which one is a shell.
    free("sqlite3 sqlite duckdb", Code::FromOperand { word: "" }),
    free("mongo mongosh", flag("", "", &["--eval"], "f")),
    free(
        "emacs emacsclient",
        flag("e", "lLdf", &["--eval", "--execute"], "l"),
    ),
    free("vim gvim nvim vi", flag("c", "uUtsST", &["--cmd"], "SuU")),
    free("expect", flag("c", "f", &[], "f")),
    // What follows is one command line to a shell, if it is one word.
    free(
        "xterm uxterm rxvt urxvt konsole gnome-terminal mate-terminal xfce4-terminal lxterminal terminator \
         x-terminal-emulator",
        flag("e", "", &["--command", "--execute"], ""),
    ),
    // Commands and formats, which start a shell with `#(..)`.
    free("tmux", Code::FromOperand { word: "cfLST" }),
    // A variable of a makefile is read for functions, and put into what a shell runs.
    free(
        "make gmake nmake mingw32-make",
        Code::FromOperand { word: "" },
    ),
    free("adb", Code::FromWord("shell")),
    free("java javaw dotnet tclsh wish", Code::None),
    free(
        "awk gawk mawk nawk",
        Code::FirstOperand {
            word: "vFfilW",
            file: "fil",
        },
    ),
    free(
        "sed gsed",
        Code::FirstOperand {
            word: "fl",
            file: "f",
        },
    ),
    free(
        "jq",
        Code::FirstOperand {
            word: "fL",
            file: "fL",
        },
    ),
    guarded(
        "ssh plink",
        &REMOTE_SHELL,
        Code::AfterOperand {
            word: "BbcDEeFIiJLlmOopQRSWw",
        },
    ),
    free("watch eval", Code::FromOperand { word: "nq" }),
    free(
        "env nice nohup sudo doas setsid stdbuf timeout time xargs busybox toybox flatpak-spawn systemd-run \
         ionice chrt taskset unshare setpriv dbus-run-session xvfb-run",
        Code::Wrapper { first: true },
    ),
    free(
        "find flock parallel chroot start-stop-daemon",
        Code::Wrapper { first: false },
    ),
    // Of Windows: what opens a file, an address or a class by its name, or starts a program in a roundabout way
    // (LOLBAS, "Execute").
    guarded(
        "explorer start rundll32 msiexec wmic hh regsvr32 regsvcs regasm control mmc cmstp installutil \
         msbuild pcalua forfiles conhost openconsole wt wsl wslview runas psexec schtasks at sc reg \
         regedit odbcconf infdefaultinstall ieexec presentationhost scriptrunner syncappvpublishingserver \
         msdt xwizard verclsid dfsvc winrs winget cygstart",
        &OPENER,
        Code::Subject,
    ),
    // Of Linux desktops and of macOS.
    guarded(
        "xdg-open gio gvfs-open gnome-open kde-open kioclient kfmclient exo-open sensible-browser \
         x-www-browser www-browser open mimeopen mimeo handlr run-mailcap gtk-launch dex dde-open \
         enlightenment_open",
        &OPENER,
        Code::Subject,
    ),
    guarded(
        "curl wget aria2c axel http https xh curlie lynx links elinks w3m ftp lftp sftp tftp scp pscp \
         psftp rsync rclone nc ncat netcat socat telnet finger certutil certreq bitsadmin esentutl \
         desktopimgdownldr",
        &FETCHER,
        Code::Subject,
    ),
];
