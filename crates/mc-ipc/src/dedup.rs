//! What the owner remembers of requests, so that one that arrives twice is carried out once.

use crate::message::Progress;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::{
    collections::{HashMap, VecDeque},
    time::Duration,
};
use tokio::{sync::watch, time::Instant};

/// How long an id and its answer are remembered.
const REMEMBERED: Duration = Duration::from_mins(1);
/// How many requests of a room are remembered at once. More within a minute are refused: forgetting early could repeat one.
const MOST: usize = 8192;
/// How many bytes of a room's answers are remembered at once.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// What to do with a request.
#[derive(Debug)]
pub(crate) enum Admission {
    /// Carry it out, and report progress here.
    New(watch::Sender<Progress>),
    /// It is, or was, carried out: give that answer.
    Known(watch::Receiver<Progress>),
    /// Refuse it: this id was another request.
    Reused,
    /// Refuse it: too many in a minute.
    Full,
}

#[derive(Debug)]
struct Entry {
    digest: [u8; 32],
    progress: watch::Receiver<Progress>,
    bytes: usize,
    room: usize,
}

/// How much of a room is used.
#[derive(Debug, Default, Clone, PartialEq)]
struct Used {
    requests: usize,
    bytes: usize,
}

/// The requests of the last minute.
#[derive(Debug)]
pub(crate) struct Dedup {
    entries: HashMap<String, Entry>,
    ends: VecDeque<(Instant, String)>,
    rooms: Vec<Used>,
}

impl Dedup {
    pub(crate) fn new(rooms: usize) -> Self {
        Self {
            entries: HashMap::new(),
            ends: VecDeque::new(),
            rooms: vec![Used::default(); rooms],
        }
    }

    /// Decides about a request of a room.
    pub(crate) fn admit(&mut self, id: &str, kind: &str, body: &Value, room: usize) -> Admission {
        self.forget_old();
        let digest = digest(kind, body);
        if let Some(entry) = self.entries.get(id) {
            return if entry.digest == digest {
                Admission::Known(entry.progress.clone())
            } else {
                Admission::Reused
            };
        }
        let used = &mut self.rooms[room];
        if used.requests >= MOST || used.bytes >= MOST_BYTES {
            return Admission::Full;
        }
        used.requests += 1;
        let (sender, progress) = watch::channel(Progress::Started);
        self.entries.insert(
            id.to_owned(),
            Entry {
                digest,
                progress,
                bytes: 0,
                room,
            },
        );
        Admission::New(sender)
    }

    /// Notes that a request came to its end, which is when its minute begins.
    pub(crate) fn finished(&mut self, id: &str, bytes: usize) {
        if let Some(entry) = self.entries.get_mut(id) {
            entry.bytes = bytes;
            self.rooms[entry.room].bytes += bytes;
            self.ends.push_back((Instant::now(), id.to_owned()));
        }
    }

    fn forget_old(&mut self) {
        while let Some((_, id)) = self
            .ends
            .pop_front_if(|(end, _)| end.elapsed() >= REMEMBERED)
        {
            if let Some(entry) = self.entries.remove(&id) {
                let used = &mut self.rooms[entry.room];
                used.requests -= 1;
                used.bytes -= entry.bytes;
            }
        }
    }
}

fn digest(kind: &str, body: &Value) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(kind.as_bytes());
    hash.update([0]);
    hash.update(body.to_string().as_bytes());
    hash.finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::Reply;
    use serde_json::json;

    #[tokio::test(start_paused = true)]
    async fn f24_an_id_is_remembered_for_a_minute_after_its_end() {
        let mut dedup = Dedup::new(2);
        let Admission::New(progress) = dedup.admit("1", "dial", &json!("12"), 0) else {
            panic!("new")
        };
        tokio::time::advance(REMEMBERED * 2).await;
        assert!(
            matches!(
                dedup.admit("1", "dial", &json!("12"), 0),
                Admission::Known(_)
            ),
            "still under way"
        );
        progress.send_replace(Progress::Finished(Reply::Done(json!(1))));
        dedup.finished("1", 1);
        tokio::time::advance(Duration::from_secs(59)).await;
        let Admission::Known(known) = dedup.admit("1", "dial", &json!("12"), 0) else {
            panic!("known")
        };
        assert_eq!(*known.borrow(), Progress::Finished(Reply::Done(json!(1))));
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(matches!(
            dedup.admit("1", "dial", &json!("12"), 0),
            Admission::New(_)
        ));
    }

    #[test]
    fn an_id_stands_for_one_request_only() {
        let mut dedup = Dedup::new(2);
        let _first = dedup.admit("1", "dial", &json!("12"), 0);
        assert!(matches!(
            dedup.admit("1", "dial", &json!("13"), 0),
            Admission::Reused
        ));
        assert!(matches!(
            dedup.admit("1", "ring", &json!("12"), 0),
            Admission::Reused
        ));
    }

    #[tokio::test(start_paused = true)]
    async fn memory_is_bounded_and_refuses_rather_than_forgets() {
        let mut dedup = Dedup::new(2);
        for i in 0..MOST {
            let id = i.to_string();
            assert!(matches!(
                dedup.admit(&id, "k", &json!(1), 0),
                Admission::New(_)
            ));
            dedup.finished(&id, 10);
        }
        assert!(matches!(
            dedup.admit("more", "k", &json!(1), 0),
            Admission::Full
        ));
        assert!(matches!(
            dedup.admit("0", "k", &json!(1), 0),
            Admission::Known(_)
        ));
        assert!(
            matches!(dedup.admit("other", "k", &json!(1), 1), Admission::New(_)),
            "the other room"
        );
        dedup.finished("other", 10);
        tokio::time::advance(REMEMBERED).await;
        assert!(matches!(
            dedup.admit("more", "k", &json!(1), 0),
            Admission::New(_)
        ));
        dedup.finished("more", 10);
        tokio::time::advance(REMEMBERED).await;
        dedup.forget_old();
        assert_eq!(dedup.rooms, [Used::default(), Used::default()]);
    }
}
