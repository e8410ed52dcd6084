//! Without JavaScript: what is there is read, filtered and dialled, and what does not happen is said.

use serde_json::Value;
use testkit::wait_until;

use super::super::super::PATIENCE;
use super::super::desk;
use super::{Chromium, ENGLISH, Look};

const ENTER: &str = "\u{e007}";

const SHOWN: &str = "return [...document.querySelectorAll('#calls > li')].filter((row) => row.checkVisibility()).length";

#[test]
fn without_javascript_it_is_read_and_dials_and_says_what_it_does_not_do() {
    let desk = desk();
    let _agent = desk.agent();
    let missed = ["ring", "--set", "Event=missed", "--a-number", "49301234567"];
    desk.must(&missed, 0);
    desk.must(&["ring", "--a-number", "49309999999"], 0);
    for (language, still) in [
        ("en", "Without JavaScript this page stays as it is"),
        ("de", "Ohne JavaScript bleibt diese Seite"),
    ] {
        let look = Look {
            language,
            scripts: false,
            ..ENGLISH
        };
        let Some(browser) = Chromium::start(&look) else {
            return;
        };
        let way = browser.open(&desk);
        let rows = desk.history().len();
        assert_eq!(browser.run(SHOWN), rows);
        let said = browser.run("return document.getElementById('still').textContent");
        assert!(said.as_str().unwrap().starts_with(still), "{said}");

        // Only those that were missed: a matter of the style sheet.
        browser.run("document.getElementById('only').focus()");
        browser.press(" ");
        assert_eq!(browser.run(SHOWN), 1);

        // Dialled as a form is sent; the page that comes has the number in it.
        browser.run("document.getElementById('number').focus()");
        let number = if language == "en" {
            "0301111111"
        } else {
            "0302222222"
        };
        browser.press(number);
        browser.press(ENTER);
        wait_until(PATIENCE, "the number to be dialled", || {
            desk.crm.dumps().iter().any(|dump| dump.args == [number])
        });
        let more = format!(
            "return document.querySelectorAll('#calls > li').length == {}",
            rows + 1
        );
        wait_until(PATIENCE, "the dialling on the page", || {
            let there = browser.run(&more) == true;
            if !there {
                // The way that the page names.
                browser.run("document.querySelector('#still a').click()");
                browser.wait("return document.readyState == 'complete'");
            }
            there
        });

        // What is no number is a page of its own, with the way back.
        browser.run("document.getElementById('number').focus()");
        browser.press("abc");
        browser.press(ENTER);
        browser.wait("return document.querySelector('a')?.getAttribute('href') == './' && !document.getElementById('calls')");
        browser.run("document.querySelector('a').focus()");
        browser.press(ENTER);
        browser.wait("return document.getElementById('calls') != null");

        // Nothing asked to be kept current: no script ran.
        let asked = browser.log("performance");
        let events = format!("{}events", way.folder);
        let live = |entry: &Value| entry["message"].as_str().unwrap().contains(&events);
        assert!(!asked.iter().any(live));
        assert!(asked.len() > 3, "the log has what was asked");
    }
}
