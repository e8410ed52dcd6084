//! What a file is that is no PowerShell.

use crate::names::has;
use crate::note::{Fate, Note};

const COMMANDS: &str = "a command file (.cmd, .bat): import the .ps1 that it starts; what it does itself has to be written into mc-start.toml by hand";
const VBSCRIPT: &str = "a script in VBScript: import the .ps1 that it starts; what it does itself has to be written into mc-start.toml by hand";

/// What a file of this name is, when that is no PowerShell.
pub(crate) fn by_name(name: &str) -> Option<&'static str> {
    let end = name.rsplit_once('.')?.1.to_lowercase();
    let kinds = [
        ("cmd bat", COMMANDS),
        ("vbs vbe", VBSCRIPT),
        ("lnk url", "a shortcut: import the .ps1 that it starts"),
        (
            "exe com msi",
            "a program: nothing can be read from it; write mc-start.toml by hand",
        ),
        (
            "js jse wsf hta py sh ahk au3 kix pl",
            "a script in another language: only PowerShell (.ps1) is read",
        ),
        (
            "zip 7z pdf doc docx rtf htm html xml json toml reg rdp",
            "no script: only PowerShell (.ps1) is read",
        ),
    ];
    let mut kinds = kinds.into_iter();
    kinds
        .find(|(ends, _)| has(ends, &end))
        .map(|(_, what)| what)
}

/// What it is when it is no PowerShell.
pub(crate) fn by_text(text: &str) -> Option<&'static str> {
    const BATCH: &str =
        "@echo @setlocal @powershell @powershell.exe @rem @start @cd @pushd rem setlocal";
    const SHELLS: &str = "powershell powershell.exe pwsh pwsh.exe";
    let lines = text.lines().map(|line| line.trim().to_lowercase());
    let lines: Vec<_> = lines.filter(|line| !line.is_empty()).take(3).collect();
    // A comment of PowerShell, whatever stands in it.
    let first = lines.first().filter(|first| !first.starts_with("<#"))?;
    let word = first.split_whitespace().next()?;
    if has(BATCH, word)
        || ["::", "echo off"]
            .iter()
            .any(|start| first.starts_with(start))
        || has(SHELLS, word.trim_start_matches('@')) && first.contains(".ps1")
    {
        return Some(COMMANDS);
    }
    let basic = |line: &String| {
        line.starts_with("set ") && line.contains("createobject(")
            || line.starts_with("option explicit")
            || line.starts_with("dim ")
    };
    let shown = if first.starts_with('\'') { 3 } else { 2 };
    if lines.iter().take(shown).any(basic) {
        return Some(VBSCRIPT);
    }
    // `set NAME=value`, and no space before the sign.
    let sets = |rest: &str| {
        rest.split_once('=')
            .is_some_and(|(name, _)| !name.contains([' ', '$']))
    };
    let batch = |line: &String| {
        line.starts_with("cd /d")
            || line.starts_with("for /f")
            || line.strip_prefix("set ").is_some_and(sets)
    };
    lines.iter().any(batch).then_some(COMMANDS)
}

/// The lines of the command file that a script is, too, which do something before it: for PowerShell they are a comment.
pub(crate) fn commands(text: &str, named: bool) -> Vec<usize> {
    let mut lines = text
        .lines()
        .zip(1..)
        .skip_while(|(line, _)| line.trim().is_empty());
    let first = lines
        .next()
        .and_then(|(first, _)| first.trim().strip_prefix("<#"));
    if !first.is_some_and(|first| named || first.trim().starts_with(':')) {
        return Vec::new();
    }
    let lines = lines.take_while(|(line, _)| !line.contains("#>"));
    lines
        .filter(|(line, _)| !does_nothing(&line.trim().to_lowercase()))
        .map(|(_, at)| at)
        .collect()
}

/// Whether a line of a command file does no more than start the script, or nothing.
fn does_nothing(line: &str) -> bool {
    const WORDS: &str = "echo rem setlocal endlocal goto exit powershell powershell.exe pwsh pwsh.exe title cls chcp pause";
    // Behind the last quote a sign between commands is one for certain.
    let (quoted, tail) = line.rsplit_once('"').unwrap_or(("", line));
    let mut parts = tail.split('&');
    let first = if quoted.is_empty() {
        parts.next().unwrap_or_default()
    } else {
        line
    };
    if !quoted.is_empty() {
        parts.next();
    }
    let harmless = |part: &str| {
        let word = part.trim().trim_start_matches('@');
        let word = word.split([' ', ':']).next().unwrap_or_default();
        (word.is_empty() || has(WORDS, word)) && !part.contains('>')
    };
    harmless(first) && parts.all(harmless)
}

/// The lines of another script that matter, and what to do about them.
pub(crate) fn notes(text: &str) -> Vec<Note> {
    let mut notes = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.to_lowercase();
        let called = line.contains("/routingapplications/run/");
        let text = if line.contains(".ps1") {
            "it names a script in PowerShell; import that"
        } else if called
            && ["invoke-", "irm ", "iwr "]
                .iter()
                .any(|call| line.contains(call))
        {
            "it is PowerShell with the call; write that into a .ps1 and import it"
        } else if called {
            "it has the address of the call; write it into url, and what is sent into fields"
        } else if line.contains("miniclient") && line.contains(".exe") {
            "it names the client; write its path into client"
        } else {
            continue;
        };
        notes.push(Note {
            line: at + 1,
            fate: Fate::NotCarried,
            text: text.to_owned(),
        });
    }
    notes.truncate(20);
    notes
}
