//! What a person writes into the settings where a library refuses something: the libraries know no settings.

use mc_hooks::{ExecFault, ExecRefusal, Fault, RuleError};

/// For a program that cannot be configured so.
pub(crate) fn program(fault: &ExecFault) -> String {
    let advice = match fault {
        ExecFault::Script { .. } => "or write AllowScripts = true, best with stdin = \"json\"",
        ExecFault::Shortcut { .. }
        | ExecFault::Interpreter { .. }
        | ExecFault::Opener { .. }
        | ExecFault::Fetcher { .. } => "or write AllowScripts = true",
        ExecFault::VariableInCode { .. } => "for the former write stdin = \"json\"",
        _ => return fault.to_string(),
    };
    format!("{fault}; {advice}")
}

/// For a rule that cannot hold.
pub(crate) fn rule(error: &RuleError) -> String {
    match error {
        RuleError::UnknownName { .. } => {
            format!("{error}; names that events bring are listed under Variables")
        }
        _ => error.to_string(),
    }
}

/// For a number that is not dialled, by the code of the refusal.
pub(crate) fn dial(code: &str) -> Option<&'static str> {
    let advice = match code {
        "not_configured" => "add [dial] to the configuration",
        "codes" => "allow_codes = true under [dial] permits it",
        "denied" => "it is in the list deny under [dial]",
        "no_user" => "log in to the telephone system, or set UsersUID in the configuration",
        "not_kept" => "keep under [journal] says so",
        _ => return None,
    };
    Some(advice)
}

/// For a run that did not succeed.
pub(crate) fn run(fault: &Fault) -> Option<String> {
    match fault {
        Fault::Parameters(ExecRefusal::Option { .. }) => {
            Some("AllowOptionValues = true permits it".to_owned())
        }
        _ => None,
    }
}
