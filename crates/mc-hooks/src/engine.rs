//! One run of one action.

use std::collections::BTreeMap;
use std::panic::resume_unwind;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use mc_process::{Child, Launch, LaunchError};
use mc_secret::text::shown_url;
use mc_secret::{Provider, Unavailable};
use mc_template::{Numbers, Scope, Values};
use tokio::time::{Instant, timeout};

use crate::action::Action;
#[cfg(feature = "rest")]
use crate::chain::Chains;
use crate::custom::CustomAction;
use crate::exec::{Exec, ExecRefusal, ExecStdin};
use crate::fault::Fault;
use crate::open::{Open, OpenRefusal};
use crate::outcome::Outcome;
use crate::plan::{Plan, Planned};
use crate::report::Report;
use crate::stop::Stop;
use crate::supervise::{Done, supervise};
use crate::task::Task;

/// Carries actions out, and says beforehand what they would come to.
///
/// The [`Runner`](crate::Runner) uses one for every hook.
#[derive(Clone, Debug)]
pub struct Engine {
    numbers: Numbers,
    watch: Duration,
    browser: Option<PathBuf>,
    remove: Vec<String>,
    advice: Option<fn(&Fault) -> Option<String>>,
    secrets: Option<Arc<dyn Provider>>,
}

impl Engine {
    /// How long a program without a timeout is watched.
    pub const WATCH: Duration = Duration::from_secs(10);
    /// How long a browser is watched that opens a page: it hands the address to one that runs and ends, or it stays.
    const HANDED_OVER: Duration = Duration::from_secs(2);

    /// An engine for this numbering plan.
    pub fn new(numbers: Numbers) -> Self {
        Self {
            numbers,
            watch: Self::WATCH,
            browser: None,
            remove: Vec::new(),
            advice: None,
            secrets: None,
        }
    }

    /// Sets how long a program without a timeout is watched for its exit code before it is left alone.
    #[must_use]
    pub fn watch(mut self, watch: Duration) -> Self {
        self.watch = watch;
        self
    }

    /// Opens pages with this program, the address being its one parameter, in place of the system's
    /// default browser.
    #[must_use]
    pub fn browser(mut self, program: impl Into<PathBuf>) -> Self {
        self.browser = Some(program.into());
        self
    }

    /// Keeps a variable of this process out of the environment of every program that is started: a secret.
    #[must_use]
    pub fn env_remove(mut self, name: impl Into<String>) -> Self {
        self.remove.push(name.into());
        self
    }

    /// Adds to the text of a fault what only the embedding program can say: by which setting of its own it is permitted.
    #[must_use]
    pub fn advice(mut self, advice: fn(&Fault) -> Option<String>) -> Self {
        self.advice = Some(advice);
        self
    }

    /// Sets where the values come from that nobody may see: those of `${secret.NAME}` in requests and environments. Each
    /// run asks anew for those that it needs.
    #[must_use]
    pub fn secrets(mut self, secrets: Arc<dyn Provider>) -> Self {
        self.secrets = Some(secrets);
        self
    }

    /// Carries a task out. Must be called within a tokio runtime with I/O and time enabled.
    ///
    /// Never fails: what goes wrong is in the report. A panic in an [action of one's own](CustomAction) goes through; the
    /// [`Runner`](crate::Runner) makes a report of it.
    ///
    /// # Cancellation
    ///
    /// Dropping the future ends a program that has a timeout with everything it started, leaves one without alone, and
    /// gives a request up.
    pub async fn perform(&self, task: Task<'_>) -> Report {
        self.perform_until(task, &mut Stop::never()).await
    }

    /// [`perform`](Self::perform), until somebody stops it.
    pub(crate) async fn perform_until(&self, task: Task<'_>, stop: &mut Stop) -> Report {
        let started = Instant::now();
        let scope = Scope::new(task.values, &self.numbers);
        let done = match task.action {
            Action::Exec(exec) => self.exec(exec, &task, &scope, stop).await,
            #[cfg(feature = "rest")]
            Action::Rest(rest) => {
                let (secrets, wait) = (self.secrets.as_deref(), Chains::LIMIT);
                crate::rest::send(rest, &scope, secrets, task.timeout, wait, stop).await
            }
            Action::Open(open) => self.open(open, &scope, stop).await,
            Action::Custom(action) => custom(action.as_ref(), &task, stop).await,
        };
        let mut report = self.report(&task, done);
        report.millis = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        report
    }

