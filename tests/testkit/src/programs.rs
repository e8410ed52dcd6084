//! Where the workspace's own programs are, built for the same target and profile as the asker.

use std::collections::HashMap;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock};

/// The target this crate was built for.
const TARGET: &str = env!("TESTKIT_TARGET");

/// Set by a script that has just built every program: nothing is built then, the programs are only looked for.
pub const PREBUILT: &str = "TESTKIT_PREBUILT";

/// The path of a program of this workspace, fresh where it can be built.
///
/// # Panics
///
/// When it cannot be built or found: the message says which command builds it.
pub fn program(name: &str) -> PathBuf {
    find_program(name).unwrap_or_else(|reason| panic!("{reason}"))
}

/// The path of a program of this workspace: beside the running executable, or, for a test, in the folder above.
///
/// Started by Cargo, it is built first, once per process, with the profile and the target folder of the running
/// executable. A Windows program under Wine cannot build anything: there, and outside Cargo, the program must be in
/// place.
///
/// # Errors
///
/// A sentence that says what is missing and which command makes it.
pub fn find_program(name: &str) -> Result<PathBuf, String> {
    find(&[name], Stdio::piped).map(|mut found| found.remove(0))
}

/// Several at once, with Cargo's progress on standard error: for a person who waits.
///
/// # Errors
///
/// As [`find_program`].
pub fn find_programs_aloud(names: &[&str]) -> Result<Vec<PathBuf>, String> {
    find(names, Stdio::inherit)
}

fn find(names: &[&str], progress: fn() -> Stdio) -> Result<Vec<PathBuf>, String> {
    let here = Place::of(&env::current_exe().map_err(|e| format!("where am I? {e}"))?);
    if let Some(cargo) = cargo() {
        build_once(&cargo, &here, names, progress)?;
    }
    let path = |name: &&str| {
        let path = here
            .folder
            .join(format!("{name}{}", env::consts::EXE_SUFFIX));
        if path.is_file() {
            return Ok(path);
        }
        let command = here.build(&[name]).join(" ");
        Err(format!(
            "{} is not there: build it with `cargo {command}`",
            path.display()
        ))
    };
    names.iter().map(path).collect()
}

/// The Cargo that started this process, where it can be used.
fn cargo() -> Option<OsString> {
    let cargo = env::var_os("CARGO").filter(|_| env::var_os(PREBUILT).is_none())?;
    // Under Wine the variable is that of the Linux side.
    let foreign = cfg!(windows) && cargo.to_string_lossy().starts_with('/');
    (!foreign && workspace().join("Cargo.toml").is_file()).then_some(cargo)
}

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Where the running executable was built to.
#[derive(Debug, PartialEq)]
struct Place {
    /// The folder of the programs.
    folder: PathBuf,
    profile: String,
    /// Whether a target was named, so that its name is a folder.
    targeted: bool,
    target_dir: PathBuf,
}

impl Place {
    /// Cargo's layout: `<target dir>[/<target>]/<profile>[/deps|/examples]/<executable>`.
    fn of(executable: &Path) -> Self {
        let mut folder = executable.parent().unwrap_or(Path::new(".")).to_owned();
        if folder.ends_with("deps") || folder.ends_with("examples") {
            folder.pop();
        }
        let profile = match folder
            .file_name()
            .map(|n| n.to_string_lossy().into_owned())
            .as_deref()
        {
            None | Some("debug") => "dev".to_owned(),
            Some(other) => other.to_owned(),
        };
        let mut target_dir = folder.clone();
        target_dir.pop();
        let targeted = target_dir.ends_with(TARGET);
        if targeted {
            target_dir.pop();
        }
        Self {
            folder,
            profile,
            targeted,
            target_dir,
        }
    }

    /// Cargo's arguments to build these programs to this place.
    ///
    /// `--workspace` takes the features that the whole workspace together asks for, as `cargo test --workspace` does:
    /// with `-p`, common dependencies would be compiled once more with other features. `--bin` still compiles only
    /// what these programs need.
    fn build(&self, programs: &[&str]) -> Vec<String> {
        let dir = self.target_dir.display().to_string();
        let mut arguments = vec![
            "build",
            "--workspace",
            "--profile",
            &self.profile,
            "--target-dir",
            &dir,
        ];
        for program in programs {
            arguments.extend(["--bin", program]);
        }
        if self.targeted {
            arguments.extend(["--target", TARGET]);
        }
        arguments.into_iter().map(str::to_owned).collect()
    }
}

