//! A call whose hooks run.

use std::sync::Arc;

use mc_template::{Values, variables};
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::event::EventKind;

/// What a run is given of its call. Its values are taken once: conditions, templates and whoever writes the event down
/// see the same workstation. Hooks that come after others see what their answers brought beside.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) id: String,
    pub(super) kind: EventKind,
    pub(super) values: Values,
    pub(super) document: Value,
    /// The same for all runs of the call.
    pub(super) cancelled: Arc<watch::Sender<bool>>,
    /// When the chain that it is given to ends.
    pub(super) deadline: Option<Instant>,
}

impl Call {
    pub(super) fn new(id: String, kind: EventKind, values: Values, document: Value) -> Self {
        Self {
            id,
            kind,
            values,
            document,
            cancelled: Arc::new(watch::Sender::new(false)),
            deadline: None,
        }
    }

    /// The same with what an answer brought, for the hooks that come after. What the event brought under the same names
    /// does not count: an absent value is absent.
    pub(super) fn answered(&self, answers: &Values, deadline: Option<Instant>) -> Self {
        let mut values = self.values.clone();
        let mut document = self.document.clone();
        for (name, value) in answers.iter() {
            values.set(name, value);
            if let Value::Object(members) = &mut document {
                members.retain(|member, _| !variables::same_name(member, name));
                if !value.is_empty() {
                    members.insert(name.to_owned(), value.into());
                }
            }
        }
        Self {
            id: self.id.clone(),
            kind: self.kind,
            values,
            document,
            cancelled: Arc::clone(&self.cancelled),
            deadline,
        }
    }
}
