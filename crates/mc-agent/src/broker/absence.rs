//! How long a broker has been away, and whether that was told.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// A broker that is away for so long is told of.
const TOO_LONG: Duration = Duration::from_mins(1);

pub(crate) struct Absence {
    since: Instant,
    told: bool,
}

impl Absence {
    pub(crate) fn since(since: Instant) -> Self {
        Self { since, told: false }
    }

    /// Completes once in an absence, when it lasts too long: however long it is until the next try.
    pub(crate) async fn too_long(&mut self) {
        if self.told {
            std::future::pending::<()>().await;
        }
        sleep_until(self.since + TOO_LONG).await;
        self.told = true;
    }
}
