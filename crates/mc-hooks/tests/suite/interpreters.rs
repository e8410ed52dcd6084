//! Scripts, interpreters, openers and fetchers: what a value could make of them.

use mc_hooks::{ExecFault, ExecOptions, ExecPart, ExecRefusal};
use mc_template::{Numbers, Scope};
use tempfile::TempDir;

use crate::exec::{allowing, faults, program_file};
use crate::world::{argdump, parse, values};

#[test]
fn scripts_and_windows_interpreters_need_permission() {
    let folder = TempDir::new().unwrap();
    for name in [
        "pop.bat", "pop.CMD", "pop.ps1", "pop.vbs", "pop.js", "pop.wsf", "pop.hta", "pop.lnk",
    ] {
        let program = program_file(&folder, name);
        let refused = faults(&program, "$ANumber", &ExecOptions::default());
        // A shortcut is told as one: what it points at is to be named, which is no help with a script.
        let is_told_as_what_it_is = match refused[..] {
            [ExecFault::Shortcut { .. }] => name == "pop.lnk",
            [ExecFault::Script { .. }] => name != "pop.lnk",
            _ => false,
        };
        assert!(is_told_as_what_it_is, "{name}: {refused:?}");
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
fn what_needs_permission_needs_it_behind_a_program_that_starts_others_too() {
    let folder = TempDir::new().unwrap();
    for (name, parameters) in [
        ("env", "pwsh pop.ps1 $ANumber"),
        ("env", "A=1 nice -n 5 cmd /q x"),
        ("nice", "env pwsh pop.ps1"),
        ("timeout", "5 curl https://crm.example/"),
        ("find", "/srv -exec xdg-open x"),
    ] {
        let program = program_file(&folder, name);
        let refused = faults(&program, parameters, &ExecOptions::default());
        assert!(
            matches!(
                refused[..],
                [ExecFault::Interpreter { .. }
                    | ExecFault::Fetcher { .. }
                    | ExecFault::Opener { .. }]
            ),
            "{name} {parameters}: {refused:?}"
        );
        assert_eq!(faults(&program, parameters, &allowing()), [], "{name}");
    }
    // A script's own parameters start nothing.
    for (name, parameters) in [("bash", "pop.sh pwsh"), ("env", "bash pop.sh $ANumber")] {
        let program = program_file(&folder, name);
        let refused = faults(&program, parameters, &ExecOptions::default());
        assert_eq!(refused, [], "{name} {parameters}");
    }
}

#[test]
fn what_cannot_be_given_to_a_batch_file_is_told_before_a_call() {
    let folder = TempDir::new().unwrap();
    for (name, parameters, character) in [
        ("pop.bat", "x y%TEMP%", Some('%')),
        ("pop.cmd", "x $ANumber% y", Some('%')),
        ("pop.lnk", r#"x "a \"b\"""#, Some('"')),
        ("pop.bat", "x $ANumber a&b", None),
        ("pop.vbs", "x 100%", None),
    ] {
        let refused = faults(&program_file(&folder, name), parameters, &allowing());
        match (&refused[..], character) {
            ([], None) => {}
            ([ExecFault::BatchText { character, .. }], Some(wanted)) if *character == wanted => {}
            _ => panic!("{name} {parameters}: {refused:?}"),
        }
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
                matches!(result, Err(ExecRefusal::Metacharacter { .. })),
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
        ("mysql", "-e \"insert $ANumber\"", 3),
        ("konsole", "-e sh -c $ANumber", 9),
        ("docker", "exec app sh -c $ANumber", 15),
    ] {
        let program = program_file(&folder, name);
        let errors = parse(&program, parameters, &allowing()).unwrap_err();
        assert!(
            matches!(errors[0].fault, ExecFault::VariableInCode { .. }),
            "{name}: {errors:?}"
        );
        assert_eq!(
            (errors[0].part, errors[0].offset),
            (ExecPart::Line, place),
            "{name}"
        );
    }
    // The script's own parameters are not code.
    let program = program_file(&folder, "bash");
    assert_eq!(
        faults(&program, "pop.sh -c $ANumber", &ExecOptions::default()),
        []
    );
}

#[test]
fn a_value_that_would_choose_the_code_is_refused_whatever_is_permitted() {
    let folder = TempDir::new().unwrap();
    for (name, parameters, place) in [
        ("python3", "$GroupName", 0),
        ("python3", "-m $GroupName", 3),
        ("bash", "--rcfile $GroupName -i", 9),
        ("node", "--require=$GroupName x.js", 0),
        ("deno", "run -A $CRMLink", 7),
        ("powershell", "-File $GroupName", 6),
        ("wscript", "$GroupName", 0),
        ("nice", "-n 5 $GroupName", 5),
    ] {
        let program = program_file(&folder, name);
        let errors = parse(&program, parameters, &allowing()).unwrap_err();
        assert!(
            matches!(errors[0].fault, ExecFault::ValueChoosesCode { .. }),
            "{name}: {errors:?}"
        );
        assert_eq!(
            (errors[0].part, errors[0].offset),
            (ExecPart::Line, place),
            "{name}"
        );
    }
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
    // An option of its own may start a program.
    let wrapper = program_file(&folder, "find");
    let exec = parse(&wrapper, "$ANumber", &options).unwrap();
    let error = exec.arguments(&scope).unwrap_err();
    assert!(
        matches!(error, ExecRefusal::InterpreterOption { .. }),
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
    let places: Vec<_> = errors
        .iter()
        .map(|error| (error.part, error.offset))
        .collect();
    assert_eq!(errors.len(), 3, "{errors:?}");
    assert_eq!(places[0].0, ExecPart::Program);
    assert!((3..10).contains(&places[1].1), "{places:?}");
    assert!(places[2].1 >= 10, "{places:?}");
    let errors = parse(&argdump(), "a \"b", &ExecOptions::default()).unwrap_err();
    assert_eq!((errors[0].part, errors[0].offset), (ExecPart::Line, 2));
}

#[test]
fn f71_openers_and_fetchers_need_permission_and_no_value_decides() {
    let folder = TempDir::new().unwrap();
    for name in [
        "explorer",
        "rundll32",
        "msiexec",
        "wmic",
        "start",
        "hh",
        "regsvr32",
        "forfiles",
        "pcalua",
        "control",
        "mmc",
        "cmstp",
        "installutil",
        "msbuild",
        "conhost",
        "wsl",
        "xdg-open",
        "gio",
        "open",
        "sensible-browser",
        "kde-open5",
        "exo-open",
    ] {
        let program = program_file(&folder, name);
        let refused = faults(&program, "x", &ExecOptions::default());
        assert!(
            matches!(refused[..], [ExecFault::Opener { .. }]),
            "{name}: {refused:?}"
        );
        assert!(refused[0].to_string().contains("`open`"), "{name}");
        assert_eq!(faults(&program, "x y$ANumber", &allowing()), [], "{name}");
        for parameters in [
            "$CRMLink",
            "x $CRMLink",
            "/i $CRMLink",
            "/$ANumber",
            "https://$ANumber/",
        ] {
            let refused = faults(&program, parameters, &allowing());
            assert!(
                matches!(refused[..], [ExecFault::ValueDecides { .. }]),
                "{name} {parameters}: {refused:?}"
            );
        }
    }
    for name in [
        "curl",
        "wget",
        "aria2c",
        "nc",
        "ftp",
        "certutil",
        "bitsadmin",
        "CURL.EXE",
    ] {
        let program = program_file(&folder, name);
        let refused = faults(&program, "-d x", &ExecOptions::default());
        assert!(
            matches!(refused[..], [ExecFault::Fetcher { .. }]),
            "{name}: {refused:?}"
        );
        assert!(refused[0].to_string().contains("`rest`"), "{name}");
        for parameters in [
            "-d $GroupName",
            "-d@$GroupName",
            "-F x=<$GroupName",
            "-$GroupName",
        ] {
            let refused = faults(&program, parameters, &allowing());
            assert!(
                matches!(refused[..], [ExecFault::ValueDecides { .. }]),
                "{name} {parameters}: {refused:?}"
            );
        }
        // What a value cannot decide may be said; option syntax in it is refused.
        let exec = parse(&program, "-d n=$GroupName", &allowing()).unwrap();
        let numbers = Numbers::default();
        let bad = values(&[("GroupName", "@/etc/passwd")]);
        assert!(
            exec.arguments(&Scope::new(&bad, &numbers)).is_err(),
            "{name}"
        );
        let good = values(&[("GroupName", "Sales")]);
        assert!(
            exec.arguments(&Scope::new(&good, &numbers)).is_ok(),
            "{name}"
        );
    }
    let ssh = program_file(&folder, "ssh");
    let refused = faults(&ssh, "host ls", &ExecOptions::default());
    assert!(
        matches!(refused[..], [ExecFault::Interpreter { .. }]),
        "{refused:?}"
    );
}
