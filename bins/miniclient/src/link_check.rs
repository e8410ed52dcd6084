//! Proof that links come to this program: `doctor` hands one to the system, and the `--dial-uri` that it starts answers
//! into a file of the user's own.
//!
//! The link, `tel:;miniclient-check=WORD`, holds no number and no digit: whoever gets it has nothing to dial. The word is
//! random, and an answer is written only where a file of that name waits for it, so that a web page gets none.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use mc_secret::trust::create_private_folder;

/// Behind the scheme, before the word.
const MARK: &str = ":;miniclient-check=";

/// Letters of the word.
const LENGTH: usize = 24;

/// More is no answer of ours.
const LONGEST_ANSWER: u64 = 4096;

/// A file that waits for an answer; gone when dropped.
#[derive(Debug)]
pub(crate) struct LinkCheck {
    file: PathBuf,
    word: String,
}

impl LinkCheck {
    pub(crate) fn new(state: &Path) -> io::Result<Self> {
        let mut random = [0_u8; LENGTH];
        getrandom::fill(&mut random).map_err(io::Error::other)?;
        let word: String = random
            .iter()
            .map(|byte| char::from(b'a' + byte % 26))
            .collect();
        let folder = folder(state);
        create_private_folder(&folder)?;
        let file = folder.join(&word);
        File::create_new(&file)?;
        Ok(Self { file, word })
    }

    /// The link to hand over.
    pub(crate) fn link(&self, scheme: &str) -> String {
        format!("{scheme}{MARK}{}", self.word)
    }

    /// The program that answered, once it has.
    pub(crate) fn answer(&self) -> Option<PathBuf> {
        let mut text = String::new();
        let file = File::open(&self.file).ok()?;
        file.take(LONGEST_ANSWER).read_to_string(&mut text).ok()?;
        // Whole, once the line is.
        Some(text.strip_suffix('\n')?.into())
    }
}

impl Drop for LinkCheck {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.file);
        if let Some(folder) = self.file.parent() {
            // Another check may be under way.
            let _ = fs::remove_dir(folder);
        }
    }
}

/// Answers if the link is one of a check that waits here; whether it was.
pub(crate) fn answered(state: Option<&Path>, link: &str) -> bool {
    let (Some(state), Some((_, word))) = (state, link.split_once(MARK)) else {
        return false;
    };
    // A file's name and nothing else.
    if word.len() != LENGTH || !word.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return false;
    }
    let program = std::env::current_exe().unwrap_or_default();
    let answer = format!("{}\n", program.display());
    OpenOptions::new()
        .write(true)
        .open(folder(state).join(word))
        .is_ok_and(|mut file| file.write_all(answer.as_bytes()).is_ok())
}

fn folder(state: &Path) -> PathBuf {
    state.join("link-check")
}

#[cfg(test)]
mod tests {
    use super::*;
    use mc_template::DialNumber;

    #[test]
    fn only_a_check_that_waits_is_answered() {
        let state = tempfile::tempdir().unwrap();
        let stranger = "tel:;miniclient-check=abcdefghijklmnopqrstuvwx";
        assert!(!answered(Some(state.path()), stranger));
        assert!(!answered(None, stranger));
        let check = LinkCheck::new(state.path()).unwrap();
        assert!(!answered(Some(state.path()), stranger));
        assert_eq!(check.answer(), None);
        assert!(answered(Some(state.path()), &check.link("sip")));
        assert_eq!(check.answer(), std::env::current_exe().ok());
        let link = check.link("tel");
        drop(check);
        assert!(!answered(Some(state.path()), &link));
        assert!(!folder(state.path()).exists(), "nothing is left behind");
    }

    #[test]
    fn the_word_reaches_no_other_file() {
        let state = tempfile::tempdir().unwrap();
        fs::create_dir(folder(state.path())).unwrap();
        let other = state.path().join("abcdefghijklmnopqrstu");
        fs::write(&other, "").unwrap();
        assert!(!answered(
            Some(state.path()),
            "tel:;miniclient-check=../abcdefghijklmnopqrstu"
        ));
        assert_eq!(fs::read_to_string(other).unwrap(), "");
    }

    #[test]
    fn the_link_holds_no_number() {
        let state = tempfile::tempdir().unwrap();
        let check = LinkCheck::new(state.path()).unwrap();
        for scheme in ["tel", "callto", "sip"] {
            let link = check.link(scheme);
            assert!(!link.contains(|c: char| c.is_numeric()), "{link}");
            assert!(DialNumber::from_link(&link).is_err(), "{link}");
        }
    }
}
