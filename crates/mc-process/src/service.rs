//! Out of a service's control group.
//!
//! Where the starter is a systemd service, systemd ends every process of the service's control group when
//! the service ends; a new session does not change the group (systemd.kill(5), `KillMode=`). The
//! person's service manager can take the process into a scope of its own, as `systemd-run --scope` does
//! with a new one. From a terminal or at logon none of this is needed, nor done.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::resolve::resolve;

/// How long the service manager may take. It answers within milliseconds, or is not there.
const PATIENCE: Duration = Duration::from_secs(2);

/// Moves a process that was just started out of this service's control group, as far as that can be
/// done: without a service manager of the person's, the process stays where it is.
pub(crate) fn leave(process: u32) {
    let in_service =
        fs::read_to_string("/proc/self/cgroup").is_ok_and(|groups| is_in_service(&groups));
    if in_service && let Ok(busctl) = resolve("busctl", None) {
        adopt(&busctl, process);
    }
}

/// Whether the control group is that of a service, and not of a session, a terminal or an application.
/// The line of the unified hierarchy reads `0::/user.slice/../name.service`.
fn is_in_service(groups: &str) -> bool {
    groups
        .lines()
        .filter_map(|line| line.strip_prefix("0::"))
        .any(|group| {
            Path::new(group)
                .extension()
                .is_some_and(|kind| kind == "service")
        })
}

/// Asks for a transient scope with this process in it (org.freedesktop.systemd1.Manager).
fn adopt(busctl: &Path, process: u32) {
    let process = process.to_string();
    let scope = format!("app-miniclient-{process}.scope");
    let asked = Command::new(busctl)
        .args(["--user", "--quiet", "call"])
        .args(["org.freedesktop.systemd1", "/org/freedesktop/systemd1"])
        .args(["org.freedesktop.systemd1.Manager", "StartTransientUnit"])
        .args(["ssa(sv)a(sa(sv))", &scope, "fail"])
        .args(["1", "PIDs", "au", "1", &process, "0"])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    let Ok(mut asked) = asked else { return };
    let deadline = Instant::now() + PATIENCE;
    while matches!(asked.try_wait(), Ok(None)) {
        if Instant::now() > deadline {
            // It has ended by itself if this fails.
            let _ = asked.kill();
            let _ = asked.wait();
            return;
        }
        thread::sleep(Duration::from_millis(2));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_service_is_left() {
        for (groups, expected) in [
            ("0::/system.slice/logon.service\n", true),
            (
                "0::/user.slice/user-1000.slice/user@1000.service/app.slice/start.service\n",
                true,
            ),
            ("0::/user.slice/user-1000.slice/session-2.scope\n", false),
            (
                "0::/user.slice/user-1000.slice/user@1000.service/app.slice/vte-spawn-1.scope\n",
                false,
            ),
            ("1:name=systemd:/x.service\n0::/\n", false),
            ("0::/../../a.service/child\n", false),
            ("", false),
        ] {
            assert_eq!(is_in_service(groups), expected, "{groups}");
        }
    }

    #[test]
    fn the_service_manager_is_asked_for_a_scope() {
        let dump = testkit::ArgDump::new();
        let folder = tempfile::tempdir().unwrap();
        let busctl = dump.install(&folder.path().join("busctl"), &[]);
        adopt(&busctl, 4711);
        let asked = dump.only().args;
        assert_eq!(asked[..3], ["--user", "--quiet", "call"]);
        assert_eq!(
            asked[6..],
            [
                "StartTransientUnit",
                "ssa(sv)a(sa(sv))",
                "app-miniclient-4711.scope",
                "fail",
                "1",
                "PIDs",
                "au",
                "1",
                "4711",
                "0",
            ]
        );
    }

    #[test]
    fn a_service_manager_that_does_not_answer_is_not_waited_for() {
        let dump = testkit::ArgDump::new();
        let folder = tempfile::tempdir().unwrap();
        let never = dump.folder().join("never").display().to_string();
        let busctl = dump.install(&folder.path().join("busctl"), &[("until", &never)]);
        adopt(&busctl, 4711);
        let hanging = dump.only().pid;
        testkit::wait_until(Duration::from_secs(30), "its end", || {
            !testkit::process_alive(hanging)
        });
    }
}
