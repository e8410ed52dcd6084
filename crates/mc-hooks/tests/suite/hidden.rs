//! `${secret.NAME}`: in the environment of a program, never in its parameters or in an address that is opened.

use std::sync::Arc;

use mc_hooks::{Exec, ExecOptions, ExecPart, Open, Outcome, Task};
use mc_secret::{Pending, Provider, Secret, Unavailable};
use mc_template::Names;
use testkit::ArgDump;

use crate::world::{argdump, engine, out, values};

const SECRET: &str = "geheim \"4711\"";

fn names() -> Names {
    Names::call().with_hidden("secret", ["crm"]).unwrap()
}

#[derive(Debug)]
struct One(Option<&'static str>);

impl Provider for One {
    fn get<'a>(&'a self, name: &'a str) -> Pending<'a, Result<Secret, Unavailable>> {
        assert_eq!(name, "secret.crm");
        let found = self.0.map(Secret::new);
        let found = found.ok_or_else(|| Unavailable::new(name, "the file x does not exist"));
        Box::pin(std::future::ready(found))
    }
}

fn with_env(dump: &ArgDump) -> Exec {
    let mut options = ExecOptions::default();
    options.env = &[("CRM_TOKEN", "t=${secret.crm}"), ("CALLER", "$ANumber")];
    Exec::parse(&argdump(), &out(dump), &options, &names()).unwrap()
}

#[tokio::test]
async fn a_program_has_it_in_its_environment_and_a_plan_its_name() {
    let dump = ArgDump::new();
    let action = with_env(&dump).into();
    let values = values(&[("ANumber", "49199")]);
    let engine = engine().secrets(Arc::new(One(Some(SECRET))));
    let task = || Task::new("1", "h", &action, &values);
    let plan = serde_json::to_value(engine.plan(task())).unwrap();
    assert_eq!(
        plan["env"],
        serde_json::json!([["CRM_TOKEN", "t=${secret.crm}"], ["CALLER", "49199"]])
    );
    let report = engine.perform(task()).await;
    assert_eq!(report.outcome, Outcome::Ok, "{report}");
    assert!(!format!("{report} {report:?} {action:?}").contains("geheim"));
    let started = dump.only();
    assert_eq!(started.env["CRM_TOKEN"], "t=geheim \"4711\"");
    assert_eq!(started.env["CALLER"], "49199");
}

#[tokio::test]
async fn f73_without_it_nothing_starts() {
    let dump = ArgDump::new();
    let action = with_env(&dump).into();
    let values = values(&[]);
    for (engine, reason) in [
        (
            engine().secrets(Arc::new(One(None))),
            "${secret.crm}: the file x does not exist",
        ),
        (engine(), "`secret.crm` has no value here"),
    ] {
        let report = engine.perform(Task::new("1", "h", &action, &values)).await;
        assert!(report.outcome.is_failure(), "{report}");
        assert_eq!(report.error.as_deref(), Some(reason));
    }
    assert!(dump.dumps().is_empty());
}

#[test]
fn parameters_and_addresses_have_none() {
    let options = ExecOptions::default();
    let errors = Exec::parse(&argdump(), "a \"/key:${secret.crm}\"", &options, &names());
    let errors = errors.unwrap_err();
    assert_eq!(
        (errors.len(), errors[0].part, errors[0].offset),
        (1, ExecPart::Line, 2)
    );
    let text = errors[0].to_string();
    assert!(
        text.contains("every user of the computer can see") && text.contains("env = {"),
        "{text}"
    );
    let error = Open::parse("https://h/?k=${secret.crm}", &names()).unwrap_err();
    assert!(error.to_string().contains("history"), "{error}");
}

#[test]
fn a_batch_files_environment_is_its_text_too() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("pop.cmd");
    std::fs::write(&script, "").unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    let mut options = ExecOptions::default();
    options.env = &[("GROUP", "$GroupName")];
    options.allow_scripts = true;
    let exec = Exec::parse(script.to_str().unwrap(), "", &options, &names()).unwrap();
    let numbers = mc_template::Numbers::default();
    let values = values(&[("GroupName", "a&calc")]);
    let scope = mc_template::Scope::new(&values, &numbers);
    assert!(exec.arguments(&scope).is_err());
}
