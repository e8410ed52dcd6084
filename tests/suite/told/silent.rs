//! A desktop whose bus takes the connection and says nothing, and with a program that shows boxes.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::process::Command;

use testkit::{Home, wait_for};

use super::PATIENCE;

pub(super) struct SilentDesktop {
    _bus: UnixListener,
    socket: PathBuf,
    programs: PathBuf,
    shown: PathBuf,
}

impl SilentDesktop {
    pub(super) fn new(home: &Home) -> Self {
        let [socket, programs, shown] =
            ["silent", "bin", "shown"].map(|name| home.path().join(name));
        fs::create_dir(&programs).unwrap();
        let program = programs.join("zenity");
        // A box is there whole or not at all.
        let script = format!(
            "#!/bin/sh\ncat '{0}' > '{0}.new' 2>/dev/null\nprintf '%s\\n' \"$@\" >> '{0}.new' && mv '{0}.new' '{0}'\n",
            shown.display()
        );
        fs::write(&program, script).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        Self {
            _bus: UnixListener::bind(&socket).unwrap(),
            socket,
            programs,
            shown,
        }
    }

    pub(super) fn around(&self, command: &mut Command) {
        let path = format!("{}:/usr/bin:/bin", self.programs.display());
        let bus = format!("unix:path={}", self.socket.display());
        command
            .envs([("DISPLAY", ":9"), ("PATH", &path)])
            .env("DBUS_SESSION_BUS_ADDRESS", bus);
    }

    /// The arguments of all boxes so far, a line each; waits for the first.
    pub(super) fn boxes(&self) -> String {
        wait_for(PATIENCE, "the box", || fs::read_to_string(&self.shown).ok())
    }
}
