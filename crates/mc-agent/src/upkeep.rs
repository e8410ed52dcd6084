//! What goes on beside the calls, and ends and begins anew when its settings change: the port, the registration, and the
//! settings themselves.

use std::future::Future;
use std::sync::Arc;
#[cfg(feature = "broker")]
use std::sync::PoisonError;
use std::time::Duration;

use mc_hooks::{Engine, Programs, Report, Runner};
#[cfg(feature = "broker")]
use mc_secret::Provider;
#[cfg(feature = "push")]
use mc_secret::Secret;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::timeout;

#[cfg(feature = "broker")]
use crate::broker::{BrokerView, Secrets, Subscriber};
use crate::clock::ServerClock;
#[cfg(feature = "broker")]
use crate::dial::Dialler;
use crate::dial_way::Way;
use crate::feed::Happening;
#[cfg(feature = "push")]
use crate::feed::Teller;
use crate::in_force::{InForce, Rules};
use crate::journal::Journal;
use crate::presence::{Presence, PushAddress};
use crate::protocol::{Registration, Reloaded};
#[cfg(feature = "push")]
use crate::push::{ListenError, Listener, Port};
use crate::reload::{Answer, ReloadError, Reloader, Watched};
#[cfg(feature = "push")]
use crate::settings::Listen;
#[cfg(feature = "broker")]
use crate::settings::Subscribe;
use crate::settings::{Jtel, Register, Settings};
use crate::station::{KnownUser, Station};
#[cfg(any(feature = "broker", feature = "push"))]
use crate::{CallSource, Intake};

/// How long requests may take, and programs without a timeout are watched, when the agent is stopped.
const HOOKS_END: Duration = Duration::from_secs(3);
/// How long telling the telephone system may take then.
const UNREGISTER: Duration = Duration::from_secs(6);

/// What the rules are made with, beside the settings.
pub(crate) struct Maker {
    pub(crate) journal: Arc<Journal>,
    pub(crate) clock: ServerClock,
    /// `program/version`.
    pub(crate) agent: String,
}

impl Maker {
    /// The rules of these settings. A runner's reports go into the journal.
    pub(crate) fn rules(&self, settings: &mut Settings) -> Rules {
        // Not when the first number is to be dialled. Who dials nothing may never need what fills 4 MB.
        if settings.dial.is_some() {
            settings.numbers.prepare();
        }
        let reports = Arc::clone(&self.journal);
        let observer = move |report: &Report| {
            tracing::info!(id = report.id, hook = report.hook, outcome = %report.outcome, millis = report.millis, "a hook ended");
            reports.report(report);
        };
        let numbers = settings.numbers.clone();
        // The telephone system's token is nobody else's.
        let mut engine = Engine::new(numbers.clone()).env_remove("API_TOKEN");
        if let Some(advice) = settings.advice {
            engine = engine.advice(advice);
        }
        if let Some(secrets) = settings.secrets.take() {
            engine = engine.secrets(secrets);
        }
        let hidden = std::mem::take(&mut settings.env_remove);
        engine = hidden.into_iter().fold(engine, Engine::env_remove);
        let way = |dial| {
            Way::new(
                dial,
                numbers,
                settings.jtel.as_ref(),
                &self.agent,
                self.clock.clone(),
            )
        };
        Rules {
            runner: Runner::new(std::mem::take(&mut settings.hooks), engine, observer),
            dial: settings.dial.take().map(way),
            registers: settings.register.is_some(),
            config: settings.config_file.take(),
            since: jiff::Timestamp::now(),
        }
    }
}

/// A task that ends when it is told to, and with its owner.
pub(crate) struct Part {
    stop: watch::Sender<bool>,
    task: JoinSet<()>,
}

impl Part {
    fn start<F>(work: impl FnOnce(watch::Receiver<bool>) -> F) -> Self
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let (stop, stopped) = watch::channel(false);
        let mut task = JoinSet::new();
        task.spawn(work(stopped));
        Self { stop, task }
    }

    /// Ends it; whether it did in this time.
    async fn end(mut self, limit: Duration) -> bool {
        self.stop.send_replace(true);
        timeout(limit, self.task.join_next()).await.is_ok()
    }
}

