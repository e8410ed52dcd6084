//! `doctor`: where settings come from, and whether what they need works, each finding with what to do about it.
//!
//! Nothing is changed anywhere. The telephone system is asked for its list of routing applications: the answer shows that name, port,
//! certificate, token and client id are right, and whether the applications exist.

#[cfg(feature = "broker")]
mod broker;
mod links;
mod server;

use std::fs::File;
use std::io;
use std::path::Path;
use std::time::Duration;

use mc_agent::{AskError, LastRefused, Registration};
use mc_cli::Findings;
use mc_cli::settings::{Layer, Value as Setting};
use mc_identity::Field;
use mc_ipc::{Deadlines, IpcError};
use mc_secret::Provider as _;

use super::running;
use super::secret::State;
use crate::agent::log;
use crate::cli::DoctorArguments;
use crate::config::{self, Config, Loaded, SettingOrigin, SettingsProblem};
use crate::{App, Exit, advice};

/// How long the running instance may take for each half of its answer.
const INSTANCE: Duration = Duration::from_secs(2);

/// Runs the command.
pub(crate) async fn run(app: &App, arguments: &DoctorArguments) -> Exit {
    let mut findings = Findings::default();
    findings.ok(
        "program",
        format!("miniclient {}{}", env!("CARGO_PKG_VERSION"), placed(app)),
    );
    left_out(&mut findings);
    let loaded = config::load(&app.folders, app.config_file.as_deref());
    match &loaded {
        Ok(loaded) => configuration(loaded, &mut findings),
        Err(problems) => {
            for problem in problems {
                findings.fail("config", problem.to_string(), None);
            }
            findings.note(
                "config",
                "what it configures (server, secrets, broker) is not looked at",
                Some("mend the configuration and call `doctor` again"),
            );
        }
    }
    let faulty = loaded.is_err();
    let config = loaded.ok().map(|loaded| loaded.config).unwrap_or_default();
    secrets(&config, &mut findings);
    tokens(&config, &mut findings).await;
    identity(&config, &mut findings).await;
    match &config.jtel {
        Some(jtel) => server::examine(&config, jtel, &mut findings).await,
        None if faulty => {}
        None => findings.note(
            "server",
            "no telephone system is configured",
            Some("add [jtel] with base_url to register and dial"),
        ),
    }
    let user = instance(app, &config, &mut findings).await;
    #[cfg(not(feature = "broker"))]
    drop(user);
    #[cfg(feature = "broker")]
    if let Some(subscribe) = &config.subscribe {
        let user = user.or_else(|| config.users_uid.clone());
        broker::examine(&config, subscribe, user.as_deref(), &mut findings).await;
    }
    launcher(app, &config, &mut findings);
    log(app, &mut findings);
    links::examine(app, &mut findings).await;
    if arguments.json {
        app.output.json(&findings);
    } else {
        app.output.findings(&findings);
    }
    if findings.failed() {
        Exit::Failed
    } else {
        Exit::Done
    }
}

/// Whether what the agent did can be read somewhere. Before the first start there is no log.
fn log(app: &App, findings: &mut Findings) {
    let Some(path) = app.folders.state.as_deref().map(log::path) else {
        return;
    };
    // Windows finds nothing below a file that stands where the folder is to be.
    let in_the_way = path.ancestors().skip(1).find(|above| above.exists());
    let opened = match in_the_way {
        Some(above) if !above.is_dir() => Err(io::ErrorKind::NotADirectory.into()),
        _ => File::options().append(true).open(&path),
    };
    match opened {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            findings.note("log", log::unwritten(&path, &error), None);
        }
        _ => {}
    }
}

/// What this program was built without.
fn left_out(findings: &mut Findings) {
    let features = [
        ("broker", cfg!(feature = "broker")),
        ("page", cfg!(feature = "page")),
    ];
    for (name, _) in features.iter().filter(|(_, built_in)| !built_in) {
        findings.note("program", format!("was built without `{name}`"), None);
    }
}

