//! The open connections: how many there may be, and which goes when there are too many.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};

use tokio::sync::oneshot;

/// Connections at once.
const ALL: usize = 256;
/// Connections of one address.
const PER_ADDRESS: usize = 64;

/// What a connection is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Doing {
    /// It has not said anything whole yet.
    Nothing = 0,
    /// It was served, and may say more.
    Idle = 1,
    /// It is being served.
    Busy = 2,
    /// It is being served an answer that goes on.
    Streaming = 3,
}

/// A connection's side of its place in the table.
#[derive(Debug)]
pub(crate) struct Seat {
    doing: Arc<AtomicU8>,
    /// Completes when the connection is to be closed. Dropping it gives the place up.
    pub(crate) shed: oneshot::Receiver<()>,
}

impl Seat {
    /// To be told what the connection does.
    pub(crate) fn doing(&self) -> Arc<AtomicU8> {
        Arc::clone(&self.doing)
    }
}

#[derive(Debug)]
struct Entry {
    address: IpAddr,
    doing: Arc<AtomicU8>,
    close: oneshot::Sender<()>,
}

/// The connections, the oldest first.
#[derive(Debug, Default)]
pub(crate) struct Table(Vec<Entry>);

impl Table {
    /// A place for one more, at the cost of one that says nothing; none when all that count are being served.
    pub(crate) fn admit(&mut self, address: IpAddr) -> Option<Seat> {
        self.0.retain(|entry| !entry.close.is_closed());
        let same = |entry: &Entry| entry.address == address;
        if self.0.iter().filter(|entry| same(entry)).count() >= PER_ADDRESS {
            self.shed(same)?;
        } else if self.0.len() >= ALL {
            self.shed(|_| true)?;
        }
        let doing = Arc::new(AtomicU8::new(Doing::Nothing as u8));
        let (close, shed) = oneshot::channel();
        self.0.push(Entry {
            address,
            doing: Arc::clone(&doing),
            close,
        });
        Some(Seat { doing, shed })
    }

    /// Closes the oldest of these that has said nothing, else the oldest that is idle.
    fn shed(&mut self, of: impl Fn(&Entry) -> bool) -> Option<()> {
        let oldest = |doing: Doing| {
            self.0
                .iter()
                .position(|entry| of(entry) && entry.doing.load(Ordering::Relaxed) == doing as u8)
        };
        let place = oldest(Doing::Nothing).or_else(|| oldest(Doing::Idle))?;
        // It may have ended by itself just now.
        let _ = self.0.remove(place).close.send(());
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(last: u8) -> IpAddr {
        [10, 0, 0, last].into()
    }

    #[test]
    fn the_oldest_that_says_nothing_goes_first_then_the_idle() {
        let mut table = Table::default();
        let mut seats: Vec<_> = (0..PER_ADDRESS)
            .map(|_| table.admit(address(1)).unwrap())
            .collect();
        let is = |seat: &Seat, doing: Doing| seat.doing.store(doing as u8, Ordering::Relaxed);
        is(&seats[0], Doing::Busy);
        is(&seats[1], Doing::Idle);
        let newest = table.admit(address(1)).unwrap();
        assert!(seats[2].shed.try_recv().is_ok());
        is(&newest, Doing::Busy);
        for seat in &seats[3..] {
            is(seat, Doing::Busy);
        }
        let newest = table.admit(address(1)).unwrap();
        assert!(seats[1].shed.try_recv().is_ok());
        is(&newest, Doing::Busy);
        assert!(table.admit(address(1)).is_none(), "all are being served");
        assert!(table.admit(address(2)).is_some(), "another address");
        seats.pop();
        assert!(table.admit(address(1)).is_some(), "one ended by itself");
    }

    #[test]
    fn there_is_a_limit_for_all_addresses() {
        let mut table = Table::default();
        let seats: Vec<_> = (0..=255)
            .map(|last| table.admit(address(last)).unwrap())
            .collect();
        for seat in &seats {
            seat.doing.store(Doing::Busy as u8, Ordering::Relaxed);
        }
        assert!(table.admit([10, 1, 0, 0].into()).is_none());
    }
}
