//! `[secrets]`: what a hook needs and nobody may see.

mod tokens;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use testkit::{Answer, ArgDump, Finished, Home, Recorder, Running, run, run_with_input};

/// For everything that must happen, but need not happen fast: a loaded machine with two slow cores.
const PATIENCE: Duration = Duration::from_mins(1);

const IN_FILE: &str = "f1le+geheim/4711 \"x\"";
const IN_ENVIRONMENT: &str = "env-geheim&4712%41";
const IN_STORE: &str = "st0re-geheim=4713$ANumber";

/// A workstation with a secret in each place, and hooks that use them in every way.
struct Desk {
    home: Home,
    pop: ArgDump,
    web: Recorder,
}

impl Desk {
    fn new() -> Self {
        let (home, pop, web) = (Home::new(), ArgDump::new(), Recorder::start());
        let program = pop.install(&home.path().join("pop"), &[]);
        private(&home.write("crm-token", &format!("{IN_FILE}\n")));
        home.config(&format!(
            "[[hook]]
name = 'header'
rest = 'curl -sS -u \"agent:${{secret.crm}}\" -H \"X-Hub: ${{secret.hub}}\" -d \"k=${{secret.store}}&n=$ANumber\" \"{url}/p/${{secret.crm}}?k=${{secret.hub}}\"'
[[hook]]
name = 'json'
rest = 'curl -sS --json \"{{\\\"k\\\":\\\"${{secret.crm}}\\\"}}\" {url}/json/${{secret.store:base64}}'
[[hook]]
name = 'pop'
exec = '{program}'
parameters = '/n:$ANumber'
env = {{ POP_KEY = 'k=${{secret.hub}}' }}
[secrets]
crm = {{ file = 'crm-token' }}
hub = {{ env = 'HUB_TOKEN' }}
store = {{ store = true }}
",
            url = web.url(""),
            program = program.display()
        ));
        Self { home, pop, web }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.home.command("miniclient");
        command
            .env("HUB_TOKEN", IN_ENVIRONMENT)
            .env("MINICLIENT_LOG", "trace")
            .args(arguments);
        command
    }

    #[track_caller]
    fn must(&self, arguments: &[&str], code: i32) -> Finished {
        run(&mut self.command(arguments), PATIENCE).expect_code(code)
    }

    fn set(&self, name: &str, secret: &str) -> Finished {
        let mut command = self.command(&["secret", "set", name]);
        run_with_input(&mut command, secret.as_bytes(), PATIENCE)
    }
}

#[cfg(unix)]
fn private(file: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(file, fs::Permissions::from_mode(0o600)).unwrap();
}

#[cfg(windows)]
fn private(_: &Path) {}

/// Every form in which a secret may come out: as it is, encoded for a URL, a form or JSON, and in base64 wherever it
/// begins in what was encoded.
fn forms(secret: &str) -> Vec<String> {
    let percent = |c: char| match c {
        c if c.is_ascii_alphanumeric() || "-._~".contains(c) => c.to_string(),
        c => format!("%{:02X}", u32::from(c)),
    };
    let encoded: String = secret.chars().map(percent).collect();
    let json = Value::from(secret).to_string();
    let mut forms = vec![
        secret.to_owned(),
        encoded.replace("%20", "+"),
        encoded,
        json.trim_matches('"').replace('\\', "\\\\"),
        json.trim_matches('"').to_owned(),
    ];
    for before in ["", "x", "xx"] {
        let encoded = base64(format!("{before}{secret}").as_bytes());
        // Without what the characters before and after it have a part in.
        forms.push(encoded[4..encoded.len() - 4].to_owned());
    }
    forms
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for chunk in bytes.chunks(3) {
        let group = (0..3).fold(0_u32, |all, at| {
            all << 8 | u32::from(*chunk.get(at).unwrap_or(&0))
        });
        for at in 0..4 {
            let digit = (group >> (18 - 6 * at)) & 63;
            out.push(if at > chunk.len() {
                '='
            } else {
                char::from(DIGITS[digit as usize])
            });
        }
    }
    out
}

