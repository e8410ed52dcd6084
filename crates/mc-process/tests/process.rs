//! Programs started and ended, with real processes.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::env;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use mc_process::{Launch, LaunchError, Stdin, resolve};
use tempfile::TempDir;
use testkit::{ArgDump, process_alive, wait_until};

/// Longer than anything here takes on a slow machine.
const LONG: Duration = Duration::from_secs(30);

fn launch(dump: &ArgDump) -> Launch {
    Launch::new(ArgDump::program()).arg(format!("--argdump-out={}", dump.folder().display()))
}

#[tokio::test]
async fn a_supervised_program_is_waited_for() {
    let dump = ArgDump::new();
    let mut child = launch(&dump)
        .args(["--argdump-exit=7", "a b"])
        .spawn()
        .unwrap();
    let exit = child.wait().await.unwrap();
    assert_eq!(exit.code, Some(7));
    assert!(!exit.success());
    assert_eq!(child.wait().await.unwrap(), exit, "asked again");
    let dump = dump.only();
    assert_eq!((dump.pid, dump.args), (child.id(), vec!["a b".to_owned()]));
}

#[tokio::test]
async fn a_tree_is_ended_with_all_that_it_started() {
    let dump = ArgDump::new();
    let never = dump.folder().join("never");
    let mut child = launch(&dump)
        .arg(format!("--argdump-grandchild={}", never.display()))
        .arg(format!("--argdump-until={}", never.display()))
        .spawn()
        .unwrap();
    let grandchild = dump.only().grandchild.unwrap();
    assert!(process_alive(grandchild));
    child.kill_tree().unwrap();
    assert!(!child.wait().await.unwrap().success());
    wait_until(LONG, "the end of the grandchild", || {
        !process_alive(grandchild)
    });
    child.kill_tree().unwrap();
}

#[tokio::test]
async fn standard_input_is_given_whole_and_ended() {
    let dump = ArgDump::new();
    let text = "ü".repeat(200_000);
    let mut child = launch(&dump)
        .arg("--argdump-stdin=1")
        .stdin(Stdin::Bytes(text.clone().into_bytes()))
        .spawn()
        .unwrap();
    assert!(child.wait().await.unwrap().success());
    assert_eq!(dump.only().stdin.unwrap(), text);
}

#[tokio::test]
async fn a_program_that_does_not_read_its_input_is_not_held_up() {
    let dump = ArgDump::new();
    let mut child = launch(&dump)
        .stdin(Stdin::Bytes(vec![b'x'; 1 << 20]))
        .spawn()
        .unwrap();
    assert!(child.wait().await.unwrap().success());
}

#[tokio::test]
async fn without_input_there_is_an_end_of_it() {
    let dump = ArgDump::new();
    let mut child = launch(&dump).arg("--argdump-stdin=1").spawn().unwrap();
    assert!(child.wait().await.unwrap().success());
    assert_eq!(dump.only().stdin.as_deref(), Some(""));
}

#[tokio::test]
async fn what_does_not_start_says_why() {
    let folder = TempDir::new().unwrap();
    let missing = folder.path().join("missing.exe");
    assert!(
        matches!(Launch::new(&missing).spawn(), Err(LaunchError::NotFound { program }) if program == missing)
    );
    assert!(matches!(
        Launch::new("pop").spawn(),
        Err(LaunchError::Relative { .. })
    ));
    let dump = ArgDump::new();
    assert!(matches!(
        launch(&dump).arg("a\0b").spawn(),
        Err(LaunchError::Nul { .. })
    ));
    assert!(matches!(
        launch(&dump)
            .current_dir(folder.path().join("nowhere"))
            .spawn(),
        Err(LaunchError::Directory { .. })
    ));
    let text = folder.path().join("text.exe");
    fs::write(&text, "#!/no/such/interpreter\n").unwrap();
    executable(&text);
    for result in [
        Launch::new(&text).spawn().map(|_| ()),
        Launch::new(&text).detach().map(|_| ()),
    ] {
        assert!(
            matches!(result, Err(LaunchError::NotAProgram { .. })),
            "{result:?}"
        );
    }
}

