//! Exit codes and findings: the forms that scripts rely on.

use mc_cli::{Exit, Findings, Mark};

#[test]
fn of_several_codes_the_one_that_matters_most_is_the_end() {
    use Exit::{ApplicationRefused, ClientNotStarted, Config, Done, NotDelivered, Unknown};
    let order = [
        ClientNotStarted,
        Config,
        NotDelivered,
        Unknown,
        ApplicationRefused,
        Done,
    ];
    for (index, first) in order.iter().enumerate() {
        for later in &order[index..] {
            assert_eq!((first.and(*later), later.and(*first)), (*first, *first));
        }
    }
    assert_eq!(order.map(Exit::code), [20, 3, 21, 13, 22, 0]);
}

#[test]
fn findings_as_text_and_as_json() {
    let mut findings = Findings::new();
    findings.ok("last start", "none yet");
    findings.add(Mark::Fail, "name", "not found", Some("check the DNS"));
    findings.setting("url", "x.toml:1");
    findings.identity("ComputerName", None);
    assert_eq!(
        findings.to_string(),
        "ok   last start  none yet\nFAIL name        not found; check the DNS\n\n\
         Who and where this workstation is:\n  ComputerName  not known\n\n\
         Where each setting comes from:\n  url  x.toml:1\n"
    );
    assert_eq!(
        serde_json::to_value(&findings).unwrap(),
        serde_json::json!({
            "ok": false,
            "findings": [
                {"state": "ok", "about": "last start", "text": "none yet"},
                {"state": "fail", "about": "name", "text": "not found", "advice": "check the DNS"},
            ],
            "settings": {"url": "x.toml:1"},
            "identity": {"ComputerName": null},
        })
    );
    findings.soften(&["name"], "the server answers all the same");
    assert!(!findings.failed());
}
