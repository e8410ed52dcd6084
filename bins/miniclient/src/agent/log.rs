//! The log: what the agent did, for the helpdesk. In the state folder, bounded, without call values.
//!
//! Values of calls do not go into the log: they are in the journal, from which a caller can be erased. What other
//! programs or servers said is escaped, so that no line can be forged.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use mc_cli::Log;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// At this size the log becomes the older log, and a new one begins.
const LARGEST: u64 = 1024 * 1024;

/// Writes the log to the state folder from here on; `MINICLIENT_LOG` filters it (`debug`, `mc_hooks=trace`). Without
/// a folder, or when it cannot be written, the agent does without: a log is not worth a missed call.
pub(crate) fn start(state: Option<&Path>) -> Option<PathBuf> {
    let path = state?.join("logs").join("miniclient.log");
    let log = Log::open(&path, LARGEST).ok()?;
    let asked = std::env::var("MINICLIENT_LOG").ok();
    let filter = asked
        .and_then(|asked| asked.parse::<Targets>().ok())
        .unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    let layer = tracing_subscriber::fmt::layer()
        .with_ansi(false)
        .with_writer(Mutex::new(log));
    // In a test there may be one already.
    let _ = tracing_subscriber::registry()
        .with(filter)
        .with(layer)
        .try_init();
    Some(path)
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
