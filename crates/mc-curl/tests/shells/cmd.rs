//! The command prompt itself, asked what it hands to a program: that of Windows, or Wine's where the tests run under Wine.

use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};

use testkit::ArgDump;

use crate::pastes::{Entry, lines};

/// What the command prompt hands to a program called curl: at the prompt, or in a batch file.
fn asked(line: &str, batch: bool) -> Option<Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    let curl = ArgDump::new();
    curl.install(&folder.path().join("curl"), &[]);
    let mut command = Command::new("cmd.exe");
    command
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let windows = line.replace('\n', "\r\n").replace("\r\r", "\r");
    if batch {
        fs::write(folder.path().join("line.bat"), format!("{windows}\r\n")).unwrap();
        command.args(["/d", "/c", "line.bat"]).stdin(Stdio::null());
        command.status().unwrap();
    } else {
        let mut prompt = command
            .args(["/d", "/q"])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = prompt.stdin.take().unwrap();
        write!(stdin, "{windows}\r\nexit\r\n").unwrap();
        drop(stdin);
        prompt.wait().unwrap();
    }
    let mut dumps = curl.dumps();
    (dumps.len() == 1).then(|| dumps.remove(0).args)
}

#[test]
fn lines_for_the_command_prompt_and_batch_files_are_read_as_it_reads_them() {
    let mut asked_of = 0;
    let mut differ = Vec::new();
    let is_asked =
        |line: &Entry| line.refused.is_none() && matches!(line.shell.as_str(), "cmd" | "bat");
    for line in lines().into_iter().filter(is_asked) {
        // How other characters reach the prompt is the console's affair: its code page.
        if !line.line.is_ascii() || line.wine.is_some() {
            continue;
        }
        // Wine's prompt does not put lines together that come from a pipe; in a batch file it does, where `%%` is a `%`.
        let given = match line.shell.as_str() {
            "cmd" if line.line.contains('\n') => asked(&line.line.replace('%', "%%"), true),
            shell => asked(&line.line, shell == "bat"),
        };
        asked_of += 1;
        if given.as_ref() != Some(&line.arguments) {
            differ.push(format!(
                "{}: {given:?}\n  not {:?}\n  {}",
                line.name, line.arguments, line.line
            ));
        }
    }
    assert!(
        differ.is_empty(),
        "{} of {asked_of}:\n{}",
        differ.len(),
        differ.join("\n")
    );
    assert!(asked_of >= 80, "{asked_of}");
}
