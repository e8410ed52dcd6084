//! Both programs in both languages: what a person reads is German from end to end, and what is for programs is the same:
//! exit codes, `--json`, logs, and what is kept.

use std::process::Command;

use testkit::{Finished, Home, Running, place_program, program, run, run_with_input};

use crate::telephone::{SOON, Telephone};

/// What is asked of the programs in turn, with their exit codes: the words of the line, and what is on standard input.
const LINES: &[(&str, i32, &str)] = &[
    ("miniclient check", 3, ""),
    ("miniclient init", 0, ""),
    ("miniclient init", 1, ""),
    ("miniclient check", 0, ""),
    ("miniclient check --json", 0, ""),
    ("miniclient --config bad.toml check", 3, ""),
    ("miniclient --config bad.toml check --json", 3, ""),
    ("miniclient --config bad.toml", 3, ""),
    ("miniclient --config bad.toml doctor", 1, ""),
    ("miniclient --config gone.toml check", 3, ""),
    ("miniclient --config good.toml check", 0, ""),
    ("miniclient --config good.toml doctor", 1, ""),
    ("miniclient --config good.toml doctor --json", 1, ""),
    ("miniclient --config good.toml secret list", 0, ""),
    ("miniclient --config good.toml secret set crm", 0, "geheim"),
    ("miniclient --config good.toml secret set crn", 2, "geheim"),
    ("miniclient --config good.toml secret list --json", 0, ""),
    ("miniclient --config good.toml secret clear crm", 0, ""),
    ("miniclient --config good.toml secret clear crm", 0, ""),
    (
        "miniclient --config good.toml fire --a-number 49301234567 --dry-run",
        0,
        "",
    ),
    (
        "miniclient --config good.toml fire --a-number 49301234567",
        1,
        "",
    ),
    (
        "miniclient --config good.toml fire --a-number 49301234567 --hook nobody",
        2,
        "",
    ),
    ("miniclient fire --event gone.json", 1, ""),
    ("miniclient status", 10, ""),
    ("miniclient status --json", 10, ""),
    ("miniclient ring --a-number 1", 10, ""),
    ("miniclient dial 030-1234567", 10, ""),
    ("miniclient dial x", 2, ""),
    ("miniclient dial", 2, ""),
    ("miniclient reload", 10, ""),
    ("miniclient stop", 10, ""),
    ("miniclient history", 0, ""),
    ("miniclient history -n x", 2, ""),
    ("miniclient statsu", 2, ""),
    ("miniclient status --josn", 2, ""),
    ("miniclient status --config x", 2, ""),
    (
        "miniclient curl",
        0,
        "curl -H 'X-Token: $ANumber' https://crm.example/?a=$ANumber",
    ),
    ("miniclient curl", 1, "curl -d @- https://crm.example | jq"),
    (
        "miniclient curl --json",
        1,
        "curl -d @- https://crm.example | jq",
    ),
    ("mc-start --dry-run", 20, ""),
    ("mc-start --dry-run --config bad-start.toml", 20, ""),
    ("mc-start --config bad-start.toml", 20, ""),
    ("mc-start status", 1, ""),
    ("mc-start doctor", 1, ""),
    ("mc-start doctor --json", 1, ""),
    (
        "mc-start --url http://127.0.0.1:1/rest/v1.0/1/routingApplications/run/1 doctor",
        1,
        "",
    ),
    (
        "mc-start --url http://127.0.0.1:1/rest/v1.0/1/routingApplications/run/1",
        20,
        "",
    ),
    ("mc-start token show", 1, ""),
    ("mc-start token set", 1, "two words"),
    ("mc-start token set", 0, "1234567890abcdef"),
    ("mc-start token show", 0, ""),
    ("mc-start token clear", 0, ""),
    ("mc-start token clear", 0, ""),
    ("mc-start import gone.ps1", 1, ""),
    ("mc-start import script.ps1", 1, ""),
    ("mc-start import script.ps1", 1, ""),
    ("mc-start import other.ps1", 1, ""),
    ("mc-start import refused.ps1", 1, ""),
    ("mc-start import start.cmd", 1, ""),
    ("mc-start --orderr", 2, ""),
];

