//! Asking the running instance, and what its silence means for the exit code.

use mc_agent::{AgentClient, AskError};
use mc_ipc::IpcError;
use serde::Serialize;
use serde_json::Value;

use crate::{App, Exit, advice};

/// A client of the instance that belongs to this app's folders.
pub(crate) fn client(app: &App) -> AgentClient {
    AgentClient::new(&app.instance())
}

/// Reports on standard error why it was not done.
pub(crate) fn failed(app: &App, error: &AskError) -> Exit {
    let (exit, why) = explained(error);
    app.output.note(&why);
    exit
}

/// Why it was not done.
pub(crate) fn explained(error: &AskError) -> (Exit, String) {
    match error {
        AskError::Call(error) => (exit_of(error), sentence(error)),
        // Done it was; how, is not understood.
        other => (Exit::Unknown, other.to_string()),
    }
}

/// The word that stands for a value in JSON.
pub(crate) fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        _ => String::new(),
    }
}

fn sentence(error: &IpcError) -> String {
    match error {
        IpcError::NotRunning => {
            "no instance is running in this session; start miniclient first".to_owned()
        }
        IpcError::Refused { code, text } => match advice::refusal(code) {
            Some(advice) => format!("{text}; {advice}"),
            None => error.to_string(),
        },
        other => other.to_string(),
    }
}

/// What it means for the run.
pub(crate) fn exit_of(error: &IpcError) -> Exit {
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