/// What is written below a folder, but for the places where secrets belong.
fn written(folder: &Path, into: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if ["crm-token", "secrets", "pop"].contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            written(&path, into);
        } else if let Ok(bytes) = fs::read(&path) {
            into.push((
                path.display().to_string(),
                String::from_utf8_lossy(&bytes).into_owned(),
            ));
        }
    }
}

#[test]
fn no_command_writes_a_secret_anywhere() {
    let desk = Desk::new();
    let mut said = Vec::new();
    let mut keep = |what: &str, finished: Finished| {
        said.push((format!("{what}, out"), finished.stdout.clone()));
        said.push((format!("{what}, err"), finished.stderr.clone()));
        finished
    };
    keep(
        "set",
        desk.set("store", &format!("{IN_STORE}\r\n")).expect_code(0),
    );
    let call = ["--a-number", "49199123456789"];
    for (arguments, code) in [
        (vec!["check"], 0),
        (vec!["check", "--json"], 0),
        (vec!["secret", "list"], 0),
        (vec!["secret", "list", "--json"], 0),
        (vec!["fire", "--dry-run"], 0),
        (vec!["fire", "--dry-run", "--json"], 0),
        (vec!["fire", "--as-curl"], 0),
        (vec!["fire"], 0),
        (vec!["fire", "--json"], 0),
    ] {
        let mut line = arguments.clone();
        if line[0] == "fire" {
            line.extend(call);
        }
        keep(&line.join(" "), desk.must(&line, code));
    }
    for line in [["doctor"].as_slice(), &["doctor", "--json"]] {
        // Nothing of a telephone system is configured; how that counts is another test's.
        keep(&line.join(" "), run(&mut desk.command(line), PATIENCE));
    }
    // The secrets were there, and went where they belong.
    let sent = desk.web.requests();
    let wire = format!("{sent:?}");
    assert!(
        wire.contains("/p/f1le%2Bgeheim%2F4711%20%22x%22?k=env-geheim%264712%2541"),
        "{wire}"
    );
    assert!(
        sent.iter()
            .any(|one| one.body == b"k=st0re-geheim%3D4713%24ANumber&n=49199123456789")
    );
    assert!(
        sent.iter()
            .any(|one| one.body == br#"{"k":"f1le+geheim/4711 \"x\""}"#)
    );
    for started in desk.pop.wait_for(2, PATIENCE) {
        assert_eq!(started.env["POP_KEY"], format!("k={IN_ENVIRONMENT}"));
        assert!(
            !started.env.contains_key("HUB_TOKEN"),
            "a program inherits no secret"
        );
    }

    let mut agent = Running::start(&mut desk.command(&[]));
    agent.wait_said("a word that it runs", PATIENCE, |said| {
        said.contains("miniclient: running").then_some(())
    });
    for line in [
        ["ring", "--a-number", "49199123456789", "--wait"].as_slice(),
        &["ring", "--a-number", "49199123456780", "--wait", "--json"],
        &["status"],
        &["status", "--json"],
        &["history"],
        &["history", "--json"],
        &["doctor"],
        &["stop"],
    ] {
        keep(&line.join(" "), run(&mut desk.command(line), PATIENCE));
    }
    keep("agent", agent.finish(PATIENCE));
    // One that is gone fails its hooks, by name and alone.
    fs::remove_file(desk.home.path().join("crm-token")).unwrap();
    let fired = keep("without", desk.must(&["fire", "--a-number", "1"], 1));
    assert!(
        fired.stderr.contains("header: ${secret.crm}: the file"),
        "{}",
        fired.stderr
    );
    assert!(fired.stdout.contains("pop: ok"), "{}", fired.stdout);
    keep("check", desk.must(&["check"], 0));
    keep("clear", desk.must(&["secret", "clear", "store"], 0));

    written(desk.home.path(), &mut said);
    assert!(
        said.iter().any(|(what, _)| what.contains("state")),
        "there is a journal"
    );
    for secret in [IN_FILE, IN_ENVIRONMENT, IN_STORE] {
        for form in forms(secret) {
            for (what, text) in &said {
                assert!(!text.contains(&form), "{form} is in {what}: {text}");
            }
        }
    }
}

#[test]
fn what_is_shown_in_its_place() {
    let desk = Desk::new();
    let call = ["--a-number", "49199"];
    let dry = desk
        .must(&[&["fire", "--dry-run"], &call[..]].concat(), 0)
        .stdout;
    for shown in [
        "/p/${secret.crm}?k=${secret.hub}",
        "Authorization: Basic ***",
        "X-Hub: ${secret.hub}",
        "k=${secret.store}&n=49199",
        "env      POP_KEY=k=${secret.hub}",
    ] {
        assert!(dry.contains(shown), "{shown}: {dry}");
    }
    let curl = desk.must(
        &[&["fire", "--as-curl", "--hook", "header"], &call[..]].concat(),
        0,
    );
    assert!(curl.stdout.contains("-u agent:\"$CRM\""), "{}", curl.stdout);
    assert!(
        curl.stderr.contains("$STORE stands for ${secret.store}"),
        "{}",
        curl.stderr
    );
    let report = desk
        .must(&["fire", "--json", "--hook", "pop", "--a-number", "1"], 0)
        .stdout;
    assert!(report.contains("\"ok\""), "{report}");
}

#[test]
fn secrets_are_kept_forgotten_and_listed() {
    let desk = Desk::new();
    let list = |desk: &Desk| -> Value {
        serde_json::from_str(&desk.must(&["secret", "list", "--json"], 0).stdout).unwrap()
    };
    let all = list(&desk);
    let there: Vec<_> = all
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["there"].as_bool().unwrap())
        .collect();
    assert_eq!(there, [true, true, false], "{all}");
    let advice = all[2]["notes"][0].as_str().unwrap();
    assert!(advice.contains("miniclient secret set store"), "{advice}");

    let set = desk.set("STORE", "abc").expect_code(0);
    assert!(
        set.stdout.contains("The secret store is kept in"),
        "{}",
        set.stdout
    );
    assert_eq!(list(&desk)[2]["there"], true);
    let _ = desk.set("crm", "new-one").expect_code(0);
    assert_eq!(
        fs::read_to_string(desk.home.path().join("crm-token")).unwrap(),
        "new-one"
    );
    assert!(
        desk.must(&["secret", "clear", "store"], 0)
            .stdout
            .contains("forgotten")
    );
    assert!(
        desk.must(&["secret", "clear", "store"], 0)
            .stdout
            .contains("There was no")
    );

    for (name, input, code, said) in [
        ("hub", "x", 1, "environment variable HUB_TOKEN"),
        ("stroe", "x", 2, "did you mean `store`?"),
        ("other", "x", 2, "add other = { store = true }"),
        ("store", " \n", 1, "standard input is empty"),
        ("store", "two\nlines", 1, "a line break"),
    ] {
        let set = desk.set(name, input).expect_code(code);
        assert!(set.stderr.contains(said), "{name}: {}", set.stderr);
    }
    assert_eq!(list(&desk)[2]["there"], false);
}

