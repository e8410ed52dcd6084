//! The two programs as a helpdesk would roll them out: a folder with both, their settings and the token.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use testkit::{Finished, Running};

/// Longer than any healthy run; a hang must end.
const LONGEST: Duration = Duration::from_secs(40);

pub(crate) struct Programs {
    folder: PathBuf,
    home: PathBuf,
}

impl Programs {
    /// Puts these programs into a folder.
    pub(crate) fn install(built: &[&Path], folder: &Path, home: &Path) -> Result<Self, String> {
        for (folder, what) in [(folder, "the programs"), (home, "the agent")] {
            fs::create_dir_all(folder).map_err(|e| format!("no folder for {what}: {e}"))?;
        }
        for program in built {
            let target = folder.join(program.file_name().unwrap_or_default());
            testkit::place_program(program, &target)
                .map_err(|e| format!("{} cannot be copied: {e}", program.display()))?;
        }
        Ok(Self {
            folder: folder.to_owned(),
            home: home.to_owned(),
        })
    }

    /// Writes a file into the folder of the programs.
    pub(crate) fn write(&self, name: &str, text: &str) -> Result<PathBuf, String> {
        put(&self.folder.join(name), text)
    }

    /// Writes the agent's configuration.
    pub(crate) fn configure(&self, text: &str) -> Result<PathBuf, String> {
        put(&self.home.join("miniclient.toml"), text)
    }

    /// Runs one of them to its end.
    pub(crate) fn run(&self, name: &str, arguments: &[&str]) -> Result<Finished, String> {
        self.run_with_token(name, arguments, None)
    }

    pub(crate) fn run_with_token(
        &self,
        name: &str,
        arguments: &[&str],
        token: Option<&str>,
    ) -> Result<Finished, String> {
        let mut command = Command::new(self.folder.join(format!("{name}{EXE_SUFFIX}")));
        command
            .args(arguments)
            .current_dir(&self.folder)
            .env("MINICLIENT_HOME", &self.home)
            // What this machine is set up for must not show in the tour.
            .env_remove("MINICLIENT_CONFIG")
            .env_remove("API_TOKEN")
            .envs(token.map(|token| ("API_TOKEN", token)))
            .env("NO_PROXY", "127.0.0.1")
            .stdin(Stdio::null());
        Running::try_start(&mut command)?.try_finish(LONGEST)
    }

    /// Runs one that must end with exit code 0.
    pub(crate) fn run_well(&self, name: &str, arguments: &[&str]) -> Result<Finished, String> {
        well(name, arguments, self.run(name, arguments)?)
    }

    /// What mc-start would tell the telephone system: the JSON of its dry run.
    pub(crate) fn identity(&self) -> Result<serde_json::Value, String> {
        // Nobody is asked: the address only has to be one.
        let arguments = [
            "--dry-run",
            "--url",
            "http://127.0.0.1:9/rest/v1.0/1/routingApplications/run/1234",
        ];
        let said = well(
            "mc-start",
            &arguments,
            self.run_with_token("mc-start", &arguments, Some("none"))?,
        )?;
        let body = said
            .stdout
            .lines()
            .find_map(|line| serde_json::from_str(line).ok());
        body.ok_or_else(|| format!("mc-start --dry-run shows no body:\n{}", said.stdout))
    }
}

impl Drop for Programs {
    /// However the tour ends, no agent stays behind.
    fn drop(&mut self) {
        let _ = self.run("miniclient", &["stop"]);
    }
}

fn well(name: &str, arguments: &[&str], finished: Finished) -> Result<Finished, String> {
    if finished.code == 0 {
        return Ok(finished);
    }
    let shown = format!("{name} {}", arguments.join(" "));
    Err(format!(
        "`{}` ended with {}:\n{}{}",
        shown.trim(),
        finished.code,
        finished.stdout,
        finished.stderr
    ))
}

fn put(path: &Path, text: &str) -> Result<PathBuf, String> {
    fs::write(path, text).map_err(|e| format!("{}: {e}", path.display()))?;
    Ok(path.to_owned())
}

/// Polls until there is something, at most ten seconds.
pub(crate) fn wait_for<T>(
    what: &str,
    mut look: impl FnMut() -> Result<Option<T>, String>,
) -> Result<T, String> {
    let deadline = Instant::now() + Duration::from_secs(10);
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        if Instant::now() > deadline {
            return Err(format!("{what} did not come within 10 seconds"));
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}
