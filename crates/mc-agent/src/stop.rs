//! Word that something is to end.

use tokio::sync::watch;

/// Completes when `stop` becomes true.
pub(crate) async fn told(stop: &mut watch::Receiver<bool>) {
    // An error means that nobody is left to say it: the same.
    let _ = stop.wait_for(|stop| *stop).await;
}