/// Keeps the port open, the registration current, and the settings as their source has them.
pub(crate) struct Upkeep {
    pub(crate) maker: Maker,
    pub(crate) rules: InForce,
    /// Rules that were replaced while something ran under them.
    pub(crate) retired: Vec<Arc<Rules>>,
    pub(crate) reloader: Reloader,
    pub(crate) watched: Option<Arc<Watched>>,
    pub(crate) registration: Registrar,
    #[cfg(feature = "push")]
    pub(crate) port: PortKeeper,
    #[cfg(feature = "broker")]
    pub(crate) broker: BrokerKeeper,
}

/// The registration, and what it is made with.
pub(crate) struct Registrar {
    pub(crate) jtel: Option<Jtel>,
    pub(crate) register: Option<Register>,
    pub(crate) users_uid: Option<String>,
    pub(crate) version: String,
    pub(crate) push: watch::Receiver<Option<PushAddress>>,
    pub(crate) user: KnownUser,
    pub(crate) station: Station,
    pub(crate) state: Arc<watch::Sender<Registration>>,
}

impl Registrar {
    fn start(&self, maker: &Maker, rules: &InForce) -> Part {
        let presence = Presence {
            jtel: self.jtel.clone(),
            register: self.register.clone(),
            agent: maker.agent.clone(),
            clock: maker.clock.clone(),
            version: self.version.clone(),
            push: self.push.clone(),
            user_is_set: self.users_uid.is_some(),
            user: self.user.clone(),
            station: self.station.clone(),
            rules: rules.clone(),
            registration: Arc::clone(&self.state),
            teller: maker.journal.teller().clone(),
        };
        Part::start(|stop| presence.keep(stop))
    }

    /// Takes these settings over; whether they are others.
    fn adopt(&mut self, settings: &Settings) -> bool {
        let same = self.jtel == settings.jtel
            && self.register == settings.register
            && self.users_uid == settings.users_uid;
        if self.users_uid != settings.users_uid {
            self.user.set(settings.users_uid.clone());
        }
        self.jtel.clone_from(&settings.jtel);
        self.register.clone_from(&settings.register);
        self.users_uid.clone_from(&settings.users_uid);
        !same
    }
}

/// The port for pushed calls, and what it is opened with.
#[cfg(feature = "push")]
pub(crate) struct PortKeeper {
    pub(crate) intake: Intake,
    /// The names of this computer.
    pub(crate) names: Vec<String>,
    pub(crate) push: Arc<watch::Sender<Option<PushAddress>>>,
    pub(crate) teller: Teller,
    /// The port as `status` sees it.
    pub(crate) port: Arc<watch::Sender<Option<Arc<Port>>>>,
    pub(crate) settings: Option<Listen>,
    /// The token as its file had it.
    pub(crate) token: Option<Secret>,
    /// Made and not served yet.
    pub(crate) listener: Option<Listener>,
    pub(crate) served: Option<Part>,
}

#[cfg(feature = "push")]
impl PortKeeper {
    /// Makes a listener, which does not listen yet.
    pub(crate) async fn make(
        &mut self,
        settings: Option<&Listen>,
    ) -> Result<Option<Listener>, ListenError> {
        let Some(settings) = settings else {
            return Ok(None);
        };
        // Not asked where nothing listens: it may take a look into the DNS.
        if self.names.is_empty() {
            self.names = computer_names().await;
        }
        let (names, push) = (self.names.clone(), Arc::clone(&self.push));
        Listener::new(settings.clone(), names, push, self.teller.clone()).map(Some)
    }

