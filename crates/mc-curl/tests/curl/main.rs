//! Curl commands: what is read, what is refused and where, what goes out, and what becomes of it.
//!
//! What the real curl sends for the same commands is compared in `curl_differential`.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod certificates;
mod checks;
mod connections;
mod cookies;
mod digest;
mod documentation;
mod documents;
#[cfg(unix)]
mod files;
#[cfg(target_os = "linux")]
mod firewall;
mod hidden;
#[cfg(feature = "http2")]
mod http2;
mod limits;
#[cfg(feature = "oauth")]
mod oauth;
mod printing;
mod properties;
mod refusals;
mod rendering;
mod secrets;
mod sending;
mod tls;
mod trying;

use mc_curl::{CurlCommand, Request, RequestError};
use mc_template::{Names, Numbers, Scope, Values};

fn read(line: &str) -> CurlCommand {
    CurlCommand::parse(line, &Names::call()).unwrap_or_else(|errors| panic!("{line}: {errors}"))
}

fn values(pairs: &[(&str, &str)]) -> Values {
    pairs.iter().copied().collect()
}

fn requests(line: &str, pairs: &[(&str, &str)]) -> Result<Vec<Request>, RequestError> {
    read(line).requests(&Scope::new(&values(pairs), &Numbers::default()))
}

fn request(line: &str, pairs: &[(&str, &str)]) -> Request {
    let mut all = requests(line, pairs).unwrap_or_else(|error| panic!("{line}: {error}"));
    assert_eq!(all.len(), 1, "{line}");
    all.swap_remove(0)
}

fn body(request: &Request) -> &str {
    std::str::from_utf8(request.body().unwrap()).unwrap()
}

fn header<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    headers
        .iter()
        .find(|(given, _)| given.eq_ignore_ascii_case(name))
        .map(|(_, value)| value.as_str())
}

#[cfg(windows)]
#[test]
fn every_command_beside_the_real_curl() {
    testkit::skipped(
        "commands are compared with Debian's curl, whose shell and files are those of Linux",
    );
}
