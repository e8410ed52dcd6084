//! This workstation is made known to the telephone system: at the start, when its address changes, and until the stop.
//!
//! All of it happens in the background. A telephone system that cannot be reached delays no call.

mod schedule;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use mc_identity::{AddressChanges, Field, Identity};
use mc_routing::{Body, RetryPolicy, RunAnswer};
use mc_secret::Secret;
use serde_json::Value;
use tokio::sync::{Notify, watch};

use self::schedule::{Due, Schedule};
use crate::clock::ServerClock;
use crate::feed::{Happening, Teller};
use crate::in_force::InForce;
use crate::look::Looks;
use crate::part::Part;
use crate::protocol::Registration;
use crate::rest::{RestClient, refusal};
use crate::settings::{Jtel, Register, Settings};
use crate::station::{self, KnownUser, STATION_FIELDS, Station};
use crate::stop;

/// The field that opens this workstation to calls.
const TOKEN: &str = "ListenToken";
/// How long the farewell at the stop may take.
const FAREWELL: Duration = Duration::from_secs(4);
/// How often the workstation is looked at without a reason.
const LOOK: Duration = Duration::from_mins(1);

/// Where calls can be pushed to, as the telephone system needs to know it.
#[derive(Debug, Clone)]
pub(crate) struct PushAddress {
    pub(crate) port: u16,
    pub(crate) token: Secret,
    /// Whether the token was made for this start, so that callers can only know it by registration.
    pub(crate) random: bool,
}

/// What registration needs to know, and where it tells what it learns.
#[derive(Clone)]
pub(crate) struct Presence {
    pub(crate) jtel: Option<Jtel>,
    pub(crate) register: Option<Register>,
    /// `program/version`.
    pub(crate) agent: String,
    pub(crate) version: String,
    /// Where calls can be pushed to, as soon as they can.
    pub(crate) push: watch::Receiver<Option<PushAddress>>,
    /// The user who is set: then what registration answers changes nothing.
    pub(crate) users_uid: Option<String>,
    pub(crate) user: KnownUser,
    pub(crate) station: Station,
    pub(crate) clock: ServerClock,
    pub(crate) rules: InForce,
    pub(crate) registration: Arc<watch::Sender<Registration>>,
    pub(crate) teller: Teller,
}

impl Presence {
    /// Begins to register, as the settings are.
    pub(crate) fn start(&self) -> Part {
        let presence = self.clone();
        Part::start(|stop| presence.keep(stop))
    }

    /// Takes these settings over; whether they are others. Then what was begun under the old ones is told to end, and the user it
    /// learnt is forgotten.
    pub(crate) fn adopt(&mut self, settings: &Settings, begun: &Part) -> bool {
        let same = self.jtel == settings.jtel
            && self.register == settings.register
            && self.users_uid == settings.users_uid;
        if same {
            return false;
        }
        // First: an answer that is under way teaches nothing any more.
        begun.stop();
        self.user.set(settings.users_uid.clone());
        self.jtel.clone_from(&settings.jtel);
        self.register.clone_from(&settings.register);
        self.users_uid.clone_from(&settings.users_uid);
        true
    }

    /// Keeps the registration and the workstation's values current until `stop` becomes true, then says goodbye.
    async fn keep(self, mut stop: watch::Receiver<bool>) {
        let mut keeper = Keeper::new(&self, stop.clone());
        tokio::select! {
            () = keeper.run() => {}
            () = stop::told(&mut stop) => {}
        }
        keeper.withdraw().await;
    }

    /// Says how the registration stands now; whether that is another than before.
    fn stands(&self, now: Registration) -> bool {
        let changed = |before: &mut Registration| {
            let changed = *before != now;
            before.clone_from(&now);
            changed
        };
        let changed = self.registration.send_if_modified(changed);
        if changed {
            self.teller.tell(|| Happening::Registration(now));
        }
        changed
    }
}

struct Keeper<'a> {
    shared: &'a Presence,
    /// Where and how to register, when that is configured.
    register: Option<Clients<'a>>,
    /// The fields of the identity that are used.
    fields: Vec<Field>,
    /// Who and where, as it was seen last; shared with who finds out whether it is another.
    seen: Arc<Mutex<Identity>>,
    /// What the telephone system was told last, if it may know this workstation.
    told: Option<Body>,
    stop: watch::Receiver<bool>,
}

