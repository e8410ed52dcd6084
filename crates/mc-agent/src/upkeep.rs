//! What goes on beside the calls, until the agent is stopped: settings that are read again, and what ends and begins anew
//! with them.

use std::sync::Arc;

use mc_hooks::Programs;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinSet;

use crate::feed::Happening;
use crate::in_force::{InForce, Maker, Rules};
#[cfg(feature = "broker")]
use crate::keepers::BrokerKeeper;
#[cfg(feature = "push")]
use crate::keepers::PortKeeper;
use crate::keepers::{HOOKS_END, goodbye};
use crate::look::Looks;
use crate::part::Part;
use crate::presence::Presence;
use crate::protocol::Reloaded;
#[cfg(feature = "push")]
use crate::push::Listener;
use crate::reload::{Answer, ReloadError, Reloader, Watched};
use crate::settings::Settings;
use crate::stop;

/// Keeps the port open, the registration current, and the settings as their source has them.
pub(crate) struct Upkeep {
    pub(crate) maker: Maker,
    pub(crate) rules: InForce,
    /// Rules that were replaced while something ran under them.
    pub(crate) retired: Vec<Arc<Rules>>,
    pub(crate) reloader: Reloader,
    pub(crate) watched: Option<Arc<Watched>>,
    pub(crate) registration: Presence,
    #[cfg(feature = "push")]
    pub(crate) port: PortKeeper,
    #[cfg(feature = "broker")]
    pub(crate) broker: BrokerKeeper,
}

/// Settings that are not in force yet.
struct Read {
    settings: Settings,
    #[cfg(feature = "push")]
    listener: Option<Listener>,
}

impl Upkeep {
    /// Goes on until `stop` becomes true, and ends everything in its order.
    pub(crate) async fn run(
        mut self,
        mut orders: mpsc::Receiver<Answer>,
        mut stop: watch::Receiver<bool>,
    ) {
        let mut presence = self.registration.start();
        #[cfg(feature = "push")]
        self.port.serve();
        #[cfg(feature = "broker")]
        self.broker.start();
        let changed = Arc::new(Notify::new());
        let _looks = self.watched.clone().map(|watched| {
            let told = Arc::clone(&changed);
            Looks::every(watched.every(), told, move || watched.changed()).inspect_err(|error| {
                tracing::warn!(
                    "changes of the configuration are only noticed when asked to: {error}"
                );
            })
        });
        loop {
            let answer = tokio::select! {
                () = stop::told(&mut stop) => break,
                Some(answer) = orders.recv() => Some(answer),
                () = changed.notified() => None,
            };
            let read = tokio::select! {
                // Not once parts are being replaced: those come to their end.
                () = stop::told(&mut stop) => Err(ReloadError::Ending),
                read = self.read() => read,
            };
            let (result, others) = match read {
                Ok(read) => {
                    let (reloaded, others) = self.adopt(read, &presence).await;
                    (Ok(reloaded), others)
                }
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
                presence = self.registration.start();
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

    /// Reads the settings, and makes what they name.
    async fn read(&mut self) -> Result<Read, ReloadError> {
        let watched = self.watched.clone().ok_or(ReloadError::NoSource)?;
        let read = tokio::task::spawn_blocking(move || watched.read()).await;
        let panicked = |_| Err("reading it failed: see the log".to_owned());
        let settings = read
            .unwrap_or_else(panicked)
            .map_err(ReloadError::Settings)?;
        #[cfg(feature = "push")]
        let listener = self
            .port
            .make(settings.listen.as_ref())
            .await
            .map_err(|error| ReloadError::Settings(error.to_string()))?;
        Ok(Read {
            settings,
            #[cfg(feature = "push")]
            listener,
        })
    }

    /// Puts what was read in force; whether the registration is to begin anew.
    #[cfg_attr(
        not(any(feature = "push", feature = "broker")),
        expect(clippy::unused_async, reason = "port and broker alone are waited for")
    )]
    async fn adopt(&mut self, read: Read, presence: &Part) -> (Reloaded, bool) {
        let mut settings = read.settings;
        self.maker
            .journal
            .set(settings.retention, settings.numbers.clone());
        let others = self.registration.adopt(&settings, presence);
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
        self.port.adopt(settings.listen, read.listener).await;
        #[cfg(feature = "broker")]
        self.broker.adopt(settings.subscribe).await;
        tracing::info!(config = ?reloaded.config, hooks = reloaded.hooks.len(), "the configuration was read again");
        (reloaded, others)
    }
}
