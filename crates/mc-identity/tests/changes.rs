//! Word of changed addresses, from the real system.

use mc_identity::AddressChanges;

#[test]
fn a_watch_can_be_had_and_dropped() {
    for _ in 0..10 {
        drop(AddressChanges::watch(|| {}).expect("the system tells of changes"));
    }
}

/// F49, F68: an address that is added is told of at once. In a network of the test's own.
#[cfg(target_os = "linux")]
#[test]
fn f68_an_address_that_comes_is_told_of_at_once() {
    let within = std::time::Duration::from_mins(1);
    testkit::run_in_namespace("--net", "inside_a_network_of_its_own", within, |command| {
        command
    });
}

#[cfg(target_os = "linux")]
#[test]
#[ignore = "changes the addresses of the network it runs in; the test above runs it in one of its own"]
fn inside_a_network_of_its_own() {
    use std::process::Command;
    use std::sync::mpsc::{RecvTimeoutError, channel};
    use std::time::Duration;

    let (tell, told) = channel();
    let watch = AddressChanges::watch(move || {
        let _ = tell.send(());
    })
    .expect("the system tells of changes");
    let ip = |words: &[&str]| {
        let done = Command::new("ip")
            .args(words)
            .status()
            .expect("ip (iproute2) can be started");
        assert!(done.success(), "{words:?}");
    };
    ip(&["link", "set", "lo", "up"]);
    ip(&["address", "add", "10.9.8.7/32", "dev", "lo"]);
    told.recv_timeout(Duration::from_secs(5))
        .expect("it is told that an address came");
    while told.try_recv().is_ok() {}
    ip(&["address", "delete", "10.9.8.7/32", "dev", "lo"]);
    told.recv_timeout(Duration::from_secs(5))
        .expect("it is told that an address went");
    drop(watch);
    // Whatever was still on its way: then the thread ends and drops its end.
    while told.recv_timeout(Duration::from_secs(5)) == Ok(()) {}
    assert_eq!(
        told.recv_timeout(Duration::from_secs(5)),
        Err(RecvTimeoutError::Disconnected)
    );
}