    /// Opens the port of this listener, if it can be opened now.
    pub(crate) async fn open(&mut self, listener: Option<Listener>) {
        self.listener = listener;
        if let Some(listener) = &mut self.listener {
            listener.bind().await;
        }
        self.token = self.listener.as_ref().and_then(Listener::file_token);
        let port = self.listener.as_ref().map(Listener::port);
        if self.port.send_replace(port).is_some() && self.listener.is_none() {
            self.teller.tell(|| Happening::Listen(None));
        }
    }

    fn serve(&mut self) {
        let Some(listener) = self.listener.take() else {
            return;
        };
        let intake = self.intake.from(CallSource::new("http"));
        self.served = Some(Part::start(|stop| listener.serve(intake, stop)));
    }

    /// Takes a listener in the place of the one there is, if they differ.
    async fn adopt(&mut self, settings: Option<Listen>, listener: Option<Listener>) {
        let token = listener.as_ref().and_then(Listener::file_token);
        if self.settings == settings && self.token == token {
            return;
        }
        self.end().await;
        self.settings = settings;
        self.open(listener).await;
        self.serve();
    }

    async fn end(&mut self) {
        if let Some(served) = self.served.take() {
            served.end(HOOKS_END).await;
        }
    }
}

/// The connection to the broker, and what it is made with.
#[cfg(feature = "broker")]
pub(crate) struct BrokerKeeper {
    pub(crate) intake: Intake,
    pub(crate) dialler: Arc<Dialler>,
    pub(crate) user: KnownUser,
    pub(crate) station: Station,
    pub(crate) version: String,
    /// The folder of the agent's state.
    pub(crate) home: String,
    pub(crate) secrets: Secrets,
    pub(crate) settings: Option<Subscribe>,
    /// The connection as `status` sees it.
    pub(crate) view: Arc<watch::Sender<Option<Arc<BrokerView>>>>,
    pub(crate) teller: Teller,
    pub(crate) kept: Option<Part>,
}

#[cfg(feature = "broker")]
impl BrokerKeeper {
    /// How long a call that comes again through a broker is the same one.
    const REPEATS: Duration = Duration::from_mins(1);

    fn start(&mut self) {
        let view = self
            .settings
            .as_ref()
            .map(|settings| Arc::new(BrokerView::new(settings)));
        self.view.send_replace(view.clone());
        let (Some(settings), Some(state)) = (self.settings.clone(), view) else {
            return;
        };
        let subscriber = Subscriber {
            settings,
            version: self.version.clone(),
            home: self.home.clone(),
            intake: self
                .intake
                .from(CallSource::new("broker").repeats_within(Self::REPEATS)),
            dialler: Arc::clone(&self.dialler),
            user: self.user.clone(),
            station: self.station.clone(),
            secrets: Arc::clone(&self.secrets),
            state,
            teller: self.teller.clone(),
        };
        self.kept = Some(Part::start(|stop| subscriber.keep(stop)));
    }

    /// Where the next password comes from.
    fn look_up_in(&self, secrets: Option<Arc<dyn Provider>>) {
        let mut current = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        *current = secrets;
    }

    /// Takes these settings over; the connection begins anew if they are others.
    async fn adopt(&mut self, settings: Option<Subscribe>) {
        if self.settings == settings {
            return;
        }
        self.end().await;
        self.settings = settings;
        self.start();
    }

    async fn end(&mut self) {
        if let Some(kept) = self.kept.take()
            && !kept.end(UNREGISTER).await
        {
            tracing::warn!("the broker could not be told in time that this workstation is gone");
        }
    }
}

