//! The agent's settings, from the configuration: at the start, and whenever it is read again.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use mc_agent::{Settings, SettingsSource};
use mc_cli::{Language, Translator, german};
use tokio::sync::watch;
use tokio::task::AbortHandle;

use super::notices::Telling;
use crate::config::{self, Config, FILE_NAME, Folders, POLICY_FILE_NAME};

/// Where this program finds its configuration.
pub(super) struct ConfigSource {
    folders: Folders,
    config_file: Option<PathBuf>,
    /// Fetches the access tokens of the configuration that was read last.
    tokens: Mutex<Option<AbortHandle>>,
    /// How the person is told what happens.
    telling: watch::Sender<Telling>,
}

impl ConfigSource {
    pub(super) fn new(folders: &Folders, config_file: Option<&Path>) -> Self {
        Self {
            folders: folders.clone(),
            config_file: config_file.map(Path::to_owned),
            tokens: Mutex::default(),
            telling: watch::Sender::new(Telling::default()),
        }
    }

    /// How the person is told what happens, from now on.
    pub(super) fn telling(&self) -> watch::Receiver<Telling> {
        self.telling.subscribe()
    }

    /// What the agent runs on.
    pub(super) fn settings(&self, config: Config) -> Result<Settings, String> {
        let Some(state) = self.folders.state.as_deref() else {
            return Err(
                "there is no folder for the journal: this user has no home folder".to_owned(),
            );
        };
        let mut settings = Settings::new("miniclient", env!("CARGO_PKG_VERSION"), state);
        settings.env_remove = config.secret_variables().map(str::to_owned).collect();
        self.telling.send_replace(Telling {
            notify: config.notify,
            numbers: config.numbers.clone(),
            engine: config.engine(),
        });
        // Ahead of the first call, and of each token's end.
        let vault = Arc::clone(&config.vault);
        let keeping = tokio::spawn(async move { vault.keep_tokens().await });
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(old) = tokens.replace(keeping.abort_handle()) {
            old.abort();
        }
        settings.secrets = Some(config.vault);
        settings.config_file = config.file;
        settings.users_uid = config.users_uid;
        settings.numbers = config.numbers;
        settings.hooks = config.hooks;
        settings.advice = Some(crate::advice::run);
        settings.translate = Some(in_language);
        settings.jtel = config.jtel;
        settings.register = config.register;
        settings.dial = config.dial;
        settings.listen = config.listen;
        #[cfg(feature = "broker")]
        {
            settings.subscribe = config.subscribe;
        }
        settings.retention = config.journal;
        Ok(settings)
    }
}

/// What the libraries say, for the page: the browser's language is not always the system's.
fn in_language(language: &'static str, text: &str) -> String {
    static GERMAN: LazyLock<Translator> =
        LazyLock::new(|| Translator::new(&[german::miniclient()]));
    match Language::named(language) {
        Some(Language::German) => GERMAN.translate(text).into_owned(),
        _ => text.to_owned(),
    }
}

impl SettingsSource for ConfigSource {
    fn read(&self) -> Result<Settings, String> {
        let loaded = config::load(&self.folders, self.config_file.as_deref());
        let loaded = loaded.map_err(|problems| {
            problems
                .into_iter()
                .fold(String::new(), |mut text, problem| {
                    let line = if text.is_empty() { "" } else { "\n" };
                    // Writing into a text cannot fail.
                    let _ = write!(text, "{line}{problem}");
                    text
                })
        })?;
        for warning in &loaded.warnings {
            tracing::warn!("{warning}");
        }
        self.settings(loaded.config)
    }

    fn files(&self) -> Vec<PathBuf> {
        let candidates = self
            .folders
            .candidates(FILE_NAME, self.config_file.as_deref());
        let files = candidates.into_iter().map(|candidate| candidate.file);
        files
            .chain(self.folders.machine_file(POLICY_FILE_NAME))
            .collect()
    }
}
