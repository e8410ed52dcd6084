//! What becomes of programs when the agent is stopped.

use super::{Desk, PATIENCE, json};
use serde_json::json as value;
use tempfile::TempDir;
use testkit::{process_alive, wait_until};

/// A workstation whose CRM program lives, with a child, until the file `enough` is there.
struct Family {
    desk: Desk,
    folder: TempDir,
}

impl Family {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let enough = folder.path().join("enough").display().to_string();
        let desk = Desk::with_program(&[("until", &enough), ("grandchild", &enough)]);
        Self { desk, folder }
    }

    /// Waits for the end of all, after they were told so.
    fn end(&self, family: [u32; 2]) {
        std::fs::write(self.folder.path().join("enough"), "").unwrap();
        gone(family);
    }
}

fn gone(family: [u32; 2]) {
    wait_until(PATIENCE, "the end of the tree", || {
        !family.into_iter().any(process_alive)
    });
}

#[test]
fn f64_a_stop_ends_programs_with_a_timeout_leaves_the_others_and_reports_no_failure() {
    for (timeout, outcome) in [("timeout = '60s'\n", "cancelled"), ("", "running")] {
        let stage = Family::new();
        let desk = &stage.desk;
        desk.config("", &format!("[vendor]\n{timeout}"));
        let agent = desk.agent();
        desk.must(&["ring", "--a-number", "49199"], 0);
        let started = desk.crm.wait_for(1, PATIENCE).swap_remove(0);
        let family = [started.pid, started.grandchild.unwrap()];
        assert!(family.into_iter().all(process_alive));
        desk.must(&["stop"], 0);
        drop(agent);
        if timeout.is_empty() {
            assert!(family.into_iter().all(process_alive), "left alone");
        } else {
            gone(family);
        }
        let call = desk.history().pop().unwrap();
        assert_eq!(call["hooks"][0]["outcome"], outcome, "{call}");
        stage.end(family);
    }
}

#[test]
fn f65_a_program_that_dials_lives_as_long_as_it_likes_unless_it_has_a_timeout() {
    for (timeout, lives) in [("timeout = '1s'\n", false), ("", true)] {
        let stage = Family::new();
        let desk = &stage.desk;
        desk.config(
            "UsersUID = \"agent.17\"",
            &format!(
                "[dial]\nexec = '{}'\nparameters = '/dial $DialNumber'\n{timeout}",
                desk.program.display()
            ),
        );
        let _agent = desk.agent();
        // Without a timeout it is watched for a while, and then left alone: it dials.
        let said = desk.say(&["dial", "0199123", "--json"]);
        let outcome = json(&said.stdout)["outcome"].clone();
        let started = desk.crm.only();
        let family = [started.pid, started.grandchild.unwrap()];
        if lives {
            assert_eq!(outcome, value!("ok"), "{said:?}");
            desk.must(&["stop"], 0);
            assert!(
                family.into_iter().all(process_alive),
                "the softphone is the call"
            );
        } else {
            assert_eq!(outcome, value!("unknown"), "{said:?}");
            gone(family);
        }
        stage.end(family);
    }
}
