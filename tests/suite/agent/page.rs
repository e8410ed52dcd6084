//! The agent's page, by a plain HTTP client: who gets in, and what is shown.

#[cfg(target_os = "linux")]
mod browser;
mod limits;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::Value;
use testkit::{ArgDump, Reply, request, run, wait_until};

use super::{Desk, PATIENCE, Push, json};

/// The configuration under which the page can show everything: a program for calls, and one to dial with.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.listening("UsersUID = \"agent.17\"", "");
    let program = desk.program.display();
    let more = format!(
        "[numbers]\nregion = \"DE\"\n[dial]\nexec = '{program}'\nparameters = '$DialNumber'\n"
    );
    let file = desk.home.path().join("miniclient.toml");
    let config = std::fs::read_to_string(&file).unwrap() + &more;
    std::fs::write(file, config).unwrap();
    desk
}

/// A way to the page: the file that `open` made, and what is in it.
struct Way {
    file: PathBuf,
    address: SocketAddr,
    /// The page's folder, with a slash at both ends.
    folder: String,
    /// Where the browser is sent.
    enter: String,
}

impl Way {
    fn of(desk: &Desk) -> Self {
        let file = PathBuf::from(desk.say(&["open", "--print"]).expect_code(0).stdout.trim());
        let page = std::fs::read_to_string(&file).unwrap();
        let (_, url) = page.split_once("0;url=http://").unwrap();
        let (url, _) = url.split_once('"').unwrap();
        let (address, enter) = url.split_once('/').unwrap();
        let enter = format!("/{enter}");
        let (folder, _) = enter.split_once("enter?").unwrap();
        Self {
            file,
            address: address.parse().unwrap(),
            folder: folder.to_owned(),
            enter: enter.clone(),
        }
    }

    fn get(&self, target: &str, headers: &[(&str, &str)]) -> Reply {
        request(self.address, "GET", target, headers, b"")
    }

    /// The browser that got in.
    fn enter(self) -> Browser {
        let reply = self.get(&self.enter, &[("Sec-Fetch-Site", "cross-site")]);
        assert_eq!(reply.status, 200, "{}", reply.text());
        let cookie = reply.header("Set-Cookie").unwrap();
        let (cookie, rules) = cookie.split_once(';').unwrap();
        assert_eq!(
            rules,
            format!(" Path={}; HttpOnly; SameSite=Strict", self.folder)
        );
        Browser {
            cookie: cookie.to_owned(),
            way: self,
        }
    }
}

/// One that has its cookie.
struct Browser {
    way: Way,
    cookie: String,
}

impl Browser {
    fn of(desk: &Desk) -> Self {
        Way::of(desk).enter()
    }

    fn get(&self, place: &str, headers: &[(&str, &str)]) -> Reply {
        let target = format!("{}{place}", self.way.folder);
        let cookie = ("Cookie", self.cookie.as_str());
        self.way.get(&target, &[&[cookie], headers].concat())
    }

    fn page(&self) -> String {
        let page = self.get("", &[]);
        assert_eq!(page.status, 200);
        page.text()
    }

    fn origin(&self) -> String {
        format!("http://{}", self.way.address)
    }

    fn dial(&self, form: &str, headers: &[(&str, &str)]) -> Reply {
        let target = format!("{}dial", self.way.folder);
        let own = [("Cookie", self.cookie.as_str())];
        let headers = [&own, headers].concat();
        request(self.way.address, "POST", &target, &headers, form.as_bytes())
    }

    /// The live part, from its beginning.
    fn events(&self) -> Events {
        let mut stream = TcpStream::connect(self.way.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        let (address, folder, cookie) = (self.way.address, &self.way.folder, &self.cookie);
        write!(
            stream,
            "GET {folder}events HTTP/1.1\r\nHost: {address}\r\nCookie: {cookie}\r\n\r\n"
        )
        .unwrap();
        let mut events = Events(BufReader::new(stream));
        assert!(events.line().contains("200 OK"));
        while !events.line().is_empty() {}
        events
    }
}

/// Server-sent events as they come.
struct Events(BufReader<TcpStream>);

impl Events {
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    }

    fn next(&mut self) -> Value {
        loop {
            if let Some(data) = self.line().strip_prefix("data: ") {
                return json(data);
            }
        }
    }

    /// The next that changes rows: their markup.
    fn rows(&mut self) -> String {
        loop {
            let event = self.next();
            let rows = event["rows"].as_object().unwrap();
            if !rows.is_empty() {
                let rows = rows.values().map(|row| row.as_str().unwrap());
                return rows.collect();
            }
        }
    }
}

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
    let said = run(&mut command, PATIENCE).expect_code(11);
    assert!(
        said.stderr.contains("no browser has asked"),
        "{}",
        said.stderr
    );
    let [given] = &noting.only().args[..] else {
        panic!()
    };
    assert!(
        given.contains("open-") && !given.contains("http"),
        "{given}"
    );
    assert!(!given.contains("enter"), "the token is on no command line");
}