#[cfg(unix)]
#[tokio::test]
async fn what_nobody_may_execute_is_denied() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("pop");
    fs::write(&file, "").unwrap();
    for result in [
        Launch::new(&file).spawn().map(|_| ()),
        Launch::new(&file).detach().map(|_| ()),
        // A folder is no program either, though it has the bit.
        Launch::new(folder.path()).spawn().map(|_| ()),
    ] {
        assert!(
            matches!(result, Err(LaunchError::Denied { .. })),
            "{result:?}"
        );
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn f12_f30_no_descriptor_is_inherited() {
    use rustix::io::{FdFlags, fcntl_setfd};
    let folder = TempDir::new().unwrap();
    let leaked = fs::File::create(folder.path().join("leaked")).unwrap();
    fcntl_setfd(&leaked, FdFlags::empty()).unwrap();

    let dump = ArgDump::new();
    launch(&dump).spawn().unwrap().wait().await.unwrap();
    launch(&dump).detach().unwrap();
    for dump in dump.wait_for(2, LONG) {
        let open: Vec<_> = dump
            .fds
            .iter()
            .map(|(fd, what)| (*fd, what.as_str()))
            .collect();
        let null = "/dev/null";
        assert_eq!(open, [(0, null), (1, null), (2, null)]);
    }
}

/// Runs the test below in a process of its own, in the role of the starter, with its outputs captured.
/// Returns when they have ended.
fn captured(role: &str, dump: &ArgDump, until: &Path) {
    let mut command = Command::new(env::current_exe().unwrap());
    command
        .args(["--exact", "--nocapture"])
        .arg("f30_a_started_program_outlives_its_starter_and_holds_nothing_of_it")
        .env(ROLE, role)
        .env("TEST_OUT", dump.folder())
        .env("TEST_UNTIL", until)
        .env("API_TOKEN", "secret-token")
        .env("OTHER_TOKEN", "kept")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut starter = command.spawn().unwrap();
    let (ended, end) = mpsc::channel();
    let outputs: [Box<dyn Read + Send>; 2] = [
        Box::new(starter.stdout.take().unwrap()),
        Box::new(starter.stderr.take().unwrap()),
    ];
    for mut output in outputs {
        let ended = ended.clone();
        thread::spawn(move || {
            let mut text = String::new();
            output.read_to_string(&mut text).unwrap();
            ended.send(text).unwrap();
        });
    }
    for _ in 0..2 {
        end.recv_timeout(LONG)
            .unwrap_or_else(|_| panic!("{role}: the program holds its starter's output open"));
    }
    assert!(starter.wait().unwrap().success());
}

const ROLE: &str = "TEST_ROLE";

/// What the starter does: it starts a program in the way of its role, and ends.
fn play(role: &str) {
    let value = |name| env::var(name).unwrap();
    let launch = Launch::new(ArgDump::program())
        .arg(format!("--argdump-out={}", value("TEST_OUT")))
        .arg(format!("--argdump-until={}", value("TEST_UNTIL")))
        .env_remove("API_TOKEN");
    if role == "detach" {
        launch.detach().unwrap();
    } else {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async { launch.spawn().unwrap() });
    }
}

#[test]
fn f30_a_started_program_outlives_its_starter_and_holds_nothing_of_it() {
    if let Ok(role) = env::var(ROLE) {
        return play(&role);
    }
    for role in ["detach", "spawn"] {
        let dump = ArgDump::new();
        let until = dump.folder().join("enough");
        captured(role, &dump, &until);
        // The captured output has ended and the starter is gone.
        let started = dump.only();
        assert!(process_alive(started.pid), "{role}");
        fs::write(&until, "").unwrap();
        wait_until(LONG, "its end", || !process_alive(started.pid));

        assert!(!started.env.contains_key("API_TOKEN"), "{role}");
        assert_eq!(
            started.env.get("OTHER_TOKEN").map(String::as_str),
            Some("kept")
        );
    }
}

