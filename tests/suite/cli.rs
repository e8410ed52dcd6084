//! The command line itself: what it understands, what it says, and how it ends.

use std::io::Read as _;
use std::process::Stdio;
use std::time::Duration;

use testkit::{Finished, Home, program, run};

/// For everything that must happen, but need not happen fast: a loaded machine with two slow cores.
const PATIENCE: Duration = Duration::from_mins(1);

fn miniclient(arguments: &[&str]) -> Finished {
    run(Home::new().command("miniclient").args(arguments), PATIENCE)
}

#[test]
fn questions_about_the_program_are_answered_on_standard_output() {
    for question in ["--help", "-h", "--version", "-V"] {
        let finished = miniclient(&[question]).expect_code(0);
        assert_eq!(finished.stderr, "");
        assert!(!finished.stdout.is_empty());
    }
    let help = miniclient(&["--help"]).stdout;
    for command in [
        "dial",
        "ring",
        "fire",
        "check",
        "doctor",
        "status",
        "stop",
        "history",
        "install",
        "uninstall",
        "init",
    ] {
        assert!(
            help.lines()
                .any(|line| line.trim_start().starts_with(command)),
            "{command}:\n{help}"
        );
        assert!(
            !miniclient(&[command, "--help"])
                .expect_code(0)
                .stdout
                .is_empty()
        );
    }
}

#[test]
fn what_makes_no_sense_is_told_and_ends_with_2() {
    for arguments in [
        &["bogus"][..],
        &["--bogus"],
        &["check", "--bogus"],
        &["check", "more"],
        &["dial"],
        &["--dial"],
        &["--dial-uri"],
        &["--dial", "1", "--dial-uri", "tel:1"],
        &["--dial-uri", "tel:1", "--config", "x.toml"],
        &["--dial-uri", "tel:1", "--help"],
        &["--dial-uri", "tel:1", "stop"],
        &["--dial", "1", "status"],
        &["fire"],
        &["ring"],
        &["fire", "--a-number", "1", "--set", "novalue"],
        &["fire", "--a-number", "1", "--dry-run", "--as-curl"],
        &["history", "-n", "x"],
        &["--config"],
    ] {
        let finished = miniclient(arguments).expect_code(2);
        assert!(
            finished.stderr.starts_with("error: "),
            "{arguments:?}: {}",
            finished.stderr
        );
        assert_eq!(finished.stdout, "", "{arguments:?}");
    }
}

#[test]
fn f35_a_reader_that_goes_away_is_no_error() {
    let home = Home::new();
    let mut child = home
        .command("miniclient")
        .arg("--help")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut said = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert_eq!(said, "");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn f34_the_windowless_twin_is_the_same_program() {
    let home = Home::new();
    for (arguments, code) in [(&["--version"][..], 0), (&["bogus"], 2), (&["check"], 3)] {
        let _ = run(home.command("miniclientw").args(arguments), PATIENCE).expect_code(code);
    }
}

#[test]
fn under_the_vendors_name_it_behaves_the_same() {
    let home = Home::new();
    let copy = home.path().join(format!(
        "AcdAgentMiniClient{}",
        std::env::consts::EXE_SUFFIX
    ));
    std::fs::copy(program("miniclient"), &copy).unwrap();
    let own = run(
        home.command("miniclient").args(["--dial", "0301234567"]),
        PATIENCE,
    )
    .expect_code(10);
    let vendors = run(
        home.command_at(&copy).args(["--dial", "0301234567"]),
        PATIENCE,
    )
    .expect_code(10);
    assert_eq!(own.stderr, vendors.stderr);
}

/// The commands that the help lists.
fn commands() -> Vec<String> {
    let help = miniclient(&["help"]).expect_code(0).stdout;
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    let commands = commands.lines().take_while(|line| !line.is_empty());
    commands
        .map(|line| line.split_whitespace().next().unwrap().to_owned())
        .collect()
}

#[test]
fn every_command_has_its_manual_page() {
    let commands = commands();
    assert!(commands.len() > 15, "{commands:?}");
    let whole = miniclient(&["man"]).expect_code(0).stdout;
    for command in commands {
        assert!(whole.contains(&command.replace('-', "\\-")), "{command}");
        let page = miniclient(&["man", &command]).expect_code(0).stdout;
        let title = format!(".TH miniclient-{command} 1");
        assert!(page.contains(&title), "{page}");
    }
    let unknown = miniclient(&["man", "bogus"]).expect_code(2);
    assert!(unknown.stderr.contains("'bogus'"), "{}", unknown.stderr);
}

#[cfg(unix)]
#[test]
fn bash_completes_commands_and_their_options() {
    let home = Home::new();
    let script = home.path().join("miniclient.bash");
    let text = miniclient(&["completions", "bash"]).expect_code(0).stdout;
    std::fs::write(&script, text).unwrap();
    for (line, completed) in [
        ("di", "dial"),
        ("dial --cl", "--clipboard"),
        ("", "history"),
    ] {
        let last = line.split(' ').count();
        let complete = format!(
            "source '{}'; COMP_WORDS=(miniclient {line}); COMP_CWORD={last}; \
             _miniclient miniclient '{}' ''; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
            script.display(),
            line.rsplit(' ').next().unwrap()
        );
        let bash = std::process::Command::new("bash")
            .args(["-c", &complete])
            .output()
            .unwrap();
        let said = String::from_utf8(bash.stdout).unwrap();
        assert!(said.lines().any(|word| word == completed), "{line}: {said}");
    }
}

#[test]
fn each_shell_has_its_completions() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = miniclient(&["completions", shell]).expect_code(0).stdout;
        for command in commands() {
            assert!(script.contains(&command), "{shell}: {command}");
        }
    }
    let _ = miniclient(&["completions", "tcsh"]).expect_code(2);
}