/// Where the telephone system is told, and by whom.
struct Clients<'a> {
    settings: &'a Register,
    /// Tries again by itself.
    patient: RestClient,
    /// For the end: one try.
    once: RestClient,
}

impl<'a> Keeper<'a> {
    fn new(shared: &'a Presence, stop: watch::Receiver<bool>) -> Self {
        let register = shared.jtel.as_ref().zip(shared.register.as_ref());
        let mut fields = STATION_FIELDS.to_vec();
        for name in register.iter().flat_map(|(_, register)| &register.fields) {
            fields.extend(
                name.parse::<Field>()
                    .ok()
                    .filter(|field| !fields.contains(field)),
            );
        }
        let clients = |(jtel, settings): (&Jtel, _)| {
            let options = jtel.options().user_agent(shared.agent.as_str());
            let once = options
                .clone()
                .timeout(FAREWELL)
                .retry(RetryPolicy::never());
            Clients {
                settings,
                patient: RestClient::new(jtel.clone(), options, shared.clock.clone()),
                once: RestClient::new(jtel.clone(), once, shared.clock.clone()),
            }
        };
        Self {
            shared,
            register: register.map(clients),
            fields,
            seen: Arc::default(),
            told: None,
            stop,
        }
    }

    async fn run(&mut self) {
        let registration = match self.register {
            Some(_) => Registration::Pending,
            None => Registration::Off,
        };
        self.shared.stands(registration);
        self.look().await;
        let mut schedule = Schedule::new(
            self.key(),
            self.register.is_some(),
            self.register
                .as_ref()
                .and_then(|register| register.settings.refresh),
            Instant::now(),
        );
        let mut push = self.shared.push.clone();
        push.mark_unchanged();
        let changed = Arc::new(Notify::new());
        let told = Arc::clone(&changed);
        // Without it, the look once a minute finds what changed.
        let _changes = AddressChanges::watch(move || told.notify_one())
            .inspect_err(|error| tracing::warn!("changes of addresses are noticed late: {error}"));
        let _looks = self.looks(&changed).inspect_err(|error| {
            tracing::warn!("changes of this workstation may stay unnoticed: {error}");
        });
        loop {
            tokio::select! {
                () = tokio::time::sleep(schedule.wait(Instant::now())) => {}
                // An error means that it never changes again.
                Ok(()) = push.changed() => schedule.register_now(Instant::now()),
                () = changed.notified() => schedule.look_soon(Instant::now()),
            }
            match schedule.due(Instant::now()) {
                Due::Nothing => {}
                Due::Look => {
                    self.look().await;
                    schedule.looked(self.key(), Instant::now());
                }
                Due::Register => {
                    let registered = self.register(schedule.failures()).await;
                    schedule.registered(registered, Instant::now());
                }
            }
        }
    }

    /// Finds out once a minute whether the workstation is another than was seen last: the systems do not tell of every change.
    fn looks(&self, changed: &Arc<Notify>) -> std::io::Result<Looks> {
        let query = station::station_query(self.shared.jtel.as_ref()).fields(self.fields.clone());
        let seen = Arc::clone(&self.seen);
        Looks::every(LOOK, Arc::clone(changed), move || {
            let now = mc_identity::collect(&query);
            let seen = last(&seen);
            merged(&seen, now) != seen
        })
    }

    /// Looks at the workstation, and says what is seen.
    async fn look(&mut self) {
        let seen = station::identify(self.shared.jtel.as_ref(), self.fields.clone()).await;
        let identity = merged(&last(&self.seen), seen);
        let values = station::values(&identity);
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = identity;
        self.shared.station.seen(values.clone());
        self.shared.rules.get().runner.set_station(values);
    }

    /// What must not change unnoticed; none while there is no network to report.
    fn key(&self) -> Option<Vec<Option<String>>> {
        let identity = last(&self.seen);
        identity.ip_address?;
        Some(
            self.fields
                .iter()
                .map(|field| identity.get(*field))
                .collect(),
        )
    }

