//! Logging in with Digest, at servers that check the answer; the real curl is asked beside this crate.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::time::Duration;

use mc_curl::{CurlCommand, Reading, Sender, SenderOptions};
use mc_template::{Numbers, Scope, Values};
use md5::Digest as _;
use testkit::{Answer, Recorded, Recorder, Watchdog};

const PASSWORD: &str = "ge:heim ü";

/// What a server asks for.
#[derive(Clone, Copy)]
struct Wanted {
    algorithm: &'static str,
    qop: &'static str,
    more: &'static str,
}

impl Wanted {
    fn challenge(self, nonce: &str) -> String {
        let mut text = format!("Digest realm=\"the phone\", nonce=\"{nonce}\"");
        for (name, value) in [("algorithm", self.algorithm), ("qop", self.qop)] {
            if !value.is_empty() {
                let _ = write!(text, ", {name}=\"{value}\"");
            }
        }
        text + self.more
    }

    fn hash(self, text: &str) -> String {
        let bytes = if self.algorithm.starts_with("SHA-256") {
            sha2::Sha256::digest(text.as_bytes()).to_vec()
        } else {
            md5::Md5::digest(text.as_bytes()).to_vec()
        };
        let mut hex = String::new();
        for byte in bytes {
            let _ = write!(hex, "{byte:02x}");
        }
        hex
    }

    /// Whether a request answers the challenge (RFC 7616, 3.4).
    fn accepts(self, request: &Recorded, user: &str, nonce: &str) -> bool {
        let Some(text) = request.header("Authorization") else {
            return false;
        };
        let given = params(text.strip_prefix("Digest ").unwrap_or_default());
        let get = |name: &str| given.get(name).map_or("", String::as_str);
        let named = if self.more.contains("userhash=true") {
            self.hash(&format!("{user}:the phone"))
        } else {
            user.to_owned()
        };
        let mut secret = self.hash(&format!("{user}:the phone:{PASSWORD}"));
        if self.algorithm.ends_with("-sess") {
            secret = self.hash(&format!("{secret}:{nonce}:{}", get("cnonce")));
        }
        let mut what = format!("{}:{}", request.method, request.target);
        if get("qop") == "auth-int" {
            let _ = write!(what, ":{}", self.hash(&request.text()));
        }
        let what = self.hash(&what);
        let response = if self.qop.is_empty() {
            self.hash(&format!("{secret}:{nonce}:{what}"))
        } else {
            let (nc, cnonce, qop) = (get("nc"), get("cnonce"), get("qop"));
            self.hash(&format!("{secret}:{nonce}:{nc}:{cnonce}:{qop}:{what}"))
        };
        let opaque = !self.more.contains("opaque") || get("opaque") == "o p";
        get("username") == named
            && get("uri") == request.target
            && get("nonce") == nonce
            && get("response") == response
            && opaque
    }
}

/// `name="value", name=value`
fn params(text: &str) -> HashMap<String, String> {
    let mut found = HashMap::new();
    let mut rest = text;
    while let Some((name, after)) = rest.split_once('=') {
        let (value, left) = if let Some(quoted) = after.strip_prefix('"') {
            let mut value = String::new();
            let mut characters = quoted.chars();
            while let Some(c) = characters.next().filter(|c| *c != '"') {
                let escaped = if c == '\\' {
                    characters.next()
                } else {
                    Some(c)
                };
                value.extend(escaped);
            }
            (value, characters.as_str())
        } else {
            let end = after.find(',').unwrap_or(after.len());
            (after[..end].to_owned(), &after[end..])
        };
        found.insert(name.trim_matches([' ', ',']).to_owned(), value);
        rest = left;
    }
    found
}

fn server(wanted: Wanted, user: &'static str) -> Recorder {
    Recorder::start_with(move |request| {
        if wanted.accepts(request, user, "n0nce") {
            Answer::ok("in")
        } else {
            Answer::status(401).header("WWW-Authenticate", &wanted.challenge("n0nce"))
        }
    })
}

/// The exit code and the last status.
async fn ours(line: &str) -> (u8, Option<u16>) {
    let _watchdog = Watchdog::start(line, Duration::from_secs(40));
    let command = CurlCommand::read(line, &Reading::literal()).unwrap();
    let (values, numbers) = (Values::new(), Numbers::default());
    let sender = Sender::new(SenderOptions::default()).unwrap();
    let scope = Scope::new(&values, &numbers);
    let answer = sender.send(&command, &scope, None).await.unwrap();
    (answer.exit_code(), answer.status())
}

/// What the real curl comes to; none where there is none.
fn real(arguments: &[&str]) -> Option<String> {
    if cfg!(windows) {
        return None;
    }
    let mut curl = std::process::Command::new("curl");
    curl.args(["-s", "-o", "/dev/null", "-w", "%{http_code}"])
        .args(arguments);
    let output = curl.output().ok()?;
    Some(String::from_utf8(output.stdout).unwrap())
}

