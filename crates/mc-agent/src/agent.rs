//! The agent: everything put together, started and ended in the right order.

use std::sync::Arc;
use std::time::Duration;

use mc_hooks::{Engine, Programs, Report, Runner};
use mc_ipc::Owner;
use mc_template::DialNumber;
use tokio::sync::watch;

use crate::clock::ServerClock;
use crate::dial::{Dialler, Way};
use crate::dial_error::DialError;
use crate::intake::{CallSource, Intake};
use crate::journal::{Journal, JournalError};
use crate::presence::Presence;
use crate::protocol::{DialOrigin, Dialled, JournalStatus, Registration, Status};
#[cfg(feature = "push")]
use crate::push::{ListenError, Listener};
use crate::service::{Ending, Service};
use crate::settings::Settings;
use crate::station::{KnownUser, Station};

/// How long requests may take then, and programs without a timeout are watched, when the agent is stopped.
const HOOKS_END: Duration = Duration::from_secs(3);
/// How long telling the telephone system may take then.
const UNREGISTER: Duration = Duration::from_secs(6);

/// Why the agent cannot start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The journal cannot be written.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The port for pushed calls cannot be opened.
    #[cfg(feature = "push")]
    #[error(transparent)]
    Listen(#[from] ListenError),
}

/// The agent: opened, and ready to [run](Self::run).
#[must_use = "it takes calls once it runs"]
pub struct Agent {
    handle: AgentHandle,
    runner: Runner,
    presence: Presence,
    #[cfg(feature = "push")]
    listener: Option<Listener>,
}

impl std::fmt::Debug for Agent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Agent")
            .field("status", &self.handle.status())
            .finish_non_exhaustive()
    }
}

/// What can be asked of an agent in this process, before it runs and while it does. Clones are the same.
#[derive(Clone)]
pub struct AgentHandle {
    intake: Intake,
    dialler: Arc<Dialler>,
    journal: Arc<Journal>,
    stop: watch::Sender<bool>,
    ending: watch::Sender<Ending>,
    status: Arc<dyn Fn() -> Status + Send + Sync>,
}

impl std::fmt::Debug for AgentHandle {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AgentHandle")
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}

impl AgentHandle {
    /// The way in for calls from this source.
    pub fn intake(&self, source: CallSource) -> Intake {
        self.intake.from(source)
    }

    /// Dials a number, once, and waits for what becomes of it.
    ///
    /// # Errors
    /// When it is not dialled, and why.
    pub async fn dial(&self, number: &DialNumber, from: DialOrigin) -> Result<Dialled, DialError> {
        self.dialler.dial(number, from, Duration::ZERO, || {}).await
    }

    /// What the agent is doing.
    pub fn status(&self) -> Status {
        (self.status)()
    }

    /// Ends the agent: [`Agent::run`] returns when everything is done.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }
}

