//! The agent: everything put together, started and ended in the right order.

use std::sync::Arc;

use mc_ipc::Owner;
use tokio::sync::{mpsc, watch};

use crate::clock::ServerClock;
use crate::dial::Dialler;
use crate::handle::{AgentHandle, Ending};
use crate::in_force::{InForce, Maker};
use crate::intake::{CallSource, Intake};
use crate::journal::{Journal, JournalError};
#[cfg(feature = "broker")]
use crate::keepers::BrokerKeeper;
#[cfg(feature = "push")]
use crate::keepers::PortKeeper;
#[cfg(feature = "page")]
use crate::page::{Page, Sources};
use crate::presence::{Presence, PushAddress};
use crate::protocol::{JournalStatus, Registration, Status};
#[cfg(feature = "push")]
use crate::push::ListenError;
use crate::reload::{Answer, Reloader, SettingsSource, Watched};
use crate::service::Service;
use crate::settings::Settings;
use crate::station::{KnownUser, Station};
use crate::stop;
use crate::timestamp::seconds;
use crate::upkeep::Upkeep;

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
    upkeep: Upkeep,
    orders: mpsc::Receiver<Answer>,
}

impl std::fmt::Debug for Agent {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Agent")
            .field("status", &self.handle.status())
            .finish_non_exhaustive()
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
    pub async fn open(mut settings: Settings) -> Result<Self, StartError> {
        let journal = Journal::open(
            Journal::folder_in(&settings.state),
            settings.retention,
            settings.numbers.clone(),
        )?;
        let maker = Maker {
            journal: Arc::new(journal),
            clock: ServerClock::default(),
            agent: format!("{}/{}", settings.program, settings.version),
        };
        // The rules take them.
        #[cfg(feature = "broker")]
        let secrets = settings.secrets.clone();
        let rules = InForce::new(maker.rules(&mut settings));
        let user = KnownUser::new(settings.users_uid.clone());
        let station = Station::default();
        let registration = Arc::<watch::Sender<Registration>>::default();
        let push = Arc::<watch::Sender<Option<PushAddress>>>::default();
        let journal = Arc::clone(&maker.journal);
        let intake = Intake::new(
            CallSource::new("program"),
            rules.clone(),
            Arc::clone(&journal),
            user.clone(),
            maker.clock.clone(),
            &settings.state,
        );
        let dialler = Arc::new(Dialler::new(
            rules.clone(),
            Arc::clone(&journal),
            station.clone(),
            user.clone(),
        ));
        let (reload, orders) = Reloader::new();
        #[cfg(feature = "push")]
        let port = {
            let mut port = PortKeeper {
                intake: intake.clone(),
                names: Vec::new(),
                push: Arc::clone(&push),
                teller: journal.teller().clone(),
                port: Arc::default(),
                settings: settings.listen.clone(),
                token: None,
                listener: None,
                served: None,
            };
            let listener = port.make(settings.listen.as_ref()).await?;
            port.open(listener).await;
            port
        };
        #[cfg(feature = "broker")]
        let broker = BrokerKeeper {
            intake: intake.clone(),
            dialler: Arc::clone(&dialler),
            clock: maker.clock.clone(),
            user: user.clone(),
            station: station.clone(),
            version: settings.version.clone(),
            home: settings.state.to_string_lossy().into_owned(),
            secrets: Arc::new(std::sync::Mutex::new(secrets)),
            settings: settings.subscribe.take(),
            view: Arc::default(),
            teller: journal.teller().clone(),
            kept: None,
        };
        let status = {
            let (since, version) = (seconds(jiff::Timestamp::now()), settings.version.clone());
            let (rules, journal, reload) = (rules.clone(), Arc::clone(&journal), reload.clone());
            let (user, registration) = (user.clone(), Arc::clone(&registration));
            #[cfg(feature = "push")]
            let port = Arc::clone(&port.port);
            #[cfg(feature = "broker")]
            let broker = Arc::clone(&broker.view);
            move || {
                let (rules, retention) = (rules.get(), journal.retention());
                Status {
                    pid: std::process::id(),
                    version: version.clone(),
                    since: since.clone(),
                    config: rules.config.clone(),
                    config_since: seconds(rules.since),
                    config_refused: reload.refused(),
                    user: user.get(),
                    hooks: rules.runner.hooks().map(|hook| hook.name.clone()).collect(),
                    dial: rules.dial.is_some(),
                    #[cfg(feature = "push")]
                    listen: port.borrow().as_ref().map(|port| port.status()),
                    #[cfg(not(feature = "push"))]
                    listen: None,
                    #[cfg(feature = "broker")]
                    broker: broker.borrow().as_ref().map(|broker| broker.status()),
                    #[cfg(not(feature = "broker"))]
                    broker: None,
                    registration: registration.borrow().clone(),
                    journal: JournalStatus {
                        folder: journal.folder().to_owned(),
                        days: retention.days,
                        keep: retention.keep,
                        hangs: journal.hangs().map(|time| time.as_secs()),
                        error: journal.write_error(),
                    },
                }
            }
        };
        let status: Arc<dyn Fn() -> Status + Send + Sync> = Arc::new(status);
        let stop = watch::Sender::new(false);
        #[cfg(feature = "page")]
        let page = {
            let (journal, dialler, status) = (
                Arc::clone(&journal),
                Arc::clone(&dialler),
                Arc::clone(&status),
            );
            let sources = Sources {
                journal,
                dialler,
                status,
                translate: settings.translate,
            };
            Arc::new(Page::new(sources, &settings.state, stop.subscribe()))
        };
        let handle = AgentHandle {
            intake,
            dialler,
            journal,
            reload: reload.clone(),
            stop,
            ending: watch::Sender::new(Ending::Goodbyes),
            status,
            #[cfg(feature = "page")]
            page,
        };
        let registration = Presence {
            jtel: settings.jtel,
            register: settings.register,
            agent: maker.agent.clone(),
            version: settings.version,
            push: push.subscribe(),
            users_uid: settings.users_uid,
            user,
            station,
            clock: maker.clock.clone(),
            rules: rules.clone(),
            registration,
            teller: maker.journal.teller().clone(),
        };
        let upkeep = Upkeep {
            maker,
            rules,
            retired: Vec::new(),
            reloader: reload,
            watched: None,
            registration,
            #[cfg(feature = "push")]
            port,
            #[cfg(feature = "broker")]
            broker,
        };
        Ok(Self {
            handle,
            upkeep,
            orders,
        })
    }

