//! Which configuration the program uses, as it is found by the real program.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde_json::Value;
use testkit::{Home, program, run};

/// For everything that must happen, but need not happen fast: a loaded machine with two slow cores.
const PATIENCE: Duration = Duration::from_mins(1);

/// The file that a program with these arguments and this environment uses.
fn used(command: &mut Command) -> String {
    let finished = run(command.args(["check", "--json"]), PATIENCE).expect_code(0);
    let found: Value = serde_json::from_str(&finished.stdout).unwrap();
    found["file"].as_str().unwrap().to_owned()
}

#[test]
fn the_command_line_goes_before_the_environment_before_the_users_folder_before_the_programs() {
    let home = Home::new();
    let folder = home.path().join("program folder");
    std::fs::create_dir(&folder).unwrap();
    let copy = folder.join(format!("miniclient{}", std::env::consts::EXE_SUFFIX));
    std::fs::copy(program("miniclient"), &copy).unwrap();

    let beside = folder.join("miniclient.toml");
    std::fs::write(&beside, "").unwrap();
    let start = || home.command_at(&copy);
    let is = |found: String, path: &Path| assert_eq!(Path::new(&found), path);
    is(used(&mut start()), &beside);
    let users = home.config("");
    is(used(&mut start()), &users);
    let environment = home.write("from the environment.toml", "");
    is(
        used(start().env("MINICLIENT_CONFIG", &environment)),
        &environment,
    );
    let named = home.write("named.toml", "");
    let mut command = start();
    command
        .env("MINICLIENT_CONFIG", &environment)
        .arg("--config")
        .arg(&named);
    is(used(&mut command), &named);
    // A relative path starts where the program was started, and the answer names the whole of it.
    let mut command = start();
    command
        .args(["--config", "named.toml"])
        .current_dir(home.path());
    is(used(&mut command), &named);
}

#[test]
fn a_file_that_is_named_and_not_there_is_no_reason_to_use_another() {
    let home = Home::new();
    home.config("");
    let absent = home.path().join("absent.toml");
    let mut by_flag = home.command("miniclient");
    by_flag.arg("--config").arg(&absent);
    let mut by_environment = home.command("miniclient");
    by_environment.env("MINICLIENT_CONFIG", &absent);
    for command in [&mut by_flag, &mut by_environment] {
        let finished = run(command.arg("check"), PATIENCE).expect_code(3);
        assert!(
            finished.stderr.contains("absent.toml"),
            "{}",
            finished.stderr
        );
        assert_eq!(finished.stderr.lines().count(), 1);
    }
}

#[test]
fn files_as_windows_editors_write_them_are_read_or_told_apart() {
    let home = Home::new();
    let check = |bytes: &[u8], code| {
        std::fs::write(home.path().join("miniclient.toml"), bytes).unwrap();
        run(home.command("miniclient").arg("check"), PATIENCE)
            .expect_code(code)
            .stderr
    };
    assert_eq!(check("\u{feff}UsersUID = 'Müller'\r\n".as_bytes(), 0), "");
    for unit in [u16::to_le_bytes, u16::to_be_bytes] {
        let text = "\u{feff}UsersUID = 'Müller'\r\n";
        let utf16: Vec<u8> = text.encode_utf16().flat_map(unit).collect();
        assert_eq!(check(&utf16, 0), "");
    }
    assert!(check(b"\r\nUsersUID = 'M\xFCller'\r\n", 3).contains("miniclient.toml:2: "));
}
