//! What the agent runs on.

#[cfg(feature = "broker")]
mod broker_url;
#[cfg(feature = "broker")]
mod subscribe;
#[cfg(feature = "broker")]
mod topic;

#[cfg(feature = "push")]
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

#[cfg(feature = "push")]
use ipnet::IpNet;
use mc_hooks::{Action, Fault, Hook, Matcher};
use mc_routing::{BaseUrl, ClientOptions, ProxySetting, Token};
use mc_secret::{Provider, Search, Source, Store};
use mc_template::Numbers;
use mc_template::numbers::Form;

#[cfg(feature = "broker")]
pub use self::broker_url::{BrokerUrl, BrokerUrlError};
#[cfg(feature = "broker")]
pub use self::subscribe::{ClientCertificate, MqttVersion, Subscribe};
#[cfg(feature = "broker")]
pub use self::topic::{Topic, TopicError};

/// Everything the agent needs to know. Only the first three are needed; what is not set is not done.
#[derive(Debug)]
#[non_exhaustive]
pub struct Settings {
    /// The program's name, for the telephone system's logs.
    pub program: String,
    /// The program's version.
    pub version: String,
    /// The folder of what the agent keeps: for this user alone.
    pub state: PathBuf,
    /// The file that the settings came from, for `status`.
    pub config_file: Option<PathBuf>,
    /// The ACD user of this workstation. Without one, the one learnt at registration.
    pub users_uid: Option<String>,
    /// The numbering plan.
    pub numbers: Numbers,
    /// What is done when a call comes in.
    pub hooks: Vec<Hook>,
    /// Where the values of `${secret.NAME}` come from: see [`mc_hooks::Engine::secrets`].
    pub secrets: Option<Arc<dyn Provider>>,
    /// Variables that programs do not get, beside `API_TOKEN`: those in which secrets are.
    pub env_remove: Vec<String>,
    /// What reports add to the text of a fault: see [`mc_hooks::Engine::advice`].
    pub advice: Option<fn(&Fault) -> Option<String>>,
    /// Says what the libraries say in another language, on the page: its name, such as `de`, and the English.
    pub translate: Option<Translate>,
    /// The telephone system's REST side.
    pub jtel: Option<Jtel>,
    /// How this workstation is made known there.
    pub register: Option<Register>,
    /// How numbers are dialled.
    pub dial: Option<Dial>,
    /// Where calls can be pushed to.
    #[cfg(feature = "push")]
    pub listen: Option<Listen>,
    /// The message broker that calls come through.
    #[cfg(feature = "broker")]
    pub subscribe: Option<Subscribe>,
    /// What the journal keeps, and for how long.
    pub retention: Retention,
}

/// See [`Settings::translate`].
pub type Translate = fn(language: &'static str, text: &str) -> String;

impl Settings {
    /// An agent that takes calls in and does nothing with them but write them down.
    pub fn new(
        program: impl Into<String>,
        version: impl Into<String>,
        state: impl Into<PathBuf>,
    ) -> Self {
        Self {
            program: program.into(),
            version: version.into(),
            state: state.into(),
            config_file: None,
            users_uid: None,
            numbers: Numbers::default(),
            hooks: Vec::new(),
            secrets: None,
            env_remove: Vec::new(),
            advice: None,
            translate: None,
            jtel: None,
            register: None,
            dial: None,
            #[cfg(feature = "push")]
            listen: None,
            #[cfg(feature = "broker")]
            subscribe: None,
            retention: Retention::default(),
        }
    }

    /// Sets the hooks.
    #[must_use]
    pub fn hooks(mut self, hooks: impl IntoIterator<Item = Hook>) -> Self {
        self.hooks = hooks.into_iter().collect();
        self
    }

    /// Sets the ACD user.
    #[must_use]
    pub fn users_uid(mut self, user: impl Into<String>) -> Self {
        self.users_uid = Some(user.into());
        self
    }

    /// Sets how numbers are dialled.
    #[must_use]
    pub fn dial(mut self, dial: Dial) -> Self {
        self.dial = Some(dial);
        self
    }

    /// Opens a port for pushed calls.
    #[cfg(feature = "push")]
    #[must_use]
    pub fn listen(mut self, listen: Listen) -> Self {
        self.listen = Some(listen);
        self
    }

    /// Takes calls from a message broker.
    #[cfg(feature = "broker")]
    #[must_use]
    pub fn subscribe(mut self, subscribe: Subscribe) -> Self {
        self.subscribe = Some(subscribe);
        self
    }

    /// Makes this workstation known to the telephone system.
    #[must_use]
    pub fn register(mut self, jtel: Jtel, register: Register) -> Self {
        self.jtel = Some(jtel);
        self.register = Some(register);
        self
    }

    /// Sets what the journal keeps.
    #[must_use]
    pub fn retention(mut self, retention: Retention) -> Self {
        self.retention = retention;
        self
    }
}

/// The telephone system's REST side.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Jtel {
    /// With the `ClientsID`: `https://acd-lb/rest/v1.0/1`.
    pub base_url: BaseUrl,
    /// Certificates to trust beside the system's.
    pub ca_file: Option<PathBuf>,
    /// The token's file. Without one: the environment's `API_TOKEN`, then the store.
    pub token_file: Option<PathBuf>,
    /// Where the token is kept otherwise.
    pub token_store: Option<Store>,
}