    /// The report of a task that took no time.
    pub(crate) fn report(&self, task: &Task<'_>, done: Done) -> Report {
        let text = |fault: &Fault| match self.advice.and_then(|advice| advice(fault)) {
            Some(advice) => format!("{fault}; {advice}"),
            None => fault.to_string(),
        };
        Report {
            id: task.id.to_owned(),
            hook: task.name.to_owned(),
            action: task.action.kind(),
            done: done.text,
            outcome: done.outcome,
            exit_code: done.exit_code,
            status: done.status,
            millis: 0,
            error: done.fault.as_ref().map(text),
            answer: done.answer.as_ref().map(|answer| {
                let there = answer
                    .iter()
                    .map(|(name, value)| (name.clone(), value.is_some()));
                there.collect()
            }),
            values: done
                .answer
                .into_iter()
                .flatten()
                .map(|(name, value)| (name, value.unwrap_or_default()))
                .collect(),
            fault: done.fault,
            output: done.output,
        }
    }

    /// What a task would come to. Does nothing.
    pub fn plan(&self, task: Task<'_>) -> Plan {
        let scope = Scope::new(task.values, &self.numbers);
        let nothing = |outcome, fault| self.nothing(&task, outcome, fault).planned;
        let planned = match task.action {
            Action::Exec(exec) => match exec
                .arguments(&scope)
                .and_then(|arguments| Ok((arguments, shown_environment(exec, &scope)?)))
            {
                Ok((arguments, env)) => Planned::Start {
                    program: exec.program().to_path_buf(),
                    arguments,
                    env,
                    stdin: (exec.stdin() == ExecStdin::Json)
                        .then(|| task.document_or_values().into_owned()),
                },
                Err(error) => nothing(Outcome::Refused, Fault::Parameters(error)),
            },
            #[cfg(feature = "rest")]
            Action::Rest(rest) => match rest.command().plan(&scope) {
                Ok(requests) => Planned::Send { requests },
                Err(error) => nothing(crate::rest::outcome(&error), Fault::Request(error)),
            },
            Action::Open(open) => match open.url(&scope) {
                Ok(url) => Planned::Open { url },
                Err(error) => nothing(not_opened(&error), Fault::Address(error)),
            },
            Action::Custom(action) => Planned::Custom {
                description: action.describe(task.custom(&task.document_or_values())),
            },
        };
        Self::planned(&task, planned)
    }

    /// The plan of a task that would come to nothing.
    pub(crate) fn nothing(&self, task: &Task<'_>, outcome: Outcome, fault: Fault) -> Plan {
        let report = self.report(task, Done::new(outcome, fault));
        let error = report.error.unwrap_or_default();
        Self::planned(task, Planned::Nothing { outcome, error })
    }

    fn planned(task: &Task<'_>, planned: Planned) -> Plan {
        Plan {
            hook: task.name.to_owned(),
            action: task.action.kind(),
            after: None,
            when: BTreeMap::new(),
            planned,
        }
    }

    /// The values of these names that nobody may see.
    async fn hidden(&self, names: impl Iterator<Item = &str>) -> Result<Values, Unavailable> {
        let mut values = Values::plain();
        if let Some(secrets) = &self.secrets {
            for name in names {
                values.set(name, secrets.get(name).await?.expose());
            }
        }
        Ok(values)
    }

    /// A start without the variables that programs must not get. A share or a scanner that is slow to hand out the program
    /// holds up nothing else.
    async fn spawn(&self, launch: Launch) -> Result<Child, LaunchError> {
        let launch = self.remove.iter().fold(launch, Launch::env_remove);
        let started = tokio::task::spawn_blocking(move || launch.spawn()).await;
        started.unwrap_or_else(|error| match error.try_into_panic() {
            Ok(panic) => resume_unwind(panic),
            Err(_) => Err(LaunchError::NoRuntime),
        })
    }

