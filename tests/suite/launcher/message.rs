//! What a person sees who starts the launcher by a click: nothing, unless there is no client.

use testkit::{Answer, Recorder, wait_for};

use super::*;
use crate::windows_desktop::{click, close, ended, window};

/// One test: a box is a window of the whole desktop, and another test's would be mistaken for this one's.
#[test]
fn f77_a_message_box_says_that_there_is_no_client_and_only_then() {
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    server.always(Answer::status(500));
    let click =
        |arguments: &[&str]| click(&station.path("mc-startw"), arguments, &station.command(&[]));
    // The report fails and the client is there: that is for the log alone. A box would keep it from ending.
    let process = click(&["--url", &server.url(TARGET)]);
    assert_eq!(wait_for(PATIENCE, "its end", || ended(&process)), 21);
    station.client();

    let process = click(&["--no-report", "--client", "gone.exe"]);
    let shown = wait_for(PATIENCE, "a message box", || window("mc-start"));
    assert_eq!(ended(&process), None, "it waits until the box is closed");
    close(shown);
    assert_eq!(wait_for(PATIENCE, "its end", || ended(&process)), 20);
    assert!(station.log().contains("gone.exe"), "{}", station.log());
}
