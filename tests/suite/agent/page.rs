//! The agent's page, by a plain HTTP client, and in a browser.

#[cfg(target_os = "linux")]
mod browser;
mod entry;
mod limits;
mod shown;

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;

use serde_json::Value;
use testkit::{Reply, request};

use super::{Desk, PATIENCE, json};

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
pub(super) struct Browser {
    way: Way,
    cookie: String,
}

impl Browser {
    pub(super) fn of(desk: &Desk) -> Self {
        Way::of(desk).enter()
    }

    fn get(&self, place: &str, headers: &[(&str, &str)]) -> Reply {
        let target = format!("{}{place}", self.way.folder);
        let cookie = ("Cookie", self.cookie.as_str());
        self.way.get(&target, &[&[cookie], headers].concat())
    }

    pub(super) fn page(&self) -> String {
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
