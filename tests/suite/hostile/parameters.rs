//! Values as parameters and as input of a program.

use serde_json::{Value, json};

use super::{Expected, Stage, arriving, events, names, outcome};

#[test]
fn a_program_gets_one_parameter_for_each_variable_whatever_its_value() {
    let stage = Stage::new();
    let station = stage.station();
    let joined =
        |form: fn(&str) -> String| names().into_iter().map(form).collect::<Vec<_>>().join(" ");
    let plain = joined(|name| format!("/{name}:${name}"));
    let quoted = joined(|name| format!("\"/{name} : ${{{name}}} ;\""));
    let bare = joined(|name| format!("${{{name}}}"));
    let unix = joined(|name| format!("--{name}=\"${name}\""));
    stage.config(
        &[
            stage.exec("plain", &format!("plain {plain}"), ""),
            stage.exec("quoted", &format!("quoted {quoted}"), ""),
            stage.exec("unix", &format!("unix {unix}"), ""),
            stage.exec("bare", &format!("bare {bare}"), "AllowOptionValues = true"),
        ]
        .concat(),
    );
    for (what, event) in events() {
        let finished = stage.fire(&event).expect_code(0);
        let expected = Expected::of(&event, &station);
        let each = |form: fn(&str, &str) -> String| {
            vec![
                expected
                    .iter()
                    .map(|(name, value)| form(name, value))
                    .collect::<Vec<_>>(),
            ]
        };
        assert_eq!(
            stage.parameters("plain"),
            each(|name, value| format!("/{name}:{value}")),
            "{what}"
        );
        assert_eq!(
            stage.parameters("quoted"),
            each(|name, value| format!("/{name} : {value} ;")),
            "{what}"
        );
        assert_eq!(
            stage.parameters("unix"),
            each(|name, value| format!("--{name}={value}")),
            "{what}"
        );
        assert_eq!(
            stage.parameters("bare"),
            each(|_, value| value.to_owned()),
            "{what}: {finished:?}"
        );
        stage.forget();
    }
}

#[test]
fn a_value_is_no_option_unless_the_hook_says_so() {
    let stage = Stage::new();
    stage.config(
        &[
            stage.exec("first", "first $GroupName", ""),
            stage.exec("pair", "pair $ServiceName$GroupName/x", ""),
            stage.exec("inside", "inside x$GroupName", ""),
        ]
        .concat(),
    );
    let slash = cfg!(windows);
    for (value, refused) in [
        ("-rf", true),
        ("--output=x", true),
        ("/delete", slash),
        ("-", false),
        ("", false),
        ("Sales", false),
        ("a-b", false),
    ] {
        let finished = stage.fire(&json!({ "GroupName": value }));
        let (outcome_of_first, why) = outcome(&finished, "first");
        assert_eq!(outcome(&finished, "pair").0, outcome_of_first, "{value}");
        assert_eq!(outcome(&finished, "inside").0, "ok", "{value}");
        assert_eq!(finished.code, i32::from(refused), "{value}");
        if refused {
            assert_eq!(outcome_of_first, "refused", "{value}");
            assert!(
                why.contains("GroupName") && why.contains("AllowOptionValues"),
                "{why}"
            );
            assert!(finished.stderr.contains("first"), "{}", finished.stderr);
            assert!(
                stage.parameters("first").is_empty() && stage.parameters("pair").is_empty(),
                "{value}"
            );
        } else {
            assert_eq!(outcome_of_first, "ok", "{value}");
            assert_eq!(stage.parameters("first"), [[value]]);
        }
        stage.forget();
    }
}

#[test]
fn a_script_reads_hostile_values_from_its_input() {
    let (stage, name) = (Stage::new(), "sh");
    // A stand-in for an interpreter: what it would read.
    let file = stage
        .dump
        .install(&stage.home.path().join(name), &[("stdin", "1")]);
    stage.config(&format!(
        "[[hook]]\nname = 'script'\nexec = '{}'\nparameters = 'pop.sh'\nstdin = 'json'\n",
        file.display()
    ));
    for (what, event) in events().into_iter().step_by(7) {
        let _ = stage.fire(&event).expect_code(0);
        let dump = stage.dump.only();
        assert_eq!(dump.args, ["pop.sh"], "{what}");
        let stdin: Value = serde_json::from_str(dump.stdin.as_deref().unwrap()).unwrap();
        for name in ["ANumber", "GroupName", "CustomerNumber"] {
            assert_eq!(
                stdin[name],
                arriving(event[name].as_str().unwrap()),
                "{what}"
            );
        }
        stage.forget();
    }
}
