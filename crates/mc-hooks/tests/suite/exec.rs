use std::fs;

use mc_hooks::{ExecFault, ExecOptions, ExecPart, ExecRefusal, ExecStdin, Outcome, Planned, Task};
use mc_template::{Numbers, Scope};
use proptest::prelude::*;
use tempfile::TempDir;
use testkit::ArgDump;

use crate::world::{argdump, engine, exec, exec_with, out, parse, values};

const HOSTILE: &[&str] = &[
    "",
    "a b",
    "\"",
    "\" \"",
    "\\",
    "\\\\\"",
    "a\\",
    "a b\\",
    "%PATH%",
    "$ANumber",
    "${GroupName}",
    "`id`",
    "$(id)",
    ";rm -rf /",
    "&calc",
    "|more",
    ">out",
    "'",
    "^",
    "*",
    "äöü €",
    "日本",
    "\u{202e}",
    "\\\" & calc \\\"",
];

/// A file that counts as a program on this system.
pub(crate) fn program_file(folder: &TempDir, name: &str) -> String {
    let path = folder.path().join(name);
    fs::write(&path, "").unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    path.to_str().unwrap().to_owned()
}

pub(crate) fn faults(program: &str, parameters: &str, options: &ExecOptions<'_>) -> Vec<ExecFault> {
    match parse(program, parameters, options) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.into_iter().map(|error| error.fault).collect(),
    }
}

pub(crate) fn allowing() -> ExecOptions<'static> {
    let mut options = ExecOptions::default();
    options.allow_scripts = true;
    options
}

#[tokio::test]
async fn hostile_values_arrive_as_one_parameter_each() {
    for value in HOSTILE {
        let dump = ArgDump::new();
        let action = exec(&format!(
            "{} \"/n:$ANumber\" x${{GroupName}}y end",
            out(&dump)
        ))
        .into();
        let values = values(&[("ANumber", value), ("GroupName", value)]);
        let report = engine()
            .perform(Task::new("1", "h", &action, &values))
            .await;
        assert_eq!(report.outcome, Outcome::Ok, "{report}");
        let expected = [
            format!("/n:{value}"),
            format!("x{value}y"),
            "end".to_owned(),
        ];
        assert_eq!(dump.only().args, expected, "{value:?}");
    }
}

#[test]
fn a_value_at_the_beginning_cannot_be_an_option() {
    let numbers = Numbers::default();
    let slash = cfg!(windows);
    for (parameters, number, group, fits) in [
        ("$ANumber", "491", "", true),
        ("$ANumber", "-x", "", false),
        ("$ANumber", "--", "", false),
        ("$ANumber", "-", "", true),
        ("$ANumber", "/", "", true),
        ("$ANumber", "/x", "", !slash),
        ("$ANumber", "", "", true),
        ("$ANumber$GroupName", "", "-x", false),
        ("$ANumber$GroupName", "-", "x", false),
        ("${ANumber:digits}", "-1", "", true),
        ("x$ANumber", "-x", "", true),
        ("-n$ANumber", "-x", "", true),
    ] {
        let exec = exec(parameters);
        let values = values(&[("ANumber", number), ("GroupName", group)]);
        let result = exec.arguments(&Scope::new(&values, &numbers));
        assert_eq!(
            result.is_ok(),
            fits,
            "{parameters} {number:?} {group:?}: {result:?}"
        );
        if let Err(error) = result {
            assert!(
                matches!(error, ExecRefusal::Option { parameter: 1, .. }),
                "{error}"
            );
        }
    }
    let permitted = exec_with("$ANumber", |options| options.allow_option_values = true);
    let values = values(&[("ANumber", "-x")]);
    assert_eq!(
        permitted.arguments(&Scope::new(&values, &numbers)).unwrap(),
        ["-x"]
    );
}

#[tokio::test]
async fn the_event_can_be_read_on_standard_input() {
    let dump = ArgDump::new();
    let action = exec_with(&format!("{} --argdump-stdin=1", out(&dump)), |options| {
        options.stdin = ExecStdin::Json;
    })
    .into();
    let values = values(&[
        ("Event", "ringing"),
        ("GroupName", "a\"b;c"),
        ("CustomerNumber", &"x".repeat(8192)),
    ]);
    let document = serde_json::json!({"GroupName": "a\"b;c"});
    let task = Task::new("1", "h", &action, &values).document(&document);
    let report = engine().perform(task).await;
    assert_eq!(report.outcome, Outcome::Ok, "{report}");
    let input = dump.only().stdin.unwrap();
    assert_eq!(input, "{\"GroupName\":\"a\\\"b;c\"}\n");
}

#[test]
fn a_plan_shows_the_arguments_and_starts_nothing() {
    let action = exec("/number:$ANumber \"/group:$GroupName\"").into();
    let values = values(&[("ANumber", "49199"), ("GroupName", "Sales EU")]);
    let plan = engine().plan(Task::new("", "vendor-exe", &action, &values));
    let json = serde_json::to_value(&plan).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "hook": "vendor-exe", "action": "exec", "program": argdump(),
            "arguments": ["/number:49199", "/group:Sales EU"], "stdin": null,
        })
    );
    assert!(matches!(plan.planned, Planned::Start { .. }));
}

