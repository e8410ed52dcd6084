use std::fs;

use mc_hooks::{ExecFault, ExecOptions, ExecStdin, Outcome, Task, ValueError, Would};
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
fn program_file(folder: &TempDir, name: &str) -> String {
    let path = folder.path().join(name);
    fs::write(&path, "").unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    path.to_str().unwrap().to_owned()
}

fn faults(program: &str, parameters: &str, options: &ExecOptions<'_>) -> Vec<ExecFault> {
    match parse(program, parameters, options) {
        Ok(_) => Vec::new(),
        Err(errors) => errors.into_iter().map(|error| error.fault).collect(),
    }
}

fn allowing() -> ExecOptions<'static> {
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
                matches!(error, ValueError::Option { parameter: 1, .. }),
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

#[test]
fn scripts_and_windows_interpreters_need_permission() {
    let folder = TempDir::new().unwrap();
    for name in [
        "pop.bat", "pop.CMD", "pop.ps1", "pop.vbs", "pop.js", "pop.wsf", "pop.hta", "pop.lnk",
    ] {
        let program = program_file(&folder, name);
        let refused = faults(&program, "$ANumber", &ExecOptions::default());
        assert!(
            matches!(
                refused[..],
                [ExecFault::Script { .. } | ExecFault::Shortcut { .. }]
            ),
            "{name}: {refused:?}"
        );
        assert_eq!(faults(&program, "$ANumber", &allowing()), [], "{name}");
    }
    for name in [
        "cmd",
        "powershell",
        "pwsh",
        "wscript",
        "cscript",
        "mshta",
        "PowerShell",
        "CMD.EXE",
    ] {
        let program = program_file(&folder, name);
        let refused = faults(&program, "x", &ExecOptions::default());
        assert!(
            matches!(refused[..], [ExecFault::Interpreter { .. }]),
            "{name}: {refused:?}"
        );
        assert_eq!(faults(&program, "x", &allowing()), [], "{name}");
    }
}

#[test]
fn a_name_with_dots_and_spaces_behind_is_the_same_script() {
    // Windows drops them when it opens the file; elsewhere the file of that very name must be there.
    let folder = TempDir::new().unwrap();
    program_file(
        &folder,
        if cfg!(windows) {
            "pop.bat"
        } else {
            "pop.bat. ."
        },
    );
    let program = folder.path().join("pop.bat. .");
    let refused = faults(program.to_str().unwrap(), "", &ExecOptions::default());
    assert!(
        refused
            .iter()
            .any(|fault| matches!(fault, ExecFault::Script { .. })),
        "{refused:?}"
    );
}

#[cfg(unix)]
#[test]
fn a_link_is_what_it_points_at() {
    let folder = TempDir::new().unwrap();
    let real = program_file(&folder, "pwsh");
    let link = folder.path().join("pop");
    std::os::unix::fs::symlink(real, &link).unwrap();
    let refused = faults(link.to_str().unwrap(), "", &ExecOptions::default());
    assert!(
        matches!(refused[..], [ExecFault::Interpreter { .. }]),
        "{refused:?}"
    );
}

#[test]
fn metacharacters_of_a_permitted_interpreter_are_refused_per_interpreter() {
    let folder = TempDir::new().unwrap();
    let numbers = Numbers::default();
    for (name, bad, good) in [
        ("pop.bat", "&|<>^%!\"()", "a b,c;d=e'ö/+"),
        (
            "pop.ps1",
            "`$;|&<>(){}@#'\"\u{2019}\u{201d}",
            "a b,c=d%e^ö/+",
        ),
        ("pop.vbs", "\"%", "a&b|c"),
        ("pop.hta", "\"'<>&%;:()", "a b"),
        ("pop.lnk", "&|<>^%!\"()", "a b"),
    ] {
        let exec = parse(&program_file(&folder, name), "x${ANumber:url}", &allowing()).unwrap();
        for value in bad.chars() {
            let values = values(&[("ANumber", &format!("1{value}2"))]);
            let result = exec.arguments(&Scope::new(&values, &numbers));
            assert!(
                matches!(result, Err(ValueError::Metacharacter { .. })),
                "{name} {value:?}: {result:?}"
            );
        }
        let values = values(&[("ANumber", good)]);
        exec.arguments(&Scope::new(&values, &numbers)).unwrap();
    }
}