    /// Registers once, with the client's own short retries; whether it worked, and the user is known if that is to be learnt.
    async fn register(&mut self, failures: u32) -> bool {
        let Some(Clients {
            settings: register,
            patient,
            ..
        }) = &self.register
        else {
            return true;
        };
        let body = self.body(patient.jtel(), register);
        self.told = Some(body.clone());
        let answer = match told(patient, register.application, &body).await {
            Ok(answer) => answer,
            Err(error) => {
                let same = matches!(&*self.shared.registration.borrow(), Registration::Failed { error: before, .. } if *before == error);
                if !same {
                    tracing::warn!(failures = failures + 1, "registration: {error}");
                }
                self.shared.stands(Registration::Failed {
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
        if self.shared.users_uid.is_none()
            && let Some(user) = &user
        {
            self.shared.user.learn(user, &self.stop);
        }
        let address = last(&self.seen).get(Field::IpAddress);
        let now = Registration::Registered {
            address: address.clone(),
            user: user.clone(),
            note: note.clone(),
        };
        // Not each time it is repeated.
        if self.shared.stands(now) {
            tracing::info!(user, address, note, "registered");
        }
        // Nobody is logged in yet, as a rule.
        note.is_none() || self.shared.users_uid.is_some()
    }

    /// Takes the registration back, in one try. An application that is not told the `Action` could not tell it from another
    /// registration, so it is not called.
    async fn withdraw(&self) {
        let Some(Clients {
            settings: register,
            once,
            ..
        }) = &self.register
        else {
            return;
        };
        let Some(body) = self.told.clone().and_then(|told| self.farewell(told)) else {
            return;
        };
        let farewell = told(once, register.application, &body);
        match tokio::time::timeout(FAREWELL, farewell).await {
            Ok(Ok(_)) => {
                tracing::info!("unregistered");
                self.shared.stands(Registration::Unregistered);
            }
            Ok(Err(error)) => tracing::warn!("unregistering: {error}"),
            Err(_) => tracing::warn!("unregistering: no answer within {} s", FAREWELL.as_secs()),
        }
    }

    /// The same as was told last, as a goodbye. It always says whose it is, so that the application does not forget
    /// another workstation of the same user.
    fn farewell(&self, mut body: Body) -> Option<Body> {
        *body.get_mut("Action")? = Value::from("unregister");
        body.remove(TOKEN);
        let port = self.shared.push.borrow().as_ref().map(|push| push.port);
        let identity = last(&self.seen);
        let whose = [
            ("ComputerName", identity.get(Field::ComputerName)),
            ("IPAddress", identity.get(Field::IpAddress)),
            ("ListenPort", port.map(|port| port.to_string())),
        ];
        for (name, value) in whose {
            if !body.contains_key(name) {
                body.insert(name.to_owned(), value.map_or(Value::Null, Value::from));
            }
        }
        Some(body)
    }

    /// The fields in their order, all of them text, as the vendor's script sends them; what is not known is null.
    fn body(&self, jtel: &Jtel, register: &Register) -> Body {
        let mut body = Body::new();
        let push = self.shared.push.borrow().clone();
        let identity = last(&self.seen);
        for name in register.fields.iter().filter(|name| *name != TOKEN) {
            let value = match name.as_str() {
                "Action" => Some("register".to_owned()),
                "UsersUID" => self.shared.user.get(),
                "ListenPort" => push.as_ref().map(|push| push.port.to_string()),
                "Version" => Some(self.shared.version.clone()),
                name => name
                    .parse::<Field>()
                    .ok()
                    .and_then(|field| identity.get(field)),
            };
            body.insert(name.clone(), value.map_or(Value::Null, Value::from));
        }
        // The token that opens this workstation to calls goes over encrypted connections only, and not along with a goodbye. One made
        // for this start goes without being asked for: nobody else could know it.
        let wanted = register.fields.iter().any(|name| name == TOKEN);
        match &push {
            Some(push) if wanted || push.random => {
                if jtel.base_url.is_https() {
                    body.insert(TOKEN.to_owned(), Value::from(push.token.expose()));
                } else if self.told.is_none() {
                    tracing::warn!(
                        "the token for pushed calls is not sent over http; make base_url https, or set listen.token_file"
                    );
                }
            }
            _ => {}
        }
        body
    }
}

/// Tells the application; what it refuses is an error, too.
async fn told(client: &RestClient, application: u64, body: &Body) -> Result<RunAnswer, String> {
    let answer = client.run(application, body).await;
    let answer = answer.map_err(|error| error.to_string())?;
    match refusal(&answer) {
        Some(text) => Err(format!("the telephone system refused: {text}")),
        None => Ok(answer),
    }
}

fn last(seen: &Mutex<Identity>) -> Identity {
    seen.lock().unwrap_or_else(PoisonError::into_inner).clone()
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
