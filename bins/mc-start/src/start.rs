//! The main job: start the client, report the workstation.

use std::fmt::Display;
use std::io;
use std::pin::pin;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant, SystemTime};

use mc_cli::{Exit, Log, timestamp};
use mc_process::Ended;
use mc_routing::RunAnswer;
use mc_secret::text::{one_line, printable};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

use crate::client::{self, ClientError};
use crate::empty;
use crate::output::OUTPUT;
use crate::record::Record;
use crate::report::{self, ReportError};
use crate::settings::{Loaded, Order, Settings};
use crate::{sys, token};

/// The longest that the client waits for the report with `order = "rest-first"`. jtel waits up to 10 s for a routing
/// application's result; nobody should wait much longer for their client.
const CLIENT_WAITS: Duration = Duration::from_secs(15);

/// A client that ends sooner after its start is one that nobody got to see.
const STAYS: Duration = Duration::from_secs(2);

/// The size in bytes at which the log becomes the older log: some months of logons.
const LOG_LIMIT: u64 = 64 * 1024;

/// How many problems of the settings are kept for `status`; the log has them all.
const PROBLEMS_KEPT: usize = 5;

/// The log's name in the folder of the state.
pub(crate) const LOG_NAME: &str = "mc-start.log";

/// One start: its settings, and the log, where there is a place for one.
struct Start<'a> {
    settings: &'a Settings,
    loaded: &'a Loaded,
    log: Option<Log>,
    /// Why the log or the record is not kept.
    unkept: Option<io::Error>,
    client: Option<Client>,
    record: Record,
    /// What went wrong, for the system's own log.
    told: Vec<String>,
}

/// A client that was started.
struct Client {
    id: u32,
    at: Instant,
    ended: Receiver<Ended>,
}

/// Starts the client and reports, in the order set. Every step is on standard error when it failed, and in the log.
/// Problems of the settings keep neither from happening: what is good of them holds.
pub(crate) fn run(loaded: &Loaded) -> Exit {
    let settings = &loaded.settings;
    let log = settings
        .folders
        .state
        .as_ref()
        .map(|state| state.join(LOG_NAME));
    let (log, unkept) = match log.map(|path| Log::open(path, LOG_LIMIT)) {
        Some(Ok(log)) => (Some(log), None),
        Some(Err(error)) => (None, Some(error)),
        None => (None, None),
    };
    let mut start = Start {
        settings,
        loaded,
        log,
        unkept,
        client: None,
        record: Record::default(),
        told: Vec::new(),
    };
    start.record.set("version", env!("CARGO_PKG_VERSION"));
    start.record.set("at", timestamp(SystemTime::now()));
    start.record.set("report", "none");
    let mut exit = Exit::Done;
    if !loaded.problems.is_empty() {
        exit = Exit::Config;
        let problems = loaded.problems.iter().take(PROBLEMS_KEPT);
        let problems: Vec<_> = problems.map(ToString::to_string).collect();
        start.record.set("problems", problems);
        for problem in &loaded.problems {
            start.note(problem);
            start.told.push(problem.to_string());
            OUTPUT.problem(problem);
        }
    }
    exit = match client::refuse_services(sys::session_id()) {
        Ok(()) => exit.and(start.carry_out()),
        Err(error) => {
            start.not_started(&error);
            Exit::ClientNotStarted
        }
    };
    for warning in &loaded.warnings {
        start.note(&format_args!("warning: {warning}"));
        OUTPUT.warning(warning);
    }
    start.record.set("exit", exit.code());
    start.keep();
    if start.watch() {
        start.keep();
    }
    start.tell_unkept();
    start.failed(exit);
    exit
}

pub(crate) fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}

/// Standard error, and a message box where text reaches nobody: a person who waits for the client must learn that it
/// will not come.
pub(crate) fn tell(text: &str) {
    OUTPUT.note(text);
    if !mc_desktop::errors_are_seen() {
        mc_desktop::show_error("mc-start", &OUTPUT.translated(text));
    }
}

