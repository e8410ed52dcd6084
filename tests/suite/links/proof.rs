//! `doctor` proves that links come here, with the real programs that hand links over.

use super::PATIENCE;
use super::openers::{Desk, FOLDERS, installed};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use testkit::run;

/// What `doctor` says about links: state and text. With a display it uses `xdg-open`, else `gio`.
fn links(desk: &Desk, display: bool, path: Option<&Path>) -> Vec<(String, String)> {
    let mut command = desk.command(&desk.program, &["doctor", "--json"]);
    if !display {
        command.env_remove("DISPLAY");
    }
    if let Some(path) = path {
        command.env("PATH", format!("{}:/usr/bin:/bin", path.display()));
    }
    let finished = run(&mut command, PATIENCE);
    let report: Value = serde_json::from_str(&finished.stdout).expect("a report");
    let text = |finding: &Value, name: &str| finding[name].as_str().unwrap().to_owned();
    let findings = report["findings"].as_array().unwrap().iter();
    findings
        .filter(|finding| finding["about"] == "links")
        .map(|finding| (text(finding, "state"), text(finding, "text")))
        .collect()
}

#[test]
fn links_come_by_the_systems_own_way_and_nothing_is_dialled() {
    if installed("xdg-open").is_none() || installed("gio").is_none() {
        return;
    }
    for folder in FOLDERS {
        let desk = Desk::new(folder);
        let _ = run(&mut desk.command(&desk.program, &["install"]), PATIENCE).expect_code(0);
        for (display, by) in [(true, "xdg-open"), (false, "gio")] {
            let found = links(&desk, display, None);
            let expected = ["tel", "callto", "sip"].map(|scheme| {
                let text = format!("{scheme}: links are dialled here; one came by {by}");
                ("ok".to_owned(), text)
            });
            assert_eq!(found, expected, "{folder}");
        }
        let asked = desk.server.requests();
        let asked: Vec<_> = asked.iter().map(|request| &request.method).collect();
        assert!(asked.iter().all(|method| *method == "GET"), "{asked:?}");
        assert!(!desk.agent.home.path().join("state/link-check").exists());
        let history = desk.command(&desk.program, &["history"]);
        let said = run(&mut { history }, PATIENCE).expect_code(0);
        assert_eq!(said.stdout, "", "nothing dialled, nothing refused");
    }
}

#[test]
fn another_program_is_named_and_gets_nothing() {
    if installed("xdg-open").is_none() {
        return;
    }
    let desk = Desk::new(FOLDERS[0]);
    let home = desk.agent.home.path();
    let called = home.join("called");
    let entries = home.join("data/applications");
    fs::create_dir_all(&entries).unwrap();
    fs::write(
        entries.join("calls.desktop"),
        format!(
            "[Desktop Entry]\nType=Application\nName=Calls\nExec=touch {} %u\n\
             MimeType=x-scheme-handler/tel;\n",
            called.display()
        ),
    )
    .unwrap();
    let list = "[Default Applications]\nx-scheme-handler/tel=calls.desktop\n";
    fs::write(home.join("config/mimeapps.list"), list).unwrap();
    let _ = run(&mut desk.command(&desk.program, &["install"]), PATIENCE).expect_code(0);
    let found = links(&desk, true, None);
    assert!(
        found.contains(&("note".into(), "tel: links go to calls.desktop".into())),
        "{found:?}"
    );
    assert!(
        found
            .iter()
            .any(|(state, text)| state == "ok" && text.starts_with("sip:")),
        "{found:?}"
    );
    assert!(!called.exists());
}

#[test]
fn a_link_that_is_lost_is_told_with_the_reason_in_bounded_time() {
    if installed("xdg-open").is_none() {
        return;
    }
    let desk = Desk::new(FOLDERS[0]);
    let home = desk.agent.home.path();
    let _ = run(&mut desk.command(&desk.program, &["install"]), PATIENCE).expect_code(0);
    // It says that it did, and did nothing.
    let entry = home.join("data/applications/miniclient.desktop");
    let text = fs::read_to_string(&entry).unwrap();
    let program = desk.program.display().to_string();
    fs::write(&entry, text.replace(&program, "/bin/true")).unwrap();
    let found = links(&desk, true, None);
    assert_eq!(found.len(), 3, "{found:?}");
    for (state, text) in found {
        assert_eq!(state, "fail", "{text}");
        assert!(
            text.contains("did not come: nothing came within 15 s"),
            "{text}"
        );
    }
    // What hands over cannot.
    let broken = desk.agent.home.write("xdg-open", "#!/bin/sh\nexit 3\n");
    fs::set_permissions(&broken, fs::Permissions::from_mode(0o755)).unwrap();
    let found = links(&desk, true, Some(home));
    assert!(
        found[0].1.contains("xdg-open: it ended with code 3"),
        "{found:?}"
    );
    // Nothing hands over.
    let mut command = desk.command(&desk.program, &["doctor"]);
    command
        .env("PATH", home.join("state"))
        .env_remove("DISPLAY");
    let said = run(&mut command, PATIENCE).stdout;
    assert!(
        said.contains("not tried: there is no desktop in this session"),
        "{said}"
    );
}