fn placed(app: &App) -> String {
    app.folders
        .executable
        .as_deref()
        .map(|folder| format!(" in {}", folder.display()))
        .unwrap_or_default()
}

fn configuration(loaded: &Loaded, findings: &mut Findings) {
    let config = &loaded.config;
    match &config.file {
        Some(file) => {
            let why = config.found.as_str();
            findings.ok("config", format!("{} ({why})", file.display()));
        }
        None => findings.note(
            "config",
            "none, only the machine's policy",
            Some("write one with `miniclient init`"),
        ),
    }
    let file = config
        .policy
        .as_ref()
        .map(|file| file.display().to_string());
    for policy in file.iter().chain(&config.policies) {
        findings.ok("policy", format!("{policy} (replaces what it names)"));
    }
    for SettingsProblem { text, .. } in &loaded.warnings {
        findings.note("config", text.clone(), None);
    }
    if config.is_idle() {
        findings.note("config", advice::NO_HOOK, None);
    }
    for (name, origin) in config.provenance.iter() {
        findings.setting(name, origin);
    }
}

/// Whether the secrets are there; never what they are.
fn secrets(config: &Config, findings: &mut Findings) {
    for secret in State::all(config) {
        if secret.there {
            findings.ok("secret", secret.line());
        }
        for note in &secret.notes {
            let text = format!("{}: {note}", secret.name);
            if secret.there {
                findings.note("secret", text, None);
            } else {
                findings.fail("secret", text, None);
            }
        }
    }
}

/// Whether an access token can be had.
async fn tokens(config: &Config, findings: &mut Findings) {
    for name in config.vault.tokens() {
        match config.vault.get(&format!("oauth.{name}")).await {
            Ok(_) => findings.ok("oauth", format!("{name}: a token can be had")),
            Err(error) => findings.fail("oauth", format!("{name}: {}", error.reason), None),
        }
    }
}

/// Who and where this workstation is, as it would be reported.
async fn identity(config: &Config, findings: &mut Findings) {
    let query = mc_agent::station_query(config.jtel.as_ref());
    let identity = tokio::task::spawn_blocking(move || mc_identity::collect(&query))
        .await
        .unwrap_or_default();
    let fields = config
        .register
        .as_ref()
        .map_or(&[][..], |register| &register.fields);
    let asked = |name: &str| fields.iter().any(|field| field == name);
    // Of the usual ones some are often not there; of those that somebody chose, each is missed.
    let chosen = *config.provenance.of("register.fields") != SettingOrigin::Default;
    for field in Field::ALL {
        let value = identity.get(*field);
        findings.identity(field.name(), value.as_deref());
        if value.is_some() {
            continue;
        }
        match field {
            Field::IpAddress => {
                findings.note(
                    "identity",
                    "no IPv4 address that others could reach",
                    Some("check the network connection"),
                );
            }
            _ if asked(field.name()) && (chosen || *field != Field::SessionId) => {
                findings.note(
                    "identity",
                    format!("{field} is not known and is reported as null"),
                    None,
                );
            }
            _ => {}
        }
    }
    if chosen && config.listen.is_none() && (asked("ListenPort") || asked("ListenToken")) {
        findings.note(
            "identity",
            "without [listen] there is no ListenPort and no ListenToken, and what of them [register] sends is null",
            Some("add [listen], or take them out of `fields`"),
        );
    }
}

