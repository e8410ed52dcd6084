//! This workstation is made known to the telephone system: at the start, when its address changes, and until the stop.
//!
//! All of it happens in the background. A telephone system that cannot be reached delays no call.

mod schedule;

use std::sync::Arc;
use std::time::{Duration, Instant};

use mc_identity::{Field, Identity};
use mc_routing::{Body, RetryPolicy};
use serde::Serialize;
use serde_json::Value;
use tokio::sync::watch;

use self::schedule::{Due, Schedule};
use super::Shared;
use crate::config::{Config, Jtel, Register};
use crate::{rest, station};

/// How long the farewell at the stop may take.
const FAREWELL: Duration = Duration::from_secs(4);

/// How things stand with the registration: what `status` shows.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Registration {
    /// It is not configured.
    #[default]
    Off,
    /// It is under way.
    Pending,
    /// The telephone system knows this workstation.
    Registered {
        /// The address it was told.
        address: Option<String>,
        /// The user it answered with.
        user: Option<String>,
        /// What is not as expected about it.
        note: Option<String>,
    },
    /// It could not be told; it is tried again.
    Failed {
        /// Why.
        error: String,
        /// How often in a row.
        failures: u32,
    },
    /// It was told that this workstation goes.
    Unregistered,
}

async fn identify(config: &Config, fields: Vec<Field>) -> Identity {
    let query = station::query(config).fields(fields);
    tokio::task::spawn_blocking(move || mc_identity::collect(&query))
        .await
        .unwrap_or_default()
}

/// Keeps the registration and the workstation's values current until `stop` becomes true, then says goodbye.
pub async fn keep(shared: Arc<Shared>, mut stop: watch::Receiver<bool>) {
    let mut keeper = Keeper::new(&shared);
    tokio::select! {
        () = keeper.run() => {}
        // An error means that nobody is left to say stop: the same.
        _ = stop.wait_for(|stop| *stop) => {}
    }
    keeper.withdraw().await;
}

struct Keeper<'a> {
    shared: &'a Shared,
    /// Where and how to register, when that is configured.
    register: Option<(&'a Jtel, &'a Register)>,
    /// The fields of the identity that are used.
    fields: Vec<Field>,
    identity: Identity,
    /// Whether the telephone system may know this workstation.
    tried: bool,
}

impl<'a> Keeper<'a> {
    fn new(shared: &'a Shared) -> Self {
        let register = shared
            .config
            .jtel
            .as_ref()
            .zip(shared.config.register.as_ref());
        let mut fields = station::FIELDS.to_vec();
        for name in register.iter().flat_map(|(_, register)| &register.fields) {
            fields.extend(
                name.parse::<Field>()
                    .ok()
                    .filter(|field| !fields.contains(field)),
            );
        }
        Self {
            shared,
            register,
            fields,
            identity: Identity::default(),
            tried: false,
        }
    }

    async fn run(&mut self) {
        if self.register.is_some() {
            self.shared.registration.send_replace(Registration::Pending);
        }
        self.identity = identify(&self.shared.config, self.fields.clone()).await;
        self.shared
            .runner
            .set_station(station::values(&self.identity));
        let mut schedule = Schedule::new(self.key(), self.register.is_some(), Instant::now());
        loop {
            tokio::time::sleep(schedule.wait(Instant::now())).await;
            match schedule.due(Instant::now()) {
                Due::Nothing => {}
                Due::Look => {
                    let seen = identify(&self.shared.config, self.fields.clone()).await;
                    self.identity = merged(&self.identity, seen);
                    self.shared
                        .runner
                        .set_station(station::values(&self.identity));
                    schedule.looked(self.key(), Instant::now());
                }
                Due::Register => {
                    let registered = self.register(schedule.failures()).await;
                    schedule.registered(registered, Instant::now());
                }
            }
        }
    }

    /// What must not change unnoticed; none while there is no network to report.
    fn key(&self) -> Option<Vec<Option<String>>> {
        self.identity.ip_address?;
        Some(
            self.fields
                .iter()
                .map(|field| self.identity.get(*field))
                .collect(),
        )
    }

