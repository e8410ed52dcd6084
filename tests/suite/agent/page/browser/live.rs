//! What happens is shown as it happens.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::json as value;
use testkit::{wait_for, wait_until};

use super::super::super::{Desk, PATIENCE, Push, TOKEN, json};
use super::super::desk;
use super::{Chromium, ENGLISH, Look};
use crate::telephone::{REGISTER, Telephone};

fn milliseconds() -> f64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    now.as_secs_f64() * 1000.0
}

#[test]
fn a_call_appears_within_200_ms() {
    let desk = desk();
    let _agent = desk.agent();
    let Some(browser) = Chromium::start(&ENGLISH) else {
        return;
    };
    let way = browser.open(&desk);
    assert_eq!(browser.run("return document.documentElement.lang"), "en");
    browser.run(
        "window.seen = {}; new MutationObserver((all) => { for (const change of all) for (const row of change.addedNodes)
         if (row.id) window.seen[row.querySelector('strong').textContent] ??= Date.now(); })
         .observe(document.getElementById('calls'), { childList: true });",
    );
    let address = desk.address();
    let mut took = Vec::new();
    for n in 0..7 {
        let number = format!("+49 30 123456{n}");
        let began = milliseconds();
        let (status, _) = Push::call(format!(r#"{{"ANumber":"4930123456{n}"}}"#)).to(&address);
        assert_eq!(status, 202);
        let seen = wait_for(PATIENCE, "the call on the page", || {
            browser
                .run(&format!("return window.seen['{number}'] ?? null"))
                .as_f64()
        });
        took.push(seen - began);
    }
    took.sort_by(f64::total_cmp);
    println!("a call appears after, in ms: {took:?}");
    // What else runs on this machine may hold some of them up.
    assert!(took[took.len() / 2] < 200.0, "{took:?}");
    let say = browser.run("return document.getElementById('say').textContent");
    assert!(say.as_str().unwrap().starts_with("Call from"), "{say}");
    browser.expect_quiet(&way);
}

/// A call as the telephone system has it live: each of its states, in both languages at once.
#[test]
fn a_call_is_seen_to_ring_and_to_be_answered_ended_and_missed() {
    let telephone = Telephone::start(&["--listen-token", TOKEN]);
    let desk = Desk::new();
    let section = telephone.section(&desk.home);
    desk.listening("", &format!("{section}{REGISTER}"));
    let _agent = desk.agent();
    wait_until(PATIENCE, "the registration", || {
        !telephone.workstations().is_empty()
    });
    let german = Look {
        language: "de",
        ..ENGLISH
    };
    let (Some(english), Some(german)) = (Chromium::start(&ENGLISH), Chromium::start(&german))
    else {
        return;
    };
    let ways = [english.open(&desk), german.open(&desk)];
    let seen = |row: usize, states: [&str; 2]| {
        for (browser, state) in [&english, &german].into_iter().zip(states) {
            browser.wait(&format!(
                "return document.querySelectorAll('#calls > li')[{row}]?.querySelector('.who > span')
                 .textContent.startsWith('{state}') ?? false"
            ));
        }
    };
    let call = |number: &str| {
        let called = telephone.command(&["call", "--a-number", number]);
        let called = json(&called.expect_code(0).stdout);
        called["UFN"].as_str().unwrap().to_owned()
    };
    let taken = call("49301234567");
    seen(0, ["rings …", "klingelt …"]);
    telephone.act(&taken, "answer");
    seen(0, ["answered", "angenommen"]);
    // It goes on while another one rings, above it.
    let missed = call("498912345670");
    seen(0, ["rings …", "klingelt …"]);
    seen(1, ["answered", "angenommen"]);
    telephone.act(&missed, "hangup");
    seen(0, ["missed", "verpasst"]);
    telephone.act(&taken, "hangup");
    seen(1, ["ended · ", "beendet · "]);
    seen(0, ["missed", "verpasst"]);
    for (browser, way) in [&english, &german].into_iter().zip(&ways) {
        let rows = "return document.querySelectorAll('#calls > li').length";
        assert_eq!(browser.run(rows), 2, "one row for each call");
        let missed = "return document.getElementById('missed').textContent";
        assert_eq!(browser.run(missed), "(1)");
        browser.expect_quiet(way);
    }
}

/// A browser has six connections to a server, for all its tabs, and a page that is kept current holds one.
#[test]
fn of_seven_tabs_the_last_one_is_current_and_dials() {
    let desk = desk();
    let _agent = desk.agent();
    let Some(browser) = Chromium::start(&ENGLISH) else {
        return;
    };
    let way = browser.open(&desk);
    for _ in 0..6 {
        browser.tab();
        browser.go(&format!("http://{}{}", way.address, way.folder));
    }
    browser.run(
        "const field = document.getElementById('number'); field.value = '030 7654321'; field.form.requestSubmit();",
    );
    browser.wait(
        "return document.querySelector('#calls > li')?.textContent.includes('7654321') ?? false",
    );
}

#[test]
fn what_is_said_of_a_lost_connection_goes_when_there_is_one() {
    let desk = desk();
    let _agent = desk.agent();
    let Some(browser) = Chromium::start(&ENGLISH) else {
        return;
    };
    let watched = "window.EventSource = class extends EventSource { constructor(url) { super(url); window.source = this; } };";
    browser.command(
        "Page.addScriptToEvaluateOnNewDocument",
        &value!({ "source": watched }),
    );
    let _way = browser.open(&desk);
    browser.wait("return window.source?.readyState == 1");
    let said = "return document.getElementById('say').textContent";
    browser.run("source.dispatchEvent(new Event('error'))");
    let lost = browser.run(said);
    assert!(
        lost.as_str().unwrap().starts_with("No connection"),
        "{lost}"
    );
    browser.run("source.dispatchEvent(new Event('open'))");
    assert_eq!(browser.run(said), "");
    // What is answered otherwise is tried again.
    browser.run("window.before = source; source.close(); source.dispatchEvent(new Event('error'))");
    let refused = browser.run(said);
    assert!(refused.as_str().unwrap().contains("too many"), "{refused}");
    browser.wait("return source != before && source.readyState == 1");
}
