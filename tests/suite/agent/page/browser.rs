//! The page in a real browser: Chromium without a window, driven through its driver.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::{Answer, Recorder, Running, wait_for, wait_until};

use super::super::{Desk, PATIENCE, Push};
use super::{Way, desk};

/// How the browser is to be.
struct Look {
    language: &'static str,
    dark: bool,
    width: u32,
    height: u32,
}

const ENGLISH: Look = Look {
    language: "en",
    dark: false,
    width: 800,
    height: 800,
};

/// A browser with a profile of its own; ended when dropped.
struct Chromium {
    driver: Child,
    address: SocketAddr,
    session: String,
    profile: TempDir,
}

impl Chromium {
    /// `None` where there is none, which is told.
    fn start(look: &Look) -> Option<Self> {
        let profile = TempDir::new().unwrap();
        let driver = Command::new("chromedriver")
            .arg("--port=0")
            .env("HOME", profile.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let Ok(mut driver) = driver else {
            const REASON: &str = "there is no Chromium: apt-get install chromium chromium-driver";
            assert!(std::env::var_os("CI").is_none(), "{REASON}");
            testkit::skipped(REASON);
            return None;
        };
        let said = BufReader::new(driver.stdout.take().unwrap());
        let port = said.lines().map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once("successfully on port ")?;
            port.trim_end_matches('.').parse().ok()
        });
        let mut chromium = Self {
            driver,
            address: SocketAddr::from(([127, 0, 0, 1], port.unwrap())),
            session: String::new(),
            profile,
        };
        // Debian's Chromium has no sandbox for root, which tests in a container are.
        let mut arguments = vec![
            "--headless=new".to_owned(),
            "--no-sandbox".to_owned(),
            "--disable-gpu".to_owned(),
            "--disable-dev-shm-usage".to_owned(),
            "--hide-scrollbars".to_owned(),
            format!("--user-data-dir={}", chromium.profile.path().display()),
            format!("--accept-lang={}", look.language),
        ];
        if look.dark {
            arguments.push("--blink-settings=preferredColorScheme=0".to_owned());
        }
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": {"args": arguments},
            "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"},
        }}});
        let session = chromium.ask("POST", "/session", &wanted);
        chromium.session = format!("/session/{}", session["sessionId"].as_str().unwrap());
        chromium.resize(look.width, look.height);
        Some(chromium)
    }

    fn ask(&self, method: &str, target: &str, body: &Value) -> Value {
        let target = format!("{}{target}", self.session);
        let body = match body {
            Value::Null => String::new(),
            body => body.to_string(),
        };
        let (status, reply) = self.exchange(method, &target, &body).unwrap();
        assert_eq!(status, 200, "{target}: {reply}");
        reply["value"].clone()
    }

    /// By hand: the driver does not close a connection when it is asked to.
    fn exchange(&self, method: &str, target: &str, body: &str) -> std::io::Result<(u16, Value)> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let (host, length) = (self.address, body.len());
        write!(
            stream,
            "{method} {target} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        )?;
        let mut stream = BufReader::new(stream);
        let (mut head, mut line) = (String::new(), String::new());
        while stream.read_line(&mut line)? > 2 {
            head.push_str(&line.to_ascii_lowercase());
            line.clear();
        }
        let length = head.split("content-length:").nth(1).unwrap_or_default();
        let length = length.lines().next().unwrap_or_default().trim().parse();
        let mut bytes = vec![0; length.unwrap_or(0)];
        stream.read_exact(&mut bytes)?;
        let status = head.split(' ').nth(1).unwrap_or_default();
        let reply = serde_json::from_slice(&bytes).unwrap_or_default();
        Ok((status.parse().unwrap_or(0), reply))
    }

    fn resize(&self, width: u32, height: u32) {
        let size = json!({"cmd": "Emulation.setDeviceMetricsOverride", "params":
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false}});
        self.ask("POST", "/goog/cdp/execute", &size);
    }

    fn go(&self, url: &str) {
        self.ask("POST", "/url", &json!({ "url": url }));
    }

    /// What a script gives.
    fn run(&self, script: &str) -> Value {
        self.ask(
            "POST",
            "/execute/sync",
            &json!({"script": script, "args": []}),
        )
    }

    /// Waits until a script gives true.
    #[track_caller]
    fn wait(&self, script: &str) {
        wait_until(PATIENCE, script, || self.run(script) == true);
    }

    /// Presses keys, whatever has the focus.
    fn press(&self, keys: &str) {
        let actions: Vec<Value> = keys
            .chars()
            .flat_map(|key| {
                ["keyDown", "keyUp"].map(|kind| json!({"type": kind, "value": key.to_string()}))
            })
            .collect();
        let actions = json!({"actions": [{"type": "key", "id": "keyboard", "actions": actions}]});
        self.ask("POST", "/actions", &actions);
    }

    /// What the browser complained about, and where it went.
    fn log(&self, kind: &str) -> Vec<Value> {
        let log = self.ask("POST", "/se/log", &json!({ "type": kind }));
        log.as_array().unwrap().clone()
    }

    /// Opens the page as `open` has it opened: with the file, and nothing else.
    fn open(&self, desk: &Desk) -> Way {
        let way = Way::of(desk);
        self.go(&format!("file://{}", way.file.display()));
        let clean = format!("return location.pathname == '{}'", way.folder);
        self.wait(&clean);
        self.wait("return document.readyState == 'complete'");
        way
    }

    /// Writes a picture of what is seen.
    fn picture(&self, file: &Path) {
        let picture = self.ask("GET", "/screenshot", &Value::Null);
        let bytes = base64(picture.as_str().unwrap());
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, bytes).unwrap();
    }

    /// Nothing was asked of anybody but the page, and nothing was complained about.
    fn expect_quiet(&self, way: &Way) {
        assert_eq!(self.log("browser"), Vec::<Value>::new());
        let page = format!("http://{}{}", way.address, way.folder);
        let mut asked = 0;
        for entry in self.log("performance") {
            let message: Value = serde_json::from_str(entry["message"].as_str().unwrap()).unwrap();
            let event = &message["message"];
            if event["method"] != "Network.requestWillBeSent" {
                continue;
            }
            let url = event["params"]["request"]["url"].as_str().unwrap();
            // Beside the page: the file that led there, and the browser's own tab before it.
            let own = ["file://", "chrome://", "data:"];
            let own = own.iter().any(|scheme| url.starts_with(scheme));
            assert!(own || url.starts_with(&page), "{url}");
            asked += 1;
        }
        assert!(asked > 3, "the log has what was asked");
    }
}