#[tokio::test]
async fn variables_are_set_and_removed() {
    let dump = ArgDump::new();
    let launch = launch(&dump).env("COLOUR", "grün").env_remove("PATH");
    launch.spawn().unwrap().wait().await.unwrap();
    let env = dump.only().env;
    assert_eq!(env.get("COLOUR").map(String::as_str), Some("grün"));
    assert!(!env.keys().any(|name| name.eq_ignore_ascii_case("PATH")));
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn each_program_leads_a_session_of_its_own() {
    let dump = ArgDump::new();
    let until = dump.folder().join("enough");
    let until_argument = format!("--argdump-until={}", until.display());
    let mut child = launch(&dump).arg(&until_argument).spawn().unwrap();
    let detached = launch(&dump).arg(&until_argument).detach().unwrap();
    for id in [child.id(), detached] {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap();
        // After the name in parentheses: state, parent, process group, session.
        let fields: Vec<_> = stat
            .rsplit(')')
            .next()
            .unwrap()
            .split_whitespace()
            .collect();
        assert_eq!((fields[2], fields[3]), (&*id.to_string(), &*id.to_string()));
    }
    fs::write(&until, "").unwrap();
    child.wait().await.unwrap();
    wait_until(LONG, "no zombie", || {
        !Path::new(&format!("/proc/{detached}")).exists()
    });
}

#[test]
fn a_program_is_found_by_path_in_the_folder_and_on_the_search_path() {
    let folder = TempDir::new().unwrap();
    let name = format!("pop{}", env::consts::EXE_SUFFIX);
    let sub = folder.path().join("bin");
    fs::create_dir(&sub).unwrap();
    for path in [folder.path().join(&name), sub.join(&name)] {
        fs::write(&path, "").unwrap();
        executable(&path);
    }
    let expected = folder.path().join(&name);
    assert_eq!(resolve(expected.to_str().unwrap(), None).unwrap(), expected);
    assert_eq!(resolve("pop", Some(folder.path())).unwrap(), expected);
    assert_eq!(
        resolve("bin/pop", Some(folder.path())).unwrap(),
        folder.path().join("bin").join(&name)
    );
    // Something that every system has on its PATH.
    let common = if cfg!(windows) { "cmd" } else { "sh" };
    assert!(resolve(common, None).unwrap().is_absolute());
}

fn executable(path: &PathBuf) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let _ = path;
}

#[cfg(windows)]
#[tokio::test]
async fn a_permitted_batch_file_gets_its_parameters_and_nothing_else_happens() {
    let folder = TempDir::new().unwrap();
    let script = folder.path().join("pop it.bat");
    let out = folder.path().join("out.txt");
    let line = format!("@echo off\r\n> \"{}\" echo [%~1][%2]\r\n", out.display());
    fs::write(&script, line).unwrap();
    let mut child = Launch::new(&script)
        .args(["a b", "c&echo d|^<>(x)"])
        .spawn()
        .unwrap();
    child.wait().await.unwrap();
    let said = fs::read_to_string(&out).unwrap();
    assert_eq!(said.trim(), "[a b][\"c&echo d|^<>(x)\"]");
    for bad in ["50%", "a\"b", "a\nb"] {
        assert!(Launch::new(&script).arg(bad).spawn().is_err(), "{bad:?}");
    }
}

#[tokio::test]
async fn what_a_program_writes_is_kept_within_bounds() {
    let dump = ArgDump::new();
    for (limit, kept, cut) in [(100, "hello", false), (3, "hel", true), (0, "", true)] {
        let mut child = launch(&dump)
            .arg("--argdump-say=hello")
            .capture(limit)
            .spawn()
            .unwrap();
        assert!(child.wait().await.unwrap().success());
        let output = child.output().await;
        assert_eq!(output.stdout, kept.as_bytes());
        assert_eq!(output.stderr, format!("!{kept}").as_bytes()[..limit.min(6)]);
        assert_eq!(output.cut, cut);
    }
}

#[tokio::test]
async fn a_flood_of_output_does_not_hold_a_program_up() {
    let dump = ArgDump::new();
    let flood = "x".repeat(30_000);
    let mut child = launch(&dump)
        .arg(format!(
            "--argdump-say={}",
            flood.repeat(if cfg!(windows) { 1 } else { 4 })
        ))
        .capture(10)
        .spawn()
        .unwrap();
    assert!(child.wait().await.unwrap().success());
    assert_eq!(child.output().await.stdout, [b'x'; 10]);
}

