use mc_hooks::{Action, Open, OpenRefusal, Outcome, Planned, Task};
use mc_template::{Names, Numbers, Scope};
use tempfile::TempDir;
use testkit::ArgDump;

use crate::world::{engine, values};

fn open(url: &str) -> Open {
    Open::parse(url, &Names::call()).unwrap()
}

fn url(open: &Open, link: &str) -> Result<String, OpenRefusal> {
    let values = values(&[("CRMLink", link), ("ANumber", "49 1&x=/../")]);
    open.url(&Scope::new(&values, &Numbers::default()))
}

#[test]
fn only_web_pages_are_opened() {
    let open = open("$CRMLink");
    for link in [
        "https://crm.example/c?id=1",
        "http://127.0.0.1:8080/",
        "HTTPS://CRM.example/",
    ] {
        assert!(url(&open, link).is_ok(), "{link}");
    }
    for link in [
        "file:///etc/passwd",
        "javascript:alert(1)",
        "ms-settings:",
        "calc.exe",
        "\\\\host\\share\\x.exe",
        "//host/x",
        "https://",
        "-new-window",
    ] {
        assert!(url(&open, link).is_err(), "{link}");
    }
}

#[test]
fn an_address_in_the_configuration_must_be_that_of_a_page() {
    for (text, fits) in [
        ("https://crm.example/?n=$ANumber", true),
        ("HTTP://crm.example", true),
        ("$CRMLink", true),
        ("${CRMLink}?x=$ANumber", true),
        ("file:///etc/passwd", false),
        ("mailto:x@crm.example", false),
        ("crm.example/$ANumber", false),
        ("javascript:alert($ANumber)", false),
        ("https://", false),
        ("https://$ANumber/", false),
        ("-new $CRMLink", false),
        ("", false),
    ] {
        let parsed = Open::parse(text, &Names::call());
        assert_eq!(parsed.is_ok(), fits, "{text}: {parsed:?}");
    }
}

#[test]
fn what_is_checked_is_what_the_browser_reads() {
    let open = open("https://crm.example\\a b/$ANumber");
    assert_eq!(
        url(&open, "").unwrap(),
        "https://crm.example/a%20b/49%201%26x%3D%2F..%2F"
    );
}

#[test]
fn values_in_an_address_are_encoded() {
    let open = open("https://crm.example/find?q=$ANumber");
    assert_eq!(
        url(&open, "").unwrap(),
        "https://crm.example/find?q=49%201%26x%3D%2F..%2F"
    );
}

#[test]
fn an_event_without_the_link_is_skipped() {
    assert!(
        matches!(url(&open("$CRMLink"), ""), Err(OpenRefusal::NoAddress { name }) if name == "CRMLink")
    );
    let action = Action::from(open("$crmurl"));
    let values = values(&[]);
    let plan = engine().plan(Task::new("", "h", &action, &values));
    assert!(
        matches!(
            plan.planned,
            Planned::Nothing {
                outcome: Outcome::Skipped,
                ..
            }
        ),
        "{plan:?}"
    );
}

#[test]
fn a_list_of_hosts_is_the_limit() {
    let open = open("$CRMLink").hosts(["CRM.example", "*.intra.example"]);
    for (link, fits) in [
        ("https://crm.example/x?token=s", true),
        ("https://CRM.EXAMPLE:8443/", true),
        ("https://a.b.intra.example/", true),
        ("https://intra.example/", false),
        ("https://evilintra.example/", false),
        ("https://crm.example.evil/", false),
        ("https://crm.example@evil.example/?token=s", false),
        ("https://evil.example\\@crm.example/", false),
        ("https://evil.example/?crm.example", false),
    ] {
        let result = url(&open, link);
        assert_eq!(result.is_ok(), fits, "{link}: {result:?}");
        if let Err(error) = result {
            assert!(!format!("{error} {error:?}").contains("token=s"));
        }
    }
}

#[tokio::test]
async fn the_browser_gets_the_address_as_its_one_parameter() {
    let folder = TempDir::new().unwrap();
    let dump = ArgDump::new();
    let browser = dump.install(&folder.path().join("browser"), &[]);
    let action = Action::from(open("$CRMLink"));
    let values = values(&[("CRMLink", "https://crm.example/c?a=1&b=%20|calc&t=secret")]);
    let report = engine()
        .browser(browser)
        .perform(Task::new("1", "h", &action, &values))
        .await;
    assert_eq!(report.outcome, Outcome::Ok, "{report}");
    assert_eq!(
        dump.only().args,
        ["https://crm.example/c?a=1&b=%20|calc&t=secret"]
    );
    assert_eq!(report.done, "open https://crm.example/c?…");
}

/// It asks a desktop that may take its time, and says in the end whether that went well.
#[cfg(unix)]
#[tokio::test]
async fn the_desktops_opener_is_asked_how_it_ended() {
    use std::pin::pin;
    use std::time::Duration;
    use tokio::time::timeout;

    let folder = TempDir::new().unwrap();
    let dump = ArgDump::new();
    let enough = dump.folder().join("enough");
    let opener = dump.install(
        &folder.path().join("xdg-open"),
        &[("until", enough.to_str().unwrap()), ("exit", "4")],
    );
    let action = Action::from(open("https://crm.example/"));
    let values = values(&[]);
    let engine = engine().browser(opener).watch(Duration::from_mins(1));
    let mut run = pin!(engine.perform(Task::new("1", "h", &action, &values)));
    // A browser would have been believed by then.
    let early = timeout(Duration::from_secs(3), &mut run).await;
    assert!(early.is_err(), "{early:?}");
    std::fs::write(enough, "").unwrap();
    let report = run.await;
    assert_eq!(
        (report.outcome, report.exit_code),
        (Outcome::Failed, Some(4)),
        "{report}"
    );
}

#[tokio::test]
async fn a_missing_browser_is_a_failure_that_says_so() {
    let action = Action::from(open("https://crm.example/"));
    let values = values(&[]);
    let missing = std::env::temp_dir().join("no-such-browser.exe");
    let report = engine()
        .browser(&missing)
        .perform(Task::new("1", "h", &action, &values))
        .await;
    assert_eq!(report.outcome, Outcome::Failed);
    assert!(report.error.unwrap().contains("no-such-browser"));
}