impl Jtel {
    /// The REST side at this address, with the token of the environment.
    pub fn new(base_url: BaseUrl) -> Self {
        Self {
            base_url,
            ca_file: None,
            token_file: None,
            token_store: None,
        }
    }

    /// The places where the token is looked for: the file, the environment's `API_TOKEN`, the store.
    pub fn token_search(&self) -> Search {
        let kept = self.token_store.clone().map(Source::Store);
        Token::search(self.token_file.clone(), kept)
    }

    /// How calls to it are made.
    pub fn options(&self) -> ClientOptions {
        ClientOptions::default()
            .ca_file(self.ca_file.clone())
            .proxy(ProxySetting::System)
    }
}

/// How this workstation is made known to the telephone system.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Register {
    /// The routing application that takes it.
    pub application: u64,
    /// The names of the values to send, in their order: those of the workstation's identity
    /// ([`mc_identity::Field`]), and `Action`, `UsersUID`, `ListenPort`, `ListenToken`, `Version`.
    pub fields: Vec<String>,
    /// A JSON pointer (RFC 6901) to the user's id in the answer.
    pub users_uid_from: Option<String>,
    /// How often it is repeated; `None`: only when something changes. Of two workstations of one user, the last one to
    /// register has the calls.
    pub refresh: Option<Duration>,
}

impl Register {
    /// What is sent unless it is set otherwise.
    pub const FIELDS: [&str; 6] = [
        "Action",
        "WindowsLoginName",
        "ComputerName",
        "IPAddress",
        "SessionID",
        "ListenPort",
    ];

    /// Registration with this application, with the usual fields.
    pub fn new(application: u64) -> Self {
        Self {
            application,
            fields: Self::FIELDS.map(str::to_owned).to_vec(),
            users_uid_from: None,
            refresh: None,
        }
    }
}

/// How numbers are dialled.
#[derive(Debug)]
#[non_exhaustive]
pub struct Dial {
    /// How.
    pub action: DialAction,
    /// Numbers that are never dialled, in any way they can be written.
    pub deny: Vec<Matcher>,
    /// Whether `*` and `#` may be in numbers that come from links.
    pub allow_codes: bool,
    /// How external numbers are written; without it, as they were given.
    pub format: Option<Form>,
    /// What is put before external numbers.
    pub outside_line: String,
    /// Numbers within the telephone system, by patterns for the number as it was given.
    pub internal: Vec<Matcher>,
    /// After which time dialling is given up. A program that dials is ended then, with everything it started, and one
    /// without a timeout never.
    pub timeout: Option<Duration>,
}

impl Dial {
    /// Dialling in this way.
    pub fn new(action: DialAction) -> Self {
        Self {
            action,
            deny: Vec::new(),
            allow_codes: false,
            format: None,
            outside_line: String::new(),
            internal: Vec::new(),
            timeout: None,
        }
    }
}

/// How a number is dialled.
#[derive(Debug)]
#[non_exhaustive]
pub enum DialAction {
    /// By a routing application of the telephone system.
    Application(u64),
    /// By a REST call or a program. Its templates know `$DialNumber`.
    Action(Action),
}

/// Calls that are pushed to this workstation over HTTP.
#[cfg(feature = "push")]
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Listen {
    /// Where to listen; port 0 is any free port.
    pub address: SocketAddr,
    /// The file with the token that callers must know. Without one, a random token per start.
    pub token_file: Option<PathBuf>,
    /// Who may call; empty is everyone.
    pub allow_from: Vec<IpNet>,
    /// Names under which this workstation may be called beside its own.
    pub hosts: Vec<String>,
    /// How many calls a second are taken in the long run, by callers with the token.
    pub rate: u32,
}

#[cfg(feature = "push")]
impl Listen {
    /// How long a token must be at least: a shorter one can be guessed.
    pub const SHORTEST_TOKEN: usize = 16;

    /// Calls pushed to this address.
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address,
            token_file: None,
            allow_from: Vec::new(),
            hosts: Vec::new(),
            rate: 10,
        }
    }
}

/// What the journal keeps, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Retention {
    /// For how many days.
    pub days: u32,
    /// What.
    pub keep: Keep,
}

impl Retention {
    /// This, for so many days.
    pub fn new(days: u32, keep: Keep) -> Self {
        Self { days, keep }
    }
}

impl Default for Retention {
    fn default() -> Self {
        Self::new(7, Keep::Full)
    }
}

/// What the journal keeps of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Keep {
    /// Everything.
    Full,
    /// Numbers without their last digits, no links.
    Masked,
    /// Nothing.
    None,
}
