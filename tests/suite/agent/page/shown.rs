//! What is shown, and dialled.

use testkit::wait_until;

use super::super::{Desk, PATIENCE, Push};
use super::{Browser, desk};

#[test]
fn nothing_in_line_and_nothing_from_elsewhere() {
    let desk = desk();
    let _agent = desk.agent();
    let browser = Browser::of(&desk);
    for place in ["", "page.js", "page.css", "icon.svg", "other"] {
        let reply = browser.get(place, &[]);
        let policy = reply.header("Content-Security-Policy").unwrap();
        assert!(policy.starts_with("default-src 'none';"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"));
        assert_eq!(reply.header("X-Content-Type-Options"), Some("nosniff"));
        assert_eq!(reply.header("Cache-Control"), Some("no-store"));
        assert_eq!(
            reply.header("Cross-Origin-Resource-Policy"),
            Some("same-origin")
        );
        let text = reply.text().replace("http://www.w3.org/2000/svg", "");
        assert!(
            !text.contains("//127") && !text.contains("http"),
            "{place}: {text}"
        );
        assert!(
            !text.contains(" style=") && !text.contains("<style"),
            "{place}"
        );
        // As in `onclick=`.
        let handler = |rest: &str| {
            let name = rest.split('=').next().unwrap_or_default();
            name.len() < rest.len() && name.chars().all(char::is_alphabetic)
        };
        assert!(
            place == "page.js" || !text.split(" on").skip(1).any(handler),
            "{text}"
        );
    }
}

#[test]
fn calls_come_in_live_with_what_was_done_for_them() {
    let desk = desk();
    let _agent = desk.agent();
    let browser = Browser::of(&desk);
    assert!(browser.page().contains("No calls yet today."));
    let mut events = browser.events();
    let first = events.next();
    // A page that was open before may show what is there no more.
    assert_eq!(first["order"], serde_json::json!([]));
    assert!(
        first["parts"]["state"]
            .as_str()
            .unwrap()
            .contains("agent.17")
    );

    let push = |call: &str| {
        let (status, _) = Push::call(call).to(&desk.address());
        assert_eq!(status, 202);
    };
    push(
        r#"{"CallID":"a1","ANumber":"49301234567","GroupName":"Sales","CRMLink":"https://crm.example/c?id=1"}"#,
    );
    let mut row = events.rows();
    while !row.contains("AutomaticEXE</bdi>: done") {
        row = events.rows();
    }
    for part in [
        "<bdi>+49 30 1234567</bdi>",
        "for <bdi>Sales</bdi>",
        "Call back",
        "value=\"+49301234567\"",
        "href=\"https://crm.example/c?id=1\"",
    ] {
        assert!(row.contains(part), "{part}: {row}");
    }
    // What becomes of the call is the same row.
    push(r#"{"CallID":"a1","Event":"answered","ANumber":"49301234567"}"#);
    assert!(events.rows().contains("answered"));
    push(r#"{"CallID":"a1","Event":"ended","ANumber":"49301234567"}"#);
    let row = events.rows();
    assert!(
        row.contains("ended · 0 s") || row.contains("ended · 1 s"),
        "{row}"
    );
    push(r#"{"CallID":"a2","Event":"missed","ANumber":"anonymous"}"#);
    let row = events.rows();
    assert!(
        row.contains("Number withheld") && row.contains("missed"),
        "{row}"
    );
    assert!(!row.contains("Call back"), "{row}");

    let page = browser.page();
    assert_eq!(page.matches("<li id=").count(), 2, "{page}");
    assert!(page.contains("<span id=\"missed\">(1)</span>"), "{page}");
}

/// What is said of a call is what its row shows: who rang though the last event has the id alone, and nothing of one that
/// nothing was done for.
#[test]
fn a_call_is_said_as_it_is_shown() {
    let desk = desk();
    let _agent = desk.agent();
    let browser = Browser::of(&desk);
    let mut events = browser.events();
    let mut said = |call: &str| {
        let (status, _) = Push::call(call).to(&desk.address());
        assert_eq!(status, 202);
        loop {
            if let Some(say) = events.next()["say"].as_str() {
                // Without the marks around values.
                return say.replace(['\u{2068}', '\u{2069}'], "");
            }
        }
    };
    let rings = r#"{"CallID":"a1","ANumber":"49301234567","GroupName":"Sales"}"#;
    assert_eq!(said(rings), "Call from +49 30 1234567 for Sales");
    let missed = r#"{"CallID":"a1","Event":"missed"}"#;
    assert_eq!(said(missed), "Missed call from +49 30 1234567");
    let late = r#"{"CallID":"a2","ANumber":"49301234568","Time":"2020-01-01T10:00:00Z"}"#;
    let said = said(late);
    assert_eq!(
        said,
        "A call from +49 30 1234568 came too late, so nothing was done"
    );
    let entry = desk.say(&["history", "-n", "1"]).expect_code(0).stdout;
    assert!(entry.contains("ringing (late) 49301234568"), "{entry}");
    let entry = desk.say(&["history", "--missed"]).expect_code(0).stdout;
    assert!(entry.contains("missed 49301234567 for Sales"), "{entry}");
    let (_, again) = Push::call(late).to(&desk.address());
    assert_eq!(again["late"], true, "{again}");
}

#[test]
fn a_number_is_dialled_from_the_page() {
    let desk = desk();
    let _agent = desk.agent();
    let browser = Browser::of(&desk);
    let mut events = browser.events();
    let _ = events.next();
    let origin = browser.origin();
    let ours = [
        ("Origin", origin.as_str()),
        ("Content-Type", "application/x-www-form-urlencoded"),
    ];
    let reply = browser.dial("number=%2B49+30+1234567", &ours);
    assert_eq!((reply.status, reply.header("Location")), (303, Some("./")));
    assert_eq!(desk.crm.only().args, ["+49301234567"]);
    let mut event = events.next();
    while !event["say"]
        .as_str()
        .is_some_and(|say| say.starts_with("Dialled"))
    {
        event = events.next();
    }
    assert!(browser.page().contains("Dial again"));
    // A number that nobody typed just now is held to what holds for callers' numbers.
    let entry = |from: &str| {
        let entry = desk.history().pop().unwrap();
        assert_eq!(entry["from"], from, "{entry}");
        entry
    };
    assert_eq!(entry("command")["outcome"], "ok");
    assert_eq!(
        browser.dial("from=caller&number=**21*1%23", &ours).status,
        303
    );
    wait_until(PATIENCE, "the refusal", || desk.history().len() == 2);
    assert_eq!(entry("caller")["outcome"], "refused");

    for (form, status) in [("number=", 400), ("number=%3Cb%3E", 400), ("", 400)] {
        let reply = browser.dial(form, &ours);
        assert_eq!(reply.status, status, "{form}");
        assert!(!reply.text().contains("<b>"));
    }
    assert_eq!(desk.history().len(), 2);
}

#[test]
fn what_a_caller_sends_is_text() {
    let desk = desk();
    let _agent = desk.agent();
    let browser = Browser::of(&desk);
    let mut events = browser.events();
    let hostile = r#"\"><script>alert(1)</script>'&amp;\u202e"#;
    for link in [
        "javascript:alert(1)",
        "data:text/html,x",
        r#"https:\\\\evil\" onclick=\"x"#,
    ] {
        let call = format!(
            r#"{{"ANumber":"{hostile}","GroupName":"{hostile}","ServiceName":"{hostile}","CRMLink":"{link}"}}"#
        );
        let (status, body) = Push::call(call).to(&desk.address());
        assert_eq!(status, 202, "{body}");
    }
    wait_until(PATIENCE, "three rows", || {
        browser.page().matches("<li id=").count() == 3
    });
    let live = events.rows();
    for text in [browser.page(), live] {
        let text = text.replace("<script src=\"page.js\" defer></script>", "");
        assert!(!text.contains("<script"), "{text}");
        assert!(text.contains("&lt;script&gt;alert(1)"), "{text}");
        assert!(!text.contains('\u{202e}') && text.contains("&amp;amp;"));
        assert!(
            !text.contains("javascript:") && !text.contains("data:text"),
            "{text}"
        );
        assert!(!text.contains("\" onclick"), "{text}");
    }
}

#[test]
fn the_page_speaks_the_browsers_language() {
    let desk = desk();
    let _agent = desk.agent();
    let browser = Browser::of(&desk);
    for (wanted, lang, word) in [("de-DE,de;q=0.9", "de", "Wählen"), ("fr", "en", "Dial")] {
        let page = browser.get("", &[("Accept-Language", wanted)]).text();
        assert!(page.contains(&format!("<html lang=\"{lang}\">")), "{page}");
        assert!(page.contains(&format!(">{word}</button>")), "{page}");
        let outside = browser.way.get("/", &[("Accept-Language", wanted)]).text();
        assert!(outside.contains("miniclient open"), "{outside}");
    }
}

#[test]
fn what_is_wrong_is_on_the_page() {
    let desk = Desk::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    let file = desk.home.path().join("crm-that-fails");
    let program = desk.crm.install(&file, &[("exit", "3")]);
    desk.home.config(&format!(
        "AutomaticEXECallCommand = '{}'\n[listen]\naddress = \"{address}\"\n",
        program.display()
    ));
    let _agent = desk.agent();
    let browser = Browser::of(&desk);
    let page = browser.page();
    assert!(
        page.contains("No calls can come in over the network"),
        "{page}"
    );
    assert!(
        page.contains("Dialling is not configured here.") && page.contains("<button disabled>")
    );
    let mut events = browser.events();
    let _ = desk.say(&["ring", "--a-number", "1"]).expect_code(0);
    let mut event = events.next();
    while !event["parts"]["problems"]
        .as_str()
        .is_some_and(|text| text.contains("AutomaticEXE"))
    {
        event = events.next();
    }
    drop(taken);
}
