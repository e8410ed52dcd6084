//! A disk that is full, or that may not be written: what cannot be kept is said with the folder and with what to do.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use testkit::{Finished, Home, run, run_with_input};

use crate::telephone::Agent;

const PATIENCE: Duration = Duration::from_mins(1);

#[test]
fn a_full_disk_is_told_with_what_to_do() {
    // Built where Cargo reaches the network.
    let _ = ["miniclient", "mc-start"].map(testkit::program);
    let inside = "disk::inside_a_disk_of_its_own";
    testkit::run_in_namespace("--mount", inside, Duration::from_mins(3), |command| {
        command.env(testkit::PREBUILT, "1")
    });
}

#[test]
#[ignore = "mounts a disk; the test above runs it where nobody sees that"]
fn inside_a_disk_of_its_own() {
    let home = Home::new();
    home.config("");
    let state = home.path().join("state");
    for folder in [&state, &home.path().join("full")] {
        fs::create_dir_all(folder).unwrap();
        fill(folder);
    }
    let full = home.path().join("full").display().to_string();

    let agent = run(&mut home.command("miniclient"), PATIENCE).expect_code(1);
    told(&agent, &state);
    let german = run(home.command("miniclient").args(["--lang", "de"]), PATIENCE).expect_code(1);
    assert!(
        german.stderr.contains("schaffen Sie dort Platz"),
        "{german:?}"
    );

    let file = format!("{full}/miniclient.toml");
    let mut init = home.command("miniclient");
    told(
        &run(init.args(["--config", &file, "init"]), PATIENCE).expect_code(1),
        Path::new(&full),
    );
    // What is not whole is not there.
    assert!(!Path::new(&file).exists());

    let mut token = home.command("mc-start");
    token.env("MINICLIENT_HOME", &full).args(["token", "set"]);
    told(
        &run_with_input(&mut token, b"T0ken", PATIENCE).expect_code(1),
        Path::new(&full),
    );

    let filled = Home::new();
    let state = filled.path().join("state");
    fs::create_dir_all(&state).unwrap();
    assert!(mount(&state));
    let agent = Agent::start(filled, "");
    ballast(&state);
    // More than what is left of the page in which the journal ends.
    let event = format!(
        r#"{{"ANumber":"030123456","GroupName":"{}"}}"#,
        "x".repeat(8000)
    );
    let mut ring = agent.home.command("miniclient");
    ring.args(["ring", "--event", "-"]);
    let rung = run_with_input(&mut ring, event.as_bytes(), PATIENCE).expect_code(12);
    let said = &rung.stderr;
    assert!(said.contains(&state.display().to_string()), "{said}");
    assert!(said.contains("room on its disk"), "{said}");
}

fn fill(folder: &Path) {
    assert!(mount(folder));
    ballast(folder);
}

fn mount(folder: &Path) -> bool {
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=64k,mode=700", "none"])
        .arg(folder)
        .status();
    mounted.is_ok_and(|status| status.success())
}

fn ballast(folder: &Path) {
    let mut file = fs::File::create(folder.join("ballast")).unwrap();
    while file.write_all(&[0; 4096]).is_ok() {}
}

fn told(finished: &Finished, folder: &Path) {
    let said = &finished.stderr;
    assert!(said.contains(&folder.display().to_string()), "{said}");
    assert!(said.contains("make room there"), "{said}");
}

#[test]
fn a_folder_that_may_not_be_written_is_no_instance_with_other_privileges() {
    let home = Home::new();
    home.config("");
    let locked = home.path().join("locked");
    fs::create_dir(&locked).unwrap();
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o500)).unwrap();
    if fs::create_dir(locked.join("try")).is_ok() {
        return testkit::skipped("root may write everywhere");
    }
    let mut command = home.command("miniclient");
    command.env("XDG_RUNTIME_DIR", &locked);
    let finished = run(&mut command, PATIENCE).expect_code(1);
    assert!(
        finished.stderr.contains("the right to write there"),
        "{finished:?}"
    );
}
