//! Numbers that the journal knows: the last one dialled, and the last caller's.

use std::io;

use mc_template::DialNumber;
use mc_template::numbers::is_withheld;

use crate::dial_error::DialError;
use crate::journal::{Entry, History, Journal, JournalError, RunState};
use crate::protocol::{DialOrigin, DialOutcome, Redial};
use crate::settings::Keep;

/// The number, and where it comes from.
pub(crate) async fn number(
    journal: &Journal,
    which: Redial,
) -> Result<(DialNumber, DialOrigin), DialError> {
    if journal.retention().keep != Keep::Full {
        return Err(DialError::NotKept);
    }
    journal.flush().await;
    let history = History::of(journal.folder());
    let found = tokio::task::spawn_blocking(move || find(&history, which))
        .await
        .unwrap_or_else(|_| Err(io::Error::other("reading it was cut off")));
    let found = found.map_err(|source| JournalError {
        folder: journal.folder().to_owned(),
        doing: "read",
        source,
    })?;
    let (number, from) = found.ok_or(DialError::NoNumber)?;
    // From a time when no whole numbers were kept.
    if number.contains("**") {
        return Err(DialError::NotKept);
    }
    if from != DialOrigin::Caller {
        return Ok((DialNumber::typed(&number)?, from));
    }
    if is_withheld(&number) {
        return Err(DialError::Withheld);
    }
    // As events bring it, which is not as people type it.
    let international = journal.numbers().plus(&number);
    Ok((DialNumber::typed(&international)?, from))
}

fn find(history: &History, which: Redial) -> io::Result<Option<(String, DialOrigin)>> {
    for entry in history.entries()? {
        match (which, entry?) {
            (
                Redial::Last,
                Entry::Dial {
                    number,
                    from,
                    outcome,
                    ..
                },
            ) if outcome != RunState::Ended(DialOutcome::Refused) => {
                return Ok(Some((number, from)));
            }
            (Redial::Caller, entry @ Entry::Call { .. }) => {
                let mut last = [entry];
                history.complete(&mut last)?;
                let [Entry::Call { event, .. }] = &last else {
                    continue;
                };
                let number = event["ANumber"].as_str().unwrap_or_default();
                return Ok(Some((number.to_owned(), DialOrigin::Caller)));
            }
            _ => {}
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use mc_hooks::CallEvent;
    use mc_template::Numbers;

    use super::*;
    use crate::journal::NewCall;
    use crate::settings::Retention;

    fn open(folder: &Path, keep: Keep) -> Journal {
        let numbers = Numbers::of_region("DE").unwrap();
        Journal::open(folder, Retention::new(7, keep), numbers).unwrap()
    }

    async fn rings(journal: &Journal, id: &str, caller: &str) {
        let call = CallEvent::from_pairs([("ANumber", caller)]).unwrap();
        let new = NewCall::new(id, "test", &call);
        journal.call(new).await.unwrap();
    }

    async fn found(journal: &Journal, which: Redial) -> Result<(String, DialOrigin), String> {
        match number(journal, which).await {
            Ok((number, from)) => Ok((number.as_str().to_owned(), from)),
            Err(error) => Err(error.code().to_owned()),
        }
    }

    #[tokio::test]
    async fn the_last_number_is_the_last_that_was_not_refused() {
        let folder = tempfile::tempdir().unwrap();
        let journal = open(folder.path(), Keep::Full);
        let none = Err("no_number".to_owned());
        assert_eq!(found(&journal, Redial::Last).await, none);
        rings(&journal, "a", "49199").await;
        assert_eq!(found(&journal, Redial::Last).await, none);
        for (id, number) in [("b", "0302"), ("c", "*21#")] {
            let from = DialOrigin::Command;
            journal.dial(id, from, number).await.unwrap();
            let last = found(&journal, Redial::Last).await;
            assert_eq!(last, Ok((number.to_owned(), from)));
        }
        journal.refused(DialOrigin::Link, "0304", "denied").await;
        let last = Ok(("*21#".to_owned(), DialOrigin::Command));
        assert_eq!(found(&journal, Redial::Last).await, last);
    }

    #[tokio::test]
    async fn the_last_caller_is_called_by_a_number_with_its_country() {
        let folder = tempfile::tempdir().unwrap();
        let journal = open(folder.path(), Keep::Full);
        journal.dial("a", DialOrigin::Link, "0302").await.unwrap();
        for (id, caller, expected) in [
            ("b", "49199123", Ok("+49199123")),
            ("c", "anonymous", Err("withheld")),
            ("d", "", Err("withheld")),
        ] {
            rings(&journal, id, caller).await;
            let expected = expected
                .map(|number| (number.to_owned(), DialOrigin::Caller))
                .map_err(str::to_owned);
            assert_eq!(found(&journal, Redial::Caller).await, expected, "{caller}");
        }
    }

    /// What becomes of a call may come with its id alone.
    #[tokio::test]
    async fn the_last_caller_is_who_rang_whatever_became_of_the_call() {
        let folder = tempfile::tempdir().unwrap();
        let journal = open(folder.path(), Keep::Full);
        let events: [&[(&str, &str)]; 4] = [
            &[("CallID", "a1"), ("ANumber", "49199123")],
            &[("CallID", "a2"), ("ANumber", "49301")],
            &[("CallID", "a1"), ("Event", "answered"), ("ANumber", "")],
            &[("CallID", "a1"), ("Event", "ended")],
        ];
        for (place, pairs) in events.into_iter().enumerate() {
            let event = CallEvent::from_pairs(pairs.iter().copied()).unwrap();
            let id = place.to_string();
            journal
                .call(NewCall::new(&id, "test", &event))
                .await
                .unwrap();
        }
        let expected = Ok(("+49199123".to_owned(), DialOrigin::Caller));
        assert_eq!(found(&journal, Redial::Caller).await, expected);
        let event = CallEvent::from_pairs([("CallID", "a3"), ("Event", "missed")]).unwrap();
        journal
            .call(NewCall::new("x", "test", &event))
            .await
            .unwrap();
        let withheld = Err("withheld".to_owned());
        assert_eq!(found(&journal, Redial::Caller).await, withheld);
    }

    #[tokio::test]
    async fn a_number_without_its_last_digits_is_not_dialled() {
        for keep in [Keep::Masked, Keep::None] {
            let folder = tempfile::tempdir().unwrap();
            let journal = open(folder.path(), keep);
            rings(&journal, "a", "49199123456").await;
            let not_kept = Err("not_kept".to_owned());
            assert_eq!(found(&journal, Redial::Caller).await, not_kept);
            // Not either once whole numbers are kept: this one is not whole.
            let then = found(&open(folder.path(), Keep::Full), Redial::Caller).await;
            let none = Err("no_number".to_owned());
            assert_eq!(then, if keep == Keep::None { none } else { not_kept });
        }
    }
}