impl Start<'_> {
    fn carry_out(&mut self) -> Exit {
        let settings = self.settings;
        let Some(url) = settings.url.as_ref().filter(|_| settings.report) else {
            return self.start();
        };
        let first = settings.order == Order::ClientFirst;
        let mut exit = if first { self.start() } else { Exit::Done };
        let runtime = match runtime() {
            Ok(runtime) => runtime,
            Err(error) => {
                self.record.set("report", "not delivered");
                self.say(&format!("cannot report: {error}"));
                exit = if first { exit } else { self.start() };
                return exit.and(Exit::NotDelivered);
            }
        };
        let reported = runtime.block_on(async {
            let mut delivery = pin!(report::deliver(settings, url));
            if first {
                return delivery.await;
            }
            let answered = timeout(CLIENT_WAITS, delivery.as_mut()).await;
            exit = self.start();
            match answered {
                Ok(answered) => answered,
                Err(_) => delivery.await,
            }
        });
        // What still resolves a name or looks into a store must not keep the process.
        runtime.shutdown_background();
        self.tell_empty(&reported.empty);
        exit.and(match reported.answer {
            Ok(answer) => self.reported(&answer),
            Err(error) => self.not_reported(&error),
        })
    }

    /// Finds, unblocks and starts the client.
    fn start(&mut self) -> Exit {
        match self.try_start() {
            Ok(()) => Exit::Done,
            Err(error) => {
                self.not_started(&error);
                Exit::ClientNotStarted
            }
        }
    }

    fn try_start(&mut self) -> Result<(), ClientError> {
        let program = client::find(self.settings)?;
        if let Err(error) = client::unblock(&program) {
            self.say(&format!(
                "{} is marked as downloaded and the mark cannot be removed: {error}; Windows may refuse to run it \
                 until an administrator unblocks it (properties of the file, Unblock)",
                program.display()
            ));
        }
        let at = Instant::now();
        let (id, ended) = client::start(&program, self.settings)?;
        self.client = Some(Client { id, at, ended });
        self.record.set("process", id);
        self.record.set("process_mark", sys::mark_of(id));
        self.record.set("client", program.display().to_string());
        self.keep();
        self.note(&format_args!(
            "started {} as process {id}",
            program.display()
        ));
        Ok(())
    }

    /// Waits until the client has lived for a moment; one that has not is noted, and said where it failed: one that
    /// hands over to another that runs already ends in peace.
    fn watch(&mut self) -> bool {
        let Some(Client { id, at, ended }) = self.client.take() else {
            return false;
        };
        let ended = ended.recv_timeout(STAYS.saturating_sub(at.elapsed()));
        if let Ok(exit) = ended {
            let how = match (exit.code, exit.signal) {
                (Some(code), _) => format!("exit code {code}"),
                (None, Some(signal)) => format!("signal {signal}"),
                (None, None) => "an exit code that is not known".to_owned(),
            };
            let after = at.elapsed().as_millis();
            let text = format!("process {id} ended after {after} ms, with {how}");
            self.record.set("client_ended", text.as_str());
            self.record.set("client_exit", exit.code);
            if exit.success() {
                self.note(&text);
            } else {
                self.say(&format!("the client did not stay: {text}"));
            }
        }
        ended.is_ok()
    }

    /// Keeps what came of the start so far.
    fn keep(&mut self) {
        let kept = self.record.keep(&self.settings.folders);
        self.unkept = self.unkept.take().or(kept.err());
    }

    /// Says that the log or the record lacks this start: whoever looks there would believe what is older.
    fn tell_unkept(&mut self) {
        let error = self.log.as_mut().and_then(Log::take_error);
        if let (Some(error), Some(state)) = (
            self.unkept.take().or(error),
            self.settings.folders.state.as_ref(),
        ) {
            let text = mc_cli::with_disk_advice(&error);
            self.say(&format!(
                "what this start did is not kept in {}: {text}",
                state.display()
            ));
        }
    }

    /// One line in the system's own log for a start that failed, for those who collect these from all computers.
    fn failed(&self, exit: Exit) {
        // A copy that is kept apart is a trial.
        if exit != Exit::Done && self.settings.folders.home.is_none() {
            mc_cli::system_log("mc-start", exit, &self.told.join("; "));
        }
    }

    /// Says that there is no client; to the person, too, where nobody sees text.
    fn not_started(&mut self, error: &ClientError) {
        self.note(error);
        self.told.push(error.to_string());
        tell(&error.to_string());
    }

    /// What went out without a value is no failure, and somebody may wonder.
    fn tell_empty(&mut self, names: &[String]) {
        for name in names {
            self.note(&empty::tell(name, self.loaded));
        }
        if !names.is_empty() {
            self.record.set("empty", names.to_vec());
        }
    }

    fn reported(&mut self, answer: &RunAnswer) -> Exit {
        let text = printable(&answer.text);
        OUTPUT.data(text.strip_suffix('\n').unwrap_or(&text));
        let (status, took) = (answer.status, answer.took.as_millis());
        let said = one_line(&answer.text);
        self.record.set("status", status);
        self.record
            .set("millis", u64::try_from(took).unwrap_or(u64::MAX));
        self.record.set("said", said.as_str());
        self.note(&format_args!(
            "reported: status {status} after {took} ms: {said}"
        ));
        let Some(no) = report::refusal(answer) else {
            self.record.set("report", "delivered");
            return Exit::Done;
        };
        self.record.set("report", "refused");
        let client = self.client_runs();
        self.say(&format!("{client}the routing application said no: {no}"));
        Exit::ApplicationRefused
    }

    fn not_reported(&mut self, error: &ReportError) -> Exit {
        let client = self.client_runs();
        let (outcome, what) = match error.exit() {
            Exit::Unknown => ("unknown", "whether the report was acted upon is not known"),
            _ => ("not delivered", "the workstation was not reported"),
        };
        self.record.set("report", outcome);
        self.record.set("said", error.to_string());
        self.say(&format!("{client}{what}: {error}"));
        error.exit()
    }

    fn client_runs(&self) -> &'static str {
        if self.client.is_some() {
            "the client runs, but "
        } else {
            ""
        }
    }

    fn say(&mut self, text: &str) {
        OUTPUT.note(text);
        self.note(text);
        self.told.push(text.to_owned());
    }

    fn note<T: Display + ?Sized>(&mut self, text: &T) {
        if let Some(log) = &mut self.log {
            log.note(text);
        }
    }
}

