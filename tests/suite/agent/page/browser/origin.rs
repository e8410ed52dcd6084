//! Another page on this computer.

use serde_json::Value;
use testkit::{Answer, Recorder};

use super::super::desk;
use super::{Chromium, ENGLISH};

#[test]
fn a_page_of_another_port_gets_neither_the_cookie_nor_anything_done() {
    let desk = desk();
    let _agent = desk.agent();
    let Some(browser) = Chromium::start(&ENGLISH) else {
        return;
    };
    let way = browser.open(&desk);
    // It even knows where the page is, which it cannot guess.
    let target = format!("http://{}{}", way.address, way.folder);
    let attack = format!(
        "<!doctype html><title>x</title><iframe src=\"{target}\"></iframe><img src=\"{target}icon.svg\"><script>
        (async () => {{
            const done = [];
            const all = {{ credentials: 'include', mode: 'no-cors' }};
            for (const [place, how] of [['', all], ['events', all], ['page.js', all], ['dial', {{ ...all, method: 'POST',
                body: new URLSearchParams({{ number: '030123' }}) }}], ['', {{ credentials: 'include' }}]]) {{
                try {{ const answer = await fetch('{target}' + place, how); done.push((await answer.text()).length); }}
                catch {{ done.push('no'); }}
            }}
            document.title = JSON.stringify(done);
        }})();</script>
        <form id=f method=post action=\"{target}dial\"><input name=number value=030123></form>"
    );
    let evil = Recorder::start_with(move |_| Answer::html(200, &attack));
    browser.go(&evil.url("/"));
    browser.wait("return document.title.startsWith('[')");
    let done = browser.run("return document.title");
    for part in serde_json::from_str::<Vec<Value>>(done.as_str().unwrap()).unwrap() {
        assert!(part == "no" || part == 0, "{done}");
    }
    browser.run("document.getElementById('f').submit()");
    let target = format!("return location.href.startsWith('{target}')");
    browser.wait(&target);
    browser.wait("return document.readyState == 'complete'");
    let said = browser.run("return document.body.textContent");
    assert!(
        said.as_str().unwrap().contains("Only this page itself"),
        "{said}"
    );
    for seen in evil.requests() {
        assert_eq!(seen.header("Cookie"), None, "{seen:?}");
    }
    assert_eq!(desk.history(), Vec::<Value>::new());
}
