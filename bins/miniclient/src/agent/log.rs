//! The log: what the agent did, for the helpdesk. In the state folder, bounded, without call values.
//!
//! Values of calls do not go into the log: they are in the journal, from which a caller can be erased. What other
//! programs or servers said is escaped, so that no line can be forged.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use mc_cli::Log;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// At this size the log becomes the older log, and a new one begins.
const LARGEST: u64 = 1024 * 1024;

/// Writes the log to the state folder from here on; `MINICLIENT_LOG` filters it (`debug`, `mc_hooks=trace`). Without
/// a folder, or when it cannot be written, the agent does without: a log is not worth a missed call.
pub(crate) fn start(state: Option<&Path>) -> Option<PathBuf> {
    let path = state?.join("logs").join("miniclient.log");
    let log = Log::open(&path, LARGEST).ok()?;
    let filter =
        EnvFilter::try_from_env("MINICLIENT_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
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
