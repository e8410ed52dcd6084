//! What a person writes into the settings where a library refuses something: the libraries know no settings.

use mc_hooks::{ExecFault, ExecRefusal, Fault, RuleError};
use mc_secret::text::straight_quote;

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

/// For what was to be opened and is no page, if the text says why.
pub(crate) fn link(text: &str) -> Option<String> {
    if text.starts_with(|c: char| matches!(c, '"' | '\'' | '<') || straight_quote(c).is_some()) {
        return Some("leave the quotes around the link out".to_owned());
    }
    let (scheme, _) = text.split_once(':')?;
    let other = scheme
        .chars()
        .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
        && !scheme.contains('.')
        && !scheme.to_ascii_lowercase().starts_with("http");
    other.then(|| {
        format!("only pages are opened, and `{scheme}:` is none: give it as a parameter to the program that takes such links, by `exec`")
    })
}

/// For a configuration whose calls run nothing.
pub(crate) const NO_HOOK: &str = "the configuration has no hook, so a call does nothing here; switch one on with AutomaticRESTCRMUrl = true, \
    AutomaticEXECallCommand or [[hook]]";

/// For a rule that cannot hold.
pub(crate) fn rule(error: &RuleError) -> String {
    match error {
        RuleError::UnknownName { .. } => {
            format!("{error}; names that events bring are listed under Variables")
        }
        _ => error.to_string(),
    }
}

/// For what the running agent refused, such as a number, by the code of the refusal.
pub(crate) fn refusal(code: &str) -> Option<&'static str> {
    let advice = match code {
        "not_configured" => "add [dial] to the configuration",
        "codes" => "allow_codes = true under [dial] permits it",
        "denied" => "it is in the list deny under [dial]",
        "no_user" => {
            "log in to the telephone system, which is asked again within five minutes, or set UsersUID in the configuration"
        }
        "not_kept" => "keep under [journal] says so",
        "journal" => "see to it that there is room on its disk and that this user may write there",
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

#[cfg(test)]
mod tests {
    use super::link;

    #[test]
    fn quotes_of_every_kind_around_a_link_are_told() {
        for quote in ['"', '\'', '<', '“', '„', '‘', '‚', '»', '«', '‹'] {
            let said = link(&format!("{quote}https://crm.example/"));
            assert_eq!(
                said.as_deref(),
                Some("leave the quotes around the link out"),
                "{quote}"
            );
        }
        assert_eq!(link("crm.example"), None);
    }
}