    /// Registers once, with the client's own short retries; whether it worked.
    async fn register(&mut self, failures: u32) -> bool {
        let Some((jtel, register)) = self.register else {
            return true;
        };
        let body = self.body(jtel, register, "register");
        self.tried = true;
        let result = match rest::client(&self.shared.folders, jtel, rest::options(jtel)).await {
            Ok(client) => client
                .run(&jtel.base_url.run(register.application), &body)
                .await
                .map_err(|e| e.to_string()),
            Err(error) => Err(error.to_string()),
        };
        let result = result.and_then(|answer| match rest::refusal(&answer) {
            Some(text) => Err(format!("the telephone system refused: {text}")),
            None => Ok(answer),
        });
        let answer = match result {
            Ok(answer) => answer,
            Err(error) => {
                tracing::warn!(failures = failures + 1, "registration: {error}");
                self.shared.registration.send_replace(Registration::Failed {
                    error,
                    failures: failures + 1,
                });
                return false;
            }
        };
        let (user, note) = match &register.users_uid_from {
            None => (None, None),
            Some(pointer) => match answer.find(pointer).filter(|user| !user.trim().is_empty()) {
                Some(user) => (Some(user), None),
                None => (
                    None,
                    Some(format!(
                        "the answer holds no user at {pointer} (users_uid_from)"
                    )),
                ),
            },
        };
        // A user who is configured stays: two truths would send calls and answers to different people.
        if self.shared.config.users_uid.is_none() && user.is_some() {
            self.shared.user.send_replace(user.clone());
        }
        let address = self.identity.get(Field::IpAddress);
        tracing::info!(
            user = user.as_deref(),
            address,
            note = note.as_deref(),
            "registered"
        );
        self.shared
            .registration
            .send_replace(Registration::Registered {
                address,
                user,
                note,
            });
        true
    }

    /// Takes the registration back, in one try. An application that is not told the `Action` could not tell it from another
    /// registration, so it is not called.
    async fn withdraw(&self) {
        let Some((jtel, register)) = self.register.filter(|_| self.tried) else {
            return;
        };
        if !register.fields.iter().any(|field| field == "Action") {
            return;
        }
        let body = self.body(jtel, register, "unregister");
        let options = rest::options(jtel)
            .timeout(FAREWELL)
            .retry(RetryPolicy::never());
        let farewell = async {
            let client = rest::client(&self.shared.folders, jtel, options)
                .await
                .map_err(|e| e.to_string())?;
            client
                .run(&jtel.base_url.run(register.application), &body)
                .await
                .map_err(|e| e.to_string())
        };
        match tokio::time::timeout(FAREWELL, farewell).await {
            Ok(Ok(_)) => {
                tracing::info!("unregistered");
                self.shared
                    .registration
                    .send_replace(Registration::Unregistered);
            }
            Ok(Err(error)) => tracing::warn!("unregistering: {error}"),
            Err(_) => tracing::warn!("unregistering: no answer within {} s", FAREWELL.as_secs()),
        }
    }

    /// The fields in their order, all of them text, as the vendor's script sends them; what is not known is null.
    fn body(&self, jtel: &Jtel, register: &Register, action: &str) -> Body {
        const TOKEN: &str = "ListenToken";
        let mut body = Body::new();
        for name in register.fields.iter().filter(|name| *name != TOKEN) {
            let value = match name.as_str() {
                "Action" => Some(action.to_owned()),
                "UsersUID" => self.shared.user(),
                "ListenPort" => self
                    .shared
                    .listening
                    .as_ref()
                    .map(|listening| listening.address.port().to_string()),
                "Version" => Some(env!("CARGO_PKG_VERSION").to_owned()),
                name => name
                    .parse::<Field>()
                    .ok()
                    .and_then(|field| self.identity.get(field)),
            };
            body.insert(name.clone(), value.map_or(Value::Null, Value::from));
        }
        // The token that opens this workstation to calls goes over encrypted connections only, and not along with a goodbye. One made
        // for this start goes without being asked for: nobody else could know it.
        let wanted = register.fields.iter().any(|name| name == TOKEN);
        match &self.shared.listening {
            Some(listening) if action == "register" && (wanted || listening.random) => {
                if jtel.base_url.is_https() {
                    body.insert(TOKEN.to_owned(), Value::from(listening.token.as_str()));
                } else {
                    tracing::warn!(
                        "the token for pushed calls is not sent over http; make base_url https, or set token_file under [listen]"
                    );
                }
            }
            _ => {}
        }
        body
    }
}

/// What was seen last, with the names of before where they could not be found out this time: a DNS that is down for a minute does
/// not rename a computer. Addresses and sessions do change.
fn merged(before: &Identity, mut seen: Identity) -> Identity {
    seen.login_name = seen.login_name.or_else(|| before.login_name.clone());
    seen.computer_name = seen.computer_name.or_else(|| before.computer_name.clone());
    seen.domain_name = seen.domain_name.or_else(|| before.domain_name.clone());
    seen.dns_name = seen.dns_name.or_else(|| before.dns_name.clone());
    seen
}
