//! A call whose hooks run.

use mc_template::Values;
use serde_json::Value;
use tokio::sync::watch;

/// What all runs of one event share. Its values are taken once: conditions, templates and whoever writes the event down
/// see the same workstation.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) id: String,
    pub(super) values: Values,
    pub(super) document: Value,
    pub(super) cancelled: watch::Sender<bool>,
}

impl Call {
    pub(super) fn new(id: String, values: Values, document: Value) -> Self {
        Self {
            id,
            values,
            document,
            cancelled: watch::Sender::new(false),
        }
    }
}