impl Drop for Chromium {
    fn drop(&mut self) {
        if !self.session.is_empty() {
            let _ = self.exchange("DELETE", &self.session, "");
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn base64(text: &str) -> Vec<u8> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for byte in text.bytes().filter(|byte| *byte != b'=') {
        let value = ALPHABET.iter().position(|known| *known == byte).unwrap();
        bits = bits << 6 | u32::try_from(value).unwrap();
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).unwrap());
        }
    }
    bytes
}

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";

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

/// Where the pictures of the documentation are.
fn pictures() -> PathBuf {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/pictures");
    match std::env::var_os("UPDATE_PICTURES") {
        Some(_) => kept,
        None => Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures"),
    }
}

/// The journal of a morning.
fn morning() -> String {
    let call = |minutes, id, event: Value, hooks: Value| {
        let call = json!({"type": "call", "id": id, "via": "http", "event": event, "hooks": hooks});
        (minutes, call)
    };
    let hook = |minutes, id, hook, action, outcome, millis, error: Value| {
        let report = json!({"id": id, "hook": hook, "action": action, "done": "", "outcome": outcome,
            "exit_code": null, "status": null, "millis": millis, "error": error});
        (minutes, json!({"type": "report", "report": report}))
    };
    let sales = "49301234567";
    let records = [
        call(
            66,
            "1",
            json!({"CallID": "a", "ANumber": sales, "GroupName": "Sales", "ServiceName": "Hotline",
            "CRMLink": "https://crm.example/contact/4711"}),
            json!(["crm", "ticket"]),
        ),
        hook(66, "1", "crm", "open", "ok", 41, Value::Null),
        hook(66, "1", "ticket", "rest", "ok", 187, Value::Null),
        call(
            66,
            "2",
            json!({"Event": "answered", "CallID": "a", "ANumber": sales}),
            json!([]),
        ),
        call(
            58,
            "3",
            json!({"Event": "ended", "CallID": "a", "ANumber": sales}),
            json!([]),
        ),
        (
            41,
            json!({"type": "dial", "id": "4", "from": "link", "number": "+4989123456"}),
        ),
        (
            41,
            json!({"type": "dialled", "id": "4", "outcome": "ok", "text": "", "millis": 212}),
        ),
        call(
            24,
            "5",
            json!({"CallID": "b", "ANumber": "", "GroupName": "Support"}),
            json!(["crm"]),
        ),
        hook(24, "5", "crm", "open", "skipped", 0, Value::Null),
        call(
            23,
            "6",
            json!({"Event": "missed", "CallID": "b", "GroupName": "Support"}),
            json!([]),
        ),
        call(
            3,
            "7",
            json!({"CallID": "c", "ANumber": "441632960123", "GroupName": "Support",
            "CRMLink": "https://crm.example/contact/815"}),
            json!(["crm", "ticket"]),
        ),
        hook(3, "7", "crm", "open", "ok", 38, Value::Null),
        hook(
            3,
            "7",
            "ticket",
            "rest",
            "timeout",
            5000,
            json!("no answer within 5 s"),
        ),
        call(
            2,
            "8",
            json!({"Event": "answered", "CallID": "c", "ANumber": "441632960123"}),
            json!([]),
        ),
    ];
    let now = SystemTime::now();
    let line = |(minutes, mut record): (u64, Value)| {
        record["at"] = mc_cli::timestamp(now - Duration::from_secs(minutes * 60)).into();
        format!("{record}\n")
    };
    records.into_iter().map(line).collect()
}

/// Made for the documentation with `UPDATE_PICTURES=1`, and kept by every other run.
#[test]
fn pictures_in_both_languages() {
    let desk = desk();
    let now = mc_cli::timestamp(SystemTime::now());
    let folder = desk.home.path().join("state").join("journal");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(format!("{}.jsonl", &now[..10])), morning()).unwrap();
    // Some time before noon, wherever it is so.
    let hour: i32 = now[11..13].parse().unwrap();
    let mut agent = desk.home.command("miniclient");
    agent.env("TZ", format!("LOC{}", hour - 11));
    let mut agent = Running::start(&mut agent);
    agent.wait_said("a word that it runs", PATIENCE, |said| {
        said.contains("miniclient: running").then_some(())
    });
    for (name, language, dark, width, height) in [
        ("page-en", "en", false, 760, 800),
        ("page-de", "de", true, 760, 800),
        ("page-narrow-de", "de", false, 320, 900),
    ] {
        let look = Look {
            language,
            dark,
            width,
            height,
        };
        let Some(browser) = Chromium::start(&look) else {
            return;
        };
        let _ = browser.open(&desk);
        assert_eq!(
            browser.run("return document.querySelectorAll('#calls > li').length"),
            4
        );
        let file = pictures().join(format!("{name}.png"));
        browser.picture(&file);
        assert!(file.metadata().unwrap().len() > 10_000);
    }
}
