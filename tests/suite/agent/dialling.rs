//! `--dial`, `dial` and `--dial-uri`, with a program that dials.

use super::{Desk, PATIENCE, json};
use serde_json::json as value;

/// A workstation whose CRM program also dials.
fn desk(top: &str, more: &str) -> Desk {
    let desk = Desk::new();
    let dial = format!(
        "[dial]\nexec = '{}'\nparameters = '/dial $DialNumber'\n{more}",
        desk.program.display()
    );
    let numbers =
        "[numbers]\ncountry_code = \"49\"\ntrunk_prefix = \"0\"\ninternational_prefix = \"00\"\n";
    desk.config(top, &format!("{dial}{numbers}"));
    desk
}

const KNOWN: &str = "UsersUID = \"agent.17\"";

#[test]
fn a_number_is_dialled_once_and_printed() {
    let desk = desk(KNOWN, "");
    let _agent = desk.agent();
    let said = desk.say(&["--dial", "+49 (0)199 123-456"]).expect_code(0);
    assert!(said.stdout.contains("+49199123456"), "{said:?}");
    assert_eq!(desk.crm.only().args, ["/dial", "+49199123456"]);
    let said = desk.say(&["dial", "0199 7", "--json"]).expect_code(0);
    let answer = json(&said.stdout);
    assert_eq!(
        (&answer["number"], &answer["outcome"]),
        (&value!("01997"), &value!("ok"))
    );
    let entry = desk.history().pop().unwrap();
    assert_eq!(
        (&entry["kind"], &entry["from"], &entry["outcome"]),
        (&value!("dial"), &value!("command"), &value!("ok"))
    );
    assert_eq!(entry["id"], answer["id"]);
}

#[test]
fn links_dial_and_do_nothing_else() {
    let desk = desk(KNOWN, "");
    let _agent = desk.agent();
    for (uri, number) in [
        ("tel:+49-199-123", "+49199123"),
        ("callto:0199123", "0199123"),
        ("tel:+49%20199%20124", "+49199124"),
        ("TEL:+1(201)555.0123;ext=9", "+12015550123"),
    ] {
        let before = desk.crm.dumps().len();
        desk.must(&["--dial-uri", uri], 0);
        assert_eq!(
            desk.crm.wait_for(before + 1, PATIENCE).pop().unwrap().args,
            ["/dial", number],
            "{uri}"
        );
    }
    let before = desk.crm.dumps().len();
    for uri in [
        "http://evil.example/",
        "tel:+49199 --config x",
        "tel:\" stop",
        "tel:",
        "--stop",
        "tel:+49%2520199",
        "stop",
    ] {
        let said = desk.say(&["--dial-uri", uri]).expect_code(2);
        assert_eq!(said.stderr.lines().count(), 1, "{said:?}");
    }
    let said = desk.say(&["--dial-uri", "tel:*21*4711#"]).expect_code(12);
    assert!(said.stderr.contains("allow_codes"), "{said:?}");
    assert_eq!(desk.crm.dumps().len(), before, "none of these dialled");
    desk.must(&["--dial", "*21*4711#"], 0);
}

#[test]
fn what_is_left_out_of_a_number_is_told() {
    let desk = desk(KNOWN, "");
    let _agent = desk.agent();
    for (arguments, told) in [
        (
            ["--dial-uri", "tel:+49301234567;ext=12"],
            "+49301234567 without the extension 12",
        ),
        (
            ["--dial", "030 1234567,,12#"],
            "0301234567 without 12# after it",
        ),
    ] {
        let said = desk.say(&arguments).expect_code(0);
        assert!(said.stdout.contains(told), "{said:?}");
    }
}