#[tokio::test]
async fn the_configurations_folder_is_where_programs_work() {
    let folder = TempDir::new().unwrap();
    let dump = ArgDump::new();
    let mut options = ExecOptions::default();
    options.folder = Some(folder.path());
    let action = parse(&argdump(), &out(&dump), &options).unwrap().into();
    let values = values(&[]);
    engine()
        .perform(Task::new("1", "h", &action, &values))
        .await;
    assert_eq!(
        dump.only().cwd.canonicalize().unwrap(),
        folder.path().canonicalize().unwrap()
    );
}

proptest! {
    #[test]
    fn no_value_changes_the_number_of_parameters(number in any::<String>(), group in any::<String>()) {
        let exec = exec_with("a \"b $ANumber c\" $GroupName d$ANumber", |options| options.allow_option_values = true);
        let values = values(&[("ANumber", &number), ("GroupName", &group)]);
        let numbers = Numbers::default();
        let result = exec.arguments(&Scope::new(&values, &numbers));
        // What the machine's ANSI code page turns into something else starts nothing.
        if cfg!(windows) && matches!(result, Err(ExecRefusal::BestFit { .. })) {
            return Ok(());
        }
        let arguments = result.unwrap();
        prop_assert_eq!(arguments, ["a".to_owned(), format!("b {number} c"), group.clone(), format!("d{number}")]);
    }
}

#[tokio::test]
async fn parameters_can_be_a_list_and_the_program_gets_its_variables_and_is_heard() {
    let dump = ArgDump::new();
    let mut options = ExecOptions::default();
    options.env = &[("CALLER", "n=$ANumber"), ("EMPTY", "$GroupName")];
    options.capture = Some(4);
    let names = mc_template::Names::call();
    let out = format!("--argdump-out={}", dump.folder().display());
    let list = [
        out.as_str(),
        "--argdump-say=hello",
        "a b",
        "",
        "\"x\" $ANumber",
    ];
    let exec = mc_hooks::Exec::parse(&argdump(), &list, &options, &names).unwrap();
    let action = exec.into();
    let values = values(&[("ANumber", "49\" & calc")]);
    let report = engine()
        .perform(Task::new("1", "h", &action, &values))
        .await;
    assert_eq!(report.outcome, Outcome::Ok, "{report}");
    let output = report.output.unwrap();
    assert_eq!((output.stdout, output.cut), (b"hell".to_vec(), true));
    let dump = dump.only();
    assert_eq!(dump.args, ["a b", "", "\"x\" 49\" & calc"]);
    assert_eq!(dump.env["CALLER"], "n=49\" & calc");

    options.env = &[("A=B", "x"), ("OK", "${Nix}")];
    let errors =
        mc_hooks::Exec::parse(&argdump(), &["fine", "${Nix}"], &options, &names).unwrap_err();
    let parts: Vec<_> = errors.iter().map(|error| error.part).collect();
    assert_eq!(
        parts,
        [
            ExecPart::Parameter(1),
            ExecPart::Variable(0),
            ExecPart::Variable(1)
        ]
    );
}

#[test]
fn no_setting_of_a_program_is_named() {
    let folder = TempDir::new().unwrap();
    let mut texts = Vec::new();
    for name in ["pop.bat", "pop.lnk", "cmd", "explorer", "curl"] {
        let program = program_file(&folder, name);
        texts.extend(faults(&program, "-c $ANumber", &ExecOptions::default()));
    }
    texts.extend(faults("sh", "-c $ANumber", &ExecOptions::default()));
    for fault in texts {
        let text = fault.to_string();
        assert!(!text.contains("Allow") && !text.contains(" = "), "{text}");
    }
}

#[cfg(windows)]
#[test]
fn f70_a_value_that_the_ansi_code_page_changes_starts_nothing() {
    let numbers = Numbers::default();
    for (value, fits) in [
        ("x\u{FF02} \u{FF02}y", false),
        ("\u{FF0D}delete", false),
        ("a\u{3000}b", false),
        ("Müller", true),
        ("\u{141}ukasz", true),
    ] {
        let values = values(&[("GroupName", value)]);
        let result = exec("/g:$GroupName").arguments(&Scope::new(&values, &numbers));
        assert_eq!(result.is_ok(), fits, "{value:?}: {result:?}");
        if let Err(error) = result {
            assert!(matches!(error, ExecRefusal::BestFit { parameter: 1, .. }));
        }
    }
}

proptest::proptest! {
    #[test]
    fn no_value_adds_a_parameter_or_takes_one_away(
        line in "([a-z/:=-]{0,3}|\"|\\\\| |\\$ANumber|\\$\\{GroupName\\}|')*",
        values in proptest::collection::vec("[ -~]{0,8}|\"|[^x]{0,4}", 4),
    ) {
        let values: Vec<_> = values.iter().map(String::as_str).collect();
        crate::checks::values_add_no_parameter(&line, &values);
    }
}
