//! The ways in which a value could still reach a shell.

use testkit::run;

use super::{LIMIT, Stage};

#[test]
fn script_files_and_code_text_are_refused_by_name() {
    let stage = Stage::new();
    let exec = |program: &str, parameters: &str, options: &str| {
        format!(
            "[[hook]]\nname = 'a'\nexec = '{program}'\nparameters = '''{parameters}'''\n{options}\n"
        )
    };
    let refused = |config: &str, words: &[&str]| {
        stage.config(config);
        for command in [vec!["check"], vec!["fire", "--a-number", "1"]] {
            let finished =
                run(stage.home.command("miniclient").args(&command), LIMIT).expect_code(3);
            for word in words {
                assert!(
                    finished.stderr.contains(word),
                    "{word} in: {}\n{config}",
                    finished.stderr
                );
            }
        }
    };
    let suffix = std::env::consts::EXE_SUFFIX;
    for script in [
        "pop.bat", "POP.CMD", "pop.ps1", "pop.vbs", "pop.js", "pop.wsf", "pop.hta", "pop.lnk",
    ] {
        stage.home.write(script, "echo");
        let why = if script.ends_with("lnk") {
            "is a shortcut"
        } else {
            "is a script"
        };
        // Windows drops dots and spaces at the end of a name.
        for name in [script.to_owned(), format!("{script}. .")] {
            refused(&exec(&name, "$ANumber", ""), &[&format!("`{name}` {why}")]);
        }
    }
    for interpreter in ["cmd", "powershell", "pwsh", "wscript", "cscript", "mshta"] {
        let file = format!("{interpreter}{suffix}");
        std::fs::copy(&stage.program, stage.home.path().join(&file)).unwrap();
        for name in [&file, &format!("{interpreter}. ."), &format!("{file}.")] {
            refused(
                &exec(name, "x", ""),
                &[&format!("`{name}` is "), "AllowScripts"],
            );
        }
    }
    for (interpreter, parameters) in [
        ("cmd", "/c echo $ANumber"),
        ("cmd", "/k \"echo ${ANumber:digits}\""),
        ("powershell", "-NoProfile -Command Write-Host $ANumber"),
        ("pwsh", "-EncodedCommand ${ANumber:base64}"),
        ("sh", "-c \"echo $ANumber\""),
        ("bash", "-lc \"echo '$ANumber'\""),
        ("python3", "-c \"print('$ANumber')\""),
        ("perl", "-e \"print '$ANumber'\""),
        ("node", "-e \"console.log('$ANumber')\""),
    ] {
        let file = format!("{interpreter}{suffix}");
        std::fs::copy(&stage.program, stage.home.path().join(&file)).unwrap();
        // Whatever is allowed.
        refused(
            &exec(
                &file,
                parameters,
                "AllowScripts = true\nAllowOptionValues = true",
            ),
            &[&file, "stdin = \"json\""],
        );
    }
    assert!(stage.dump.dumps().is_empty(), "nothing was started");
}
