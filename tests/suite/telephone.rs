//! The telephone system's stand-in and a running agent, as processes, for the stories between them.

use serde_json::Value;
use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;
use testkit::{Finished, Home, Recorder, Running, request, run, wait_for};

/// Long enough for a slow machine; nothing waits for it when all is well.
pub(crate) const SOON: Duration = Duration::from_secs(30);

/// How an agent registers there, so that calls are pushed to it.
pub(crate) const REGISTER: &str = "[register]
application = 1235
fields = [\"Action\", \"WindowsLoginName\", \"ComputerName\", \"IPAddress\", \"ListenPort\"]
users_uid_from = \"/usersuid\"
";

/// The sandbox; killed when dropped.
pub(crate) struct Telephone {
    pub(crate) home: Home,
    pub(crate) process: Running,
    /// What it says about itself.
    pub(crate) about: Value,
}

impl Telephone {
    /// Starts it with the user `agent.17`, who logs in to computers as the account that runs the tests.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::start_for(&login_name(), arguments)
    }

    /// Starts it with the user `agent.17`, who logs in as this account.
    pub(crate) fn start_for(login: &str, arguments: &[&str]) -> Self {
        let home = Home::new();
        let user = format!("agent.17={login}");
        let mut command = home.command("jtel-sandbox");
        command
            .args([
                "--http",
                "127.0.0.1:0",
                "--https",
                "127.0.0.1:0",
                "--json",
                "--user",
                &user,
            ])
            .args(arguments);
        let mut process = Running::start(&mut command);
        let about = process.wait_said("a line of JSON", SOON, |said| {
            serde_json::from_str(said.lines().next()?).ok()
        });
        Self {
            home,
            process,
            about,
        }
    }

    /// A value of what it says about itself: `http`, `https`, `ca_file`, `token`.
    pub(crate) fn about(&self, name: &str) -> &str {
        self.about[name].as_str().unwrap()
    }

    /// The `[jtel]` section for it, with the token in a file of this home.
    pub(crate) fn section(&self, home: &Home) -> String {
        write_token(home, self.about("token"));
        format!(
            "[jtel]\nbase_url = \"{}\"\ntoken_file = \"secret\"\n",
            self.about("http")
        )
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> SocketAddr {
        let address = self.about("url").strip_prefix("http://").unwrap();
        address.parse().unwrap()
    }

    fn get(&self, target: &str) -> Value {
        request(self.address(), "GET", target, &[], b"").json()
    }

    /// Somebody answers a call, or hangs up; the workstation has been told.
    pub(crate) fn act(&self, ufn: &str, action: &str) {
        let target = format!("/sandbox/calls/{ufn}/{action}");
        let told = request(self.address(), "POST", &target, &[], b"");
        assert_eq!(told.status, 200, "{}", told.text());
    }

    /// The workstations that are registered.
    pub(crate) fn workstations(&self) -> Vec<Value> {
        self.get("/sandbox/workstations")
            .as_array()
            .unwrap()
            .clone()
    }

    /// The numbers that were dialled.
    pub(crate) fn dials(&self) -> Vec<Value> {
        self.get("/sandbox/dials").as_array().unwrap().clone()
    }

    /// Sets a fault, as its command line takes it.
    pub(crate) fn fault(&self, fault: &str) {
        let _ = self.command(&["fault", fault]).expect_code(0);
    }

    /// Its program once more, against this one.
    pub(crate) fn command(&self, arguments: &[&str]) -> Finished {
        let mut command = self.home.command("jtel-sandbox");
        let _ = command.args([arguments[0], "--url", self.about("url")]);
        run(command.args(&arguments[1..]), SOON)
    }
}

/// Keeps the token in a file that only the user can read.
pub(crate) fn write_token(home: &Home, token: &str) {
    let path = home.write("secret", token);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
    let _ = path;
}

/// The settings of a desk that dials by this server, German numbers and none of the dear ones.
pub(crate) fn dials_to(server: &Recorder, home: &Home) -> String {
    write_token(home, "s3cret");
    format!(
        "UsersUID = \"agent.17\"\n[jtel]\nbase_url = \"{}\"\ntoken_file = \"secret\"\n\
         [dial]\napplication = 5678\ndeny = [\"0900*\"]\n[numbers]\nregion = \"DE\"\n",
        server.url("/rest/v1.0/1")
    )
}

/// The account that runs the tests, as the programs report it.
pub(crate) fn login_name() -> String {
    if cfg!(windows) {
        return std::env::var("USERNAME").unwrap();
    }
    let output = Command::new("id").arg("-run").output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// A running `miniclient`; killed when dropped.
pub(crate) struct Agent {
    pub(crate) home: Home,
    process: Running,
}

impl Agent {
    /// Starts it with this configuration and waits until it runs.
    pub(crate) fn start(home: Home, config: &str) -> Self {
        Self::start_with(home, config, |_| {})
    }

    /// The same, with what `set` sets.
    pub(crate) fn start_with(home: Home, config: &str, set: impl FnOnce(&mut Command)) -> Self {
        home.config(config);
        let mut command = home.command("miniclient");
        set(&mut command);
        let mut process = Running::start(&mut command);
        process.wait_said("running", SOON, |said| {
            said.contains("miniclient: running").then_some(())
        });
        Self { home, process }
    }

    /// Runs the program again, beside the running one.
    pub(crate) fn run(&self, arguments: &[&str]) -> Finished {
        run(self.home.command("miniclient").args(arguments), SOON)
    }

    /// What it says about itself.
    pub(crate) fn status(&self) -> Value {
        serde_json::from_str(&self.run(&["status", "--json"]).expect_code(0).stdout).unwrap()
    }

    /// Waits until the registration is in this state, and gives it.
    pub(crate) fn registration(&self, state: &str) -> Value {
        wait_for(SOON, state, || {
            Some(self.status()["registration"].clone()).filter(|now| now["state"] == state)
        })
    }

    /// Stops it as a user does, and gives what it said.
    pub(crate) fn stop(self) -> (Home, Finished) {
        let _ = self.run(&["stop"]).expect_code(0);
        (self.home, self.process.finish(SOON))
    }
}

/// Everything below a folder, as text: for looking whether something is in none of it.
pub(crate) fn written(home: &Home) -> String {
    let mut folders = vec![home.path().to_owned()];
    let mut text = String::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().is_some_and(|name| name != "secret") {
                text += &String::from_utf8_lossy(&std::fs::read(path).unwrap_or_default());
            }
        }
    }
    text
}
