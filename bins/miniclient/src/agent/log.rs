//! The log: what the agent did, for the helpdesk. In the state folder, bounded, without call values.
//!
//! Values of calls do not go into the log: they are in the journal, from which a caller can be erased. What other
//! programs or servers said is escaped, so that no line can be forged.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::{env, io};

use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// The variable of the environment with the filter.
const FILTER: &str = "MINICLIENT_LOG";

/// At this size the log becomes the older log, and a new one begins.
const LARGEST: u64 = 1024 * 1024;

/// What became of it.
pub(crate) struct Log {
    /// The file.
    pub(crate) path: Option<PathBuf>,
    /// What is not as it was asked for.
    pub(crate) doubts: Vec<String>,
}

/// The file, below the state folder.
pub(crate) fn path(state: &Path) -> PathBuf {
    state.join("logs").join("miniclient.log")
}

/// What is said where it cannot be written.
pub(crate) fn unwritten(path: &Path, error: &io::Error) -> String {
    format!("{}: the log cannot be written: {error}", path.display())
}

/// Writes the log to the state folder from here on; `MINICLIENT_LOG` filters it (`debug`, `mc_hooks=trace`). Without
/// a folder, or when it cannot be written, the agent does without: a log is not worth a missed call.
pub(crate) fn start(state: Option<&Path>) -> Log {
    let mut started = Log {
        path: None,
        doubts: Vec::new(),
    };
    let asked = env::var_os(FILTER);
    let filter = asked.and_then(|asked| {
        let filter = asked.to_str().and_then(|asked| asked.parse::<Targets>().ok());
        if filter.is_none() {
            started.doubts.push(format!(
                "{FILTER} is not understood and does nothing; write `debug`, or `mc_hooks=trace` for a part"
            ));
        }
        filter
    });
    let Some(path) = state.map(path) else {
        return started;
    };
    let log = match mc_cli::Log::open(&path, LARGEST) {
        Ok(log) => log,
        Err(error) => {
            started.doubts.push(unwritten(&path, &error));
            return started;
        }
    };
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(Mutex::new(log));
    // In a test there may be one already.
    let _ = tracing_subscriber::registry()
        .with(filter.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO)))
        .with(layer)
        .try_init();
    started.path = Some(path);
    started
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filters_are_read_as_the_page_writes_them() {
        for text in ["debug", "warn", "mc_hooks=trace", "mc_ipc=debug,info"] {
            assert!(text.parse::<Targets>().is_ok(), "{text}");
        }
    }
}
