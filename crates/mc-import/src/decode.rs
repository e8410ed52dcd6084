//! The encodings that Windows editors write.

use crate::names::has;

/// What the bytes 80 to 9F are in Windows-1252; those that are nothing there stay themselves.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž', '\u{8F}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}', 'ž', 'Ÿ',
];

/// The text: UTF-8 or UTF-16, each with or without its mark, else Windows-1252.
pub(crate) fn text(bytes: &[u8]) -> String {
    let wide = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units: Vec<_> = bytes
            .chunks_exact(2)
            .map(|pair| unit([pair[0], pair[1]]))
            .collect();
        String::from_utf16_lossy(&units)
    };
    // ASCII in UTF-16 has a zero in every pair.
    let zeros = |at: usize| {
        bytes.len() > 3
            && bytes
                .iter()
                .skip(at)
                .step_by(2)
                .take(64)
                .filter(|byte| **byte == 0)
                .count()
                * 2
                > bytes.len().div_ceil(2).min(64)
    };
    match bytes {
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes),
        _ if zeros(1) => wide(bytes, u16::from_le_bytes),
        _ if zeros(0) => wide(bytes, u16::from_be_bytes),
        _ => {
            let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
            String::from_utf8(bytes.to_vec()).unwrap_or_else(|_| {
                let one = |byte: u8| {
                    if (0x80..0xA0).contains(&byte) {
                        WINDOWS_1252[usize::from(byte - 0x80)]
                    } else {
                        char::from(byte)
                    }
                };
                bytes.iter().copied().map(one).collect()
            })
        }
    }
}

const COMMANDS: &str = "a command file (.cmd, .bat): import the .ps1 that it starts; what it does itself has to be written into mc-start.toml by hand";
const VBSCRIPT: &str = "a script in VBScript: import the .ps1 that it starts; what it does itself has to be written into mc-start.toml by hand";

/// What a file of this name is, when that is no PowerShell.
pub(crate) fn kind_by_name(name: &str) -> Option<&'static str> {
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
pub(crate) fn other_kind(text: &str) -> Option<&'static str> {
    const BATCH: &str =
        "@echo @setlocal @powershell @powershell.exe @rem @start @cd @pushd rem setlocal";
    const SHELLS: &str = "powershell powershell.exe pwsh pwsh.exe";
    let lines = text.lines().map(|line| line.trim().to_lowercase());
    let lines: Vec<_> = lines.filter(|line| !line.is_empty()).take(3).collect();
    let first = lines.first()?;
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
    let found = lines.iter().take(shown).any(basic);
    found.then_some(VBSCRIPT)
}
