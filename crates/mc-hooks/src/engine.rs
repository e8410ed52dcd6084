//! One run of one action.

use std::path::PathBuf;
use std::time::Duration;

use mc_process::{Child, Exit, Launch, StartError};
use mc_secret::text::shown_url;
use mc_template::{Numbers, Scope, Values};
use serde_json::Value;
use tokio::time::{Instant, timeout};

use crate::exec::{Exec, ExecStdin};
use crate::hook::Action;
use crate::open::{Open, OpenError};
use crate::report::{Outcome, Plan, Report, Would};

/// Carries actions out, and says beforehand what they would come to.
///
/// The [`Runner`](crate::Runner) uses one for every hook; what runs no hooks, as dialling, can use one
/// directly.
#[derive(Clone, Debug)]
pub struct Engine {
    numbers: Numbers,
    watch: Duration,
    browser: Option<PathBuf>,
    remove: Vec<String>,
}

/// What an action is carried out for.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Task<'a> {
    /// The id under which it is reported.
    pub id: &'a str,
    /// The hook's name.
    pub name: &'a str,
    /// What is done.
    pub action: &'a Action,
    /// How long it may take; see [`Hook::timeout`](crate::Hook::timeout).
    pub timeout: Option<Duration>,
    /// The values for its templates.
    pub values: &'a Values,
    /// What a program with `stdin = "json"` reads; without it, the values.
    pub document: Option<&'a Value>,
}

impl<'a> Task<'a> {
    /// A task without a timeout.
    pub fn new(id: &'a str, name: &'a str, action: &'a Action, values: &'a Values) -> Self {
        Self {
            id,
            name,
            action,
            timeout: None,
            values,
            document: None,
        }
    }

    /// Sets how long it may take.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Option<Duration>) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets what a program with `stdin = "json"` reads.
    #[must_use]
    pub fn with_document(mut self, document: &'a Value) -> Self {
        self.document = Some(document);
        self
    }

    fn document(&self) -> Value {
        self.document.cloned().unwrap_or_else(|| {
            self.values
                .iter()
                .map(|(name, value)| (name.to_owned(), Value::from(value)))
                .collect::<serde_json::Map<_, _>>()
                .into()
        })
    }
}

impl Engine {
    /// How long a program without a timeout is watched.
    pub const WATCH: Duration = Duration::from_secs(10);
    /// How long the program that opens a page is watched: it hands the address over and ends, or is the
    /// browser itself.
    const HANDED_OVER: Duration = Duration::from_secs(2);

    /// An engine for this numbering plan.
    pub fn new(numbers: Numbers) -> Self {
        Self {
            numbers,
            watch: Self::WATCH,
            browser: None,
            remove: Vec::new(),
        }
    }

    /// Sets how long a program without a timeout is watched for its exit code before it is left alone.
    #[must_use]
    pub fn with_watch(mut self, watch: Duration) -> Self {
        self.watch = watch;
        self
    }

    /// Opens pages with this program, the address being its one parameter, in place of the system's
    /// default browser.
    #[must_use]
    pub fn with_browser(mut self, program: impl Into<PathBuf>) -> Self {
        self.browser = Some(program.into());
        self
    }

    /// Keeps a variable of this process out of the environment of every program that is started: a secret.
    #[must_use]
    pub fn env_remove(mut self, name: impl Into<String>) -> Self {
        self.remove.push(name.into());
        self
    }

    /// A start without the variables that programs must not get.
    fn spawn(&self, launch: Launch) -> Result<Child, StartError> {
        self.remove.iter().fold(launch, Launch::env_remove).spawn()
    }

    /// Carries a task out. Must be called within a tokio runtime with I/O and time enabled.
    ///
    /// Never fails: what goes wrong is in the report. Dropping the future leaves a program that was
    /// started alone, and gives a request up.
    pub async fn perform(&self, task: Task<'_>) -> Report {
        let started = Instant::now();
        let scope = Scope::new(task.values, &self.numbers);
        let result = match task.action {
            Action::Exec(exec) => self.exec(exec, &task, &scope).await,
            #[cfg(feature = "rest")]
            Action::Rest(rest) => send(rest, &scope, task.timeout).await,
            Action::Open(open) => self.open(open, &scope).await,
        };
        Report {
            id: task.id.to_owned(),
            hook: task.name.to_owned(),
            action: task.action.kind(),
            done: result.text,
            outcome: result.outcome,
            exit_code: result.exit_code,
            status: result.status,
            millis: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
            error: result.error,
        }
    }

    /// What a task would come to. Does nothing.
    pub fn plan(&self, task: Task<'_>) -> Plan {
        let scope = Scope::new(task.values, &self.numbers);
        let would = match task.action {
            Action::Exec(exec) => match exec.arguments(&scope) {
                Ok(arguments) => Would::Start {
                    program: exec.program().to_path_buf(),
                    arguments,
                    stdin: (exec.stdin() == ExecStdin::Json).then(|| task.document()),
                },
                Err(error) => nothing(Outcome::Refused, &error),
            },
            #[cfg(feature = "rest")]
            Action::Rest(rest) => match rest.command().plan(&scope) {
                Ok(requests) => Would::Send { requests },
                Err(error) => nothing(request_outcome(&error), &error),
            },
            Action::Open(open) => match open.url(&scope) {
                Ok(url) => Would::Open { url },
                Err(error) => nothing(open_outcome(&error), &error),
            },
        };
        Plan {
            hook: task.name.to_owned(),
            action: task.action.kind(),
            would,
        }
    }

