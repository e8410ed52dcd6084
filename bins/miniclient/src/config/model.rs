//! The settings, checked and ready to use.

use std::path::PathBuf;
use std::sync::Arc;

#[cfg(feature = "broker")]
pub use mc_agent::settings::Subscribe;
pub use mc_agent::settings::{Dial, DialAction, Jtel, Keep, Listen, Register, Retention};
use mc_hooks::curl::{OAuth, Vault};
use mc_hooks::{Engine, Hook};
use mc_routing::Token;
use mc_secret::Source;
use mc_template::{Names, Numbers};

use mc_cli::ConfigPlace;
use mc_cli::settings::Provenance;

/// A whole configuration.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Config {
    /// The file it was read from, and why that one; none when there is only a policy.
    pub file: Option<PathBuf>,
    /// Why that file.
    pub found: ConfigPlace,
    /// The machine-wide policy that was laid over it.
    pub policy: Option<PathBuf>,
    /// The registry's keys with policies that go over all files.
    pub policies: Vec<String>,
    /// Where each setting came from.
    pub provenance: Provenance,
    /// What is done when a call comes in: the two automatic hooks first, then `[[hook]]` in their order.
    pub hooks: Vec<Hook>,
    /// `[numbers]`.
    pub numbers: Numbers,
    /// `UsersUID`: the ACD user, when the configuration knows it.
    pub users_uid: Option<String>,
    /// `Variables`: extra names that events bring.
    pub variables: Vec<String>,
    /// The names that templates for calls may use: the known ones and [`Config::variables`].
    pub names: Names,
    /// `[jtel]`.
    pub jtel: Option<Jtel>,
    /// `[register]`.
    pub register: Option<Register>,
    /// `[dial]`.
    pub dial: Option<Dial>,
    /// `[listen]`.
    pub listen: Option<Listen>,
    /// `[subscribe]`.
    #[cfg(feature = "broker")]
    pub subscribe: Option<Subscribe>,
    /// `[secrets]`: what is named there.
    pub secrets: Vec<super::Named>,
    /// `[oauth.NAME]`: the access tokens.
    pub oauth: Vec<(String, OAuth)>,
    /// Where the values of `${secret.NAME}` and `${oauth.NAME}` come from.
    pub vault: Arc<Vault>,
    /// `[journal]`.
    pub journal: Retention,
    /// `[notify]`.
    pub notify: Notify,
}

/// What the person is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Notify {
    /// What does not work.
    pub failures: bool,
    /// Calls that ring.
    pub calls: bool,
    /// Calls that were missed.
    pub missed: bool,
}

impl Default for Notify {
    fn default() -> Self {
        Self {
            failures: true,
            calls: false,
            missed: true,
        }
    }
}

impl Config {
    /// Whether a call that rings runs and shows nothing, and either calls are sent here or nothing else is on: no number is
    /// dialled, and nobody is told who works here.
    pub fn is_idle(&self) -> bool {
        #[cfg(feature = "broker")]
        let subscribes = self.subscribe.is_some();
        #[cfg(not(feature = "broker"))]
        let subscribes = false;
        let calls = self.listen.is_some() || subscribes;
        let other = self.dial.is_some() || self.register.is_some();
        self.hooks.is_empty() && !self.notify.calls && (calls || !other)
    }

    /// What runs hooks with these numbers, and starts programs without the telephone system's token and without
    /// [`Config::secret_variables`].
    pub fn engine(&self) -> Engine {
        let engine = Engine::new(self.numbers.clone()).env_remove(Token::VARIABLE);
        self.secret_variables().fold(engine, Engine::env_remove)
    }

    /// The variables of the environment in which secrets are: programs that are started do not get them.
    pub fn secret_variables(&self) -> impl Iterator<Item = &str> {
        self.secrets
            .iter()
            .filter_map(|secret| match &secret.place {
                Some(Source::Env(name)) => Some(name.as_str()),
                _ => None,
            })
    }
}
