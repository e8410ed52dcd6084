//! Who gets in, and how.

use std::time::{Duration, Instant};

use serde_json::Value;
use testkit::{ArgDump, request, run, wait_until};

use super::super::PATIENCE;
use super::{Browser, Way, desk};

#[test]
fn the_token_works_once_and_its_file_is_for_this_user_and_goes() {
    let desk = desk();
    let _agent = desk.agent();
    let way = Way::of(&desk);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = |path: &std::path::Path| path.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&way.file), 0o600);
        assert_eq!(mode(way.file.parent().unwrap()), 0o700);
    }
    let (enter, file) = (way.enter.clone(), way.file.clone());
    let browser = way.enter();
    assert!(!file.exists(), "it has done its work");
    assert!(browser.page().contains("MiniClient"));
    let again = browser.way.get(&enter, &[]);
    assert_eq!((again.status, again.header("Set-Cookie")), (401, None));
    // Another one for another browser, by the same server.
    let other = Browser::of(&desk);
    assert_eq!(other.way.address, browser.way.address);
    assert_ne!(other.cookie, browser.cookie);
    assert!(browser.page().contains("MiniClient"));
}

#[test]
fn a_token_that_nobody_uses_is_gone_with_its_file_after_ten_seconds() {
    let desk = desk();
    let _agent = desk.agent();
    let began = Instant::now();
    let way = Way::of(&desk);
    wait_until(PATIENCE, "the file to go", || !way.file.exists());
    assert!(began.elapsed() > Duration::from_secs(9));
    assert_eq!(way.get(&way.enter, &[]).status, 401);
}

#[test]
fn without_the_cookie_there_is_nothing_to_see_or_to_do() {
    let desk = desk();
    let _agent = desk.agent();
    let browser = Browser::of(&desk);
    let way = &browser.way;
    let cookie = ("Cookie", browser.cookie.as_str());
    let wrong = ("Cookie", "miniclient=0123456789abcdef");
    for place in [
        "", "events", "page.js", "page.css", "icon.svg", "other", "dial", "enter",
    ] {
        let target = format!("{}{place}", way.folder);
        for headers in [&[][..], &[wrong]] {
            let reply = way.get(&target, headers);
            assert_eq!(reply.status, 401, "{place}");
            assert!(!reply.text().contains("agent.17"));
        }
    }
    // The folder is part of the key: a cookie goes to every port of a host.
    for target in [
        "/",
        "/favicon.ico",
        "/0123456789abcdef/",
        "//",
        &way.folder[..way.folder.len() - 1],
    ] {
        assert_eq!(way.get(target, &[cookie]).status, 401, "{target}");
    }
    let dial = |headers: &[(&str, &str)]| {
        let target = format!("{}dial", way.folder);
        request(way.address, "POST", &target, headers, b"number=030123").status
    };
    let origin = browser.origin();
    assert_eq!(dial(&[("Origin", &origin)]), 401);
    assert_eq!(dial(&[("Origin", &origin), wrong]), 401);
    assert_eq!(browser.get("other", &[]).status, 404);
    assert_eq!(desk.history(), Vec::<Value>::new());
}

#[test]
fn another_host_name_and_another_origin_can_do_nothing() {
    let desk = desk();
    let _agent = desk.agent();
    let browser = Browser::of(&desk);
    let (origin, port) = (browser.origin(), browser.way.address.port());
    for host in [
        "evil.example".to_owned(),
        format!("evil.example:{port}"),
        format!("localhost:{port}"),
        "127.0.0.1".to_owned(),
        format!("127.0.0.2:{port}"),
    ] {
        assert_eq!(browser.get("", &[("Host", &host)]).status, 403, "{host}");
    }
    for foreign in [
        "http://evil.example".to_owned(),
        "null".to_owned(),
        format!("https://127.0.0.1:{port}"),
        format!("http://127.0.0.1:{}", port ^ 1),
        format!("http://localhost:{port}"),
    ] {
        assert_eq!(
            browser.get("", &[("Origin", &foreign)]).status,
            403,
            "{foreign}"
        );
        let dial = browser.dial("number=030123", &[("Origin", &foreign)]);
        assert_eq!(dial.status, 403, "{foreign}");
    }
    for site in ["same-site", "cross-site"] {
        let site = ("Sec-Fetch-Site", site);
        assert_eq!(browser.get("events", &[site]).status, 403);
        let dial = browser.dial("number=030123", &[("Origin", &origin), site]);
        assert_eq!(dial.status, 403);
    }
    assert_eq!(
        browser.dial("number=030123", &[]).status,
        403,
        "nobody says whose it is"
    );
    assert_eq!(desk.history(), Vec::<Value>::new());
    let ours = [
        ("Origin", origin.as_str()),
        ("Sec-Fetch-Site", "same-origin"),
    ];
    assert_eq!(browser.dial("number=030123", &ours).status, 303);
}

#[test]
fn open_hands_a_file_to_the_browser_and_says_when_it_did_not_come() {
    let desk = desk();
    let none = desk.say(&["open"]).expect_code(10);
    assert!(
        none.stderr.contains("start miniclient first"),
        "{}",
        none.stderr
    );
    let _agent = desk.agent();

    // A browser that only notes what it is given.
    let noting = ArgDump::new();
    let browser = noting.install(&desk.home.path().join("browser"), &[]);
    let mut command = desk.home.command("miniclient");
    command.arg("open").env("BROWSER", &browser);
    command.env("API_TOKEN", "the-token-of-the-telephone");
    let said = run(&mut command, PATIENCE).expect_code(11);
    assert!(
        said.stderr.contains("no browser has asked"),
        "{}",
        said.stderr
    );
    let noted = noting.only();
    assert!(!noted.env.contains_key("API_TOKEN"), "{:?}", noted.env);
    let [given] = &noted.args[..] else { panic!() };
    assert!(
        given.contains("open-") && !given.contains("http"),
        "{given}"
    );
    assert!(!given.contains("enter"), "the token is on no command line");
}
