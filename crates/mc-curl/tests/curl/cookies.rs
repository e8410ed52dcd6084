//! Cookies that servers set: kept for one command, and for nobody else.
//!
//! Which are sent where is compared with the real curl in `curl_differential`.

use std::time::Duration;

use mc_curl::{Answer, CurlCommand, Reading, RequestError, Sender, SenderOptions};
use mc_template::{Numbers, Scope, Values};
use testkit::{Recorder, Watchdog};

async fn send(sender: &Sender, line: &str) -> Result<Answer, RequestError> {
    let _watchdog = Watchdog::start(line, Duration::from_secs(40));
    let command = CurlCommand::read(line, &Reading::literal()).unwrap();
    let (values, numbers) = (Values::new(), Numbers::default());
    let scope = Scope::new(&values, &numbers);
    sender.send(&command, &scope, None).await
}

#[tokio::test]
async fn no_cookie_goes_from_one_call_to_another() {
    let server = Recorder::start();
    server.always(testkit::Answer::ok("in").header("Set-Cookie", "sid=1; Path=/"));
    let sender = Sender::new(SenderOptions::default()).unwrap();
    let line = format!(
        "curl -b '' {} --next -b '' {}",
        server.url("/login"),
        server.url("/call")
    );
    for _ in 0..2 {
        assert_eq!(send(&sender, &line).await.unwrap().exit_code(), 0);
    }
    let sent: Vec<_> = server
        .requests()
        .iter()
        .map(|one| one.header("Cookie").map(str::to_owned))
        .collect();
    assert_eq!(
        sent,
        [
            None,
            Some("sid=1".to_owned()),
            None,
            Some("sid=1".to_owned())
        ]
    );
}

#[tokio::test]
async fn a_file_of_cookies_is_read_for_every_call() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jar.txt");
    let server = Recorder::start();
    let line = format!("curl -b '{}' {}", file.display(), server.url("/p"));
    let sender = Sender::new(SenderOptions::default()).unwrap();
    let command = CurlCommand::read(&line, &Reading::literal()).unwrap();
    assert_eq!(command.cookie_files().collect::<Vec<_>>(), [file.as_path()]);
    // One that is not there brings no cookies, as with curl.
    send(&sender, &line).await.unwrap();
    assert_eq!(server.only().header("Cookie"), None);
    server.clear();
    for value in ["1", "2"] {
        std::fs::write(
            &file,
            format!("127.0.0.1\tFALSE\t/\tFALSE\t0\tn\t{value}\n"),
        )
        .unwrap();
        send(&sender, &line).await.unwrap();
        assert_eq!(
            server.only().header("Cookie"),
            Some(format!("n={value}").as_str())
        );
        server.clear();
    }
    std::fs::write(&file, "# with spaces\n127.0.0.1 FALSE / FALSE 0 n geheim\n").unwrap();
    let wrong = send(&sender, &line).await.unwrap_err().to_string();
    assert!(
        wrong.contains("jar.txt: line 2") && !wrong.contains("geheim"),
        "{wrong}"
    );
    assert!(server.requests().is_empty());
}

#[test]
fn a_dry_run_shows_that_there_are_cookies_and_not_which() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("jar.txt");
    std::fs::write(&file, "crm.example\tFALSE\t/\tTRUE\t0\tn\tgeheim\n").unwrap();
    let line = format!("curl -b '{}' https://crm.example/", file.display());
    let command = CurlCommand::read(&line, &Reading::literal()).unwrap();
    let (values, numbers) = (Values::new(), Numbers::default());
    let plan = command.plan(&Scope::new(&values, &numbers)).unwrap();
    let cookie = ("Cookie".to_owned(), "***".to_owned());
    assert!(plan[0].headers.contains(&cookie), "{plan:?}");
}
