//! Files that a command sends: what is none, and that each is read once for a call.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use mc_curl::{CurlCommand, Reading, RequestError, Sender, SenderOptions};
use mc_secret::{Pending, Provider, Secret, Unavailable};
use mc_template::{Names, Numbers, Scope, Values};
use testkit::{Recorder, Watchdog};

/// A pipe that nobody writes into: who opens it waits.
fn pipe(folder: &Path) -> PathBuf {
    let path = folder.join("pipe");
    assert!(
        Command::new("mkfifo")
            .arg(&path)
            .status()
            .unwrap()
            .success()
    );
    path
}

#[tokio::test]
async fn what_is_no_file_is_named_and_nobody_waits_for_it() {
    let _watchdog = Watchdog::start("a pipe", Duration::from_secs(30));
    let folder = tempfile::tempdir().unwrap();
    pipe(folder.path());
    let names = Names::call();
    let reading = Reading::template(&names).folder(folder.path());
    let sender = Sender::new(SenderOptions::default()).unwrap();
    let values = Values::new();
    let numbers = Numbers::default();
    let scope = Scope::new(&values, &numbers);
    for option in [
        "-d @pipe",
        "--data-binary @pipe",
        "--data-urlencode a@pipe",
        "-F a=@pipe",
        "-F 'a=<pipe'",
        "-T pipe",
        "-b pipe",
        "-G -d @pipe",
    ] {
        let line = format!("curl {option} http://h.invalid/");
        let command = CurlCommand::read(&line, &reading).unwrap();
        let refused = command.requests(&scope).map(|_| ());
        let sent = sender.send(&command, &scope, None).await.map(|_| ());
        for outcome in [refused, sent] {
            let error = outcome.unwrap_err();
            assert!(matches!(error, RequestError::File { .. }), "{line}");
            assert!(error.to_string().contains("not a regular file"), "{error}");
        }
        // What `check` does.
        assert_eq!(command.try_samples(), None, "{line}");
    }
    let errors = CurlCommand::read("curl -H @pipe http://h.invalid/", &reading).unwrap_err();
    assert!(
        errors.to_string().contains("not a regular file"),
        "{errors}"
    );
    for option in ["--cacert pipe", "--cert pipe"] {
        let line = format!("curl {option} https://h.invalid/");
        let command = CurlCommand::read(&line, &reading).unwrap();
        let error = sender.prepare(&command).unwrap_err().to_string();
        assert!(error.contains("not a regular file"), "{error}");
    }
}

/// Gives a secret, and takes the file away.
#[derive(Debug)]
struct Removes(PathBuf);

impl Provider for Removes {
    fn get<'a>(&'a self, _: &'a str) -> Pending<'a, Result<Secret, Unavailable>> {
        fs::remove_file(&self.0).unwrap();
        Box::pin(std::future::ready(Ok(Secret::new("geheim"))))
    }

    fn renew<'a>(&'a self, _: &'a str, _: &'a Secret) -> Pending<'a, Option<Secret>> {
        Box::pin(std::future::ready(Some(Secret::new("anders"))))
    }
}

#[tokio::test]
async fn a_file_is_read_once_for_a_call() {
    let server = Recorder::start();
    server.then(testkit::Answer::status(401));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("call.txt");
    fs::write(&file, "from the file").unwrap();
    let names = Names::call().with_hidden("secret", ["crm"]).unwrap();
    let reading = Reading::template(&names).folder(folder.path());
    let line = format!(
        "curl -H 'X-Key: ${{secret.crm}}' --data-binary @call.txt {}",
        server.url("/")
    );
    let command = CurlCommand::read(&line, &reading).unwrap();
    let (values, numbers) = (Values::new(), Numbers::default());
    let scope = Scope::new(&values, &numbers);
    let sender = Sender::new(SenderOptions::default()).unwrap();
    let sent = sender
        .send_with(&command, &scope, &Removes(file), None)
        .await;
    assert_eq!(sent.unwrap().status(), Some(200));
    for request in server.requests() {
        assert_eq!(request.body, b"from the file");
    }
    assert_eq!(server.requests().len(), 2);
}
