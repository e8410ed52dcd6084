//! The recipes, each sent to a server that looks at the request as the system's documentation has it.

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use testkit::{Answer, ArgDump, Finished, Home, Recorded, Recorder, run};

/// For everything that must happen, but need not happen fast: a loaded machine with two slow cores.
const PATIENCE: Duration = Duration::from_mins(1);

struct Desk {
    home: Home,
    browser: ArgDump,
    server: Recorder,
}

impl Desk {
    /// A workstation with this recipe, its hosts being one server, and its secrets `key`.
    fn new(recipe: &str, hosts: &[&str]) -> Self {
        let (home, browser, server) = (Home::new(), ArgDump::new(), Recorder::start());
        browser.install(&home.path().join("browser"), &[]);
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/recipes");
        let text = fs::read_to_string(folder.join(format!("{recipe}.toml"))).unwrap();
        let text = text.replace("{ store = true }", "{ env = 'RECIPE_KEY' }");
        let at_curl = |line: &str| {
            hosts.iter().fold(line.to_owned(), |line, host| {
                let there = server.url("");
                line.replace(&format!("https://{host}"), &there)
                    .replace(&format!("http://{host}"), &there)
            })
        };
        let lines = text.lines().map(|line| {
            if line.starts_with("open") {
                line.to_owned()
            } else {
                at_curl(line)
            }
        });
        home.config(&lines.collect::<Vec<_>>().join("\n"));
        Self {
            home,
            browser,
            server,
        }
    }

    fn say(&self, arguments: &[&str]) -> Finished {
        let browser = self.home.path().join("browser");
        let browser = browser.with_extension(std::env::consts::EXE_EXTENSION);
        let mut command = self.home.command("miniclient");
        command.env("BROWSER", browser).env("RECIPE_KEY", "key");
        run(command.args(arguments), PATIENCE)
    }

    /// What a call of this number opens, the server answering so.
    fn look_up(&self, number: &str, answer: &Value) -> (Recorded, Vec<String>) {
        self.server.always(Answer::json(200, answer));
        let _ = self.say(&["fire", "--a-number", number]).expect_code(0);
        let opened = self.browser.dumps().into_iter();
        (
            self.server.only(),
            opened.flat_map(|dump| dump.args).collect(),
        )
    }
}

#[test]
fn freshdesk_is_asked_for_the_contact() {
    let desk = Desk::new("freshdesk", &["DOMAIN.freshdesk.com"]);
    let (request, opened) = desk.look_up("4930123456", &json!([{"id": 43001, "name": "Anna"}]));
    assert_eq!(request.method, "GET");
    assert_eq!(request.target, "/api/v2/contacts?phone=%2B4930123456");
    // key:X
    assert_eq!(request.header("Authorization"), Some("Basic a2V5Olg="));
    assert_eq!(opened, ["https://domain.freshdesk.com/a/contacts/43001"]);
    let desk = Desk::new("freshdesk", &["DOMAIN.freshdesk.com"]);
    let (_, opened) = desk.look_up("4930123456", &json!([]));
    assert_eq!(opened, ["https://domain.freshdesk.com/a/contacts/new"]);
}

#[test]
fn bitrix24_is_asked_for_the_contact() {
    let known = json!({"result": {"CONTACT": [17, 18]}, "time": {}});
    for (answer, page) in [
        (
            known,
            ["https://portal.bitrix24.com/crm/contact/details/17/"].as_slice(),
        ),
        (json!({"result": []}), &[]),
    ] {
        let desk = Desk::new("bitrix24", &["PORTAL.bitrix24.com"]);
        let (request, opened) = desk.look_up("4930123456", &answer);
        assert_eq!(request.method, "POST");
        assert_eq!(request.target, "/rest/USER_ID/key/crm.duplicate.findbycomm");
        assert_eq!(request.header("Content-Type"), Some("application/json"));
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(
            body,
            json!({"entity_type": "CONTACT", "type": "PHONE", "values": ["+4930123456"]})
        );
        assert_eq!(opened, page);
    }
}

#[test]
fn hubspot_is_searched_by_the_number() {
    let desk = Desk::new("hubspot", &["api.hubapi.com"]);
    let answer = json!({"total": 1, "results": [{"id": "901", "properties": {}}]});
    let (request, opened) = desk.look_up("4930123456", &answer);
    assert_eq!(
        (request.method.as_str(), request.target.as_str()),
        ("POST", "/crm/v3/objects/contacts/search")
    );
    assert_eq!(request.header("Authorization"), Some("Bearer key"));
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    let groups = body["filterGroups"].as_array().unwrap();
    assert_eq!(groups.len(), 2);
    for group in groups {
        assert_eq!(group["filters"][0]["value"], "4930123456");
        assert_eq!(group["filters"][0]["operator"], "EQ");
    }
    assert_eq!(
        opened,
        ["https://app.hubspot.com/contacts/PORTAL_ID/record/0-1/901"]
    );
}

#[test]
fn a_missed_call_is_told() {
    let hosts = ["NTFY.EXAMPLE.COM", "api.telegram.org", "hooks.slack.com"];
    let desk = Desk::new("messages", &hosts);
    let missed = |number| {
        let call = ["--set", "Event=missed", "--a-number", number];
        desk.say(&[&["fire", "--service-name", "Shop \"A\""][..], &call].concat())
    };
    let _ = missed("anonymous").expect_code(0);
    assert!(desk.server.requests().is_empty(), "nobody to call back");
    let _ = missed("4930123456").expect_code(0);
    let mut requests = desk.server.requests();
    requests.sort_by(|one, two| one.target.cmp(&two.target));
    let targets: Vec<_> = requests
        .iter()
        .map(|request| request.target.as_str())
        .collect();
    assert_eq!(
        targets,
        [
            "/TOPIC",
            "/botkey/sendMessage",
            "/services/TEAM_ID/CHANNEL_ID/key"
        ]
    );
    let text = "rom +49 30 123456 to Shop \"A\"";
    assert_eq!(requests[0].header("Authorization"), Some("Bearer key"));
    assert_eq!(requests[0].body, format!("F{text}").into_bytes());
    for request in &requests[1..] {
        let body: Value = serde_json::from_slice(&request.body).unwrap();
        assert_eq!(body["text"], format!("Missed call f{text}"));
    }
}

#[test]
fn odoo_makes_no_lead_of_a_caller_who_withheld_the_number() {
    let desk = Desk::new("odoo", &["ODOO.EXAMPLE.COM"]);
    let _ = desk
        .say(&["fire", "--set", "Event=missed", "--a-number", "anonymous"])
        .expect_code(0);
    assert!(desk.server.requests().is_empty());
    let _ = desk
        .say(&["fire", "--set", "Event=missed", "--a-number", "4930123456"])
        .expect_code(0);
    let request = desk.server.only();
    assert_eq!(request.target, "/json/2/crm.lead/create");
    let body: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(body["vals_list"][0]["phone"], "+4930123456");
}
