//! What is not dialled stands in the journal; a link that is clicked while no agent runs starts one.

use super::{Desk, PATIENCE};
use serde_json::json as value;

const DIAL: &str =
    "parameters = '/dial $DialNumber'\ndeny = [\"0900*\"]\n[numbers]\nregion = \"DE\"\n";

fn desk(more: &str) -> Desk {
    let desk = Desk::new();
    let program = desk.program.display().to_string();
    desk.config(
        "UsersUID = \"agent.17\"",
        &format!("[dial]\nexec = '{program}'\n{DIAL}{more}"),
    );
    desk
}

#[test]
fn a_link_that_is_not_dialled_stands_in_the_journal() {
    let desk = desk("");
    let _agent = desk.agent();
    desk.must(&["--dial-uri", "tel:0301234567;rm -rf\u{1b}[2J"], 2);
    desk.must(&["--dial-uri", "tel:+49(0)900123456"], 12);
    let history = desk.history();
    assert_eq!(history.len(), 2, "{history:?}");
    for (entry, number) in history
        .iter()
        .zip(["tel:0301234567;rm -rf [2J", "+49900123456"])
    {
        assert_eq!(
            (
                &entry["kind"],
                &entry["from"],
                &entry["number"],
                &entry["outcome"]
            ),
            (
                &value!("dial"),
                &value!("link"),
                &value!(number),
                &value!("refused")
            )
        );
        assert!(!entry["text"].as_str().unwrap().is_empty(), "{entry}");
    }
    let shown = desk.say(&["history"]).expect_code(0).stdout;
    assert!(
        shown.contains("dial +49900123456  refused: +49900123456 is not to be dialled"),
        "{shown}"
    );
    // And goes like every other entry.
    let erased = desk
        .say(&["history", "--erase", "0900 123456"])
        .expect_code(0);
    assert!(erased.stdout.contains("erased 1"), "{erased:?}");
}

#[test]
fn what_the_journal_does_not_keep_it_does_not_keep_of_refusals() {
    for (keep, number) in [("masked", Some("+4990012****")), ("none", None)] {
        let desk = desk(&format!("[journal]\nkeep = \"{keep}\"\n"));
        let _agent = desk.agent();
        desk.must(&["--dial-uri", "tel:+49900123456"], 12);
        let history = desk.history();
        let kept = history.first().map(|entry| entry["number"].clone());
        assert_eq!(kept, number.map(|number| value!(number)), "{keep}");
    }
}

#[test]
fn a_link_starts_the_agent_that_does_not_run() {
    let desk = desk("");
    desk.must(&["--dial", "0301234567"], 10);
    let said = desk
        .say(&["--dial-uri", "tel:+49%2030%201234567"])
        .expect_code(0);
    assert!(said.stdout.contains("+49301234567"), "{said:?}");
    assert_eq!(desk.crm.only().args, ["/dial", "+49301234567"]);
    // It stays, for the next one.
    desk.must(&["--dial-uri", "tel:+49301234568"], 0);
    assert_eq!(desk.crm.wait_for(2, PATIENCE).len(), 2);
    desk.must(&["stop"], 0);
}

#[test]
fn an_agent_that_cannot_be_started_is_told() {
    let desk = Desk::new();
    desk.home.config("colour = \"blue\"\n");
    let said = desk.say(&["--dial-uri", "tel:+49301234567"]).expect_code(3);
    assert!(
        said.stderr.contains("colour") && said.stderr.contains("miniclient check"),
        "{said:?}"
    );
    let entry = desk.history().pop().unwrap();
    // Nothing says whether numbers may be kept.
    assert_eq!(
        (&entry["number"], &entry["outcome"]),
        (&value!(""), &value!("refused"))
    );
    // It has a good configuration, and cannot run: a file is where a folder has to be.
    let desk = Desk::new();
    desk.config("UsersUID = \"agent.17\"", "");
    std::fs::write(desk.home.path().join("state").join("journal"), "").unwrap();
    let said = desk
        .say(&["--dial-uri", "tel:+49301234567"])
        .expect_code(10);
    assert!(said.stderr.contains("ended with code 1"), "{said:?}");
}