#[test]
fn a_variable_in_code_is_refused_whatever_is_permitted() {
    let folder = TempDir::new().unwrap();
    for (name, parameters, place) in [
        ("sh", "-c \"echo $ANumber\"", 3),
        ("bash", "-lc $ANumber", 4),
        ("python3", "-c print($ANumber)", 3),
        ("perl", "-e $ANumber", 3),
        ("node", "--eval $ANumber", 7),
        ("cmd", "/d /c echo $ANumber", 11),
        ("powershell", "-NoProfile -Command pop $ANumber", 24),
        ("pwsh", "-EncodedCommand ${ANumber:base64}", 16),
        ("env", "bash -c $ANumber", 8),
        ("find", "/srv -exec sh -c $ANumber", 17),
    ] {
        let program = program_file(&folder, name);
        let errors = parse(&program, parameters, &allowing()).unwrap_err();
        assert!(
            matches!(errors[0].fault, ExecFault::VariableInCode { .. }),
            "{name}: {errors:?}"
        );
        assert_eq!(errors[0].offset, Some(place), "{name}");
    }
    // The script's own parameters are not code.
    let program = program_file(&folder, "bash");
    assert_eq!(
        faults(&program, "pop.sh -c $ANumber", &ExecOptions::default()),
        []
    );
}

#[test]
fn options_for_an_interpreter_stay_refused_and_those_for_its_script_do_not() {
    let folder = TempDir::new().unwrap();
    let program = program_file(&folder, "python3");
    let mut options = ExecOptions::default();
    options.allow_option_values = true;
    let values = values(&[("ANumber", "-cimport os")]);
    let numbers = Numbers::default();
    let scope = Scope::new(&values, &numbers);
    let exec = parse(&program, "$ANumber", &options).unwrap();
    let error = exec.arguments(&scope).unwrap_err();
    assert!(
        matches!(error, ValueError::InterpreterOption { .. }),
        "{error:?}"
    );
    let exec = parse(&program, "pop.py $ANumber", &options).unwrap();
    assert_eq!(exec.arguments(&scope).unwrap(), ["pop.py", "-cimport os"]);
    // A value may not complete an option either.
    let errors = parse(&program, "-$ANumber", &options).unwrap_err();
    assert!(
        matches!(errors[0].fault, ExecFault::VariableInCode { .. }),
        "{errors:?}"
    );
}

#[test]
fn everything_wrong_is_told_at_once_with_its_place() {
    let errors = parse(
        "no-such-program",
        "ok ${Nix} ${ANumber:oops}",
        &ExecOptions::default(),
    )
    .unwrap_err();
    let places: Vec<_> = errors.iter().map(|error| error.offset).collect();
    assert_eq!(errors.len(), 3, "{errors:?}");
    assert_eq!(places[0], None);
    assert!(places[1] >= Some(3) && places[1] < Some(10), "{places:?}");
    assert!(places[2] >= Some(10), "{places:?}");
    let errors = parse(&argdump(), "a \"b", &ExecOptions::default()).unwrap_err();
    assert_eq!(errors[0].offset, Some(2));
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
    let task = Task::new("1", "h", &action, &values).with_document(&document);
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
    assert!(matches!(plan.would, Would::Start { .. }));
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
        let arguments = exec.arguments(&Scope::new(&values, &numbers)).unwrap();
        prop_assert_eq!(arguments, ["a".to_owned(), format!("b {number} c"), group.clone(), format!("d{number}")]);
    }
}
