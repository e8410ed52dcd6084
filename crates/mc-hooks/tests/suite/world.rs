//! What the tests share.

use std::time::Duration;

use mc_hooks::{CallEvent, Engine, Exec, ExecError, ExecOptions, Hook};
use mc_template::{Names, Numbers, Values};
use testkit::ArgDump;

/// Longer than anything here takes on a slow machine.
pub(crate) const LONG: Duration = Duration::from_secs(30);

pub(crate) fn event(json: &str) -> CallEvent {
    CallEvent::from_json(json.as_bytes()).unwrap_or_else(|error| panic!("{json}: {error}"))
}

pub(crate) fn values(pairs: &[(&str, &str)]) -> Values {
    pairs.iter().copied().collect()
}

pub(crate) fn engine() -> Engine {
    Engine::new(Numbers::default()).watch(LONG)
}

pub(crate) fn argdump() -> String {
    ArgDump::program().to_str().unwrap().to_owned()
}

pub(crate) fn exec(parameters: &str) -> Exec {
    exec_with(parameters, |_| ())
}

pub(crate) fn exec_with(parameters: &str, change: impl FnOnce(&mut ExecOptions<'_>)) -> Exec {
    let mut options = ExecOptions::default();
    change(&mut options);
    parse(&argdump(), parameters, &options).unwrap_or_else(|errors| panic!("{errors:?}"))
}

pub(crate) fn parse(
    program: &str,
    parameters: &str,
    options: &ExecOptions<'_>,
) -> Result<Exec, Vec<ExecError>> {
    let names = Names::call().with_extra(["CustomerNumber", "Out"]).unwrap();
    Exec::parse(program, parameters, options, &names)
}

/// A hook that runs `argdump`, which leaves its dump in the folder.
pub(crate) fn dumping(dump: &ArgDump, name: &str, parameters: &str) -> Hook {
    Hook::new(name, exec(&format!("{} {parameters}", out(dump))))
}

/// The parameter that tells `argdump` where to write.
pub(crate) fn out(dump: &ArgDump) -> String {
    format!("\"--argdump-out={}\"", dump.folder().display())
}
