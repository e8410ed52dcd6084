//! What a program was built without it says, by name; the same test with and without the features.
//!
//! `cargo test -p miniclient --no-default-features --test left_out`

#![allow(clippy::unwrap_used, reason = "a test may fail")]

use std::path::Path;
use std::time::Duration;

use testkit::{Finished, Home, run};

const SUBSCRIBE: &str =
    "UsersUID = \"agent.17\"\n[subscribe]\nbroker = \"mqtts://broker.example\"\n";

fn say(home: &Home, arguments: &[&str]) -> Finished {
    let program = Path::new(env!("CARGO_BIN_EXE_miniclient"));
    let mut command = home.command_at(program);
    run(command.args(arguments), Duration::from_mins(1))
}

#[test]
fn calls_through_a_broker_are_refused_without_it() {
    let home = Home::new();
    home.config(SUBSCRIBE);
    if cfg!(feature = "broker") {
        let _ = say(&home, &["check"]).expect_code(0);
        return;
    }
    let said = say(&home, &["check"]).expect_code(3).stderr;
    assert!(said.contains("miniclient.toml:2"), "{said}");
    assert!(said.contains("built without the broker"), "{said}");
    assert!(said.contains("take [subscribe] out"), "{said}");
    // The agent does not start half-configured.
    let _ = say(&home, &[]).expect_code(3);
    let german = say(&home, &["--lang", "de", "check"]).expect_code(3).stderr;
    assert!(german.contains("ohne den Broker gebaut"), "{german}");
}

#[test]
fn the_page_is_refused_without_it() {
    let home = Home::new();
    let said = say(&home, &["open"]);
    if cfg!(feature = "page") {
        let _ = said.expect_code(10);
        return;
    }
    let said = said.expect_code(12).stderr;
    assert!(said.contains("built without its page"), "{said}");
    assert!(said.contains("miniclient history"), "{said}");
}

#[test]
fn doctor_names_what_is_left_out_and_nothing_else() {
    let home = Home::new();
    home.config("UsersUID = \"agent.17\"\n");
    let said = say(&home, &["doctor"]).stdout;
    for (name, built_in) in [
        ("broker", cfg!(feature = "broker")),
        ("page", cfg!(feature = "page")),
    ] {
        let told = said.contains(&format!("built without `{name}`"));
        assert_eq!(told, !built_in, "{said}");
    }
}
