//! A call event as it is given on the command line.

use std::path::Path;

use mc_hooks::CallEvent;
use mc_secret::text::decode;
use mc_template::variables;

use crate::cli::EventArguments;
use crate::input;

/// Reads the event: the document if one is given, and over it the single values.
///
/// Blocks while standard input is read, if that is asked for.
///
/// # Errors
///
/// A sentence that says what is wrong, for standard error.
pub(crate) fn read(arguments: &EventArguments) -> Result<CallEvent, String> {
    let given = arguments.pairs();
    let Some(file) = arguments.event.as_deref() else {
        return CallEvent::from_pairs(given).map_err(|error| error.to_string());
    };
    let event = CallEvent::from_json(&document(file)?)
        .map_err(|error| format!("{}: {error}", input::shown(file)))?;
    if given.is_empty() {
        return Ok(event);
    }
    let same = |a: &str, b: &str| match (variables::canonical(a), variables::canonical(b)) {
        (Some(a), Some(b)) => a == b,
        (None, None) => a.to_lowercase() == b.to_lowercase(),
        _ => false,
    };
    let kept = event
        .iter()
        .filter(|(name, _)| !given.iter().any(|(other, _)| same(name, other)));
    CallEvent::from_pairs(kept.chain(given.iter().copied())).map_err(|error| error.to_string())
}

/// Reads a document, in UTF-8 or in the UTF-16 of PowerShell's `>`; of one that is too large only so much that it is known
/// to be.
fn document(file: &Path) -> Result<Vec<u8>, String> {
    let document = input::read(file, CallEvent::MAX_DOCUMENT as u64 + 1)?;
    if document.len() > CallEvent::MAX_DOCUMENT {
        return Ok(document);
    }
    Ok(decode(&document).map_or(document, String::into_bytes))
}

impl EventArguments {
    /// The single values, by name.
    fn pairs(&self) -> Vec<(&str, &str)> {
        let named = [
            ("ANumber", &self.a_number),
            ("GroupName", &self.group_name),
            ("CRMLink", &self.crm_link),
            ("ServiceNumber", &self.service_number),
            ("ServiceName", &self.service_name),
            ("CallID", &self.call_id),
            ("UsersUID", &self.users_uid),
        ];
        named
            .into_iter()
            .filter_map(|(name, value)| Some((name, value.as_deref()?)))
            .chain(
                self.set
                    .iter()
                    .map(|(name, value)| (name.as_str(), value.as_str())),
            )
            .collect()
    }
}