#[test]
fn a_number_goes_out_as_the_dial_plan_says_and_no_spelling_gets_around_deny() {
    let plan =
        "format = \"national\"\noutside_line = \"0\"\ninternal = [\"2??\"]\ndeny = [\"0900 *\"]\n";
    let desk = desk(KNOWN, plan);
    let _agent = desk.agent();
    for (given, outgoing) in [
        ("+49 (0)30 1234567", "00301234567"),
        ("110", "110"),
        ("234", "234"),
    ] {
        let before = desk.crm.dumps().len();
        desk.must(&["--dial", given], 0);
        let dump = desk.crm.wait_for(before + 1, PATIENCE).pop().unwrap();
        assert_eq!(dump.args, ["/dial", outgoing], "{given}");
    }
    let before = desk.crm.dumps().len();
    for uri in [
        "tel:+49(0)900123456",
        "tel:00490900123456",
        "tel:0049900123456",
        "tel:0900%20123456",
    ] {
        let said = desk.say(&["--dial-uri", uri]).expect_code(12);
        assert!(said.stderr.contains("deny"), "{said:?}");
    }
    assert_eq!(desk.crm.dumps().len(), before, "none of these dialled");
}

#[test]
fn codes_in_links_are_dialled_where_that_is_allowed() {
    let desk = desk(KNOWN, "allow_codes = true\n");
    let _agent = desk.agent();
    desk.must(&["--dial-uri", "tel:*21#"], 0);
    assert_eq!(desk.crm.only().args, ["/dial", "*21#"]);
}

#[test]
fn what_is_no_number_is_a_misuse_whether_anyone_runs_or_not() {
    let desk = desk(KNOWN, "");
    for _ in 0..2 {
        for number in [
            "12;rm -rf",
            "",
            "  ",
            &"1".repeat(100),
            "$(id)",
            "12|13",
            "../x",
            "-h",
        ] {
            let said = desk.say(&["--dial", number]).expect_code(2);
            assert_eq!(
                (said.stdout.as_str(), said.stderr.lines().count()),
                ("", 1),
                "{said:?}"
            );
        }
        let _agent = desk.agent();
        assert_eq!(desk.crm.dumps().len(), 0);
    }
}

#[test]
fn f67_denied_numbers_are_refused_however_they_are_written() {
    let desk = desk(KNOWN, "deny = [\"0900*\"]\n");
    let _agent = desk.agent();
    for number in [
        "0900 123456",
        "+49900123456",
        "0049 900 123456",
        "+49 (0)900 123456",
    ] {
        let said = desk.say(&["--dial", number]).expect_code(12);
        assert!(said.stderr.contains("deny"), "{said:?}");
    }
    assert_eq!(desk.crm.dumps().len(), 0);
    let history = desk.history();
    assert_eq!(history.len(), 4);
    assert!(
        history.iter().all(|entry| entry["outcome"] == "refused"),
        "{history:?}"
    );
}

#[test]
fn nothing_is_dialled_while_no_user_is_known() {
    let desk = desk("", "");
    let _agent = desk.agent();
    let said = desk.say(&["--dial", "0199123"]).expect_code(12);
    assert!(said.stderr.contains("no ACD user"), "{said:?}");
    assert_eq!(desk.crm.dumps().len(), 0);
}

#[test]
fn without_a_way_to_dial_it_is_said() {
    let desk = Desk::new();
    desk.config(KNOWN, "");
    let _agent = desk.agent();
    let said = desk.say(&["--dial", "0199123"]).expect_code(12);
    assert!(said.stderr.contains("[dial]"), "{said:?}");
}

#[test]
fn a_program_that_fails_did_not_dial() {
    let desk = Desk::with_program(&[("exit", "3")]);
    desk.config(
        KNOWN,
        &format!(
            "[dial]\nexec = '{}'\nparameters = '$DialNumber'\n",
            desk.program.display()
        ),
    );
    let _agent = desk.agent();
    let said = desk.say(&["--dial", "0199123"]).expect_code(1);
    assert!(said.stderr.contains("was not dialled"), "{said:?}");
    assert_eq!(desk.history()[0]["outcome"], "failed");
}
