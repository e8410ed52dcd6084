//! `mc-start doctor`: why does it fail here, and what is to be done?
//!
//! Every finding is one line. The server is asked for its list of routing applications, which changes nothing there:
//! the answer shows that name, port, certificate, token and client id are right, and whether the application exists.

use std::fmt::{Display, Write as _};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::path::{Path, PathBuf};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use mc_identity::Field;
use mc_routing::{ClientOptions, RetryPolicy, RunUrl, Token};
use mc_secret::text::printable;

use crate::cli::Flags;
use crate::client;
use crate::log::Log;
use crate::output;
use crate::report;
use crate::settings::{FILE_NAME, Settings};
use crate::sys;
use crate::token;
use crate::{Exit, start};

/// The longest that a name may take to resolve, and a connection to be made.
const PATIENCE: Duration = Duration::from_secs(3);

/// Prints the findings; the exit code says whether all is well.
pub(crate) fn run(flags: &Flags, folder: &Path) -> Exit {
    let mut findings = Findings::default();
    findings.say(
        State::Ok,
        "program",
        format_args!(
            "mc-start {} in {}",
            env!("CARGO_PKG_VERSION"),
            folder.display()
        ),
    );
    match Settings::load(flags, folder) {
        Ok(settings) => examine(&settings, &mut findings),
        Err(problems) => {
            for problem in problems {
                findings.say(State::Fail, "settings", problem);
            }
        }
    }
    last_start(&mut findings);
    output::text(&findings.text);
    if findings.failed {
        Exit::Failed
    } else {
        Exit::Done
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Ok,
    /// It works, and somebody should know.
    Note,
    Fail,
}

#[derive(Default)]
struct Findings {
    text: String,
    failed: bool,
}

impl Findings {
    fn say(&mut self, state: State, about: &str, text: impl Display) {
        let mark = match state {
            State::Ok => "ok",
            State::Note => "note",
            State::Fail => "FAIL",
        };
        self.failed |= state == State::Fail;
        let _ = writeln!(self.text, "{mark:<5}{about:<10} {text}");
    }
}

fn examine(settings: &Settings, findings: &mut Findings) {
    match &settings.file {
        Some(file) => findings.say(State::Ok, "settings", file.display()),
        None => findings.say(
            State::Ok,
            "settings",
            format_args!(
                "no {FILE_NAME} in {}; the command line is all there is",
                settings.folder.display()
            ),
        ),
    }
    examine_client(settings, findings);
    let Some(url) = settings.url.as_ref().filter(|_| settings.report) else {
        findings.say(State::Ok, "report", "none: report = false");
        return;
    };
    examine_token(settings, findings);
    examine_identity(settings, url, findings);
    if !url.is_https() {
        findings.say(
            State::Note,
            "server",
            "http: the token crosses the network readable; use https where the server has it",
        );
    }
    if reach(url, findings) {
        ask(settings, url, findings);
    }
}

fn examine_client(settings: &Settings, findings: &mut Findings) {
    if let Err(error) = client::refuse_services(sys::session_id()) {
        findings.say(State::Fail, "session", error);
    }
    match client::find(settings) {
        Ok(program) => {
            findings.say(State::Ok, "client", program.display());
            if client::is_marked(&program) {
                findings.say(
                    State::Note,
                    "client",
                    "is marked as downloaded; the next start removes the mark",
                );
            }
            if let Some(file) = second_reporter(&program, settings) {
                let text = format!(
                    "{} has a [register] section, so the client reports, too; say report = false in {FILE_NAME}, or \
                     remove that section",
                    file.display()
                );
                findings.say(State::Note, "report", text);
            }
        }
        Err(error) => findings.say(State::Fail, "client", error),
    }
}

/// The configuration of a miniclient that reports by itself.
fn second_reporter(program: &Path, settings: &Settings) -> Option<PathBuf> {
    const NAME: &str = "miniclient.toml";
    let name = program.file_stem()?.to_string_lossy().to_lowercase();
    if !settings.report
        || !matches!(
            name.as_str(),
            "miniclient" | "miniclientw" | "acdagentminiclient"
        )
    {
        return None;
    }
    let variable = |name| {
        std::env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    // In the order in which miniclient looks; the first one is the one that counts.
    let given = settings
        .client_args
        .iter()
        .skip_while(|argument| *argument != "--config")
        .nth(1)
        .map(PathBuf::from);
    let user = variable("MINICLIENT_HOME")
        .map(|home| home.join(NAME))
        .or_else(|| {
            let base = if cfg!(windows) {
                variable("APPDATA")
            } else {
                variable("XDG_CONFIG_HOME")
                    .or_else(|| variable("HOME").map(|home| home.join(".config")))
            };
            base.map(|base| base.join("miniclient").join(NAME))
        });
    let beside = program.parent().map(|folder| folder.join(NAME));
    let machine = if cfg!(windows) {
        variable("ProgramData")
    } else {
        Some(PathBuf::from("/etc"))
    };
    let machine = machine.map(|base| base.join("miniclient").join(NAME));
    let places = [given, variable("MINICLIENT_CONFIG"), user, beside, machine];
    let file = places.into_iter().flatten().find(|place| place.is_file())?;
    let text = std::fs::read_to_string(&file).ok()?;
    let (table, _) = toml::de::DeTable::parse_recoverable(&text);
    table.get_ref().contains_key("register").then_some(file)
}

fn examine_token(settings: &Settings, findings: &mut Findings) {
    match Token::find(&token::search(settings)) {
        Ok(token) => {
            findings.say(State::Ok, "token", format_args!("from {}", token.origin()));
            for warning in token.warnings() {
                findings.say(State::Note, "token", warning);
            }
        }
        Err(error) => findings.say(State::Fail, "token", error),
    }
}

fn examine_identity(settings: &Settings, url: &RunUrl, findings: &mut Findings) {
    for (name, value) in report::body(settings, url) {
        let missing = value.is_null();
        let address = name == Field::IpAddress.name();
        let (state, advice) = match (missing, address) {
            (false, _) => (State::Ok, ""),
            (true, true) => (
                State::Fail,
                ": no address by this rule; is the network up? see ip",
            ),
            (true, false) => (State::Note, ": not known here"),
        };
        findings.say(state, "reports", format_args!("{name} = {value}{advice}"));
    }
}

/// Name and port, without the REST side.
fn reach(url: &RunUrl, findings: &mut Findings) -> bool {
    let (host, port) = (url.host().trim_matches(['[', ']']).to_owned(), url.port());
    let begun = Instant::now();
    let (send, resolved) = mpsc::channel();
    let name = host.clone();
    // A resolver cannot be interrupted; a thread can be left behind.
    thread::spawn(move || {
        send.send(
            (name.as_str(), port)
                .to_socket_addrs()
                .map(Iterator::collect::<Vec<_>>),
        )
    });
    let addresses = match resolved.recv_timeout(PATIENCE) {
        Ok(Ok(addresses)) if !addresses.is_empty() => addresses,
        Ok(Err(error)) => {
            findings.say(
                State::Fail,
                "name",
                format_args!("{host} is not found: {error}; check the name in url and the DNS"),
            );
            return false;
        }
        Ok(Ok(_)) | Err(_) => {
            findings.say(
                State::Fail,
                "name",
                format_args!("{host} is not found; check the name in url and the DNS"),
            );
            return false;
        }
    };
    let first = addresses[0].ip();
    findings.say(
        State::Ok,
        "name",
        format_args!("{host} is {first} ({} ms)", begun.elapsed().as_millis()),
    );
    let begun = Instant::now();
    let mut failure = None;
    for address in &addresses {
        match TcpStream::connect_timeout(address, PATIENCE) {
            Ok(_) => {
                let text = format!("port {port} answers ({} ms)", begun.elapsed().as_millis());
                findings.say(State::Ok, "port", text);
                return true;
            }
            Err(error) => failure = Some(error),
        }
    }
    if let Some(error) = failure {
        let text = format!(
            "port {port} of {host} does not answer: {error}; is there a firewall, or a proxy to go through?"
        );
        // With a proxy in the settings the call may succeed all the same: it is asked next.
        findings.say(State::Note, "port", text);
    }
    true
}

fn ask(settings: &Settings, url: &RunUrl, findings: &mut Findings) {
    let Some(base) = url.base() else {
        let text = "the URL has not the usual form .../routingApplications/run/ID, so the REST side was not asked";
        return findings.say(State::Note, "server", text);
    };
    let options = ClientOptions::default().retry(RetryPolicy::never());
    // What is wrong with the token has its own line already.
    let Ok(client) = report::client(settings, options) else {
        if Token::find(&token::search(settings)).is_ok() {
            findings.say(
                State::Fail,
                "server",
                "the call cannot be made: check ca_file",
            );
        }
        return;
    };
    let runtime = match start::runtime() {
        Ok(runtime) => runtime,
        Err(error) => return findings.say(State::Fail, "server", error),
    };
    let begun = Instant::now();
    let answer = runtime.block_on(client.applications(&base));
    let took = begun.elapsed().as_millis();
    runtime.shutdown_background();
    match answer {
        Ok(page) => {
            findings.say(
                State::Ok,
                "server",
                format_args!("{} accepts the token ({took} ms)", url.origin()),
            );
            let Some(id) = url.application() else { return };
            if let Some(application) = page
                .records
                .iter()
                .find(|application| application.id.to_string() == id.to_string())
            {
                let name = printable(&application.name);
                findings.say(
                    State::Ok,
                    "server",
                    format_args!("routing application {id} is there: {name}"),
                );
            } else {
                let text = format!(
                    "routing application {id} is not among the {} there; check the number at the end of url",
                    page.records.len()
                );
                findings.say(State::Fail, "server", text);
            }
        }
        Err(error) => findings.say(State::Fail, "server", error),
    }
}

fn last_start(findings: &mut Findings) {
    let log = Log::of_this_user();
    let text = log.last().unwrap_or_else(|| "none yet".to_owned());
    match log.path() {
        Some(path) => findings.say(
            State::Ok,
            "last start",
            format_args!("{text} ({})", path.display()),
        ),
        None => findings.say(State::Note, "last start", "no folder for a log is known"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_is_about_stands_apart_from_the_finding() {
        let mut findings = Findings::default();
        findings.say(State::Ok, "last start", "none yet");
        findings.say(State::Fail, "name", "not found");
        assert_eq!(
            findings.text,
            "ok   last start none yet\nFAIL name       not found\n"
        );
    }
}
