//! A call comes in, its caller is looked up in a CRM, and the page of who was found is opened; or another page.

use std::time::Duration;

use serde_json::{Value, json};
use testkit::{Answer, ArgDump, Finished, Home, Recorded, Recorder, Running, run};

/// For everything that must happen, but need not happen fast: a loaded machine with two slow cores.
const PATIENCE: Duration = Duration::from_mins(1);

/// A workstation whose browser tells what it was given, and a small CRM.
struct Desk {
    home: Home,
    browser: ArgDump,
    crm: Recorder,
}

/// Who is known to the CRM.
const CONTACTS: [(&str, &str); 2] = [("+49199123456789", "003/..é"), ("+4930123456", "0017")];

/// Answers as a CRM does: only to who has the key, and with those whose number it is.
fn crm(request: &Recorded) -> Answer {
    if request.header("Authorization") != Some("Bearer key-of-the-crm") {
        return Answer::html(401, "<h1>Please log in</h1>");
    }
    let Some(number) = request.target.strip_prefix("/api/contacts?phone=%2B") else {
        return Answer::html(200, "<h1>Welcome</h1>");
    };
    let found = CONTACTS.iter().filter(|(known, _)| known[1..] == *number);
    let records: Vec<_> = found.map(|(_, id)| json!({ "Id": id })).collect();
    Answer::json(200, &json!({"size": records.len(), "records": records}))
}

impl Desk {
    fn new() -> Self {
        let (home, browser, crm) = (Home::new(), ArgDump::new(), Recorder::start_with(crm));
        browser.install(&home.path().join("browser"), &[]);
        let desk = Self { home, browser, crm };
        desk.config("/api/contacts?phone=${ANumber:plus}");
        desk
    }

    fn config(&self, target: &str) {
        let url = self.crm.url(target);
        self.home.config(&format!(
            r#"
[numbers]
region = 'DE'

[[hook]]
name = 'find'
when = {{ ANumber = 'is:number' }}
rest = 'curl -sS -f -H "Authorization: Bearer key-of-the-crm" "{url}"'
answer = {{ ContactID = '/records/0/Id', Hits = '/size' }}

[[hook]]
name = 'show'
after = 'find'
when = {{ ContactID = '!' }}
open = 'https://crm.example/contact/$ContactID'

[[hook]]
name = 'nobody'
after = 'find'
when = {{ Hits = '0' }}
open = 'https://crm.example/new?phone=${{ANumber:plus:url}}'

[[hook]]
name = 'no answer'
after_failed = 'find'
open = 'https://crm.example/'
"#
        ));
    }

    fn say(&self, arguments: &[&str]) -> Finished {
        let browser = self.home.path().join("browser");
        let browser = browser.with_extension(std::env::consts::EXE_EXTENSION);
        let mut command = self.home.command("miniclient");
        run(command.env("BROWSER", browser).args(arguments), PATIENCE)
    }

    fn opened(&self) -> Vec<String> {
        let dumps = self.browser.dumps().into_iter();
        dumps.flat_map(|dump| dump.args).collect()
    }
}

#[test]
fn the_page_of_the_caller_is_opened_and_another_when_nobody_is_known() {
    for (number, page) in [
        (
            "49199123456789",
            "https://crm.example/contact/003%2F..%C3%A9",
        ),
        ("4930123456", "https://crm.example/contact/0017"),
        ("4930999999", "https://crm.example/new?phone=%2B4930999999"),
    ] {
        let desk = Desk::new();
        let fired = desk
            .say(&["fire", "--a-number", number, "--json"])
            .expect_code(0);
        assert_eq!(desk.opened(), [page], "{}", fired.stdout);
        let reports: Vec<Value> = serde_json::from_str(&fired.stdout).unwrap();
        let find = &reports[0];
        assert_eq!(find["answer"]["Hits"], true);
        assert_eq!(find["answer"]["ContactID"], page.contains("contact"));
        assert_eq!(reports.len(), 4, "each step is reported");
        assert!(!fired.stdout.contains("key-of-the-crm"), "{}", fired.stdout);
    }
    let desk = Desk::new();
    let said = desk
        .say(&["fire", "--a-number", "anonymous"])
        .expect_code(0);
    assert!(desk.opened().is_empty(), "{}", said.stdout);
}

