//! Both programs read their settings by the same code: whatever a file holds, the answers are the same but for the names
//! of the keys.

use std::fs;
use std::time::Duration;

use testkit::{Finished, Home, place_program, program, run};

const PATIENCE: Duration = Duration::from_mins(1);

/// What each program calls the same thing.
struct Words {
    file: &'static str,
    /// A text that stands for itself.
    text: &'static str,
    switch: &'static str,
    /// A file with certificates, and what must stand before it.
    ca_file: &'static str,
    before: &'static str,
    /// A program to start.
    program: &'static str,
}

const AGENT: Words = Words {
    file: "miniclient.toml",
    text: "UsersUID",
    switch: "AutomaticRESTCRMUrl",
    ca_file: "ca_file",
    before: "[jtel]\nbase_url = 'https://acd.example/rest/v1.0/1'\n",
    program: "AutomaticEXECallCommand",
};

const LAUNCHER: Words = Words {
    file: "mc-start.toml",
    text: "order",
    switch: "report",
    ca_file: "ca_file",
    before: "",
    program: "client",
};

/// What a file may hold: `TEXT`, `SWITCH`, `PROGRAM` and `CA` stand for the program's own keys.
const CASES: &[(&str, &str)] = &[
    ("unknown key", "colour_of_the_sky = 'x'\n"),
    ("misspelt key", "# first\nSWITCHH = true\n"),
    ("wrong type", "SWITCH = 'no'\n"),
    ("number for a switch", "SWITCH = 1\n"),
    ("capitals", "SWITCH = True\n"),
    ("yes", "SWITCH = yes\n"),
    (
        "double quotes",
        "\n\nPROGRAM = \"C:\\Program Files\\x.exe\"\n",
    ),
    ("a tab in a path", "PROGRAM = \"C:\\tools\\x.exe\"\n"),
    (
        "a variable that is not set",
        "PROGRAM = '%NOT_SET_ANYWHERE%\\x.exe'\n",
    ),
    ("no value", "PROGRAM =\n"),
    ("no quotes", "PROGRAM = x.exe\n"),
    ("typographic quotes", "PROGRAM = \u{201c}x.exe\u{201d}\n"),
    ("no TOML at all", "this is a text\n"),
    ("a colon", "PROGRAM: 'x'\n"),
    ("twice", "SWITCH = true\nSWITCH = true\n"),
    ("a CA file that is not there", "BEFORECA = 'gone.pem'\n"),
    ("a folder for a CA file", "BEFORECA = 'folder'\n"),
    ("a CA file without any", "BEFORECA = 'empty.pem'\n"),
    ("CA as PEM", "BEFORECA = 'ca.pem'\n"),
    ("CA as DER", "BEFORECA = 'ca.der'\n"),
];

/// A folder with the program, its settings and what they name.
struct Place {
    home: Home,
    words: &'static Words,
}

impl Place {
    fn new(words: &'static Words) -> Self {
        let home = Home::new();
        let place = Self { home, words };
        for name in ["mc-start", "miniclient"] {
            place_program(&program(name), &place.program(name)).unwrap();
        }
        let ca = testkit::TestCa::new();
        fs::create_dir(place.path("folder")).unwrap();
        fs::write(place.path("empty.pem"), "nothing").unwrap();
        fs::write(place.path("ca.pem"), ca.pem()).unwrap();
        fs::write(place.path("ca.der"), ca.der()).unwrap();
        place
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.home.path().join(name)
    }

