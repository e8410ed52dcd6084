//! What makes the owner the owner and lets others find it: lock and channel, put back when somebody removes them.

use crate::{
    options::InstanceOptions,
    sys::{Channel, Connection, Lock, Peer, Place, Watch},
};
use std::{io, time::Duration};
use tokio::time::Instant;

/// How often the owner looks whether its address is still there.
const LOOK: Duration = Duration::from_mins(1);
/// The same where it is told that something was removed. Not of everything: a folder above may have gone.
const LOOK_IF_WATCHED: Duration = Duration::from_mins(5);
/// How soon it looks again when it could not put everything back; each time twice as long.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// The lock and the channel of this process.
#[derive(Debug)]
pub(crate) struct Address {
    options: InstanceOptions,
    place: Place,
    lock: Lock,
    channel: Channel,
    watch: Watch,
    /// Another process took a lock of that name; said once.
    superseded: bool,
    again: Duration,
}

impl Address {
    pub(crate) fn new(
        options: InstanceOptions,
        place: Place,
        lock: Lock,
        channel: Channel,
    ) -> Self {
        Self {
            options,
            watch: Watch::new(&place),
            place,
            lock,
            channel,
            superseded: false,
            again: LOOK_AGAIN,
        }
    }

    /// The next client. Cancel safe.
    pub(crate) async fn accept(&self) -> io::Result<(Connection, Peer)> {
        self.channel.accept().await
    }

    /// Something was removed beside lock and channel. Cancel safe.
    pub(crate) async fn changed(&self) {
        self.watch.changed().await;
    }

    /// Makes again what somebody removed (a cleaner of temporary files, say): without it clients and new starts would
    /// take this process for dead. Does nothing where nothing is missing, and leaves alone what another process holds.
    /// Returns when to look again.
    pub(crate) fn restore(&mut self) -> Instant {
        let restored = self.try_restore().unwrap_or_else(|error| {
            tracing::warn!(%error, "lock or channel were removed and cannot be made again");
            false
        });
        let pause = match restored {
            true if self.watch.is_on() => LOOK_IF_WATCHED,
            true => LOOK,
            false => self.again,
        };
        self.again = if restored {
            LOOK_AGAIN
        } else {
            (pause * 2).min(LOOK)
        };
        Instant::now() + pause
    }

    /// False when another process holds the lock.
    fn try_restore(&mut self) -> io::Result<bool> {
        if !self.place.is_current()
            && let Some(place) = Place::find(&self.options, true).map_err(io::Error::other)?
        {
            self.place = place;
        }
        // Before looking, so that nothing is removed unseen.
        self.watch = Watch::new(&self.place);
        if !self.lock.renew(&self.place)? {
            if !self.superseded {
                tracing::error!(
                    "the lock file was removed, and another process has taken a new one"
                );
            }
            self.superseded = true;
            return Ok(false);
        }
        self.superseded = false;
        if !self.channel.is_in(&self.place) {
            self.channel = Channel::bind(&self.place, &self.lock)?;
            tracing::info!(
                address = self.place.address(),
                "the address was removed; it is there again"
            );
        }
        Ok(true)
    }

    /// Frees the address, then the lock.
    pub(crate) fn release(self) {
        self.channel.remove(&self.place, &self.lock);
        self.lock.remove(&self.place);
    }
}
