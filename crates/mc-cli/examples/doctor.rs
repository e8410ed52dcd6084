//! What a `doctor` command prints, as text and as JSON: `cargo run -p mc-cli --example doctor`.

use mc_cli::{Findings, Folders, Output};

fn main() {
    let output = Output::new("doctor");
    let folders = Folders::of_this_process();
    let mut findings = Findings::new();
    findings.ok("program", "doctor 1.0");
    match folders.user_file("doctor.toml") {
        Some(file) if file.is_file() => findings.ok("config", file.display()),
        Some(file) => findings.note(
            "config",
            format_args!("{} is not there", file.display()),
            Some("write one"),
        ),
        None => findings.fail("config", "this user has no folder for settings", None),
    }
    findings.setting("times", "default");
    output.text(&findings.to_string());
    output.json(&findings);
}
