//! The settings in force: what runs for a call and how numbers are dialled, replaced as a whole between two calls.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use mc_hooks::{Engine, Report, Runner};
use mc_routing::Token;

use crate::clock::ServerClock;
use crate::dial_way::Way;
use crate::journal::Journal;
use crate::settings::Settings;

/// What one reading of the settings made.
#[derive(Debug)]
pub(crate) struct Rules {
    pub(crate) runner: Runner,
    pub(crate) dial: Option<Way>,
    /// Whether the user may become known by registration.
    pub(crate) registers: bool,
    /// The file they came from.
    pub(crate) config: Option<PathBuf>,
    /// Since when they are in force.
    pub(crate) since: jiff::Timestamp,
}

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
            let (id, hook, millis) = (&report.id, &report.hook, report.millis);
            let outcome = report.outcome;
            // An error's text holds nothing of a call.
            match &report.error {
                Some(error) if outcome.is_failure() => {
                    tracing::warn!(id, hook, %outcome, millis, error, "a hook ended");
                }
                _ => tracing::info!(id, hook, %outcome, millis, "a hook ended"),
            }
            reports.report(report);
        };
        let numbers = settings.numbers.clone();
        // The telephone system's token is nobody else's.
        let mut engine = Engine::new(numbers.clone()).env_remove(Token::VARIABLE);
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

/// The rules in force. Clones see the same ones; who got them keeps them to the end of what it does.
#[derive(Debug, Clone)]
pub(crate) struct InForce(Arc<RwLock<Arc<Rules>>>);

impl InForce {
    pub(crate) fn new(rules: Rules) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(rules))))
    }

    pub(crate) fn get(&self) -> Arc<Rules> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts others in force, and gives those that were.
    pub(crate) fn replace(&self, rules: Rules) -> Arc<Rules> {
        let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut current, Arc::new(rules))
    }
}
