//! For everybody: by keyboard alone, in both languages, dark, narrow, with names for a screen reader.

use serde_json::json;
use testkit::wait_until;

use super::super::super::PATIENCE;
use super::super::desk;
use super::{Chromium, ENGLISH, Look};

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";

#[test]
fn everything_can_be_done_by_keyboard_alone() {
    let desk = desk();
    let _agent = desk.agent();
    let Some(browser) = Chromium::start(&ENGLISH) else {
        return;
    };
    desk.must(
        &[
            "ring",
            "--call-id",
            "a1",
            "--set",
            "Event=missed",
            "--a-number",
            "49301234567",
        ],
        0,
    );
    desk.must(&["ring", "--call-id", "a2", "--a-number", "49309999999"], 0);
    let way = browser.open(&desk);
    let focused = |what: &str| {
        browser.wait(&format!(
            "return document.activeElement?.matches('{what}') ?? false"
        ));
    };
    browser.press(TAB);
    focused("#number");
    browser.press("030 7654321");
    browser.press(ENTER);
    // One program took the call before.
    let dialled = |number: &str| {
        wait_until(PATIENCE, "the number to be dialled", || {
            desk.crm.dumps().iter().any(|dump| dump.args == [number])
        });
    };
    dialled("0307654321");
    browser.wait("return document.getElementById('say').textContent.includes('Dialled')");
    browser.wait("return document.getElementById('number').value == ''");
    focused("#number");

    browser.press(TAB);
    focused("#dial button");
    browser.press(TAB);
    focused("#only");
    browser.press(" ");
    let shown = "return [...document.querySelectorAll('#calls > li')].filter((row) => row.checkVisibility()).length";
    assert_eq!(browser.run(shown), 1);
    browser.press(TAB);
    focused(".missed button");
    let outline = "return getComputedStyle(document.activeElement).outlineStyle";
    assert_eq!(browser.run(outline), "solid", "the focus is seen");
    browser.press(ENTER);
    dialled("+49301234567");
    // A row that changes under the finger keeps it.
    let ring = [
        "ring",
        "--call-id",
        "a1",
        "--set",
        "Event=missed",
        "--group-name",
        "Sales",
    ];
    desk.must(&ring, 0);
    browser.wait("return document.querySelector('.missed').textContent.includes('Sales')");
    focused(".missed button");
    browser.expect_quiet(&way);
    // What no number is, is said.
    browser.go(&format!("http://{}{}", way.address, way.folder));
    browser.press(TAB);
    browser.press("abc<b>");
    browser.press(ENTER);
    browser
        .wait("return document.getElementById('say').textContent.startsWith('This is no number')");
}

#[test]
fn both_languages_dark_and_narrow_without_a_complaint() {
    let desk = desk();
    let agent = desk.agent();
    let long = "Sehr-lange-Gruppe-".repeat(20);
    desk.must(
        &["ring", "--a-number", "49301234567", "--group-name", &long],
        0,
    );
    desk.must(
        &[
            "ring",
            "--a-number",
            &"9".repeat(200),
            "--crm-link",
            "https://crm.example/",
        ],
        0,
    );
    desk.must(&["dial", "030123"], 0);
    for (language, dark, word) in [("de", true, "Heute"), ("en", false, "Today")] {
        let look = Look {
            language,
            dark,
            width: 320,
            height: 700,
            scripts: true,
        };
        let Some(browser) = Chromium::start(&look) else {
            return;
        };
        let way = browser.open(&desk);
        assert_eq!(
            browser.run("return document.documentElement.lang"),
            language
        );
        assert_eq!(
            browser.run("return document.getElementById('today').textContent"),
            word
        );
        let background = browser
            .run("return getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0] < 60");
        assert_eq!(background, dark);
        assert_eq!(
            browser.run("return [innerWidth, document.documentElement.scrollWidth]"),
            json!([320, 320])
        );
        // What cuts a row off would not make the page scroll.
        let cut = "return [...document.querySelectorAll('*')].filter((one) => one.getBoundingClientRect().right > 320).length";
        assert_eq!(browser.run(cut), 0);
        let unnamed = "return [...document.querySelectorAll('button, input:not([type=hidden]), a')].filter((one) =>
            !one.labels?.length && !one.textContent.trim() && !one.ariaLabel).length";
        assert_eq!(
            browser.run(unnamed),
            0,
            "a screen reader has a name for each"
        );
        browser.expect_quiet(&way);
    }
    // The page says so when its agent has gone.
    let Some(browser) = Chromium::start(&ENGLISH) else {
        return;
    };
    let _ = browser.open(&desk);
    desk.must(&["stop"], 0);
    drop(agent);
    browser.wait("return document.getElementById('say').textContent.startsWith('No connection')");
}