/// Prints what would be sent and started. The token is not shown, only where it comes from.
pub(crate) fn dry_run(loaded: &Loaded) -> Exit {
    let settings = &loaded.settings;
    let mut exit = Exit::Done;
    for problem in &loaded.problems {
        exit = Exit::Config;
        OUTPUT.problem(problem);
    }
    for warning in &loaded.warnings {
        OUTPUT.warning(warning);
    }
    if let Some(url) = settings.url.as_ref().filter(|_| settings.report) {
        OUTPUT.data(format_args!("POST {}", url.reveal()));
        match token::find(settings) {
            Ok(token) => {
                OUTPUT.data("Authorization: Bearer ***");
                OUTPUT.note(&format_args!("the token comes from {}", token.origin()));
                for warning in token.warnings() {
                    OUTPUT.note(warning);
                }
            }
            Err(error) => OUTPUT.note(&error),
        }
        OUTPUT.data("Content-Type: application/json");
        let body = report::body(settings, url);
        for name in empty::fields(&body) {
            OUTPUT.note(&empty::tell(&name, loaded));
        }
        OUTPUT.data(format_args!("\n{}\n", serde_json::Value::Object(body)));
    }
    match client::find(settings) {
        Ok(program) => {
            OUTPUT.line(format_args!("client: {}", program.display()));
            for argument in &settings.client_args {
                OUTPUT.line(format_args!("client parameter: {argument}"));
            }
        }
        Err(error) => {
            OUTPUT.note(&error);
            exit = exit.and(Exit::ClientNotStarted);
        }
    }
    exit
}
