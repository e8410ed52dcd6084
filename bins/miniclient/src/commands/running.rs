//! Asking the running instance, and what its silence means for the exit code.

use crate::{App, Exit, agent};
use mc_ipc::{Deadlines, InstanceClient, IpcError};
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
pub(crate) fn client(app: &App) -> InstanceClient {
    InstanceClient::new(&agent::instance(app))
}

fn sentence(error: &IpcError) -> String {
    match error {
        IpcError::NotRunning => {
            "no instance is running in this session; start miniclient first".to_owned()
        }
        other => other.to_string(),
    }
}

fn exit_of(error: &IpcError) -> Exit {
    match error {
        IpcError::NotRunning => Exit::NotRunning,
        IpcError::NoAnswer { .. } => Exit::NoAnswer,
        IpcError::Refused { .. } => Exit::Refused,
        IpcError::OutcomeUnknown { .. } => Exit::Unknown,
        IpcError::OtherProtocol { .. } => Exit::OtherProtocol,
        IpcError::OtherPrivilege => Exit::OtherPrivilege,
        IpcError::PeerNotTrusted => Exit::PeerNotTrusted,
        _ => Exit::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_way_to_fail_has_its_exit_code() {
        let refused = IpcError::Refused {
            code: "no_user".into(),
            text: "nobody".into(),
        };
        let protocol = IpcError::OtherProtocol {
            ours: "1".into(),
            theirs: "2".into(),
        };
        let too_large = IpcError::TooLarge {
            what: "body",
            size: 2,
            limit: 1,
        };
        let codes = [
            (IpcError::NotRunning, 10),
            (IpcError::NoAnswer { pid: Some(1) }, 11),
            (refused, 12),
            (IpcError::OutcomeUnknown { accepted: true }, 13),
            (protocol, 14),
            (IpcError::OtherPrivilege, 15),
            (IpcError::PeerNotTrusted, 16),
            (too_large, 1),
        ];
        for (error, code) in codes {
            assert_eq!(exit_of(&error).code(), code, "{error}");
        }
    }
}
