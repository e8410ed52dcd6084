//! Asking the running instance, and what its silence means for the exit code.

use crate::{App, Exit, agent};
use mc_ipc::{CallError, Client, Deadlines};
use serde_json::Value;

/// Asks the running instance once. Errors are reported on standard error by then.
pub(crate) async fn ask(
    app: &App,
    kind: &str,
    body: &Value,
    deadlines: Deadlines,
) -> Result<Value, Exit> {
    client(app)
        .request(kind, body, deadlines)
        .await
        .map_err(|error| {
            app.output.note(&sentence(&error));
            exit_of(&error)
        })
}

/// A client of the instance that belongs to this app's folders.
pub(crate) fn client(app: &App) -> Client {
    Client::new(&agent::instance(app))
}

fn sentence(error: &CallError) -> String {
    match error {
        CallError::NotRunning => {
            "no instance is running in this session; start miniclient first".to_owned()
        }
        other => other.to_string(),
    }
}

fn exit_of(error: &CallError) -> Exit {
    match error {
        CallError::NotRunning => Exit::NotRunning,
        CallError::NoAnswer => Exit::NoAnswer,
        CallError::Refused { .. } => Exit::Refused,
        CallError::OutcomeUnknown { .. } => Exit::Unknown,
        CallError::OtherProtocol { .. } => Exit::OtherProtocol,
        CallError::OtherPrivilege => Exit::OtherPrivilege,
        CallError::PeerNotTrusted => Exit::PeerNotTrusted,
        _ => Exit::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_to_fail_has_its_exit_code() {
        let refused = CallError::Refused {
            code: "no_user".into(),
            text: "nobody".into(),
        };
        let protocol = CallError::OtherProtocol {
            ours: "1".into(),
            theirs: "2".into(),
        };
        let codes = [
            (CallError::NotRunning, 10),
            (CallError::NoAnswer, 11),
            (refused, 12),
            (CallError::OutcomeUnknown { accepted: true }, 13),
            (protocol, 14),
            (CallError::OtherPrivilege, 15),
            (CallError::PeerNotTrusted, 16),
            (CallError::TooLarge { size: 1 }, 1),
        ];
        for (error, code) in codes {
            assert_eq!(exit_of(&error).code(), code, "{error}");
        }
    }
}
