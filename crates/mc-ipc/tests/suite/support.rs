//! Starting helper processes, watching them, and speaking to an address by hand.

use crate::helper::TASK;
use interprocess::local_socket::{
    GenericFilePath, Listener, ListenerOptions, Stream, ToFsName as _, traits::Stream as _,
};
use serde_json::{Value, json};
use std::{
    env,
    io::{BufRead as _, BufReader, Read, Write},
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// How long any single step of a test may take. Generous: the machine may be slow and busy.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// One instance's world: its home, and a runtime folder that no other test shares.
pub(crate) struct World {
    pub(crate) dir: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("home")).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::DirBuilderExt as _;
            std::fs::DirBuilder::new()
                .mode(0o700)
                .create(dir.path().join("run"))
                .unwrap();
        }
        Self { dir }
    }

    pub(crate) fn home(&self) -> std::path::PathBuf {
        self.dir.path().join("home")
    }

    /// A helper process with a task, not started yet.
    pub(crate) fn command(&self, mut task: Value) -> Command {
        if task["home"].is_null() {
            task["home"] = json!(self.home());
        }
        let mut command = Command::new(env::current_exe().unwrap());
        command
            .args(["helper", "--exact", "--nocapture"])
            .env(TASK, task.to_string());
        command.env("XDG_RUNTIME_DIR", self.dir.path().join("run"));
        command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        command
    }

    pub(crate) fn start(&self, task: Value) -> Helper {
        Helper::start(self.command(task))
    }

    /// A process that runs for the instance, and the first thing it said.
    pub(crate) fn own(&self) -> (Helper, Value) {
        let mut helper = self.start(json!({ "do": "own" }));
        let said = helper.line();
        (helper, said)
    }

    /// A process that owns the instance.
    pub(crate) fn owner(&self) -> Helper {
        let (helper, said) = self.own();
        assert_eq!(said["owner"], helper.child.id(), "{said}");
        helper
    }

    /// A call with deadlines that only a defect reaches.
    pub(crate) fn call(&self, kind: &str, body: impl Into<Value>) -> Value {
        self.start(call(kind, body, 20_000, 20_000)).line()
    }

    /// How often the effect happened.
    pub(crate) fn effects(&self) -> usize {
        std::fs::read_to_string(self.home().join("effects"))
            .unwrap_or_default()
            .lines()
            .count()
    }

    /// The address of this world's instance, which is free afterwards.
    pub(crate) fn address(&self) -> String {
        let (mut owner, said) = self.own();
        assert_eq!(self.call("stop", Value::Null), json!({ "ok": "stopping" }));
        owner.wait();
        said["address"].as_str().unwrap().to_owned()
    }
}

/// The task of a call.
pub(crate) fn call(kind: &str, body: impl Into<Value>, accepted: u64, result: u64) -> Value {
    json!({ "do": "call", "kind": kind, "body": body.into(), "accepted": accepted, "result": result })
}

/// What a process says that met an owner which hangs.
pub(crate) fn no_answer_of(pid: u32) -> String {
    format!("NoAnswer {{ pid: Some({pid}) }}")
}

/// A helper process; killed when the test is done with it.
pub(crate) struct Helper {
    pub(crate) child: Child,
    lines: BufReader<ChildStdout>,
}

impl Helper {
    pub(crate) fn start(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    /// The next thing it says.
    pub(crate) fn line(&mut self) -> Value {
        let mut line = String::new();
        loop {
            line.clear();
            assert_ne!(
                self.lines.read_line(&mut line).unwrap(),
                0,
                "the process ended without a word"
            );
            if let Some(said) = line.strip_prefix("> ") {
                return serde_json::from_str(said).unwrap();
            }
        }
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for its end.
    pub(crate) fn wait(&mut self) {
        let since = Instant::now();
        while self.child.try_wait().unwrap().is_none() {
            assert!(since.elapsed() < PATIENCE, "the process does not end");
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A program that does nothing for a while.
pub(crate) fn sleeper() -> Command {
    if cfg!(windows) {
        let mut command = Command::new("ping");
        command.args(["-n", "60", "127.0.0.1"]);
        command
    } else {
        let mut command = Command::new("sleep");
        command.arg("60");
        command
    }
}

/// A connection to an address, by hand.
pub(crate) fn dial(address: &str) -> Stream {
    let since = Instant::now();
    loop {
        match Stream::connect(name(address)) {
            Ok(stream) => return stream,
            Err(e) => assert!(since.elapsed() < PATIENCE, "{e}"),
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Somebody else who listens at an address.
pub(crate) fn listen(address: &str) -> Listener {
    let since = Instant::now();
    loop {
        match ListenerOptions::new().name(name(address)).create_sync() {
            Ok(listener) => return listener,
            Err(e) => assert!(since.elapsed() < PATIENCE, "{e}"),
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn name(address: &str) -> interprocess::local_socket::Name<'_> {
    Path::new(address).to_fs_name::<GenericFilePath>().unwrap()
}

/// A frame with these bytes.
pub(crate) fn frame(json: &str) -> Vec<u8> {
    let mut frame = u32::try_from(json.len()).unwrap().to_le_bytes().to_vec();
    frame.extend(json.as_bytes());
    frame
}

pub(crate) fn send(to: &mut impl Write, json: &Value) {
    to.write_all(&frame(&json.to_string())).unwrap();
}

/// The next frame, or `None` at the end.
pub(crate) fn receive(from: &mut impl Read) -> Option<Value> {
    let mut length = [0; 4];
    from.read_exact(&mut length).ok()?;
    let mut bytes = vec![0; u32::from_le_bytes(length) as usize];
    from.read_exact(&mut bytes).ok()?;
    Some(serde_json::from_slice(&bytes).unwrap())
}