    async fn exec(&self, exec: &Exec, task: &Task<'_>, scope: &Scope<'_>) -> Done {
        let done = exec.program().display().to_string();
        let launch = match exec.launch(scope, &task.document()) {
            Ok(launch) => launch,
            Err(error) => return Done::new(Outcome::Refused).because(&error),
        };
        match self.spawn(launch) {
            Ok(child) => watch(child, task.timeout, self.watch).await.with_done(done),
            Err(error) => Done::not_started(&error).with_done(done),
        }
    }

    async fn open(&self, open: &Open, scope: &Scope<'_>) -> Done {
        let url = match open.url(scope) {
            Ok(url) => url,
            Err(error) => return Done::new(open_outcome(&error)).because(&error),
        };
        let done = format!("open {}", shown_url(&url));
        let program = self.browser.clone().or_else(mc_process::browser);
        let result = match program.map(|program| self.spawn(Launch::new(program).arg(&url))) {
            None => hand_over(url).await,
            Some(Ok(child)) => watch(child, None, Self::HANDED_OVER).await.into_opened(),
            Some(Err(error)) => Done::not_started(&error),
        };
        result.with_done(done)
    }
}

/// Waits for a program: with a limit its tree is ended when the time is up, without one it is left alone
/// after the watch.
async fn watch(mut child: Child, limit: Option<Duration>, watch: Duration) -> Done {
    match timeout(limit.unwrap_or(watch), child.wait()).await {
        Ok(Ok(exit)) => Done::ended(exit),
        Ok(Err(error)) => Done::new(Outcome::Failed).because(&error),
        Err(_) => match limit {
            None => Done::new(Outcome::Running),
            Some(limit) => {
                let text = format!(
                    "still running after {}, so it and what it started were ended",
                    seconds(limit)
                );
                match child.kill_tree() {
                    // Taken off the system's list of processes, so that nothing of it is left.
                    Ok(()) => drop(timeout(Engine::HANDED_OVER, child.wait()).await),
                    Err(error) => {
                        return Done::new(Outcome::Timeout)
                            .because(&format!("still running, and could not be ended: {error}"));
                    }
                }
                Done::new(Outcome::Timeout).because(&text)
            }
        },
    }
}

/// The system's own way to the default browser, which may take its time.
async fn hand_over(url: String) -> Done {
    match tokio::task::spawn_blocking(move || mc_process::open_page(&url)).await {
        Ok(Ok(())) => Done::new(Outcome::Ok),
        Ok(Err(error)) => Done::new(Outcome::Failed)
            .because(&format!("the browser could not be started: {error}")),
        Err(error) => Done::new(Outcome::Failed).because(&error),
    }
}

#[cfg(feature = "rest")]
async fn send(rest: &crate::rest::Rest, scope: &Scope<'_>, limit: Option<Duration>) -> Done {
    let answer = match rest.sender().send(rest.command(), scope, limit).await {
        Ok(answer) => answer,
        Err(error) => return Done::new(request_outcome(&error)).because(&error),
    };
    let outcome = if answer.is_timeout() {
        Outcome::Timeout
    } else if answer.exit_code() != 0 {
        Outcome::Failed
    } else if answer.is_http_error() {
        Outcome::HttpError
    } else {
        Outcome::Ok
    };
    Done {
        text: answer.done(),
        status: answer.status(),
        error: answer.error().map(ToOwned::to_owned),
        ..Done::new(outcome)
    }
}

#[cfg(feature = "rest")]
fn request_outcome(error: &crate::curl::RequestError) -> Outcome {
    use crate::curl::RequestError;
    match error {
        RequestError::Skipped { .. } => Outcome::Skipped,
        RequestError::File { .. } => Outcome::Failed,
        _ => Outcome::Refused,
    }
}

fn open_outcome(error: &OpenError) -> Outcome {
    match error {
        OpenError::NoAddress { .. } => Outcome::Skipped,
        _ => Outcome::Refused,
    }
}

fn nothing(outcome: Outcome, error: &impl ToString) -> Would {
    Would::Nothing {
        outcome,
        error: error.to_string(),
    }
}

/// A duration for people: whole seconds where it is that.
fn seconds(duration: Duration) -> String {
    if duration.subsec_millis() == 0 {
        format!("{} s", duration.as_secs())
    } else {
        format!("{} ms", duration.as_millis())
    }
}

/// What a run came to, before it is a report.
struct Done {
    text: String,
    outcome: Outcome,
    exit_code: Option<i32>,
    status: Option<u16>,
    error: Option<String>,
}

impl Done {
    fn new(outcome: Outcome) -> Self {
        Self {
            text: String::new(),
            outcome,
            exit_code: None,
            status: None,
            error: None,
        }
    }

    fn ended(exit: Exit) -> Self {
        let (outcome, error) = match (exit.code, exit.signal) {
            (Some(0), _) => (Outcome::Ok, None),
            (Some(code), _) => (
                Outcome::Failed,
                Some(format!("the program ended with exit code {code}")),
            ),
            (None, Some(signal)) => (
                Outcome::Failed,
                Some(format!("the program was ended by signal {signal}")),
            ),
            (None, None) => (Outcome::Failed, Some("the program was ended".to_owned())),
        };
        Self {
            exit_code: exit.code,
            error,
            ..Self::new(outcome)
        }
    }

    fn not_started(error: &StartError) -> Self {
        Self::new(Outcome::Failed).because(error)
    }

    fn because(mut self, error: &impl ToString) -> Self {
        self.error = Some(error.to_string());
        self
    }

    fn with_done(mut self, text: String) -> Self {
        self.text = text;
        self
    }

    /// A program that is still up after the address was handed to it is the browser itself.
    fn into_opened(mut self) -> Self {
        if self.outcome == Outcome::Running {
            self.outcome = Outcome::Ok;
        }
        self
    }
}
