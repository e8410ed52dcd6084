//! `dial --last` and `dial --caller`: numbers that the journal knows.

use super::Desk;

fn desk(more: &str) -> Desk {
    let desk = Desk::new();
    let program = desk.program.display().to_string();
    desk.config(
        "UsersUID = \"agent.17\"",
        &format!(
            "[dial]\nexec = '{program}'\nparameters = '/dial $DialNumber'\ndeny = [\"0900*\"]\n\
             [numbers]\nregion = \"DE\"\n{more}"
        ),
    );
    desk
}

#[test]
fn the_last_number_is_dialled_again_and_the_last_caller_called() {
    let desk = desk("");
    let _agent = desk.agent();
    for arguments in [["dial", "--last"], ["dial", "--caller"]] {
        let said = desk.say(&arguments).expect_code(12);
        assert!(said.stderr.contains("no such number yet"), "{said:?}");
    }
    desk.must(&["dial", "030 1234567"], 0);
    // What was refused was not dialled.
    desk.must(&["dial", "0900 1"], 12);
    let said = desk.say(&["dial", "--last", "--json"]).expect_code(0);
    assert!(
        said.stdout.contains("\"number\":\"0301234567\""),
        "{said:?}"
    );

    // Callers come with their country's code and without a plus.
    desk.must(&["ring", "--a-number", "49199123456", "--wait"], 0);
    let said = desk.say(&["dial", "--caller"]).expect_code(0);
    assert!(said.stdout.contains("+49199123456"), "{said:?}");
    // Who calls cannot have codes dialled, and nothing is made of who withheld the number.
    for (caller, why) in [
        ("*21*4711#", "allow_codes"),
        ("anonymous", "withheld"),
        ("", "withheld"),
        ("49900123456", "deny"),
    ] {
        desk.must(&["ring", "--a-number", caller, "--wait"], 0);
        let said = desk.say(&["dial", "--caller"]).expect_code(12);
        assert!(said.stderr.contains(why), "{caller}: {said:?}");
    }
    let said = desk.say(&["dial", "--last"]).expect_code(0);
    assert!(said.stdout.contains("+49199123456"), "{said:?}");
}

#[test]
fn a_journal_without_whole_numbers_has_none_to_dial() {
    for keep in ["masked", "none"] {
        let desk = desk(&format!("[journal]\nkeep = \"{keep}\"\n"));
        let _agent = desk.agent();
        desk.must(&["dial", "0301234567"], 0);
        let said = desk.say(&["dial", "--last"]).expect_code(12);
        assert!(said.stderr.contains("[journal]"), "{said:?}");
        assert_eq!(desk.crm.dumps().len(), 1);
    }
}

#[test]
fn one_number_is_asked_for() {
    let desk = desk("");
    for arguments in [
        &["dial"][..],
        &["dial", "--last", "--caller"],
        &["dial", "--last", "0301"],
        &["dial", "--clipboard", "0301"],
    ] {
        desk.must(arguments, 2);
    }
    desk.must(&["dial", "--last"], 10);
}
