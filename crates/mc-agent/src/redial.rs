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
            (Redial::Caller, Entry::Call { event, .. }) => {
                let number = event["ANumber"].as_str().unwrap_or_default();
                return Ok(Some((number.to_owned(), DialOrigin::Caller)));
            }
            _ => {}
        }
    }
    Ok(None)
}