impl Upkeep {
    /// Goes on until `stop` becomes true, and ends everything in its order.
    pub(crate) async fn run(
        mut self,
        mut orders: mpsc::Receiver<Answer>,
        mut stop: watch::Receiver<bool>,
    ) {
        let mut presence = self.registration.start(&self.maker, &self.rules);
        #[cfg(feature = "push")]
        self.port.serve();
        #[cfg(feature = "broker")]
        self.broker.start();
        loop {
            let answer = tokio::select! {
                // An error means that nobody is left to say stop: the same.
                _ = stop.wait_for(|stop| *stop) => break,
                Some(answer) = orders.recv() => Some(answer),
                () = changed(self.watched.as_ref()) => None,
            };
            let (result, others) = match self.adopt().await {
                Ok((reloaded, others)) => (Ok(reloaded), others),
                Err(error) => (Err(error), false),
            };
            let refused = match &result {
                Err(ReloadError::Settings(error)) => {
                    tracing::error!("the new configuration is not taken over: {error}");
                    Some(error.clone())
                }
                _ => None,
            };
            let refused = self.reloader.note(refused);
            let reloaded = result.as_ref().ok().cloned().map(Happening::Reloaded);
            if let Some(happening) = refused.map(Happening::ReloadRefused).or(reloaded) {
                self.maker.journal.teller().tell(|| happening);
            }
            if let Some(answer) = answer {
                // Nobody may be waiting any more.
                let _ = answer.send(result);
            }
            if others {
                // In this order: a goodbye that came second would take the new registration back.
                goodbye(presence).await;
                presence = self.registration.start(&self.maker, &self.rules);
            }
        }
        let closed = async {
            #[cfg(feature = "push")]
            self.port.end().await;
            #[cfg(feature = "broker")]
            self.broker.end().await;
            self.retired.push(self.rules.get());
            let mut runners = JoinSet::new();
            for rules in self.retired {
                runners.spawn(async move {
                    rules.runner.shutdown(Programs::ByTimeout, HOOKS_END).await;
                });
            }
            runners.join_all().await;
        };
        tokio::join!(goodbye(presence), closed);
    }

    /// Reads the settings and puts them in force; whether the registration is to begin anew.
    async fn adopt(&mut self) -> Result<(Reloaded, bool), ReloadError> {
        let watched = self.watched.clone().ok_or(ReloadError::NoSource)?;
        let read = tokio::task::spawn_blocking(move || watched.read()).await;
        let panicked = |_| Err("reading it failed: see the log".to_owned());
        let mut settings = read
            .unwrap_or_else(panicked)
            .map_err(ReloadError::Settings)?;
        #[cfg(feature = "push")]
        let listener = self
            .port
            .make(settings.listen.as_ref())
            .await
            .map_err(|error| ReloadError::Settings(error.to_string()))?;

        self.maker
            .journal
            .set(settings.retention, settings.numbers.clone());
        let others = self.registration.adopt(&settings);
        #[cfg(feature = "broker")]
        self.broker.look_up_in(settings.secrets.clone());
        let rules = self.maker.rules(&mut settings);
        if let Some(values) = self.registration.station.now() {
            rules.runner.set_station(values);
        }
        let reloaded = Reloaded {
            config: rules.config.clone(),
            hooks: rules.runner.hooks().map(|hook| hook.name.clone()).collect(),
        };
        self.retired.push(self.rules.replace(rules));
        self.retired
            .retain(|rules| Arc::strong_count(rules) > 1 || !rules.runner.is_idle());
        #[cfg(feature = "push")]
        self.port.adopt(settings.listen, listener).await;
        #[cfg(feature = "broker")]
        self.broker.adopt(settings.subscribe).await;
        tracing::info!(config = ?reloaded.config, hooks = reloaded.hooks.len(), "the configuration was read again");
        Ok((reloaded, others))
    }
}

/// Ends the registration, within a time.
async fn goodbye(presence: Part) {
    if !presence.end(UNREGISTER).await {
        tracing::warn!(
            "the telephone system could not be told in time that this workstation is gone"
        );
    }
}

/// Completes when a file of the source has changed.
async fn changed(watched: Option<&Arc<Watched>>) {
    let Some(watched) = watched else {
        return std::future::pending().await;
    };
    loop {
        tokio::time::sleep(watched.every()).await;
        let watched = Arc::clone(watched);
        let changed = tokio::task::spawn_blocking(move || watched.changed()).await;
        if changed.unwrap_or_default() {
            return;
        }
    }
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