    async fn exec(&self, exec: &Exec, task: &Task<'_>, scope: &Scope<'_>, stop: &mut Stop) -> Done {
        let hidden = tokio::select! {
            biased;
            hidden = self.hidden(exec.hidden()) => hidden,
            () = stop.given_up() => return Done::cancelled(),
        };
        let hidden = match hidden {
            Ok(hidden) => hidden,
            Err(error) => return Done::new(Outcome::Failed, Fault::Hidden(error)),
        };
        let scope = scope.with_hidden(&hidden);
        let launch = match exec.launch(&scope, &task.document_or_values()) {
            Ok(launch) => launch.end_on_drop(task.timeout.is_some()),
            Err(error) => return Done::new(Outcome::Refused, Fault::Parameters(error)),
        };
        let mut done = match self.spawn(launch).await {
            Ok(child) => supervise(child, task.timeout, self.watch, stop).await,
            Err(error) => Done::new(Outcome::Failed, Fault::Start(Arc::new(error))),
        };
        done.output = done.output.filter(|_| exec.captures());
        done.text(exec.program().display().to_string())
    }

    async fn open(&self, open: &Open, scope: &Scope<'_>, stop: &mut Stop) -> Done {
        let url = match open.url(scope) {
            Ok(url) => url,
            Err(error) => return Done::new(not_opened(&error), Fault::Address(error)),
        };
        let text = format!("open {}", shown_url(&url));
        let program = self.browser.clone().or_else(mc_process::browser);
        let done = match program {
            None => tokio::select! {
                done = hand_over(url) => done,
                () = stop.given_up() => Done::cancelled(),
            },
            Some(program) => {
                let watch = if mc_process::is_opener(&program) {
                    self.watch
                } else {
                    Self::HANDED_OVER
                };
                match self.spawn(mc_process::opening(program, &url)).await {
                    // A program that is still up after the address was handed to it is the browser itself.
                    Ok(child) => {
                        let mut done = supervise(child, None, watch, &mut Stop::never()).await;
                        if done.outcome == Outcome::Running {
                            done.outcome = Outcome::Ok;
                        }
                        done.output = None;
                        if done.exit_code == Some(NO_METHOD) && !mc_process::has_display() {
                            done.fault = hand_over(url).await.fault;
                        }
                        done
                    }
                    Err(error) => Done::new(Outcome::Failed, Fault::Start(Arc::new(error))),
                }
            }
        };
        done.text(text)
    }
}

/// How `xdg-open` ends that knows no way to open a page, as without a display (its manual page).
const NO_METHOD: i32 = 3;

/// A program's environment as it may be shown.
fn shown_environment(exec: &Exec, scope: &Scope<'_>) -> Result<Vec<(String, String)>, ExecRefusal> {
    let mut names = Values::plain();
    for name in exec.hidden() {
        names.set(name, format!("${{{name}}}"));
    }
    exec.environment(&scope.with_stand_ins(&names))
}

/// The system's own way to the default browser, which may take its time.
async fn hand_over(url: String) -> Done {
    let browser = |error| Done::new(Outcome::Failed, Fault::Browser(Arc::new(error)));
    match tokio::task::spawn_blocking(move || mc_process::open_page(&url)).await {
        Ok(Ok(())) => Done::new(Outcome::Ok, None),
        Ok(Err(error)) => browser(error),
        Err(error) => browser(error.into()),
    }
}

async fn custom(action: &dyn CustomAction, task: &Task<'_>, stop: &mut Stop) -> Done {
    let document = task.document_or_values();
    let run = async {
        let run = action.run(task.custom(&document));
        match task.timeout {
            Some(limit) => timeout(limit, run).await.map_err(|_| limit),
            None => Ok(run.await),
        }
    };
    tokio::select! {
        result = run => match result {
            Ok(Ok(text)) => Done::new(Outcome::Ok, None).text(text),
            Ok(Err(error)) => Done::new(Outcome::Failed, Fault::Custom(error.into())),
            Err(limit) => Done::new(Outcome::Timeout, Fault::TimedOut(limit)),
        },
        () = stop.given_up() => Done::cancelled(),
    }
}

fn not_opened(error: &OpenRefusal) -> Outcome {
    match error {
        OpenRefusal::NoAddress { .. } => Outcome::Skipped,
        _ => Outcome::Refused,
    }
}
