//! What is wrong with a configuration, and what is said about it: `bad/NAME.toml` against `bad/NAME.txt`.
//!
//! `UPDATE_GOLDEN=1 cargo test -p miniclient --test bad_config` writes the texts anew, to be looked at before they are
//! committed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use mc_cli::{Translator, german};
use miniclient::config;

#[test]
fn every_bad_configuration_gets_its_sentences() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad");
    let mut cases: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "toml")
        })
        .collect();
    cases.sort();
    assert!(!cases.is_empty());
    let home = tempfile::tempdir().unwrap();
    stand_in_for_a_shell(home.path());
    let mut left = String::new();
    for case in cases {
        // On a checkout with Windows' line ends too.
        let text = fs::read_to_string(&case).unwrap().replace("\r\n", "\n");
        let said = said_of(&text, &case, home.path());
        testkit::assert_golden(&case.with_extension("txt"), &said);
        let german = in_german(&said);
        testkit::assert_golden(&case.with_extension("de.txt"), &german);
        left += &testkit::left_in_english(&german);
        // Line ends of Windows change nothing.
        let windows = said_of(&text.replace('\n', "\r\n"), &case, home.path());
        assert_eq!(windows, said, "{} with CRLF", case.display());
        let old = said_of(&text.replace('\n', "\r"), &case, home.path());
        assert_eq!(old, said, "{} with CR", case.display());
    }
    assert_eq!(left, "", "these have English in them");
}

/// What is said, without what differs by machine: the folder, and the separators of paths in it.
fn said_of(text: &str, case: &Path, folder: &Path) -> String {
    let path = folder.join(case.file_name().unwrap());
    let mut said = String::new();
    match config::read(&path, text) {
        Ok(loaded) => {
            for warning in &loaded.warnings {
                writeln!(said, "warning: {warning}").unwrap();
            }
        }
        Err(problems) => {
            for problem in &problems {
                writeln!(said, "{problem}").unwrap();
            }
        }
    }
    let folder = folder.display().to_string();
    said.replace(&format!("{folder}{}", std::path::MAIN_SEPARATOR), "")
        .replace(&folder, "FOLDER")
}

/// What a German reads: the sentences behind the place, as `Output::problem` says them.
fn in_german(said: &str) -> String {
    let german = Translator::new(&[german::miniclient()]);
    german.translate(said).into_owned()
}

/// A shell that is there on every system: nothing of it is run, it is only found.
fn stand_in_for_a_shell(folder: &Path) {
    let name = format!("sh{}", std::env::consts::EXE_SUFFIX);
    fs::copy(std::env::current_exe().unwrap(), folder.join(name)).unwrap();
}
