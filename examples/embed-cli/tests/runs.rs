//! The program does what its page says.

use std::process::Command;

use testkit::run;

#[test]
fn it_greets_and_says_where_its_settings_came_from() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("greeter.toml");
    let within = std::time::Duration::from_mins(1);
    let greet = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_embed-cli"));
        run(command.arg(&file).args(arguments), within)
    };

    std::fs::write(&file, "name = 'Ada'\ntimes = 2\n").unwrap();
    let finished = greet(&["Grace"]).expect_code(0);
    assert_eq!(finished.stdout.matches("Hello, Grace!").count(), 2);
    assert!(
        finished.stdout.contains("name   NAME"),
        "{}",
        finished.stdout
    );

    std::fs::write(&file, "name = 'Ada'\ntims = 2\n").unwrap();
    let finished = greet(&[]).expect_code(3);
    let said = format!(
        "{}:2: `tims` is not a setting; did you mean `times`?\n",
        file.display()
    );
    assert_eq!(finished.stderr, said);
}
