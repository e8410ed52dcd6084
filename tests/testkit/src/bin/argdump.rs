//! A program that reports how it was started. Its instructions: [`testkit::ArgDump`].

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::thread;
use std::time::{Duration, Instant, SystemTime};
use testkit::{Dump, control_file};

/// A test that fails must not leave processes behind for longer.
const LONGEST_LIFE: Duration = Duration::from_mins(2);

type Failure = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    match run() {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "argdump: {error}");
            ExitCode::from(125)
        }
    }
}

fn run() -> Result<u8, Failure> {
    let me = std::env::current_exe()?;
    let mut arguments: Vec<OsString> = std::env::args_os().collect();
    let program = if arguments.is_empty() {
        OsString::new()
    } else {
        arguments.remove(0)
    };
    let control = instructions(&me, &mut arguments);

    let stdin = if control.contains_key("stdin") {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes)?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    } else {
        None
    };
    let grandchild = match control.get("grandchild") {
        None => None,
        Some(file) => Some(
            Command::new(&me)
                .arg(format!("--argdump-until={file}"))
                .env_remove("ARGDUMP_OUT")
                .env_remove("ARGDUMP_GRANDCHILD")
                .env("ARGDUMP_CHILD", "1")
                .stdin(Stdio::null())
                .spawn()?
                .id(),
        ),
    };
    if std::env::var_os("ARGDUMP_CHILD").is_none() {
        let mut dump = Dump::default();
        dump.program = program.to_string_lossy().into_owned();
        dump.args = arguments
            .iter()
            .map(|a| a.to_string_lossy().into_owned())
            .collect();
        dump.ansi_line = testkit::ansi_command_line();
        dump.cwd = std::env::current_dir()?;
        dump.env = std::env::vars_os()
            .filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)))
            .collect();
        dump.stdin = stdin;
        dump.fds = open_descriptors();
        dump.pid = std::process::id();
        dump.grandchild = grandchild;
        let out = control
            .get("out")
            .ok_or("nobody says where to write: set ARGDUMP_OUT or --argdump-out=")?;
        write(Path::new(out), &dump)?;
    }
    if let Some(text) = control.get("say") {
        std::io::stdout().write_all(text.as_bytes())?;
        write!(std::io::stderr(), "!{text}")?;
    }
    if let Some(file) = control.get("until") {
        let deadline = Instant::now() + LONGEST_LIFE;
        while !Path::new(file).exists() && Instant::now() < deadline {
            thread::sleep(Duration::from_millis(5));
        }
    }
    Ok(control.get("exit").map_or(Ok(0), |code| code.parse())?)
}

/// The file beside the program, then the environment, then leading arguments; the later wins.
fn instructions(me: &Path, arguments: &mut Vec<OsString>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    // A grandchild has its orders on the command line alone; the file would make it report and multiply.
    if std::env::var_os("ARGDUMP_CHILD").is_none() {
        let text = std::fs::read_to_string(control_file(me)).unwrap_or_default();
        let pairs = text.lines().filter_map(|line| line.split_once('='));
        found.extend(pairs.map(|(key, value)| (key.to_owned(), value.to_owned())));
        for key in ["out", "stdin", "grandchild", "until", "say", "exit"] {
            if let Ok(value) = std::env::var(format!("ARGDUMP_{}", key.to_uppercase())) {
                found.insert(key.to_owned(), value);
            }
        }
    }
    while let Some((key, value)) = arguments
        .first()
        .and_then(|a| a.to_str()?.strip_prefix("--argdump-")?.split_once('='))
    {
        found.insert(key.to_owned(), value.to_owned());
        arguments.remove(0);
    }
    found
}

/// Renamed into place, so that a reader never sees half of it.
fn write(out: &Path, dump: &Dump) -> Result<(), Failure> {
    let path: PathBuf = if out.is_dir() {
        let nanos = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)?
            .as_nanos();
        out.join(format!("{nanos:030}-{}.json", dump.pid))
    } else {
        out.to_owned()
    };
    let mut unfinished = path.clone().into_os_string();
    unfinished.push(".part");
    std::fs::write(&unfinished, serde_json::to_vec_pretty(dump)?)?;
    std::fs::rename(&unfinished, &path)?;
    Ok(())
}

fn open_descriptors() -> BTreeMap<u32, String> {
    let Ok(entries) = std::fs::read_dir("/proc/self/fd") else {
        return BTreeMap::new();
    };
    let numbers = entries.filter_map(|e| e.ok()?.file_name().to_str()?.parse().ok());
    // The descriptor that lists the folder is closed again by now: its link leads nowhere.
    let numbers: Vec<u32> = numbers.collect();
    numbers
        .into_iter()
        .filter_map(|fd| {
            Some((
                fd,
                std::fs::read_link(format!("/proc/self/fd/{fd}"))
                    .ok()?
                    .display()
                    .to_string(),
            ))
        })
        .collect()
}