/// The running instance of this session, asked as every command asks it; the user that it knows.
async fn instance(app: &App, config: &Config, findings: &mut Findings) -> Option<String> {
    const ABOUT: &str = "instance";
    let client = running::client(app).deadlines(Deadlines::new(INSTANCE, INSTANCE));
    let status = match client.status().await {
        Ok(status) => status,
        Err(AskError::Call(IpcError::NotRunning)) => {
            findings.note(
                ABOUT,
                "none is running in this session",
                Some("start it with `miniclient`"),
            );
            return None;
        }
        Err(error @ AskError::Call(IpcError::NoAnswer { .. })) => {
            findings.fail(
                ABOUT,
                error.to_string(),
                Some("end the process that hangs, and start miniclient again"),
            );
            return None;
        }
        Err(error) => {
            findings.fail(ABOUT, error.to_string(), None);
            return None;
        }
    };
    findings.ok(
        ABOUT,
        format!(
            "miniclient {}, process {}, since {}",
            status.version, status.pid, status.since
        ),
    );
    if config.file.is_some() && status.config != config.file {
        let other = status.config.as_deref().unwrap_or(Path::new("?")).display();
        findings.note(
            ABOUT,
            format!("it was started with another configuration: {other}"),
            Some("stop it with `miniclient stop` and start it again"),
        );
    }
    if let Some(refused) = status.config_refused {
        findings.fail(
            ABOUT,
            format!(
                "a configuration read {} was not taken over: {}",
                refused.since, refused.error
            ),
            Some("mend it; it is read again within half a minute, or at once with `miniclient reload`"),
        );
    }
    if let Some(listen) = status.listen {
        if let Some(error) = listen.error {
            let what = "find out who has the port, or choose another one";
            findings.fail("listen", error, Some(what));
        }
        if let Some(LastRefused {
            at, from, error, ..
        }) = listen.last_refused
        {
            let refused = listen.refused;
            let text =
                format!("{refused} requests were refused, the last {at} from {from}: {error}");
            findings.note("listen", text, None);
        }
    }
    let journal = status.journal;
    if let Some(seconds) = journal.hangs {
        let text = format!("its disk has not answered for {seconds} s");
        findings.fail("journal", text, None);
    }
    if let Some(error) = journal.error {
        findings.fail(
            "journal",
            format!("it cannot be written: {error}"),
            advice::refusal("journal"),
        );
    }
    match status.registration {
        Registration::Failed { error, .. } => findings.fail("registered", error, None),
        Registration::Registered {
            address,
            user,
            note,
        } => {
            let user = user.map(|user| format!(" as {user}")).unwrap_or_default();
            let address = address.map(|at| format!(" at {at}")).unwrap_or_default();
            findings.ok("registered", format!("yes{user}{address}"));
            if let Some(note) = note {
                findings.note("registered", note, None);
            }
        }
        Registration::Pending => findings.note("registered", "under way", None),
        _ => {}
    }
    if status.user.is_none() && config.dial.is_some() {
        findings.note(
            "user",
            "no ACD user is known, so dialling is refused",
            advice::refusal("no_user"),
        );
    }
    status.user
}

/// A launcher that reports, too: the second report of one logon overwrites the first.
fn launcher(app: &App, config: &Config, findings: &mut Findings) {
    let (Some(folder), Some(_)) = (&app.folders.executable, &config.register) else {
        return;
    };
    let file = folder.join("mc-start.toml");
    let settings = Layer::peek(&file);
    if settings.is_some_and(|table| !matches!(table.get("report"), Some(Setting::Boolean(false)))) {
        let text = format!(
            "{} reports this workstation, and so does [register]",
            file.display()
        );
        findings.note(
            "launcher",
            text,
            Some("write report = false there, or remove [register] here"),
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Folders, Register};

    /// What is said about a launcher with these settings beside the program.
    fn of_launcher(settings: Option<&str>) -> bool {
        let folder = tempfile::tempdir().unwrap();
        if let Some(settings) = settings {
            std::fs::write(folder.path().join("mc-start.toml"), settings).unwrap();
        }
        let folders = {
            let mut folders = Folders::default();
            folders.executable = Some(folder.path().to_owned());
            folders
        };
        let config = Config {
            register: Some(Register::new(1)),
            ..Config::default()
        };
        let mut findings = Findings::default();
        launcher(&App::new(folders, None), &config, &mut findings);
        findings.iter().count() > 0
    }

    #[test]
    fn a_launcher_that_reports_too_is_pointed_out() {
        assert!(
            of_launcher(Some("url = \"https://acd-lb/run/1\"")),
            "it reports unless told otherwise"
        );
        assert!(of_launcher(Some("report = true")));
        assert!(!of_launcher(Some("report = false")));
        assert!(!of_launcher(None));
    }
}
