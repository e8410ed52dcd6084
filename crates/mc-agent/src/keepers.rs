//! What ends and begins anew when its settings change, each with what it is made with: the port, and the connection to the
//! broker.

#[cfg(any(feature = "broker", feature = "push"))]
use std::sync::Arc;
#[cfg(feature = "broker")]
use std::sync::PoisonError;
use std::time::Duration;

#[cfg(feature = "broker")]
use mc_secret::Provider;
#[cfg(feature = "push")]
use mc_secret::Secret;
#[cfg(any(feature = "broker", feature = "push"))]
use tokio::sync::watch;

#[cfg(feature = "broker")]
use crate::broker::{BrokerView, Secrets, Subscriber};
#[cfg(feature = "broker")]
use crate::clock::ServerClock;
#[cfg(feature = "broker")]
use crate::dial::Dialler;
#[cfg(feature = "push")]
use crate::feed::Happening;
#[cfg(any(feature = "broker", feature = "push"))]
use crate::feed::Teller;
use crate::part::Part;
#[cfg(feature = "push")]
use crate::presence::PushAddress;
#[cfg(feature = "push")]
use crate::push::{ListenError, Listener, Port};
#[cfg(feature = "push")]
use crate::settings::Listen;
#[cfg(feature = "broker")]
use crate::settings::Subscribe;
#[cfg(feature = "broker")]
use crate::station::{KnownUser, Station};
#[cfg(any(feature = "broker", feature = "push"))]
use crate::{CallSource, Intake};

/// How long requests may take, and programs without a timeout are watched, when the agent is stopped.
pub(crate) const HOOKS_END: Duration = Duration::from_secs(3);
/// How long telling the telephone system may take then.
const UNREGISTER: Duration = Duration::from_secs(6);

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
        let (settings, names) = (settings.clone(), self.names.clone());
        let (push, teller) = (Arc::clone(&self.push), self.teller.clone());
        // The file with the token may be on a share, too.
        let make = move || Listener::new(settings, names, push, teller);
        let made = tokio::task::spawn_blocking(make).await;
        let panicked = |error| Err(ListenError::Random(std::io::Error::other(error)));
        made.unwrap_or_else(panicked).map(Some)
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

    pub(crate) fn serve(&mut self) {
        let Some(listener) = self.listener.take() else {
            return;
        };
        let intake = self.intake.from(CallSource::new("http"));
        self.served = Some(Part::start(|stop| listener.serve(intake, stop)));
    }

    /// Takes a listener in the place of the one there is, if they differ.
    pub(crate) async fn adopt(&mut self, settings: Option<Listen>, listener: Option<Listener>) {
        let token = listener.as_ref().and_then(Listener::file_token);
        if self.settings == settings && self.token == token {
            return;
        }
        self.end().await;
        self.settings = settings;
        self.open(listener).await;
        self.serve();
    }

    pub(crate) async fn end(&mut self) {
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
    pub(crate) clock: ServerClock,
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

    pub(crate) fn start(&mut self) {
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
            clock: self.clock.clone(),
            user: self.user.clone(),
            station: self.station.clone(),
            secrets: Arc::clone(&self.secrets),
            state,
            teller: self.teller.clone(),
        };
        self.kept = Some(Part::start(|stop| subscriber.keep(stop)));
    }

    /// Where the next password comes from.
    pub(crate) fn look_up_in(&self, secrets: Option<Arc<dyn Provider>>) {
        let mut current = self.secrets.lock().unwrap_or_else(PoisonError::into_inner);
        *current = secrets;
    }

    /// Takes these settings over; the connection begins anew if they are others.
    pub(crate) async fn adopt(&mut self, settings: Option<Subscribe>) {
        if self.settings == settings {
            return;
        }
        self.end().await;
        self.settings = settings;
        self.start();
    }

    pub(crate) async fn end(&mut self) {
        if let Some(kept) = self.kept.take()
            && !kept.end(UNREGISTER).await
        {
            tracing::warn!("the broker could not be told in time that this workstation is gone");
        }
    }
}

/// Ends the registration, within a time.
pub(crate) async fn goodbye(presence: Part) {
    if !presence.end(UNREGISTER).await {
        tracing::warn!(
            "the telephone system could not be told in time that this workstation is gone"
        );
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
