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

/// Whoever can write the configuration, or knows the token, runs programs as this user.
#[cfg(unix)]
#[test]
fn f62_what_others_can_change_does_not_count_and_what_they_can_read_is_said() {
    use std::fs::{Permissions, create_dir, set_permissions};
    use std::os::unix::fs::{PermissionsExt as _, chown};

    let home = Home::new();
    let mode = |name: &str, mode| {
        set_permissions(home.path().join(name), Permissions::from_mode(mode)).unwrap();
    };
    create_dir(home.path().join("own")).unwrap();
    let config = home.write(
        "own/m.toml",
        "[listen]\naddress = '127.0.0.1:0'\ntoken_file = '../keys/token'\n",
    );
    create_dir(home.path().join("keys")).unwrap();
    home.write("keys/token", "0123456789abcdef");
    mode("keys/token", 0o600);
    let check = |code: i32, says: &[&str]| {
        let config = config.to_str().unwrap();
        for command in [&["--config", config, "check"][..], &["--config", config]] {
            // The agent would stay.
            if code == 0 && command.len() == 2 {
                continue;
            }
            let said = run(home.command("miniclient").args(command), PATIENCE).expect_code(code);
            for text in says {
                assert!(said.stderr.contains(text), "{text}: {said:?}");
            }
        }
    };
    check(0, &[]);
    for (name, good, bad, says) in [
        (
            "own/m.toml",
            0o644,
            0o646,
            "own/m.toml: everyone may write it",
        ),
        (
            "own/m.toml",
            0o644,
            0o664,
            "own/m.toml: its group may write it",
        ),
        ("own", 0o755, 0o777, "own: everyone may write it"),
        ("keys/token", 0o600, 0o602, "keys/token is not trusted"),
        ("keys", 0o755, 0o775, "keys is not trusted"),
    ] {
        mode(name, bad);
        check(3, &[says]);
        mode(name, good);
    }
    // As in /tmp, where nobody replaces another's file.
    mode("own", 0o1777);
    mode("keys/token", 0o644);
    check(0, &["others may read", "chmod 600"]);
    mode("own", 0o755);
    home.write("keys/token", "0123456789abcde");
    check(3, &["own/m.toml:3", "has 15 characters; at least 16"]);
    home.write("keys/token", "0123456789abcdef");
    match chown(&config, Some(4321), None) {
        Ok(()) => check(3, &["it belongs to user 4321"]),
        Err(_) => testkit::skipped("only root can give a file to another user"),
    }
}
