//! The tour is the first thing people run: it must work, say so, and leave nothing behind.

use std::time::Duration;
use testkit::{Home, Watchdog, run};

const SOON: Duration = Duration::from_mins(1);

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
        #[cfg(unix)]
        if testkit::Mosquitto::is_installed() {
            "The same call through a message broker (Mosquitto, TLS)"
        } else {
            "mosquitto is not installed"
        },
        "/group:Sales EU",
        "event=answered&from=49199123456789",
        "event=ended&from=49199123456789",
        "event=missed&from=498912345670",
        "missed 498912345670",
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

#[test]
fn without_a_broker_the_tour_says_so_and_goes_on() {
    for program in ["miniclient", "mc-start", "jtel-sandbox", "tour"] {
        testkit::program(program);
    }
    let home = Home::new();
    let mut command = home.command("tour");
    command
        .env("MINICLIENT_TEST_MOSQUITTO", home.path().join("none"))
        .env_remove("CI");
    let told = run(&mut command, Duration::from_mins(2)).expect_code(0);
    for step in [
        "A call through a message broker is left out: mosquitto is not installed",
        "takes its registration back",
    ] {
        assert!(
            told.stdout.contains(step),
            "no {step:?} in:\n{}",
            told.stdout
        );
    }
}

#[test]
fn a_step_that_does_not_happen_ends_it_loudly() {
    let home = Home::new();
    let folder = home.path().join("programs");
    std::fs::create_dir(&folder).unwrap();
    let place = |program: &str, name: &str| {
        let target = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
        testkit::place_program(&testkit::program(program), &target).unwrap();
        target
    };
    let tour = place("tour", "tour");
    let alone = run(&mut home.command_at(&tour), SOON).expect_code(1);
    assert!(alone.stderr.contains("miniclient"), "{}", alone.stderr);
    assert!(
        alone.stderr.contains("build it with `cargo build"),
        "{}",
        alone.stderr
    );

    place("miniclient", "miniclient");
    place("jtel-sandbox", "jtel-sandbox");
    // Another program under the launcher's name: it ends with 125 and does nothing.
    place("argdump", "mc-start");
    let told = run(&mut home.command_at(&tour), SOON).expect_code(1);
    assert!(
        told.stderr.contains("Step 1 did not happen"),
        "{}",
        told.stderr
    );
    assert!(told.stderr.contains("ended with 125"), "{}", told.stderr);
}