impl Agent {
    /// Opens everything: what can be wrong is found here, and nothing is served yet.
    ///
    /// Must be called inside a tokio runtime with time and io enabled; one thread suffices.
    ///
    /// # Errors
    /// See [`StartError`].
    #[cfg_attr(
        not(feature = "push"),
        expect(
            clippy::unused_async,
            reason = "one face with and without the listener"
        )
    )]
    pub async fn open(settings: Settings) -> Result<Self, StartError> {
        let Settings {
            program,
            version,
            state,
            config_file,
            users_uid,
            numbers,
            hooks,
            secrets,
            env_remove,
            advice,
            jtel,
            register,
            dial,
            #[cfg(feature = "push")]
            listen,
            retention,
        } = settings;
        // Not when the first number is to be dialled. Who dials nothing may never need what fills 4 MB.
        if dial.is_some() {
            numbers.prepare();
        }
        let journal = Journal::open(Journal::folder_in(&state), retention, numbers.clone())?;
        let journal = Arc::new(journal);
        #[cfg(feature = "push")]
        let listener = match listen {
            Some(settings) => Some(Listener::open(settings, computer_names().await).await?),
            None => None,
        };
        #[cfg(feature = "push")]
        let port = listener.as_ref().map(Listener::port);
        #[cfg(feature = "push")]
        let push = port.as_ref().map(|port| port.push_address());
        #[cfg(not(feature = "push"))]
        let push: Option<watch::Receiver<_>> = Option::default();

        let reports = Arc::clone(&journal);
        let observer = move |report: &Report| {
            tracing::info!(id = report.id, hook = report.hook, outcome = %report.outcome, millis = report.millis, "a hook ended");
            reports.report(report);
        };
        // The telephone system's token is nobody else's.
        let mut engine = Engine::new(numbers.clone()).env_remove("API_TOKEN");
        if let Some(advice) = advice {
            engine = engine.advice(advice);
        }
        if let Some(secrets) = secrets {
            engine = engine.secrets(secrets);
        }
        engine = env_remove.into_iter().fold(engine, Engine::env_remove);
        let runner = Runner::new(hooks, engine, observer);
        let agent = format!("{program}/{version}");
        let user = KnownUser::new(users_uid.clone());
        let station = Station::default();
        let clock = ServerClock::default();
        let dialler = Arc::new(Dialler::new(
            dial.map(|dial| Way::new(dial, numbers, jtel.as_ref(), &agent, clock.clone())),
            runner.clone(),
            Arc::clone(&journal),
            station.clone(),
            user.clone(),
            register.is_some(),
        ));
        let presence = Presence {
            jtel,
            register,
            agent,
            version: version.clone(),
            // What never opens never changes.
            push: push.unwrap_or_else(|| watch::channel(None).1),
            user_is_set: users_uid.is_some(),
            user: user.clone(),
            station,
            clock: clock.clone(),
            runner: runner.clone(),
            registration: watch::Sender::default(),
        };
        let template = Status {
            pid: std::process::id(),
            version,
            since: jiff::Timestamp::now()
                .strftime("%Y-%m-%dT%H:%M:%SZ")
                .to_string(),
            config: config_file,
            user: None,
            hooks: runner.hooks().map(|hook| hook.name.clone()).collect(),
            dial: dialler.is_configured(),
            listen: None,
            registration: Registration::Off,
            journal: JournalStatus {
                folder: journal.folder().to_owned(),
                days: retention.days,
                keep: retention.keep,
                hangs: None,
            },
        };
        let (known, registration) = (user.clone(), presence.registration.subscribe());
        let disk = Arc::clone(&journal);
        let status = Arc::new(move || Status {
            user: known.get(),
            journal: JournalStatus {
                hangs: disk.hangs().map(|time| time.as_secs()),
                ..template.journal.clone()
            },
            #[cfg(feature = "push")]
            listen: port.as_ref().map(|port| port.status()),
            registration: registration.borrow().clone(),
            ..template.clone()
        });
        let handle = AgentHandle {
            intake: Intake::new(
                CallSource::new("program"),
                runner.clone(),
                Arc::clone(&journal),
                user,
                clock,
                &state,
            ),
            dialler,
            journal,
            stop: watch::Sender::new(false),
            ending: watch::Sender::new(Ending::Goodbyes),
            status,
        };
        Ok(Self {
            handle,
            runner,
            presence,
            #[cfg(feature = "push")]
            listener,
        })
    }

    /// What can be asked of it in this process.
    pub fn handle(&self) -> AgentHandle {
        self.handle.clone()
    }

    /// Runs until it is [stopped](AgentHandle::stop), by whomever, and has ended what belongs to it. Other processes
    /// reach it through `instance`, which is given up at the end; without one it is alone.
    ///
    /// Dropping the future ends it at once: hooks under way are given up, registration is not taken back.
    pub async fn run(self, mut instance: Option<Owner>) {
        let Self {
            handle,
            runner,
            presence,
            #[cfg(feature = "push")]
            listener,
        } = self;
        let stop = handle.stop.subscribe();
        let mut tasks = tokio::task::JoinSet::<()>::new();
        #[cfg(feature = "push")]
        if let Some(listener) = listener {
            let intake = handle.intake(CallSource::new("http"));
            tasks.spawn(listener.serve(intake, stop.clone()));
        }
        let unregistered = tokio::spawn(presence.keep(stop.clone()));
        serve(&handle, instance.as_mut(), stop).await;

        tracing::info!("the agent ends");
        let unregistered = async {
            if tokio::time::timeout(UNREGISTER, unregistered)
                .await
                .is_err()
            {
                tracing::warn!(
                    "the telephone system could not be told in time that this workstation is gone"
                );
            }
        };
        let closed = async {
            while tasks.join_next().await.is_some() {}
            runner.shutdown(Programs::ByTimeout, HOOKS_END).await;
        };
        tokio::join!(unregistered, closed);
        handle.ending.send_replace(Ending::Journal);
        handle.journal.flush().await;
        handle.ending.send_replace(Ending::Done);
        if let Some(owner) = instance {
            owner.close().await;
        }
    }
}

/// Answers other processes until the agent is to end.
async fn serve(
    handle: &AgentHandle,
    instance: Option<&mut Owner>,
    mut stop: watch::Receiver<bool>,
) {
    let stopped = async move {
        // An error cannot be: the sender is in the handle.
        let _ = stop.wait_for(|stop| *stop).await;
    };
    let Some(owner) = instance else {
        return stopped.await;
    };
    let (status, stop) = (Arc::clone(&handle.status), handle.stop.clone());
    let service = Arc::new(Service {
        intake: handle.intake(CallSource::new("ring")),
        dialler: Arc::clone(&handle.dialler),
        journal: Arc::clone(&handle.journal),
        status: Box::new(move || status()),
        stop: Box::new(move || {
            stop.send_replace(true);
        }),
        ending: handle.ending.subscribe(),
    });
    owner
        .serve(move |request| Arc::clone(&service).handle(request), stopped)
        .await;
}

/// The names of this computer, for the Host header.
#[cfg(feature = "push")]
async fn computer_names() -> Vec<String> {
    use mc_identity::Field;
    let fields = [Field::ComputerName, Field::DnsName];
    let query = mc_identity::Query::default().fields(fields);
    let found = tokio::task::spawn_blocking(move || mc_identity::collect(&query)).await;
    let identity = found.unwrap_or_default();
    fields
        .into_iter()
        .filter_map(|field| identity.get(field))
        .collect()
}