    /// Says where its settings come from: they are read again when it is asked to, and when their files change.
    pub fn reloads_from(mut self, source: impl SettingsSource) -> Self {
        self.upkeep.watched = Some(Arc::new(Watched::new(Arc::new(source))));
        self
    }

    /// What can be asked of it in this process.
    pub fn handle(&self) -> AgentHandle {
        self.handle.clone()
    }

    /// Runs until it is [stopped](AgentHandle::stop), by whomever, and has ended what belongs to it. Other processes
    /// reach it through `instance`, which is given up at the end; without one it is alone.
    ///
    /// Dropping the future ends the port, the registration and the broker at once, and nothing is taken back. A hook or a number
    /// that is under way goes on as a task of its own for as long as the runtime lives; so does the writer of the journal.
    pub async fn run(self, mut instance: Option<Owner>) {
        let Self {
            handle,
            upkeep,
            orders,
        } = self;
        let stop = handle.stop.subscribe();
        // Ends with this future, whatever becomes of it.
        let mut keeping = tokio::task::JoinSet::new();
        keeping.spawn(upkeep.run(orders, stop.clone()));
        serve(&handle, instance.as_mut(), stop).await;

        tracing::info!("the agent ends");
        // An error would be a panic, which is in the log.
        let _ = keeping.join_next().await;
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
    let stopped = async move { stop::told(&mut stop).await };
    let Some(owner) = instance else {
        return stopped.await;
    };
    let service = Arc::new(Service {
        intake: handle.intake(CallSource::new("ring")),
        handle: handle.clone(),
    });
    owner
        .serve(move |request| Arc::clone(&service).handle(request), stopped)
        .await;
}
