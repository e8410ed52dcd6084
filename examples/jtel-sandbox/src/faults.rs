//! Faults on demand: a server that is slow, refuses, hangs up or stops half-way.

use serde::{Deserialize, Serialize};
use std::sync::{Mutex, PoisonError};

/// One fault, for REST requests whose path contains `path`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Fault {
    /// Only for paths with this in them; empty: for all.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// How often; absent: until the faults are cleared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// Milliseconds to wait first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay_ms: Option<u64>,
    /// Answer with this status instead of doing what was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Seconds of a `Retry-After` header beside `status`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    /// Answer with an HTML page, as a captive portal does; its status is `status` or 200.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub html: bool,
    /// Close the connection instead of answering.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub drop: Option<DropWhen>,
    /// Announce the whole answer and send this many bytes of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truncate: Option<usize>,
}

/// When a dropped connection is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum DropWhen {
    /// Nothing was done.
    Before,
    /// What was asked was done; nobody learns of it.
    After,
}

impl Fault {
    /// Reads `status=503,times=2,retry_after=1`; the names are those of the fields.
    ///
    /// # Errors
    ///
    /// A sentence that names the pair that is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut fields = serde_json::Map::new();
        for pair in text
            .split(',')
            .map(str::trim)
            .filter(|pair| !pair.is_empty())
        {
            let (name, value) = pair
                .split_once('=')
                .ok_or_else(|| format!("not name=value: {pair}"))?;
            // Numbers and true are JSON; paths and words are not.
            let literal = serde_json::from_str(value).unwrap_or_else(|_| value.into());
            fields.insert(name.to_owned(), literal);
        }
        serde_json::from_value(fields.into()).map_err(|e| e.to_string())
    }
}

/// The faults of one sandbox, in the order they were set; the first that fits strikes.
#[derive(Debug, Default)]
pub struct Faults(Mutex<Vec<Fault>>);

impl Faults {
    /// Adds one.
    pub fn add(&self, fault: Fault) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(fault);
    }

    /// Removes all.
    pub fn clear(&self) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// The fault that strikes a request with this path; one that has struck often enough is gone.
    pub(crate) fn strike(&self, path: &str) -> Option<Fault> {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |fault: &Fault| path.contains(&fault.path) && fault.times != Some(0);
        let at = faults.iter().position(fits)?;
        let fault = faults[at].clone();
        match &mut faults[at].times {
            Some(1) => {
                faults.remove(at);
            }
            Some(times) => *times -= 1,
            None => {}
        }
        Some(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_written_in_pairs() {
        let fault =
            Fault::parse("path=run/1234, times=2,status=503,retry_after=1,drop=after,html=true")
                .unwrap();
        assert_eq!(
            (fault.path.as_str(), fault.times, fault.status),
            ("run/1234", Some(2), Some(503))
        );
        assert_eq!((fault.drop, fault.html), (Some(DropWhen::After), true));
        assert!(Fault::parse("status").unwrap_err().contains("status"));
        assert!(Fault::parse("sttus=1").unwrap_err().contains("sttus"));
    }

    #[test]
    fn a_fault_strikes_where_and_as_often_as_it_says() {
        let faults = Faults::default();
        faults.add(Fault::parse("path=users,times=2,status=500").unwrap());
        faults.add(Fault::parse("path=calls,status=503").unwrap());
        let status = |path| faults.strike(path).and_then(|f| f.status);
        assert_eq!(
            [status("/x/users"), status("/x/users"), status("/x/users")],
            [Some(500), Some(500), None]
        );
        assert_eq!(
            [status("/x/calls"), status("/x/calls")],
            [Some(503), Some(503)]
        );
        faults.clear();
        assert_eq!(status("/x/calls"), None);
    }
}