#[cfg(unix)]
#[test]
fn who_may_read_and_write_a_file_is_looked_at() {
    use std::os::unix::fs::PermissionsExt as _;
    let desk = Desk::new();
    let file = desk.home.path().join("crm-token");
    let mode = |mode| fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
    mode(0o644);
    let check = desk.must(&["check"], 0);
    assert!(check.stderr.contains("others may read"), "{}", check.stderr);
    mode(0o622);
    let check = desk.must(&["check"], 0);
    assert!(check.stderr.contains("is not trusted"), "{}", check.stderr);
    let fired = desk.must(&["fire", "--hook", "header", "--a-number", "1"], 1);
    assert!(fired.stderr.contains("is not trusted"), "{}", fired.stderr);
    assert!(desk.web.requests().is_empty());
}

#[test]
fn f73_what_is_wrong_with_a_secret_is_told_with_its_line() {
    let home = Home::new();
    home.config(
        "[[hook]]
name = 'a'
rest = 'curl -H \"A: ${secret.cmr}\" https://h.example/'
[[hook]]
name = 'b'
rest = 'curl -H \"A: Bearer $secret.crm\" https://h.example/'
[[hook]]
name = 'c'
exec = '%ComSpec%'
parameters = '${secret.crm}'
[[hook]]
name = 'd'
open = 'https://h.example/?k=${secret.crm}'
[[hook]]
name = 'e'
exec = '/opt/${secret.crm}/pop'
[[hook]]
name = 'f'
rest = 'curl -H \"A: ${secret.none}\" https://h.example/'
[secrets]
crm = { file = 'crm-token' }
none = {}
both = { file = 'a', env = 'B' }
bad = 'geheim4711'
'x y' = { env = 'X' }
CRM = { store = true }
nope = { store = false }
odd = { fiel = 'x' }
",
    );
    let mut command = home.command("miniclient");
    command.env("ComSpec", ArgDump::program()).arg("check");
    let check = run(&mut command, PATIENCE).expect_code(3);
    for (line, said) in [
        (3, "did you mean `secret.crm`?"),
        (6, "write `${secret.crm}`, with braces"),
        (10, "every user of the computer can see"),
        (13, "history"),
        (16, "env = { NAME = '${secret.NAME}' }"),
        (22, "kept nowhere"),
        (23, "keep one"),
        (24, "is a table"),
        (25, "cannot be a variable"),
        (26, "are one name"),
        (27, "store = true"),
        (28, "did you mean `file`?"),
    ] {
        let place = format!(".toml:{line}: ");
        let told = |text: &str| text.contains(&place) && text.contains(said);
        assert!(
            check.stderr.lines().any(told),
            "{line}, {said}: {}",
            check.stderr
        );
    }
    assert!(
        !check.stderr.contains(".toml:19"),
        "a name is known however its place is: {}",
        check.stderr
    );
    assert!(!check.stderr.contains("geheim4711"), "{}", check.stderr);
}

