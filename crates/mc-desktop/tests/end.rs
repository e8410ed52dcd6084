//! The watch for the end of a session, with real signals and real window messages.

use std::time::Duration;

use mc_desktop::{EndReason, EndWatch};
use tokio::time::timeout;

const SOON: Duration = Duration::from_secs(10);

#[cfg(unix)]
#[tokio::test]
async fn a_signal_asks_for_the_end_and_is_remembered() {
    let mut watch = EndWatch::new().unwrap();
    let kill = std::process::Command::new("kill")
        .args(["-TERM", &std::process::id().to_string()])
        .status()
        .unwrap();
    assert!(kill.success());
    for _ in 0..2 {
        let reason = timeout(SOON, watch.requested()).await.unwrap();
        assert_eq!(reason, EndReason::Asked);
    }
}

/// F69: a process without a visible window hears of a log-off, and the log-off waits until its goodbyes are said.
#[cfg(windows)]
#[tokio::test]
#[allow(unsafe_code, reason = "messages to a window have no safe form")]
async fn f69_a_log_off_is_heard_and_waits_for_the_goodbyes() {
    use std::ptr;
    use std::time::Instant;
    use windows_sys::Win32::UI::WindowsAndMessaging::{
        FindWindowW, SendMessageW, WM_ENDSESSION, WM_QUERYENDSESSION,
    };

    let mut watch = EndWatch::new().unwrap();
    let class: Vec<u16> = "mc-desktop end of session\0".encode_utf16().collect();
    // SAFETY: the name ends with a zero.
    let window = unsafe { FindWindowW(class.as_ptr(), ptr::null()) };
    assert!(!window.is_null(), "there is no such top-level window");
    let window = window.expose_provenance();
    let send = move |message, wparam| {
        // SAFETY: takes no pointer to memory.
        unsafe { SendMessageW(ptr::with_exposed_provenance_mut(window), message, wparam, 0) }
    };
    // Another program was in the way: nothing ends.
    assert_eq!(
        tokio::task::spawn_blocking(move || send(WM_QUERYENDSESSION, 0))
            .await
            .unwrap(),
        1
    );
    tokio::task::spawn_blocking(move || send(WM_ENDSESSION, 0))
        .await
        .unwrap();
    assert!(
        timeout(Duration::from_millis(50), watch.requested())
            .await
            .is_err()
    );

    let began = Instant::now();
    let system = tokio::task::spawn_blocking(move || send(WM_ENDSESSION, 1));
    let reason = timeout(SOON, watch.requested()).await.unwrap();
    assert_eq!(reason, EndReason::SessionEnds);
    assert!(
        !system.is_finished(),
        "the system went on before the goodbyes"
    );
    drop(watch);
    timeout(SOON, system).await.unwrap().unwrap();
    assert!(
        began.elapsed() < Duration::from_secs(5),
        "it waited for its limit"
    );
}
