//! The tour is the first thing people run: it must work, say so, and leave nothing behind.

use std::time::Duration;
use testkit::{Home, Watchdog, run};

#[test]
fn the_whole_mission_happens() {
    // What the tour would build by itself, without the clock running.
    for program in ["miniclient", "mc-start", "jtel-sandbox", "tour"] {
        testkit::program(program);
    }
    let _dog = Watchdog::start("the tour", Duration::from_mins(3));
    let home = Home::new();
    let temporary = home.path().join("temporary");
    std::fs::create_dir(&temporary).unwrap();
    let mut command = home.command("tour");
    command
        .env("TMPDIR", &temporary)
        .env("TMP", &temporary)
        .env("TEMP", &temporary);
    let told = run(&mut command, Duration::from_mins(2)).expect_code(0);
    for step in [
        "mc-start starts miniclient",
        "A call from 49199123456789",
        "GET /customer?id=4711",
        "/group:Sales EU",
        "--dial +498912345678",
        "NickName",
        "takes its registration back",
    ] {
        assert!(
            told.stdout.contains(step),
            "no {step:?} in:\n{}",
            told.stdout
        );
    }
    let left: Vec<_> = std::fs::read_dir(&temporary)
        .unwrap()
        .map(|e| e.unwrap().path())
        .collect();
    assert!(left.is_empty(), "left behind: {left:?}");
}