    fn program(&self, name: &str) -> std::path::PathBuf {
        self.path(&format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// What is said of the settings as they are now: the lines about them.
    fn said(&self, prepare: impl FnOnce(&mut std::process::Command)) -> Finished {
        let (name, arguments): (_, &[&str]) = match self.words.file {
            "miniclient.toml" => ("miniclient", &["check"]),
            _ => (
                "mc-start",
                &[
                    "--dry-run",
                    "--url",
                    "https://acd.example/rest/v1.0/1/routingApplications/run/1",
                ],
            ),
        };
        let mut command = self.home.command_at(&self.program(name));
        command.args(arguments).env("API_TOKEN", "x");
        prepare(&mut command);
        run(&mut command, PATIENCE)
    }

    /// The problems of a file with these bytes, in words that are the same for both programs.
    fn problems(&self, bytes: &[u8]) -> (bool, Vec<String>) {
        fs::write(self.path(self.words.file), bytes).unwrap();
        self.told(|_| {})
    }

    fn told(&self, prepare: impl FnOnce(&mut std::process::Command)) -> (bool, Vec<String>) {
        let finished = self.said(prepare);
        let folder = format!(
            "{}{}",
            self.home.path().display(),
            std::path::MAIN_SEPARATOR
        );
        let Words {
            file,
            text,
            switch,
            program,
            before,
            ..
        } = self.words;
        let begin = format!("{folder}{file}");
        let lines = finished
            .stderr
            .lines()
            .filter_map(|line| line.strip_prefix(&begin));
        let lines = lines
            .filter(|line| !line.contains("warning: "))
            .map(|line| {
                let line = match line.split_once("known here: ") {
                    Some((line, _)) => line.to_owned(),
                    None => line.to_owned(),
                };
                // What stands before it moves the line.
                let line = if before.is_empty() {
                    line
                } else {
                    line.replacen(":3: ", ":1: ", usize::from(line.contains("ca_file")))
                };
                let line = line.replace(" under [jtel]", "");
                let line = line
                    .replace(&folder, "")
                    .replace(switch, "SWITCH")
                    .replace(program, "PROGRAM");
                line.replace(&format!("`{text}`"), "`TEXT`")
            });
        (finished.code == 3, lines.collect())
    }

    fn fill(&self, case: &str) -> String {
        let words = self.words;
        let case = case
            .replace("SWITCH", words.switch)
            .replace("PROGRAM", words.program);
        case.replace("BEFORECA", &format!("{}{}", words.before, words.ca_file))
    }
}

fn places() -> [Place; 2] {
    [Place::new(&AGENT), Place::new(&LAUNCHER)]
}

#[test]
fn the_same_mistakes_get_the_same_answers() {
    let places = places();
    for (case, text) in CASES {
        let [agent, launcher] = [0, 1].map(|index: usize| {
            let place = &places[index];
            place.problems(place.fill(text).as_bytes())
        });
        assert_eq!(agent, launcher, "{case}");
        assert_eq!(agent.0, !agent.1.is_empty(), "{case}: {agent:?}");
        let good = case.starts_with("CA as");
        assert_eq!(agent.0, !good, "{case}: {agent:?}");
    }
}

#[test]
fn the_same_encodings_are_read() {
    let places = places();
    let text = "# M\u{fc}ller\r\nSWITCH = false\r\n";
    let utf16 = |text: &str, unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        text.encode_utf16().flat_map(unit).collect()
    };
    for place in &places {
        let text = place.fill(text);
        let marked = format!("\u{feff}{text}");
        for bytes in [
            marked.clone().into_bytes(),
            utf16(&marked, u16::to_le_bytes),
            utf16(&marked, u16::to_be_bytes),
            utf16(&text, u16::to_le_bytes),
        ] {
            assert_eq!(place.problems(&bytes), (false, Vec::new()), "{bytes:x?}");
        }
        // The lines of UTF-16 are counted, too.
        let wrong = format!("{marked}nonsense\r\n");
        let (_, said) = place.problems(&utf16(&wrong, u16::to_le_bytes));
        assert!(said[0].starts_with(":3: "), "{said:?}");
        // Old editors save a comment's umlauts so.
        let comment = [b"# M\xFCller\r\n", text.as_bytes()].concat();
        assert_eq!(place.problems(&comment), (false, Vec::new()));
    }
    let cp1252 = places
        .each_ref()
        .map(|place| place.problems(b"# M\xFCller\r\nname = 'M\xFCller'\r\n"));
    assert_eq!(cp1252[0], cp1252[1]);
    assert!(
        cp1252[0].1[0].starts_with(":2: this line is not UTF-8"),
        "{cp1252:?}"
    );
}

#[test]
fn the_same_is_said_of_a_file_that_is_none() {
    let places = places();
    let folders = places.each_ref().map(|place| {
        fs::create_dir(place.path(place.words.file)).unwrap();
        place.told(|_| {})
    });
    assert_eq!(folders[0], folders[1]);
    assert!(folders[0].1[0].contains("this is a folder"), "{folders:?}");
    let absent = places.each_ref().map(|place| {
        fs::remove_dir(place.path(place.words.file)).unwrap();
        let named = place.path("named.toml");
        let name = if place.words.file == AGENT.file {
            "miniclient"
        } else {
            "mc-start"
        };
        let mut command = place.home.command_at(&place.program(name));
        command.arg("--config").arg(named).arg("doctor");
        let finished = run(&mut command, PATIENCE).expect_code(1);
        assert!(
            finished
                .stdout
                .contains("named.toml: there is no such file"),
            "{}",
            finished.stdout
        );
        finished.code
    });
    assert_eq!(absent[0], absent[1]);
}

#[cfg(unix)]
#[test]
fn the_same_is_said_of_a_file_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt as _;
    let places = places();
    let said = places.each_ref().map(|place| {
        let file = place.path(place.words.file);
        fs::write(&file, "").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o0)).unwrap();
        if fs::read(&file).is_ok() {
            testkit::skipped("root may read every file");
            return (true, vec!["you may not read this file".to_owned()]);
        }
        place.told(|_| {})
    });
    assert_eq!(said[0], said[1]);
    assert!(
        said[0].1[0].contains("you may not read this file"),
        "{said:?}"
    );
}

/// A user without HOME has a home all the same: the system's list of users says where.
#[cfg(unix)]
#[test]
fn without_home_both_look_in_the_same_folder() {
    for place in &places() {
        let name = if place.words.file == AGENT.file {
            "miniclient"
        } else {
            "mc-start"
        };
        let mut command = place.home.command_at(&place.program(name));
        for variable in [
            "MINICLIENT_HOME",
            "HOME",
            "XDG_CONFIG_HOME",
            "XDG_STATE_HOME",
        ] {
            command.env_remove(variable);
        }
        let finished = run(command.args(["doctor", "--json"]), PATIENCE);
        assert!(matches!(finished.code, 0 | 1), "{}", finished.stderr);
        assert!(
            !finished.stdout.contains("no folder for"),
            "{}",
            finished.stdout
        );
    }
}

#[test]
fn the_findings_of_both_have_the_same_form() {
    for place in &places() {
        let name = if place.words.file == AGENT.file {
            "miniclient"
        } else {
            "mc-start"
        };
        let mut command = place.home.command_at(&place.program(name));
        let finished = run(command.args(["doctor", "--json"]), PATIENCE);
        let report: serde_json::Value = serde_json::from_str(&finished.stdout).unwrap();
        let keys: Vec<_> = report
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(keys, ["ok", "findings", "settings", "identity"]);
        for finding in report["findings"].as_array().unwrap() {
            let state = finding["state"].as_str().unwrap();
            assert!(["ok", "note", "fail"].contains(&state), "{finding}");
            assert!(
                finding["about"].is_string() && finding["text"].is_string(),
                "{finding}"
            );
        }
    }
}
