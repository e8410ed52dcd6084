//! Told by the kernel when something is removed from the folder of lock and channel.

use super::unix::Place;
use rustix::fs::inotify::{CreateFlags, WatchFlags, add_watch, init};
use tokio::net::unix::pipe::Receiver;

/// An inotify watch of the folder; nothing where the user has used up theirs.
///
/// The descriptor is no pipe, but tokio's receiver waits for any that can be polled.
#[derive(Debug)]
pub(crate) struct Watch(Option<Receiver>);

impl Watch {
    pub(crate) fn new(place: &Place) -> Self {
        let begin = || -> std::io::Result<_> {
            let inotify = init(CreateFlags::CLOEXEC | CreateFlags::NONBLOCK)?;
            let gone = WatchFlags::DELETE
                | WatchFlags::DELETE_SELF
                | WatchFlags::MOVED_FROM
                | WatchFlags::MOVE_SELF;
            add_watch(&inotify, place.folder(), gone | WatchFlags::ONLYDIR)?;
            Receiver::from_owned_fd_unchecked(inotify)
        };
        Self(
            begin()
                .inspect_err(
                    |error| tracing::debug!(%error, "the folder of the lock is not watched"),
                )
                .ok(),
        )
    }

    /// Whether it will tell.
    pub(crate) fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Something was removed since the watch began. Cancel safe.
    pub(crate) async fn changed(&self) {
        match &self.0 {
            // What exactly does not matter: the watch is begun anew, and the whole address looked at.
            Some(inotify) => drop(inotify.readable().await),
            None => std::future::pending().await,
        }
    }
}