#[test]
fn a_long_secret_is_kept_whole_or_refused() {
    let home = Home::new();
    home.config("[secrets]\nlong = { file = 'long' }\n");
    let file = home.path().join("long");
    let set = |length: usize, code| {
        let mut command = home.command("miniclient");
        command.args(["secret", "set", "long"]);
        run_with_input(&mut command, &vec![b'x'; length], PATIENCE).expect_code(code)
    };
    let refused = set(70_000, 1);
    assert!(refused.stderr.contains("64 KiB"), "{refused:?}");
    assert!(!file.exists());
    let _ = set(20_000, 0);
    assert_eq!(fs::read(&file).unwrap().len(), 20_000);
    let mut start = home.command("mc-start");
    start.args(["token", "set"]);
    let refused = run_with_input(&mut start, &vec![b'x'; 70_000], PATIENCE).expect_code(1);
    assert!(refused.stderr.contains("64 KiB"), "{refused:?}");
}

/// The words with which a use would refuse it.
#[cfg(unix)]
#[test]
fn what_no_hook_would_believe_is_not_called_kept() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = Home::new();
    let open = home.path().join("open");
    fs::create_dir(&open).unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o775)).unwrap();
    home.config("[secrets]\ncrm = { file = 'open/crm' }\n");
    let mut command = home.command("miniclient");
    command.args(["secret", "set", "crm"]);
    let said = run_with_input(&mut command, b"geheim", PATIENCE).expect_code(1);
    assert!(said.stderr.contains("its group may write it"), "{said:?}");
    assert!(!open.join("crm").exists());
}

#[cfg(unix)]
#[test]
fn a_pipe_is_no_configuration_and_no_secret() {
    let home = Home::new();
    let pipe = home.path().join("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&pipe)
            .status()
            .unwrap()
            .success()
    );
    let mut check = home.command("miniclient");
    check.arg("--config").arg(&pipe).arg("check");
    let said = run(&mut check, PATIENCE).expect_code(3);
    assert!(said.stderr.contains("a pipe or a device"), "{said:?}");
    home.config("[secrets]\ncrm = { file = 'pipe' }\n");
    let mut list = home.command("miniclient");
    list.args(["secret", "list"]);
    let said = run(&mut list, PATIENCE).expect_code(0);
    assert!(said.stderr.contains("a pipe or a device"), "{said:?}");
    // What a shell hands over with `<(...)`, or as standard input, is meant.
    let mut given = home.command("miniclient");
    given.args(["--config", "/dev/stdin", "check"]);
    let said = run_with_input(&mut given, b"colour = 1\n", PATIENCE).expect_code(3);
    assert!(said.stderr.contains("colour"), "{said:?}");
}
