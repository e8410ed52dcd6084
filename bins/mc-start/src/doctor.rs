//! `mc-start doctor`: why does it fail here, and what is to be done?
//!
//! Every finding is one line. The server is asked for its list of routing applications, which changes nothing there:
//! the answer shows that name, port, certificate, token and client id are right, and whether the application exists.

use std::fs::File;
use std::io;
use std::net::{TcpStream, ToSocketAddrs as _};
use std::path::{Path, PathBuf};
use std::time::Instant;

use mc_cli::settings::Layer;
use mc_cli::{Exit, Findings, Folders, Mark, with_disk_advice};
use mc_identity::Field;
use mc_routing::{ClientOptions, RetryPolicy, RunUrl};
use mc_secret::text::printable;
use serde_json::Value;

use crate::cli::{Doctor, Flags};
use crate::output::OUTPUT;
use crate::report::ReportError;
use crate::settings::{FILE_NAME, Loaded, Settings};
use crate::token::{self, PATIENCE};
use crate::{client, empty, record, report, start, sys};

/// Prints the findings; the exit code says whether all is well.
pub(crate) fn run(flags: &Flags, arguments: Doctor, folders: &Folders) -> Exit {
    let mut findings = Findings::new();
    let loaded = Settings::load(flags, folders);
    let (version, folder) = (
        env!("CARGO_PKG_VERSION"),
        loaded.settings.folder().display(),
    );
    findings.ok("program", format_args!("mc-start {version} in {folder}"));
    examine(&loaded, &mut findings);
    last_start(folders, &mut findings);
    if arguments.json {
        OUTPUT.json(&findings);
    } else {
        OUTPUT.findings(&findings);
    }
    if findings.failed() {
        Exit::Failed
    } else {
        Exit::Done
    }
}

fn examine(loaded: &Loaded, findings: &mut Findings) {
    let settings = &loaded.settings;
    for file in &settings.files {
        findings.ok("settings", file.display());
    }
    for key in &settings.policies {
        findings.ok("policy", format_args!("{key} (replaces what it names)"));
    }
    if settings.files.is_empty() && settings.policies.is_empty() {
        let folder = settings.folder().display();
        let text = format!("no {FILE_NAME} in {folder}; the command line is all there is");
        findings.ok("settings", text);
    }
    for problem in &loaded.problems {
        findings.fail("settings", problem, None);
    }
    for warning in &loaded.warnings {
        findings.note("settings", warning, None);
    }
    for (name, origin) in loaded.provenance.iter() {
        findings.setting(name, origin);
    }
    examine_client(settings, findings);
    let Some(url) = settings.url.as_ref().filter(|_| settings.report) else {
        // Where the URL is what is missing, that has been told.
        if !settings.report {
            findings.ok("report", "none: report = false");
        }
        return;
    };
    examine_token(settings, findings);
    examine_identity(loaded, url, findings);
    if !url.is_https() {
        findings.note(
            "server",
            "http: the token crosses the network readable; use https where the server has it",
            None,
        );
    }
    reach(url, findings);
    ask(settings, url, findings);
}

