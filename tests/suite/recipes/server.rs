//! A server that stands for each system: it answers what is asked as documented, and refuses what is not.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};

use md5::Digest as _;
use serde_json::Value;
use testkit::{Answer, Recorded, Recorder};

use super::systems::{Body, Endpoint, System};

/// What was answered, by the endpoint's place in the table, and what was refused, with the reason.
#[derive(Default)]
struct Log {
    answered: Vec<usize>,
    refusals: Vec<String>,
}

pub(super) struct Server {
    recorder: Recorder,
    log: Arc<Mutex<Log>>,
}

impl Server {
    /// The system's endpoints.
    pub(super) fn start(system: &'static System) -> Self {
        Self::with(move |request| {
            let at_target = |(_, one): &(usize, &Endpoint)| {
                one.method == request.method && one.target == request.target
            };
            let mut candidates = system.endpoints.iter().enumerate().filter(at_target);
            let mut reason = format!("404: {} {}", request.method, request.target);
            candidates
                .find_map(|(number, endpoint)| match endpoint.refuses(request) {
                    None => Some(Ok((number, answer(endpoint.answer)))),
                    Some(why) => {
                        reason = why;
                        None
                    }
                })
                .unwrap_or(Err(reason))
        })
    }

    /// A telephone that asks for Digest authentication (RFC 7616) and answers one target.
    pub(super) fn phone(target: &'static str) -> Self {
        const NONCE: &str = "dcd98b7102dd2f0e8b11d0f600bfb0c0";
        Self::with(move |request| {
            if (request.method.as_str(), request.target.as_str()) != ("GET", target) {
                return Err(format!("404: {} {}", request.method, request.target));
            }
            let Some(text) = request.header("Authorization") else {
                let challenge = format!(
                    "Digest realm=\"phone\", nonce=\"{NONCE}\", qop=\"auth\", algorithm=MD5"
                );
                let asked = Answer::status(401).header("WWW-Authenticate", &challenge);
                return Ok((usize::MAX, asked));
            };
            let part = |name: &str| {
                let (_, after) = text.split_once(&format!("{name}="))?;
                Some(
                    after
                        .trim_start_matches('"')
                        .split(['"', ','])
                        .next()?
                        .to_owned(),
                )
            };
            let (nc, cnonce) = (
                part("nc").unwrap_or_default(),
                part("cnonce").unwrap_or_default(),
            );
            let (who, what) = (md5("admin:phone:key"), md5(&format!("GET:{target}")));
            let expected = md5(&format!("{who}:{NONCE}:{nc}:{cnonce}:auth:{what}"));
            if part("response").as_deref() == Some(&expected)
                && part(" uri").as_deref() == Some(target)
            {
                Ok((0, Answer::ok("")))
            } else {
                Err(format!("401: {text}"))
            }
        })
    }

    fn with(
        answers: impl Fn(&Recorded) -> Result<(usize, Answer), String> + Send + Sync + 'static,
    ) -> Self {
        let log = Arc::new(Mutex::new(Log::default()));
        let kept = Arc::clone(&log);
        let recorder = Recorder::start_with(move |request| {
            let mut log = kept.lock().unwrap();
            match answers(request) {
                Ok((usize::MAX, answer)) => answer,
                Ok((number, answer)) => {
                    log.answered.push(number);
                    answer
                }
                Err(reason) => {
                    let status = reason.get(..3).and_then(|status| status.parse().ok());
                    log.refusals.push(reason);
                    Answer::status(status.unwrap_or(400))
                }
            }
        });
        Self { recorder, log }
    }

    pub(super) fn url(&self, target: &str) -> String {
        self.recorder.url(target)
    }

    pub(super) fn answered(&self) -> Vec<usize> {
        self.log.lock().unwrap().answered.clone()
    }

    pub(super) fn refusals(&self) -> Vec<String> {
        self.log.lock().unwrap().refusals.clone()
    }
}

fn answer(text: &str) -> Answer {
    match serde_json::from_str::<Value>(text) {
        Ok(value) => Answer::json(200, &value),
        Err(_) => Answer::ok(text),
    }
}

fn md5(text: &str) -> String {
    let mut hex = String::new();
    for byte in md5::Md5::digest(text.as_bytes()) {
        write!(hex, "{byte:02x}").unwrap();
    }
    hex
}

impl Endpoint {
    /// Why the system would not take a request, with its status.
    fn refuses(&self, request: &Recorded) -> Option<String> {
        for (name, value) in self.headers {
            let given = request.header(name);
            if given != Some(value) {
                let status = if *name == "Authorization" { 401 } else { 400 };
                return Some(format!("{status}: {name} is {given:?}, not {value:?}"));
            }
        }
        let text = request.text();
        let content_type = request.header("Content-Type").unwrap_or_default();
        let good = match self.body {
            Body::None => text.is_empty(),
            Body::Text(expected) => text == expected,
            Body::Json(expected) => {
                let expected = expected.replace("LOGIN", &login());
                let expected: Value = serde_json::from_str(&expected).unwrap();
                content_type == "application/json"
                    && serde_json::from_str::<Value>(&text).is_ok_and(|given| given == expected)
            }
            Body::Form(expected) => {
                let mut given: Vec<_> = url::form_urlencoded::parse(text.as_bytes()).collect();
                given.sort();
                content_type == "application/x-www-form-urlencoded"
                    && given.len() == expected.len()
                    && given
                        .iter()
                        .zip(expected)
                        .all(|((name, value), (known, wanted))| {
                            name == known && (value == wanted || wanted.is_empty())
                        })
            }
            Body::Signed(key) => signed(request, key) && content_type == "application/json",
        };
        (!good).then(|| format!("400: {content_type} {text}"))
    }
}

/// Who runs the tests.
fn login() -> String {
    if cfg!(windows) {
        return std::env::var("USERNAME").unwrap();
    }
    let name = std::process::Command::new("id")
        .arg("-un")
        .output()
        .unwrap();
    String::from_utf8(name.stdout).unwrap().trim().to_owned()
}

/// Whether a request is signed as Standard Webhooks has it.
fn signed(request: &Recorded, key: &str) -> bool {
    let header = |name: &str| request.header(name).unwrap_or_default().to_owned();
    let body = request.text();
    let text = format!(
        "{}.{}.{body}",
        header("webhook-id"),
        header("webhook-timestamp")
    );
    let expected = base64(&hmac_sha256(key.as_bytes(), text.as_bytes()));
    let event: Value = serde_json::from_str(&body).unwrap_or_default();
    header("webhook-signature") == format!("v1,{expected}") && event["ANumber"].is_string()
}

/// RFC 2104.
fn hmac_sha256(key: &[u8], text: &[u8]) -> Vec<u8> {
    let pad = |with: u8| -> Vec<u8> {
        let mut block = [0; 64];
        block[..key.len()].copy_from_slice(key);
        block.iter().map(|byte| byte ^ with).collect()
    };
    let inner = sha2::Sha256::digest([&pad(0x36), text].concat());
    sha2::Sha256::digest([&pad(0x5c)[..], &inner[..]].concat()).to_vec()
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
