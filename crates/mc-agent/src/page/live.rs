//! The page kept current: server-sent events with what changed since the last one.

use std::collections::HashMap;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Bytes, Frame};
use mc_hooks::EventKind;
use mc_template::Numbers;
use mc_template::numbers::is_withheld;
use serde_json::{Map, json};
use tokio::sync::{mpsc, watch};
use tokio::time::{sleep, timeout};

use crate::feed::{Feed, Happening};
use crate::journal::Journal;
use crate::page::board::{Board, Sources};
use crate::page::html::plain;
use crate::page::words::Tongue;
use crate::protocol::DialOutcome;
use crate::stop;

/// What happens at once is shown at once; then a moment for what comes along with it.
const PAUSE: Duration = Duration::from_millis(50);
/// How often a word goes out where nothing happens: a connection that is gone is noticed so.
const BEAT: Duration = Duration::from_secs(15);

/// An answer that goes on.
#[derive(Debug)]
pub(crate) struct Events(pub(crate) mpsc::Receiver<Bytes>);

impl Body for Events {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let next = self.0.poll_recv(context);
        next.map(|bytes| bytes.map(|bytes| Ok(Frame::data(bytes))))
    }
}

/// Sends what changes until nobody reads, or the agent is to end.
pub(crate) async fn send(
    sources: Sources,
    words: Tongue,
    to: mpsc::Sender<Bytes>,
    mut stop: watch::Receiver<bool>,
) {
    // From before it is read: nothing falls in between.
    let mut feed = sources.journal.teller().feed();
    let mut shown = None;
    let mut say = None;
    loop {
        let board = Board::read(&sources, words).await;
        let message = changes(shown.as_ref(), &board, say.as_deref());
        shown = Some(board);
        if to.send(message.into()).await.is_err() {
            return;
        }
        sleep(PAUSE).await;
        say = tokio::select! {
            () = to.closed() => return,
            () = stop::told(&mut stop) => return,
            said = happened(&mut feed, words, &sources.journal) => said,
            () = sleep(BEAT) => None,
        };
    }
}

/// What is different now, as an event: rows and other parts by their ids, the rows' order if that changed, and what is to be
/// said. A comment where nothing is. Nobody knows what is shown where nothing was sent yet: then the order is said, whatever it is.
fn changes(before: Option<&Board>, now: &Board, say: Option<&str>) -> String {
    let (first, nothing) = (before.is_none(), Board::default());
    let before = before.unwrap_or(&nothing);
    let known: HashMap<_, _> = before.rows.iter().map(|(id, row)| (id, row)).collect();
    let rows: Map<_, _> = now
        .rows
        .iter()
        .filter(|(id, row)| known.get(id) != Some(&row))
        .map(|(id, row)| (id.clone(), row.as_str().into()))
        .collect();
    let parts: Map<_, _> = now
        .parts
        .iter()
        .zip(&before.parts)
        .filter(|(now, before)| now != before)
        .map(|((id, part), _)| ((*id).to_owned(), part.as_str().into()))
        .collect();
    let ids = |board: &Board| {
        board
            .rows
            .iter()
            .map(|(id, _)| id.clone())
            .collect::<Vec<_>>()
    };
    let (was, order) = (ids(before), ids(now));
    let moved = first || was != order;
    if rows.is_empty() && parts.is_empty() && !moved && say.is_none() {
        return ":\n\n".to_owned();
    }
    let order = moved.then_some(order);
    let message = json!({ "rows": rows, "parts": parts, "order": order, "say": say });
    format!("data: {message}\n\n")
}

/// Waits for something to happen, and a moment for more. What is to be said of it: the last of it.
async fn happened(feed: &mut Feed, words: Tongue, journal: &Journal) -> Option<String> {
    let numbers = journal.numbers();
    let Some(first) = feed.next().await else {
        return std::future::pending().await;
    };
    let mut say = said(&first, words, &numbers);
    while let Ok(Some(next)) = timeout(Duration::ZERO, feed.next()).await {
        say = said(&next, words, &numbers).or(say);
    }
    say
}

/// What is said of it to who does not see the page, or looks elsewhere.
fn said(happening: &Happening, words: Tongue, numbers: &Numbers) -> Option<String> {
    match happening {
        Happening::Call { whole, late, .. } => {
            let number = whole.get("ANumber").filter(|number| !is_withheld(number));
            let number = number.map(|number| numbers.international(number));
            let number = number.as_deref().unwrap_or(words.withheld);
            let group = whole.get("GroupName").filter(|group| !group.is_empty());
            match (whole.kind(), group) {
                _ if *late => Some(plain(words.say_late, &[number])),
                (EventKind::Ringing, Some(group)) => {
                    Some(plain(words.say_call_for, &[number, group]))
                }
                (EventKind::Ringing, None) => Some(plain(words.say_call, &[number])),
                (EventKind::Missed, _) => Some(plain(words.say_missed, &[number])),
                _ => None,
            }
        }
        Happening::Dialling { number, .. } => Some(plain(words.say_dialling, &[number])),
        Happening::Dialled { dialled, .. } => {
            let number = &dialled.number;
            Some(match dialled.outcome {
                DialOutcome::Ok if dialled.repeated => plain(words.say_repeated, &[number]),
                DialOutcome::Ok => plain(words.say_dialled, &[number]),
                DialOutcome::Unknown => {
                    plain(words.say_maybe, &[number, &words.said(&dialled.text)])
                }
                _ => plain(words.say_not_dialled, &[number, &words.said(&dialled.text)]),
            })
        }
        Happening::Reloaded(_) => Some(words.say_reloaded.to_owned()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderMap;

    use super::*;
    use crate::protocol::{DialOrigin, Dialled};

    #[test]
    fn a_double_click_is_said_to_be_one() {
        let words = Tongue::of(&HeaderMap::new(), None);
        for (repeated, expected) in [
            (false, "Dialled 0301"),
            (true, "0301 was dialled a moment ago, so not once more"),
        ] {
            let dialled = Dialled {
                id: "a".to_owned(),
                number: "0301".to_owned(),
                outcome: DialOutcome::Ok,
                text: String::new(),
                millis: 1,
                repeated,
            };
            let from = DialOrigin::Command;
            let told = Happening::Dialled { from, dialled };
            let said = said(&told, words, &Numbers::default());
            // Without the marks around the number.
            let said = said
                .unwrap_or_default()
                .replace(['\u{2068}', '\u{2069}'], "");
            assert_eq!(said, expected);
        }
    }

    /// A page that was open when the journal was emptied, or the day ended, has rows that are no more.
    #[test]
    fn the_first_message_says_which_rows_there_are_even_if_none() {
        let empty = Board::default();
        let first = changes(None, &empty, None);
        assert!(first.contains("\"order\":[]"), "{first}");
        assert_eq!(changes(Some(&empty), &empty, None), ":\n\n");
    }
}