/// A backup that is empty, made by a command that ended well, would be found out when it is needed.
#[cfg(target_os = "linux")]
#[test]
fn a_result_that_cannot_be_written_is_a_failure() {
    let home = Home::new();
    home.config("[[hook]]\nname = 'log'\nopen = 'https://crm.example/$ANumber'\n");
    for (name, arguments) in [
        ("miniclient", "--help"),
        ("miniclient", "init --print"),
        ("miniclient", "completions bash"),
        ("miniclient", "check"),
        ("miniclient", "fire --a-number 1 --dry-run --json"),
        ("mc-start", "--help"),
    ] {
        let full = std::fs::File::create("/dev/full").unwrap();
        let mut command = home.command(name);
        command.args(arguments.split(' ')).stdout(full);
        let ended = command.output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(1), "{arguments}: {said}");
        assert!(
            said.contains("cannot be written to standard output"),
            "{said}"
        );
    }
    // Another end is not hidden by it.
    let full = std::fs::File::create("/dev/full").unwrap();
    let mut command = home.command("miniclient");
    let ended = command
        .args(["status", "--json"])
        .stdout(full)
        .output()
        .unwrap();
    assert_eq!(ended.status.code(), Some(10));
}

/// What turns the direction of writing around or moves the cursor comes from whoever calls.
#[test]
fn callers_write_nothing_into_the_terminal_but_text() {
    const EVIL: &str = "Sales\u{202E}gpj\u{2066}.exe\u{1b}[2J";
    let home = Home::new();
    home.config("[[hook]]\nname = 'log'\nrest = 'curl -d \"n=$GroupName\" https://crm.example/'\n");
    let event = home.write(
        "event.json",
        &serde_json::json!({"ANumber": "1", "GroupName": EVIL}).to_string(),
    );
    let mut fire = home.command("miniclient");
    fire.args(["fire", "--dry-run", "--event"]).arg(&event);
    let fired = run(&mut fire, PATIENCE).expect_code(0);
    let journal = home.path().join("state/journal");
    std::fs::create_dir_all(&journal).unwrap();
    let call = serde_json::json!({
        "type": "call", "at": "x", "id": "a1", "via": "http", "hooks": [],
        "event": {"Event": "ringing", "ANumber": "1", "GroupName": EVIL},
    });
    std::fs::write(journal.join("2026-11-22.jsonl"), format!("{call}\n")).unwrap();
    let history = |more: &[&str]| {
        let mut history = home.command("miniclient");
        run(history.arg("history").args(more), PATIENCE)
            .expect_code(0)
            .stdout
    };
    let evil = |c: char| c.is_control() && c != '\n' || matches!(c, '\u{202E}' | '\u{2066}');
    let people = history(&[]);
    assert!(people.contains("Sales\u{FFFD}gpj"), "{people}");
    assert!(!people.contains(evil), "{people:?}");
    assert!(!fired.stdout.contains(evil), "{fired:?}");
    // A program gets what was said.
    assert!(history(&["--json"]).contains('\u{202E}'));
    // What is wrong with a call is read by people, too.
    let mut dial = home.command("miniclient");
    let said = run(dial.args(["ring", "--event", "a\u{202E}b"]), PATIENCE).stderr;
    assert!(said.contains("a\u{FFFD}b"), "{said:?}");
}

/// Whoever shares a group with others has such a mask on many a Linux.
#[cfg(unix)]
#[test]
fn what_init_writes_is_what_check_reads() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::new();
    let line = |command: &str, file: &std::path::Path| {
        let miniclient = program("miniclient");
        let script = format!(
            "umask 002; exec '{}' --config \"$1\" {command}",
            miniclient.display()
        );
        let mut shell = home.command_at(std::path::Path::new("/bin/sh"));
        shell.args(["-c", &script, "sh"]).arg(file);
        run(&mut shell, PATIENCE)
    };
    let new = home.path().join("new/folder/miniclient.toml");
    let _ = line("init", &new).expect_code(0);
    let _ = line("check", &new).expect_code(0);
    // Where it would not be believed it is not written.
    let shared = home.path().join("shared");
    std::fs::create_dir(&shared).unwrap();
    std::fs::set_permissions(&shared, std::fs::Permissions::from_mode(0o775)).unwrap();
    let said = line("init", &shared.join("miniclient.toml")).expect_code(1);
    assert!(said.stderr.contains("its group may write it"), "{said:?}");
    assert_eq!(std::fs::read_dir(&shared).unwrap().count(), 0);
    let mode = shared.metadata().unwrap().permissions().mode();
    assert_eq!(
        mode & 0o777,
        0o775,
        "a folder that is there is the user's choice"
    );
}