fn examine_client(settings: &Settings, findings: &mut Findings) {
    if let Err(error) = client::refuse_services(sys::session_id()) {
        findings.fail("session", error, None);
    }
    match client::find(settings) {
        Ok(program) => {
            findings.ok("client", program.display());
            if client::is_marked(&program) {
                findings.note(
                    "client",
                    "is marked as downloaded; the next start removes the mark",
                    None,
                );
            }
            if let Some(file) = second_reporter(&program, settings) {
                let text = format!(
                    "{} has a [register] section, so the client reports, too; say report = false in {FILE_NAME}, or \
                     remove that section",
                    file.display()
                );
                findings.note("report", text, None);
            }
        }
        Err(error) => findings.fail("client", error, None),
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
    // In the order in which miniclient looks; the first one is the one that counts.
    let mut arguments = settings.client_args.iter();
    let given = arguments.find_map(|argument| match argument.strip_prefix("--config") {
        Some("") => Some(None),
        rest => rest?.strip_prefix('=').map(Some),
    });
    let given = given.and_then(|file| file.or(arguments.next().map(String::as_str)));
    let mut folders = settings.folders.clone();
    folders.executable = program.parent().map(Path::to_owned);
    let places = folders.candidates(NAME, given.map(Path::new));
    let file = places
        .into_iter()
        .map(|place| place.file)
        .find(|file| file.is_file())?;
    Layer::peek(&file)?
        .get("register")
        .is_some()
        .then_some(file)
}

fn examine_token(settings: &Settings, findings: &mut Findings) {
    match token::find(settings) {
        Ok(token) => {
            findings.ok("token", format_args!("from {}", token.origin()));
            for warning in token.warnings() {
                findings.note("token", warning, None);
            }
        }
        Err(error) => findings.fail("token", error, None),
    }
}

fn examine_identity(loaded: &Loaded, url: &RunUrl, findings: &mut Findings) {
    for (name, value) in report::body(&loaded.settings, url) {
        if loaded
            .settings
            .fields
            .iter()
            .any(|field| field.name() == name)
        {
            findings.identity(&name, value.as_str());
        }
        if !value.is_null() {
            findings.ok("reports", format_args!("{name} = {value}"));
            continue;
        }
        let mark = if name == Field::IpAddress.name() {
            Mark::Fail
        } else {
            Mark::Note
        };
        findings.add(mark, "reports", empty::tell(&name, loaded), None);
    }
}

/// Name and port, without the REST side.
fn reach(url: &RunUrl, findings: &mut Findings) {
    let (host, port) = (url.host().trim_matches(['[', ']']).to_owned(), url.port());
    let begun = Instant::now();
    let name = host.clone();
    let resolve = move || (name.as_str(), port).to_socket_addrs().map(Vec::from_iter);
    let addresses = match token::in_time(resolve) {
        Some(Ok(addresses)) if !addresses.is_empty() => addresses,
        Some(Err(error)) => {
            let text = format!("{host} is not found: {error}; check the name in url and the DNS");
            return findings.fail("name", text, None);
        }
        _ => {
            let text = format!("{host} is not found; check the name in url and the DNS");
            return findings.fail("name", text, None);
        }
    };
    let first = addresses[0].ip();
    findings.ok(
        "name",
        format_args!("{host} is {first} ({} ms)", begun.elapsed().as_millis()),
    );
    let begun = Instant::now();
    let mut failure = None;
    for address in &addresses {
        match TcpStream::connect_timeout(address, PATIENCE) {
            Ok(_) => {
                let text = format!("port {port} answers ({} ms)", begun.elapsed().as_millis());
                return findings.ok("port", text);
            }
            Err(error) => failure = Some(error),
        }
    }
    if let Some(error) = failure {
        let text = format!(
            "port {port} of {host} does not answer: {error}; is there a firewall, or a proxy to go through?"
        );
        // With a proxy in the settings the call may succeed all the same: it is asked next.
        findings.note("port", text, None);
    }
}

fn ask(settings: &Settings, url: &RunUrl, findings: &mut Findings) {
    let Some(base) = url.base() else {
        let text = "`url` is not that of a routing application, .../routingApplications/run/NUMBER, so the REST side was not asked";
        return findings.fail(
            "server",
            text,
            Some("copy the whole URL from the script or from jtel"),
        );
    };
    let options = ClientOptions::default().retry(RetryPolicy::never());
    // What is wrong with the token has its own line already.
    let client = match report::client(settings, options) {
        Ok(client) => client,
        Err(ReportError::Token(_)) => return,
        Err(_) => return findings.fail("server", "the call cannot be made: check ca_file", None),
    };
    let runtime = match start::runtime() {
        Ok(runtime) => runtime,
        Err(error) => return findings.fail("server", error, None),
    };
    let begun = Instant::now();
    let answer = runtime.block_on(client.applications(&base));
    let took = begun.elapsed().as_millis();
    runtime.shutdown_background();
    match answer {
        Ok(page) => {
            findings.soften(
                &["name"],
                "the server answers all the same, so a proxy leads there: nothing to do",
            );
            findings.ok(
                "server",
                format_args!("{} accepts the token ({took} ms)", url.origin()),
            );
            let Some(id) = url.application() else { return };
            if let Some(application) = page.records.iter().find(|application| application.id == id)
            {
                let name = printable(&application.name);
                findings.ok(
                    "server",
                    format_args!("routing application {id} is there: {name}"),
                );
            } else {
                let text = format!(
                    "routing application {id} is not among the {} there; check the number at the end of url",
                    page.records.len()
                );
                findings.fail("server", text, None);
            }
        }
        Err(error) => findings.fail("server", error, None),
    }
}

fn last_start(folders: &Folders, findings: &mut Findings) {
    let Some(path) = folders
        .state
        .as_ref()
        .map(|state| state.join(start::LOG_NAME))
    else {
        return findings.note("last start", "no folder for a log is known", None);
    };
    let log = path.display();
    match File::options().append(true).open(&path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            let text = with_disk_advice(&error);
            findings.note("log", format_args!("{log} cannot be written: {text}"), None);
        }
        _ => {}
    }
    let Some(last) = record::last(folders) else {
        return findings.ok("last start", format_args!("none yet ({log})"));
    };
    let at = last.get("at").and_then(Value::as_str).unwrap_or_default();
    let report = record::report(&last);
    match last.get("exit").and_then(Value::as_u64) {
        None => findings.note("last start", format_args!("{at}, under way ({log})"), None),
        Some(exit) => {
            let mark = if exit == 0 { Mark::Ok } else { Mark::Fail };
            let text = format!("{at}, exit code {exit}; {report} ({log})");
            findings.add(mark, "last start", text, None);
        }
    }
}