const BAD: &str = "\
UsersUD = 'x'
AutomaticRESTCRMUrl = True
CurlRESTCommand = 'curl --wrong $Nobody'
[[hook]]
name = 'one'
rest = 'curl https://x/ | jq'
timeout = 10
[dial]
exec = 'cmd /c $DialNumber'
[listen]
address = 'localhost'
";

const GOOD: &str = "\
UsersUID = 'agent.17'
[secrets]
crm = { file = 'crm-secret' }
[[hook]]
name = 'crm'
rest = 'curl -sS http://127.0.0.1:1/$ANumber'
[[hook]]
name = 'second'
after = 'crm'
rest = 'curl -sS http://127.0.0.1:1/'
[[hook]]
name = 'gone'
rest = 'curl -sS http://127.0.0.1:1/third'
";

const SCRIPT: &str = "\
$body = @{ WindowsLoginName = $env:USERNAME; Other = (whoami) } | ConvertTo-Json
Invoke-RestMethod -Method Post -Uri 'https://acd/rest/v1.0/1/routingApplications/run/1234' -Body $body `
  -Headers @{ Authorization = 'Bearer abcdefabcdef' } -ContentType 'application/json'
Start-Process 'C:\\x\\ACDMiniClient.exe'
Remove-Item 'C:\\x'
";

/// A world of its own for one language.
struct World {
    language: &'static str,
    home: Home,
}

impl World {
    fn new(language: &'static str) -> Self {
        let home = Home::new();
        home.write("bad.toml", BAD);
        home.write("good.toml", GOOD);
        home.write(
            "bad-start.toml",
            "url = 'https://SERVER/x'\norder = 'first'\nfieldss = []\n",
        );
        home.write("script.ps1", SCRIPT);
        home.write("other.ps1", "Write-Host 'nothing'\n");
        home.write("refused.ps1", &SCRIPT.replace("Post", "Put"));
        home.write(
            "start.cmd",
            "@echo off\npowershell -File script.ps1\nstart C:\\x\\ACDMiniClient.exe\n",
        );
        // Beside the launcher nothing else must be: what stands there is found.
        place_program(&program("mc-start"), &home.path().join(file("mc-start"))).unwrap();
        Self { language, home }
    }

    fn command(&self, line: &str) -> Command {
        let mut words = line.split(' ');
        let mut command = match words.next() {
            Some("mc-start") => self
                .home
                .command_at(&self.home.path().join(file("mc-start"))),
            name => self.home.command(name.unwrap_or_default()),
        };
        // Where no program of ours is found by chance.
        command.env("PATH", self.home.path());
        command.args(words).args(["--lang", self.language]);
        command
    }

    fn say(&self, line: &str, input: &str) -> Finished {
        run_with_input(&mut self.command(line), input.as_bytes(), SOON)
    }

    /// A text without what differs by chance: this world's folder, times, numbers of processes.
    fn plain(&self, text: &str) -> String {
        let home = self.home.path().display().to_string();
        // As it is, and as JSON writes the backslashes of Windows.
        let text = text
            .replace(&home.replace('\\', "\\\\"), "HOME")
            .replace(&home, "HOME");
        let mut plain = String::new();
        for c in text.chars() {
            match c {
                '0'..='9' if plain.ends_with('0') => {}
                '0'..='9' => plain.push('0'),
                c => plain.push(c),
            }
        }
        plain
    }

    /// The log of the launcher, and what it keeps of the last start.
    fn kept(&self) -> String {
        let texts = [
            "state/mc-start.log",
            "state/mc-start.last.json",
            "mc-start.toml",
        ]
        .map(|name| std::fs::read_to_string(self.home.path().join(name)).unwrap_or_default());
        self.plain(&texts.concat())
    }
}

/// What is English in a text for people. The log is quoted as it is, and Windows says its errors in its own language.
fn in_english(text: &str) -> String {
    let lines = text.lines().filter(|line| {
        !(line.contains("mc-start.log") || cfg!(windows) && line.contains("(os error "))
    });
    testkit::left_in_english(&lines.collect::<Vec<_>>().join("\n"))
}

fn file(name: &str) -> String {
    format!("{name}{}", std::env::consts::EXE_SUFFIX)
}

#[test]
fn what_is_for_programs_is_the_same_and_what_is_for_people_is_german() {
    // `doctor` says who opens links, which another test changes.
    #[cfg(windows)]
    let _turn = crate::links::windows::REGISTRY
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    let (english, german) = (World::new("en"), World::new("de"));
    let mut left = String::new();
    for (line, code, input) in LINES {
        let said = [&english, &german].map(|world| world.say(line, input).expect_code(*code));
        let [first, in_german] = &said;
        if line.contains("--json") {
            let same = [
                english.plain(&first.stdout),
                german.plain(&in_german.stdout),
            ];
            assert_eq!(same[0], same[1], "{line}");
            assert!(
                code == &10 || same[0].contains('{') || same[0].contains('['),
                "{line}: {said:?}"
            );
        } else {
            left += &in_english(&in_german.stdout);
        }
        left += &in_english(&in_german.stderr);
        assert_eq!(
            first.stderr.is_empty(),
            in_german.stderr.is_empty(),
            "{line}"
        );
    }
    assert_eq!(left, "", "these have English in them");
    assert_eq!(
        english.kept(),
        german.kept(),
        "logs and files know no languages"
    );
}

#[test]
fn a_running_agent_answers_in_the_language_of_whoever_asks() {
    let telephone = Telephone::start(&[]);
    let home = Home::new();
    home.config(&format!(
        "{}{}[listen]\naddress = '127.0.0.1:0'\n[register]\napplication = 1235\n[dial]\napplication = 5678\ndeny = ['0900*']\n",
        GOOD,
        telephone.section(&home)
    ));
    let mut agent = Running::start(home.command("miniclient").args(["--lang", "de"]));
    let began = agent.wait_said("a word that it runs", SOON, |said| {
        said.contains("miniclient: läuft").then(|| said.to_owned())
    });
    assert_eq!(testkit::left_in_english(&began), "");
    let mut left = String::new();
    for (line, code) in [
        ("status", 0),
        ("doctor", 1),
        ("", 0),
        ("ring --a-number 49301234567 --wait", 1),
        (
            "ring --a-number 49301234568 --group-name Vertrieb --set Customer=x",
            0,
        ),
        ("dial 0900123456", 12),
        ("dial 0301234567", 0),
        ("--dial 0301234567", 0),
        ("dial --last", 0),
        ("--dial-uri tel:0900123", 12),
        ("--dial-uri tel:x", 2),
        ("reload", 0),
        ("history", 0),
        ("history --erase 49301234567", 0),
        ("stop", 0),
    ] {
        let words = line.split(' ').filter(|word| !word.is_empty());
        let mut command = home.command("miniclient");
        command.args(["--lang", "de"]).args(words);
        let finished = run(&mut command, SOON).expect_code(code);
        left += &in_english(&finished.stdout);
        left += &in_english(&finished.stderr);
    }
    assert_eq!(left, "", "these have English in them");
    let _ = agent.finish(SOON);
    let log = std::fs::read_to_string(home.path().join("state/logs/miniclient.log")).unwrap();
    assert!(log.contains("the agent starts"), "{log}");
}

#[test]
fn the_system_says_which_language_unless_the_line_does() {
    let home = Home::new();
    let said = |variables: &[(&str, &str)], arguments: &[&str]| {
        let mut command = home.command("miniclient");
        command
            .env_remove("LC_ALL")
            .env_remove("LC_MESSAGES")
            .env_remove("LANG");
        command.envs(variables.iter().copied()).args(arguments);
        let finished = run(command.arg("stop"), SOON).expect_code(10);
        let german = finished.stderr.contains("läuft");
        assert!(
            german || finished.stderr.contains("running"),
            "{finished:?}"
        );
        german
    };
    assert!(said(&[("LANG", "de_DE.UTF-8")], &[]));
    assert!(said(&[("LANG", "C"), ("LC_MESSAGES", "de_AT")], &[]));
    assert!(said(&[("LANG", "de_DE"), ("LC_ALL", "")], &[]));
    assert!(!said(&[("LANG", "de_DE"), ("LC_ALL", "C")], &[]));
    assert!(!said(&[("LANG", "fr_FR")], &[]));
    assert!(!said(&[("LANG", "de_DE")], &["--lang", "en"]));
    assert!(said(&[("LANG", "en_GB")], &["--lang=de"]));
    if cfg!(unix) {
        assert!(!said(&[], &[]));
    }
}

/// What `mc-start doctor` says where a server does not answer, for the page of this language; what differs by computer is as
/// on a workstation.
#[cfg(unix)]
fn screen(language: &'static str) -> String {
    use std::fmt::Write as _;

    const URL: &str = "http://127.0.0.1:1/rest/v1.0/1/routingApplications/run/1234";
    let world = World::new(language);
    let client = world.home.path().join("ACDMiniClient.exe");
    std::fs::write(client, "").unwrap();
    world.home.write(
        "mc-start.toml",
        &format!("url = '{URL}'\nfields = ['IPAddress']\n"),
    );
    let mut command = world.command("mc-start doctor");
    let said = run(command.env("API_TOKEN", "1234567890abcdef"), SOON).expect_code(1);
    let mut screen = String::new();
    for line in said.stdout.lines() {
        let line = match line.split_once("IPAddress") {
            Some((before, _)) if before.trim_end().contains(' ') => {
                format!("{before}IPAddress = \"10.1.2.3\"")
            }
            Some((before, _)) => format!("{before}IPAddress  10.1.2.3"),
            None => match line.rsplit_once('(') {
                Some((before, time)) if time.ends_with(" ms)") => format!("{before}(0 ms)"),
                _ => line.to_owned(),
            },
        };
        let line = line.replace(&world.home.path().display().to_string(), "/opt/miniclient");
        writeln!(screen, "{line}").unwrap();
    }
    format!("```text\n$ mc-start doctor\n{screen}```\n")
}

#[cfg(unix)]
#[test]
fn the_screens_of_the_documentation_are_the_program_s() {
    const END: &str = "<!-- end -->";
    for (page, language) in [("docs/helpdesk.md", "en"), ("docs/de/helpdesk.md", "de")] {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("..")
            .join(page);
        let text = std::fs::read_to_string(&path).unwrap();
        let marker = format!("<!-- screen: {language} -->\n");
        let (before, behind) = text.split_once(&marker).unwrap();
        let (_, after) = behind.split_once(END).unwrap();
        let text = format!("{before}{marker}{}{END}{after}", screen(language));
        testkit::assert_golden(&path, &text);
    }
}

#[test]
fn what_the_german_page_explains_is_what_the_programs_say() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let page = std::fs::read_to_string(folder.join("docs/de/helpdesk.md")).unwrap();
    let tables = mc_cli::german::mc_start();
    let (_, table) = page.split_once("| in der Meldung steht |").unwrap();
    let rows = table
        .lines()
        .skip(2)
        .take_while(|line| line.starts_with('|'));
    let mut count = 0;
    for row in rows {
        let cells: Vec<&str> = row.split(" | ").take(2).collect();
        for phrase in cells
            .iter()
            .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        {
            assert!(tables.contains(phrase), "neither program says: {phrase}");
            count += 1;
        }
    }
    assert!(count > 40, "{count}");
}