fn build_once(
    cargo: &OsString,
    place: &Place,
    programs: &[&str],
    progress: fn() -> Stdio,
) -> Result<(), String> {
    static BUILT: OnceLock<Mutex<HashMap<String, Result<(), String>>>> = OnceLock::new();
    // Held while building: a second test that wants the same program waits for the first.
    let mut built = crate::watch::lock(BUILT.get_or_init(Mutex::default));
    built
        .entry(programs.join(" "))
        .or_insert_with(|| build(cargo, place, programs, progress))
        .clone()
}

fn build(
    cargo: &OsString,
    place: &Place,
    programs: &[&str],
    progress: fn() -> Stdio,
) -> Result<(), String> {
    let mut command = Command::new(cargo);
    command
        .args(place.build(programs))
        .current_dir(workspace())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(progress());
    // What Cargo tells the process it runs describes that package; build scripts that read it would run again.
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if [
            "CARGO_PKG_",
            "CARGO_MANIFEST_",
            "CARGO_BIN_",
            "CARGO_CRATE_",
            "CARGO_PRIMARY_",
            "CARGO_TARGET_TMPDIR",
            "OUT_DIR",
        ]
        .iter()
        .any(|p| text.starts_with(p))
        {
            command.env_remove(&name);
        }
    }
    let output = command
        .spawn()
        .and_then(Child::wait_with_output)
        .map_err(|e| format!("{} does not start: {e}", cargo.display()))?;
    if output.status.success() {
        return Ok(());
    }
    let shown = place.build(programs).join(" ");
    Err(format!(
        "`cargo {shown}` failed:\n{}",
        String::from_utf8_lossy(&output.stderr)
    ))
}

/// Gives a program another name in another folder: a second name for the file where the file system has that, which
/// is also the quick way, else a copy.
///
/// # Errors
///
/// When there is no such program, or the folder cannot be written.
pub fn place_program(program: &Path, target: &Path) -> io::Result<()> {
    fs::hard_link(program, target).or_else(|_| copy(program, target))
}

/// A copy by another process: a descriptor of our own, open for writing, could be inherited by a child that another
/// thread starts in that moment, and the system does not run a file that anybody has open for writing.
#[cfg(unix)]
fn copy(program: &Path, target: &Path) -> io::Result<()> {
    let copied = Command::new("cp")
        .arg("--")
        .arg(program)
        .arg(target)
        .stdin(Stdio::null())
        .output()?;
    if copied.status.success() {
        return Ok(());
    }
    Err(io::Error::other(
        String::from_utf8_lossy(&copied.stderr).into_owned(),
    ))
}

#[cfg(not(unix))]
fn copy(program: &Path, target: &Path) -> io::Result<()> {
    fs::copy(program, target).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(path: &str) -> Place {
        Place::of(Path::new(path))
    }

    #[test]
    fn a_test_finds_the_programs_one_folder_up() {
        let here = place("/w/target/debug/deps/suite-0123");
        assert_eq!(here.folder, Path::new("/w/target/debug"));
        assert_eq!((here.profile.as_str(), here.targeted), ("dev", false));
        assert_eq!(here.target_dir, Path::new("/w/target"));
    }

    #[test]
    fn a_named_target_is_built_for_again() {
        let here = place(&format!("/t/win/{TARGET}/release/tour"));
        assert_eq!(here.target_dir, Path::new("/t/win"));
        let arguments = here.build(&["mc-start"]).join(" ");
        assert!(
            arguments.ends_with(&format!("--target {TARGET}")),
            "{arguments}"
        );
        assert!(arguments.contains("--profile release"), "{arguments}");
    }

    #[test]
    fn a_folder_that_only_looks_like_a_target_is_none() {
        assert!(!place("/tmp/t/windows-rest/debug/deps/x").targeted);
    }

    #[test]
    fn a_copy_runs_like_the_program() {
        let folder = tempfile::TempDir::new().unwrap();
        let target = folder
            .path()
            .join(format!("other{}", env::consts::EXE_SUFFIX));
        copy(&program("argdump"), &target).unwrap();
        assert_eq!(
            Command::new(&target)
                .arg("--argdump-until=/")
                .env("ARGDUMP_CHILD", "1")
                .status()
                .unwrap()
                .code(),
            Some(0)
        );
        assert!(copy(&folder.path().join("none"), &target).is_err());
    }

    #[test]
    fn a_missing_program_is_named_with_the_command_that_builds_it() {
        // No package has it: Cargo says so, and without Cargo the file is missing.
        let error = find_program("no-such-program").unwrap_err();
        assert!(error.contains("--bin no-such-program"), "{error}");
    }
}
