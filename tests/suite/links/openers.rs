//! The desktops' own ways to open a link, with the real programs: `xdg-open` of xdg-utils where there is no desktop that it
//! knows, `gio` of `GLib`, and KDE's own. What is clicked is what the telephone system is asked to dial.

use super::PATIENCE;
use crate::telephone::{Agent, write_token};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use testkit::{Finished, Home, Recorder, program, run};

/// Folders for the program: one that needs no quotes, and one that needs all of them.
pub(super) const FOLDERS: [&str; 2] = ["opt", "Bob's \"50%\" $Apps `x` \\ & more"];

/// Links as they are clicked, and the number that has to arrive.
const LINKS: [(&str, &str); 5] = [
    ("tel:+49-30-1234567", "+49301234567"),
    ("tel:+49%20(0)30%201234568", "+49301234568"),
    ("callto://0301234569?call", "0301234569"),
    (
        "sip:+49301234570@pbx.example.com;user=phone",
        "+49301234570",
    ),
    ("tel:+49 30 123 4571", "+49301234571"),
];

/// An agent that dials through a server that records, and its program in a folder of this name.
pub(super) struct Desk {
    pub(super) server: Recorder,
    pub(super) agent: Agent,
    pub(super) program: PathBuf,
}

impl Desk {
    pub(super) fn new(folder: &str) -> Self {
        let (server, home) = (Recorder::start(), Home::new());
        write_token(&home, "s3cret");
        let config = format!(
            "UsersUID = \"agent.17\"\n[jtel]\nbase_url = \"{}\"\ntoken_file = \"secret\"\n\
             [dial]\napplication = 5678\n[numbers]\nregion = \"DE\"\n",
            server.url("/rest/v1.0/1")
        );
        let folder = home.path().join(folder);
        fs::create_dir(&folder).unwrap();
        let place = folder.join("miniclient");
        testkit::place_program(&program("miniclient"), &place).unwrap();
        Self {
            server,
            agent: Agent::start(home, &config),
            program: place,
        }
    }

    pub(super) fn command(&self, program: &Path, arguments: &[&str]) -> Command {
        let mut command = self.agent.home.command_at(program);
        // A display that is never used: without one `xdg-open` looks for a browser on the terminal.
        command.args(arguments).env("DISPLAY", ":9");
        command
    }

    /// Every link through this opener; each arrives once.
    fn opens(&self, open: impl Fn(&str) -> Finished) {
        for (link, number) in LINKS {
            let before = self.server.requests().len();
            let finished = open(link);
            assert_eq!(finished.code, 0, "{link}: {finished:?}");
            let seen = self.server.wait_for(before + 1, PATIENCE);
            assert_eq!(seen.len(), before + 1, "{link}");
            let body = seen[before].json();
            let given = body.get("GivenNumber").unwrap_or(&body["DialNumber"]);
            assert_eq!(given, number, "{link}");
        }
    }
}

/// The program, if it is installed; where everything must be tried, it must be.
pub(super) fn installed(name: &str) -> Option<PathBuf> {
    let path = PathBuf::from("/usr/bin").join(name);
    if path.exists() {
        return Some(path);
    }
    assert!(std::env::var_os("CI").is_none(), "{name} is not installed");
    testkit::skipped(&format!("{name} is not installed"));
    None
}

#[test]
fn xdg_open_reaches_the_telephone_system() {
    let Some(opener) = installed("xdg-open") else {
        return;
    };
    for folder in FOLDERS {
        let desk = Desk::new(folder);
        let said = run(&mut desk.command(&desk.program, &["install"]), PATIENCE).expect_code(0);
        assert!(said.stdout.contains("It opens sip: links."), "{said:?}");
        desk.opens(|link| run(&mut desk.command(&opener, &[link]), PATIENCE));
    }
}

#[test]
fn gio_reaches_the_telephone_system() {
    let (Some(bus), Some(_)) = (installed("dbus-run-session"), installed("gio")) else {
        return;
    };
    for folder in FOLDERS {
        let desk = Desk::new(folder);
        let _ = run(&mut desk.command(&desk.program, &["install"]), PATIENCE).expect_code(0);
        desk.opens(|link| {
            let words = ["--", "gio", "open", link];
            run(&mut desk.command(&bus, &words), PATIENCE)
        });
    }
}

/// KDE's own opener, and `xdg-open` within KDE, which asks it. It brings too much along to be among what must be installed.
#[test]
fn kde_reaches_the_telephone_system() {
    let there = |name: &str| PathBuf::from("/usr/bin").join(name).exists();
    let (version, kde) = match (there("kbuildsycoca6"), there("kbuildsycoca5")) {
        (true, _) => ("6", "kde-open"),
        (false, true) => ("5", "kde-open5"),
        (false, false) => return testkit::skipped("KDE's kde-open is not installed"),
    };
    let (Some(bus), Some(_)) = (installed("dbus-run-session"), installed("xdg-open")) else {
        return;
    };
    // KDE knows the programs of its menu, which its desktop brings along.
    let menu = "<!DOCTYPE Menu PUBLIC \"-//freedesktop//DTD Menu 1.0//EN\" \
                \"http://www.freedesktop.org/standards/menu-spec/1.0/menu.dtd\">\n\
                <Menu><Name>Applications</Name><DefaultAppDirs/><Include><All/></Include></Menu>\n";
    for folder in FOLDERS {
        for opener in [kde, "xdg-open"] {
            let desk = Desk::new(folder);
            let menus = desk.agent.home.path().join("config/menus");
            fs::create_dir_all(&menus).unwrap();
            fs::write(menus.join("applications.menu"), menu).unwrap();
            let _ = run(&mut desk.command(&desk.program, &["install"]), PATIENCE).expect_code(0);
            desk.opens(|link| {
                let mut command = desk.command(&bus, &["--", opener, link]);
                command
                    .env("QT_QPA_PLATFORM", "offscreen")
                    .env("XDG_CURRENT_DESKTOP", "KDE")
                    .env("KDE_SESSION_VERSION", version);
                run(&mut command, PATIENCE)
            });
        }
    }
}

#[test]
fn what_is_installed_for_all_is_found() {
    let (Some(opener), Some(bus), Some(_)) = (
        installed("xdg-open"),
        installed("dbus-run-session"),
        installed("gio"),
    ) else {
        return;
    };
    // A desk each: what is clicked again within two seconds is a double click.
    for (opener, words) in [(opener, &[][..]), (bus, &["--", "gio", "open"][..])] {
        let desk = Desk::new(FOLDERS[1]);
        let root = desk.agent.home.path().join("root");
        let mut install = desk.command(&desk.program, &["install", "--machine"]);
        let _ = run(install.env("DESTDIR", &root), PATIENCE).expect_code(0);
        // The script's path is that of the system to be, which is below another root here.
        let entry = root.join("usr/local/share/applications/miniclient.desktop");
        let text = fs::read_to_string(&entry).unwrap();
        let local = root.join("usr/local/share");
        fs::write(
            &entry,
            text.replace("/usr/local/share", &local.display().to_string()),
        )
        .unwrap();
        desk.opens(|link| {
            let mut command = desk.command(&opener, words);
            command
                .arg(link)
                .env("XDG_CONFIG_DIRS", root.join("etc/xdg"))
                .env("XDG_DATA_DIRS", &local);
            run(&mut command, PATIENCE)
        });
    }
}
