//! The page in a real browser: Chromium without a window, driven through its driver.

mod live;
mod origin;
mod people;
mod pictures;
mod plain;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::wait_until;

use super::super::{Desk, PATIENCE};
use super::Way;

/// How the browser is to be.
struct Look {
    language: &'static str,
    dark: bool,
    width: u32,
    height: u32,
    scripts: bool,
}

const ENGLISH: Look = Look {
    language: "en",
    dark: false,
    width: 800,
    height: 800,
    scripts: true,
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
        if !look.scripts {
            chromium.command(
                "Emulation.setScriptExecutionDisabled",
                &json!({"value": true}),
            );
        }
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

    /// A command of the browser's own protocol.
    fn command(&self, command: &str, parameters: &Value) {
        let body = json!({"cmd": command, "params": parameters});
        self.ask("POST", "/goog/cdp/execute", &body);
    }

    fn resize(&self, width: u32, height: u32) {
        let size =
            json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": false});
        self.command("Emulation.setDeviceMetricsOverride", &size);
    }

    fn go(&self, url: &str) {
        self.ask("POST", "/url", &json!({ "url": url }));
    }

    /// Opens another tab, and is in it.
    fn tab(&self) {
        let tab = self.ask("POST", "/window/new", &json!({"type": "tab"}));
        self.ask("POST", "/window", &json!({"handle": tab["handle"]}));
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