#[test]
fn a_crm_that_does_not_answer_as_it_should_leads_elsewhere_and_says_why() {
    let desk = Desk::new();
    desk.config("/login?$ANumber");
    let fired = desk
        .say(&["fire", "--a-number", "4930123456"])
        .expect_code(1);
    assert_eq!(desk.opened(), ["https://crm.example/"]);
    let reason =
        "the answer is not JSON (text/html; charset=utf-8), so there is no `/records/0/Id` in it";
    assert!(fired.stderr.contains(reason), "{}", fired.stderr);
    assert!(
        fired
            .stdout
            .contains("show: skipped, 0 ms: its turn did not come: `find` was failed"),
        "{}",
        fired.stdout
    );
}

#[test]
fn a_dry_run_shows_the_chain_and_does_nothing() {
    let desk = Desk::new();
    let dry = ["fire", "--a-number", "4930123456", "--dry-run"];
    let said = desk.say(&dry).expect_code(0).stdout;
    let shown = said.replace(&desk.crm.url(""), "CRM");
    let lines: Vec<&str> = shown.lines().filter(|line| !line.is_empty()).collect();
    assert_eq!(
        lines
            .iter()
            .filter(|line| !line.starts_with("  "))
            .collect::<Vec<_>>(),
        [
            &"find (rest)",
            &"show (open), after find, if ContactID matches \"!\"",
            &"nobody (open), after find, if Hits matches \"0\"",
            &"no answer (open), when find was not ok",
        ]
    );
    assert!(
        lines.contains(&"  open  https://crm.example/contact/ContactID"),
        "{said}"
    );
    let given = desk
        .say(&[&dry[..], &["--set", "ContactID=a b"]].concat())
        .expect_code(0);
    assert!(
        given.stdout.contains("https://crm.example/contact/a%20b"),
        "{}",
        given.stdout
    );
    let one = desk
        .say(&[&dry[..], &["--hook", "show", "--json"]].concat())
        .expect_code(0);
    let plans: Vec<Value> = serde_json::from_str(&one.stdout).unwrap();
    let hooks: Vec<_> = plans.iter().map(|plan| &plan["hook"]).collect();
    assert_eq!(hooks, ["find", "show"], "what it needs comes along");
    assert_eq!(plans[1]["after"], "find");
    assert!(desk.opened().is_empty());
    assert!(desk.crm.requests().is_empty());
}

#[test]
fn the_agent_runs_the_chain_and_its_journal_has_each_step() {
    let desk = Desk::new();
    let browser = desk.home.path().join("browser");
    let browser = browser.with_extension(std::env::consts::EXE_EXTENSION);
    let mut agent = Running::start(desk.home.command("miniclient").env("BROWSER", browser));
    agent.wait_said("a word that it runs", PATIENCE, |said| {
        said.contains("miniclient: running").then_some(())
    });
    let rung = desk
        .say(&["ring", "--a-number", "49199123456789", "--wait"])
        .expect_code(0);
    assert!(rung.stdout.contains("find: ok"), "{}", rung.stdout);
    assert!(rung.stdout.contains("ContactID, Hits"), "{}", rung.stdout);
    assert_eq!(
        desk.opened(),
        ["https://crm.example/contact/003%2F..%C3%A9"]
    );
    let history = desk.say(&["history", "--json"]).expect_code(0).stdout;
    let entry: Value = serde_json::from_str(history.lines().next().unwrap()).unwrap();
    let steps = entry["hooks"].as_array().unwrap().iter();
    let steps: Vec<_> = steps
        .map(|run| {
            (
                run["hook"].as_str().unwrap(),
                run["outcome"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        steps,
        [
            ("find", "ok"),
            ("show", "ok"),
            ("nobody", "skipped"),
            ("no answer", "skipped")
        ]
    );
    assert_eq!(
        entry["hooks"][0]["answer"],
        json!({"ContactID": true, "Hits": true})
    );
}
