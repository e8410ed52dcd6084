//! What must hold for all parameters and all values; the fuzz target for command lines asks the same.

use mc_hooks::mc_template::{Names, Numbers, Scope, Values, words};
use mc_hooks::{Exec, ExecOptions};

/// The variables that parameters of these checks have.
const VARIABLES: [&str; 4] = ["ANumber", "GroupName", "CRMLink", "UsersUID"];

/// A line of parameters is read or refused; what is read has as many parameters for all values, and those without a
/// variable are what they are.
pub(crate) fn values_add_no_parameter(line: &str, values: &[&str]) {
    let names = Names::call();
    let program = std::env::current_exe().unwrap_or_default();
    let program = program.to_string_lossy();
    let exec = match Exec::parse(&program, line, &ExecOptions::default(), &names) {
        Ok(exec) => exec,
        Err(errors) => {
            assert!(
                !errors.is_empty() && errors.iter().all(|error| error.offset <= line.len()),
                "{line:?}"
            );
            return;
        }
    };
    let numbers = Numbers::default();
    let words = words::split_windows(line).unwrap_or_default();
    let given: Values = VARIABLES.into_iter().zip(values.iter().copied()).collect();
    let Ok(arguments) = exec.arguments(&Scope::new(&given, &numbers)) else {
        return;
    };
    assert_eq!(arguments.len(), words.len(), "{line:?}");
    for (argument, word) in arguments.iter().zip(&words) {
        if !word.text.contains('$') {
            assert_eq!(*argument, word.text, "{line:?}");
        }
    }
}
