//! The configuration read again while the agent runs.

use super::Desk;
#[cfg(unix)]
use super::PATIENCE;
#[cfg(unix)]
use testkit::{run, wait_until};

/// A configuration with one hook of this name.
fn named(desk: &Desk, hook: &str) {
    desk.config(
        "",
        &format!(
            "[[hook]]\nname = \"{hook}\"\nexec = '{}'\nparameters = '{hook}'\n",
            desk.program.display()
        ),
    );
}

fn hooks(desk: &Desk) -> String {
    desk.status()["hooks"].to_string()
}

#[test]
fn reload_takes_a_good_configuration_over_and_tells_what_is_wrong_with_a_bad_one() {
    let desk = Desk::new();
    desk.must(&["reload"], 10);
    named(&desk, "first");
    let _agent = desk.agent();
    assert!(hooks(&desk).contains("first"));

    named(&desk, "second");
    let said = desk.say(&["reload"]).expect_code(0);
    assert!(said.stdout.contains("second"), "{said:?}");
    assert!(hooks(&desk).contains("second") && !hooks(&desk).contains("first"));

    desk.config("Nonsense = True", "");
    let said = desk.say(&["reload"]).expect_code(3);
    for word in ["miniclient.toml:1", "the one before stays in force"] {
        assert!(said.stderr.contains(word), "{said:?}");
    }
    let status = desk.status();
    assert!(hooks(&desk).contains("second"), "{status}");
    let refused = status["config_refused"]["error"].as_str().unwrap();
    assert!(refused.contains("miniclient.toml:1"), "{refused}");
    let said = desk.say(&["status"]).expect_code(0);
    assert!(said.stdout.contains("refused "), "{said:?}");
    // What is refused is found by who looks for it, too.
    let said = desk.say(&["doctor"]);
    assert!(said.stdout.contains("was not taken over"), "{said:?}");

    named(&desk, "third");
    desk.must(&["reload"], 0);
    assert!(hooks(&desk).contains("third"));
    assert!(desk.status().get("config_refused").is_none());
    desk.must(&["ring", "--a-number", "49199", "--wait"], 0);
    desk.must(&["stop"], 0);
}

#[test]
#[cfg(unix)]
fn a_hang_up_has_the_configuration_read_again() {
    let desk = Desk::new();
    named(&desk, "first");
    let agent = desk.agent();
    named(&desk, "second");
    let mut kill = std::process::Command::new("kill");
    let _ = run(kill.arg("-HUP").arg(agent.id().to_string()), PATIENCE).expect_code(0);
    wait_until(PATIENCE, "the new configuration", || {
        hooks(&desk).contains("second")
    });
    desk.must(&["stop"], 0);
}