#[tokio::test]
async fn every_kind_of_digest_is_what_its_server_expects() {
    let mut kinds = Vec::new();
    for algorithm in ["", "MD5", "MD5-sess", "SHA-256", "SHA-256-sess"] {
        for (qop, more) in [
            ("", ""),
            ("auth", ", opaque=\"o p\""),
            ("auth-int,auth", ", userhash=true"),
        ] {
            // Without a quality there is no number of the client's, which a session needs.
            if !(qop.is_empty() && algorithm.ends_with("-sess")) {
                kinds.push(Wanted {
                    algorithm,
                    qop,
                    more,
                });
            }
        }
    }
    for wanted in kinds {
        let user = "te\"l k";
        let named = wanted.challenge("");
        let server = server(wanted, user);
        let url = server.url("/dial?number=%2B49");
        let login = format!("{user}:{PASSWORD}");
        for body in [&[][..], &["-d", "a=1"]] {
            let line = format!("curl --digest -u '{login}' {} '{url}'", body.join(" "));
            assert_eq!(ours(&line).await, (0, Some(200)), "{named}");
            let requests = server.requests();
            let seen: Vec<_> = requests
                .iter()
                .map(|one| (one.header("Authorization").is_some(), one.text()))
                .collect();
            let sent = if body.is_empty() { "" } else { "a=1" };
            assert_eq!(
                seen,
                [(false, String::new()), (true, sent.to_owned())],
                "{named}"
            );
            server.clear();
            let arguments = [&["--digest", "-u", &login][..], body, &[&url]].concat();
            let control = real(&arguments);
            assert!(
                control.is_none_or(|status| status == "200"),
                "curl: {named}"
            );
            server.clear();
        }
    }
}

#[tokio::test]
async fn the_body_is_part_of_what_auth_int_protects() {
    let wanted = Wanted {
        algorithm: "MD5",
        qop: "auth-int",
        more: "",
    };
    let server = server(wanted, "tel");
    let line = format!(
        "curl --digest -u 'tel:{PASSWORD}' -d number=49 {}",
        server.url("/dial")
    );
    assert_eq!(ours(&line).await, (0, Some(200)));
}

#[tokio::test]
async fn a_wrong_password_is_tried_once() {
    let wanted = Wanted {
        algorithm: "MD5",
        qop: "auth",
        more: "",
    };
    let server = server(wanted, "tel");
    for (options, code) in [("", 0), ("-f", 22), ("-d a=1 --anyauth", 0)] {
        let line = format!(
            "curl {options} --digest -u tel:wrong {}",
            server.url("/dial")
        );
        assert_eq!(ours(&line).await, (code, Some(401)), "{options}");
        assert_eq!(server.requests().len(), 2, "{options}");
        server.clear();
    }
}

/// What a server of one answer is asked: for each request, its `Authorization` and its body.
async fn asked(options: &str, answer: Answer) -> Vec<(Option<String>, String)> {
    let server = Recorder::start();
    server.always(answer);
    ours(&format!("curl {options} {}", server.url("/dial"))).await;
    let requests = server.requests();
    let seen = requests
        .iter()
        .map(|one| (one.header("Authorization").map(str::to_owned), one.text()));
    seen.collect()
}

fn nobody(body: &str) -> (Option<String>, String) {
    (None, body.to_owned())
}

#[tokio::test]
async fn a_server_that_asks_for_nothing_gets_the_body_after_it_said_so() {
    let post = "--digest -u a:b -d x=1";
    assert_eq!(
        asked(post, Answer::ok("in")).await,
        [nobody(""), nobody("x=1")]
    );
    for status in [300, 404] {
        let seen = asked(post, Answer::status(status)).await;
        assert_eq!(seen, [nobody("")], "{status}");
    }
    // Without a body there is nothing to hold back, and with Basic allowed it goes out at once.
    let get = asked("--digest -u a:b", Answer::ok("in")).await;
    assert_eq!(get, [nobody("")]);
    let any = asked("--anyauth -u a:b -d x=1", Answer::ok("in")).await;
    assert_eq!(any, [nobody("x=1")]);
}

#[tokio::test]
async fn who_may_not_answer_a_challenge_is_not_asked_twice() {
    let asks = |challenge: &str| Answer::status(401).header("WWW-Authenticate", challenge);
    let digest = "Digest realm=\"r\", nonce=\"n\"";
    assert_eq!(asked("--digest", asks(digest)).await, [nobody("")]);
    let basic = asked("-u a:b", asks(digest)).await;
    assert_eq!(basic, [(Some("Basic YTpi".to_owned()), String::new())]);
    // A password for Digest is not told to who asks for it in the clear.
    let clear = asked("--digest -u a:b", asks("Basic realm=\"r\"")).await;
    assert_eq!(clear, [nobody("")]);
    let other = asked("--anyauth -u a:b", asks("Negotiate")).await;
    assert_eq!(other, [nobody("")]);
}

#[tokio::test]
async fn a_server_that_calls_every_answer_too_old_is_not_asked_for_ever() {
    let server = Recorder::start();
    let challenge = "Digest realm=\"r\", nonce=\"n\", stale=true";
    server.always(Answer::status(401).header("WWW-Authenticate", challenge));
    let line = format!("curl --digest -u a:b {}", server.url("/dial"));
    assert_eq!(ours(&line).await, (0, Some(401)));
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn another_server_is_told_nothing() {
    let challenge = "Digest realm=\"r\", nonce=\"n\", qop=\"auth\"";
    let other = Recorder::start();
    other.always(Answer::status(401).header("WWW-Authenticate", challenge));
    let first = Recorder::start();
    first.then(Answer::status(401).header("WWW-Authenticate", challenge));
    first.then(Answer::redirect(302, &other.localhost_url("/elsewhere")));
    let line = format!("curl -L --digest -u a:b {}", first.url("/dial"));
    assert_eq!(ours(&line).await, (0, Some(401)));
    assert!(first.requests()[1].header("Authorization").is_some());
    assert_eq!(other.only().header("Authorization"), None);
}

#[tokio::test]
async fn the_time_is_for_both_requests() {
    let server = Recorder::start();
    let challenge = "Digest realm=\"r\", nonce=\"n\"";
    server.then(Answer::status(401).header("WWW-Authenticate", challenge));
    server.then(Answer::silence());
    let line = format!("curl -m 1 --digest -u a:b {}", server.url("/dial"));
    assert_eq!(ours(&line).await, (28, Some(401)));
}