#[tokio::test]
async fn a_tree_ends_with_its_supervisor_where_that_is_wanted() {
    for end in [true, false] {
        let dump = ArgDump::new();
        let enough = dump.folder().join("enough");
        let child = launch(&dump)
            .arg(format!("--argdump-grandchild={}", enough.display()))
            .arg(format!("--argdump-until={}", enough.display()))
            .end_on_drop(end)
            .spawn()
            .unwrap();
        let started = dump.only();
        drop(child);
        if !end {
            assert!(process_alive(started.pid));
            fs::write(&enough, "").unwrap();
        }
        for id in [started.pid, started.grandchild.unwrap()] {
            wait_until(LONG, "the end of the tree", || !process_alive(id));
        }
    }
}

#[tokio::test]
async fn what_a_program_left_behind_when_it_ended_lives_on() {
    let dump = ArgDump::new();
    let enough = dump.folder().join("enough");
    let mut child = launch(&dump)
        .arg(format!("--argdump-grandchild={}", enough.display()))
        .end_on_drop(true)
        .spawn()
        .unwrap();
    child.wait().await.unwrap();
    drop(child);
    let grandchild = dump.only().grandchild.unwrap();
    assert!(process_alive(grandchild));
    fs::write(&enough, "").unwrap();
    wait_until(LONG, "its own end", || !process_alive(grandchild));
}

#[test]
fn without_a_runtime_nothing_is_supervised_and_nothing_panics() {
    let dump = ArgDump::new();
    let result = launch(&dump).spawn();
    assert!(matches!(result, Err(LaunchError::NoRuntime)), "{result:?}");
}

#[test]
fn a_variable_that_cannot_be_passed_on_is_said_so() {
    let dump = ArgDump::new();
    for (name, value) in [("", "x"), ("A=B", "x"), ("A\0", "x"), ("A", "x\0y")] {
        let result = launch(&dump).env(name, value).detach();
        assert!(
            matches!(result, Err(LaunchError::Variable { .. })),
            "{name:?}: {result:?}"
        );
    }
}

#[cfg(unix)]
#[tokio::test]
async fn where_there_is_no_ansi_code_page_every_character_arrives() {
    let dump = ArgDump::new();
    let given = [
        "Müller",
        "x\u{FF02} \u{FF02}y",
        "\u{FF0D}\u{FF0D}x",
        "\u{3000}",
    ];
    let mut child = launch(&dump).args(given).spawn().unwrap();
    child.wait().await.unwrap();
    assert_eq!(dump.only().args, given);
}

#[cfg(windows)]
#[tokio::test]
async fn f70_what_the_ansi_code_page_makes_of_a_parameter_adds_none() {
    use mc_process::best_fit;
    for bad in [
        "x\u{FF02} \u{FF02}y",
        "\u{FF0D}\u{FF0D}delete",
        "a\u{3000}b",
    ] {
        assert!(best_fit(bad).is_some(), "{bad:?}");
        let dump = ArgDump::new();
        for result in [
            launch(&dump).arg(bad).spawn().map(|child| child.id()),
            launch(&dump).arg(bad).detach(),
        ] {
            assert!(
                matches!(result, Err(LaunchError::BestFit { .. })),
                "{bad:?}: {result:?}"
            );
        }
        assert!(dump.dumps().is_empty());
    }
    // What stays one parameter in either reading. The system has no letter for the last one.
    for good in ["M\u{FC}ller", "\u{141}ukasz", "\u{2014}\u{65E5}\u{2003}x"] {
        let dump = ArgDump::new();
        let Ok(mut child) = launch(&dump).args([good, "end"]).spawn() else {
            assert_eq!(good.chars().count(), 4, "{good}");
            continue;
        };
        child.wait().await.unwrap();
        let dump = dump.only();
        assert_eq!(dump.args, [good, "end"]);
        let line = dump.ansi_line.unwrap();
        let quotes = line.split(|byte| *byte == b'"').count() - 1;
        assert_eq!(quotes, 4, "the program and the parameter: {line:?}");
        assert!(line.ends_with(b"\" end"), "{line:?}");
    }
}
