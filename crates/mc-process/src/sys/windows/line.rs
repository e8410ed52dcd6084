//! Command lines and environments, in the form that `CreateProcessW` takes.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io;
use std::iter;
use std::os::windows::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::text::wide;
use crate::launch::Launch;

/// What starts, and the line it gets.
pub(super) struct Line {
    pub(super) application: PathBuf,
    /// Ends with NUL.
    pub(super) text: Vec<u16>,
}

/// The command line of a program; for a script file, that of its interpreter, since the system itself
/// starts only programs. The system's own interpreters are named by their full paths.
pub(super) fn line(launch: &Launch, system: &Path) -> io::Result<Line> {
    // The limit of `CreateProcessW` is 32 767 characters with the NUL.
    const LONGEST: usize = 32_766;
    let name = launch.program.to_string_lossy().to_ascii_lowercase();
    let extension = name
        .trim_end_matches(['.', ' '])
        .rsplit_once('.')
        .map_or("", |(_, extension)| extension);
    let mut line = match extension {
        "bat" | "cmd" | "lnk" => batch(launch, system)?,
        "ps1" => interpreted(
            launch,
            system.join(r"WindowsPowerShell\v1.0\powershell.exe"),
            &["-NoProfile", "-NonInteractive", "-File"],
        ),
        "vbs" | "js" | "wsf" => interpreted(launch, system.join("wscript.exe"), &["//Nologo"]),
        "hta" => interpreted(launch, system.join("mshta.exe"), &[]),
        _ => {
            let mut text = program(&launch.program);
            append_all(&mut text, &launch.arguments);
            Line {
                application: launch.program.clone(),
                text,
            }
        }
    };
    if line.text.len() > LONGEST {
        return Err(io::Error::new(
            io::ErrorKind::ArgumentListTooLong,
            "the parameters are longer than Windows allows (32 766 characters)",
        ));
    }
    line.text.push(0);
    Ok(line)
}

/// A program's own name is read without escapes, and a path cannot hold a quote.
fn program(path: &Path) -> Vec<u16> {
    let quote = u16::from(b'"');
    iter::once(quote)
        .chain(path.as_os_str().encode_wide())
        .chain(iter::once(quote))
        .collect()
}

fn interpreted(launch: &Launch, application: PathBuf, options: &[&str]) -> Line {
    let mut text = program(&application);
    append_all(&mut text, options);
    text.push(u16::from(b' '));
    text.extend(program(&launch.program));
    append_all(&mut text, &launch.arguments);
    Line { application, text }
}

/// What `cmd` reads of a line; of a longer one it runs nothing.
const LONGEST_FOR_CMD: usize = 8_191;

/// A batch file, or a shortcut, for `cmd`: every parameter in quotes, within which `& | < > ^ ( )` are characters;
/// delayed expansion and `AutoRun` commands off. A quote or a percent sign has no safe spelling there.
fn batch(launch: &Launch, system: &Path) -> io::Result<Line> {
    let path = launch.program.to_string_lossy();
    let unsafe_text = |text: &str| text.contains(['"', '%', '\r', '\n']);
    if unsafe_text(&path) || launch.arguments.iter().any(|text| unsafe_text(text)) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "a parameter of a batch file or shortcut cannot hold a quote, a percent sign or a line break",
        ));
    }
    let application = system.join("cmd.exe");
    let mut text = program(&application);
    text.extend(r#" /e:ON /v:OFF /d /s /c ""#.encode_utf16());
    text.extend(program(&launch.program));
    for argument in &launch.arguments {
        // cmd leaves them as they are; the program that the file gives its parameter to reads `\"` as a quote.
        let backslashes = argument.len() - argument.trim_end_matches('\\').len();
        let doubled = &argument[argument.len() - backslashes..];
        text.extend(format!(" \"{argument}{doubled}\"").encode_utf16());
    }
    text.push(u16::from(b'"'));
    if text.len() > LONGEST_FOR_CMD {
        return Err(io::Error::new(
            io::ErrorKind::ArgumentListTooLong,
            "the parameters are longer than cmd takes for a batch file or shortcut (8 191 characters)",
        ));
    }
    Ok(Line { application, text })
}

fn append_all<S: AsRef<str>>(line: &mut Vec<u16>, arguments: &[S]) {
    for argument in arguments {
        line.push(u16::from(b' '));
        append(line, argument.as_ref());
    }
}

/// One parameter, so that a program which follows the rules of the Microsoft C run-time reads exactly it
/// ("Parsing C++ command-line arguments"). One with characters outside ASCII is quoted, too: a program that reads the
/// ANSI command line could find a space among them.
fn append(line: &mut Vec<u16>, argument: &str) {
    let quote = u16::from(b'"');
    let backslash = u16::from(b'\\');
    let plain = !argument.is_empty()
        && argument.is_ascii()
        && !argument.contains([' ', '\t', '\n', '\x0b', '"']);
    if plain {
        line.extend(argument.encode_utf16());
        return;
    }
    line.push(quote);
    let mut backslashes = 0;
    for unit in argument.encode_utf16() {
        if unit == quote {
            // Those before the quote are doubled, and one more makes the quote a character.
            line.extend(iter::repeat_n(backslash, backslashes + 1));
        }
        backslashes = if unit == backslash {
            backslashes + 1
        } else {
            0
        };
        line.push(unit);
    }
    line.extend(iter::repeat_n(backslash, backslashes));
    line.push(quote);
}

/// This process's environment without what is to be kept out: `NAME=value` texts, each ended by NUL, and
/// one NUL more.
pub(super) fn environment(launch: &Launch) -> io::Result<Vec<u16>> {
    let same = |name: &OsStr, other: &str| name.to_string_lossy().eq_ignore_ascii_case(other);
    let kept = env::vars_os().filter(|(name, _)| {
        !launch.remove.iter().any(|removed| same(name, removed))
            && !launch.set.iter().any(|(set, _)| same(name, set))
    });
    let set = launch
        .set
        .iter()
        .map(|(name, value)| (OsString::from(name), OsString::from(value)));
    let mut variables: Vec<_> = kept.chain(set).collect();
    // `CreateProcess` wants them sorted by name, whatever the case.
    variables.sort_by_key(|(name, _)| name.to_string_lossy().to_uppercase());
    let mut block = Vec::new();
    for (name, value) in variables {
        let mut entry = name;
        entry.push("=");
        entry.push(value);
        block.extend(wide(&entry)?);
    }
    if block.is_empty() {
        block.push(0);
    }
    block.push(0);
    Ok(block)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batch_line(arguments: &[&str]) -> io::Result<String> {
        let launch = Launch::new(r"C:\crm\pop.bat").args(arguments.iter().copied());
        let line = line(&launch, Path::new(r"C:\Windows\System32"))?;
        let text = line.text.strip_suffix(&[0]).unwrap();
        Ok(String::from_utf16(text).unwrap())
    }

    #[test]
    fn a_backslash_at_the_end_joins_no_parameters_of_a_batch_file() {
        let line = batch_line(&[r"A\", "B C", r"a\b", r"\\"]).unwrap();
        assert!(line.ends_with(r#" "A\\" "B C" "a\b" "\\\\"""#), "{line}");
    }

    #[test]
    fn cmd_takes_a_shorter_line_than_the_system() {
        assert!(batch_line(&[&"x".repeat(8_000)]).is_ok());
        let error = batch_line(&[&"x".repeat(8_191)]).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::ArgumentListTooLong);
    }
}
