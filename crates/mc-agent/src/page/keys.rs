//! What lets a browser in: a token, once, and then a cookie.

use std::fs;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::random;
use crate::web::{digest, same};

/// How long a token works.
pub(crate) const VALID: Duration = Duration::from_secs(10);
/// Browsers at once: the oldest goes for a newer one.
const BROWSERS: usize = 16;
/// Tokens that wait for their browser at once.
const WAITING: usize = 16;

/// The keys of a page.
#[derive(Debug, Default)]
pub(crate) struct Keys(Mutex<Inner>);

#[derive(Debug, Default)]
struct Inner {
    tokens: Vec<Token>,
    /// What is kept of the cookies, the oldest first.
    cookies: Vec<[u8; 32]>,
}

#[derive(Debug)]
struct Token {
    digest: [u8; 32],
    until: Instant,
    /// The file that holds it goes with it.
    file: PathBuf,
}

impl Drop for Token {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.file);
    }
}

impl Keys {
    /// A token from now on.
    pub(crate) fn issue(&self, token: &str, file: PathBuf) {
        let mut inner = self.lock();
        if inner.tokens.len() >= WAITING {
            inner.tokens.remove(0);
        }
        inner.tokens.push(Token {
            digest: digest(token),
            until: Instant::now() + VALID,
            file,
        });
    }

    /// Forgets the tokens whose time is up.
    pub(crate) fn expire(&self) {
        let now = Instant::now();
        self.lock().tokens.retain(|token| now < token.until);
    }

    /// A cookie for a token that works; it does not from then on.
    pub(crate) fn exchange(&self, token: &str) -> Option<String> {
        self.expire();
        let given = digest(token);
        let mut inner = self.lock();
        let mut places = inner.tokens.iter();
        let place = places.position(|token| same(&token.digest, &given))?;
        inner.tokens.remove(place);
        let cookie = random::hex::<32>().ok()?;
        if inner.cookies.len() >= BROWSERS {
            inner.cookies.remove(0);
        }
        inner.cookies.push(digest(&cookie));
        Some(cookie)
    }

    /// Whether this is a cookie of ours.
    pub(crate) fn know(&self, cookie: &str) -> bool {
        let given = digest(cookie);
        self.lock().cookies.iter().any(|ours| same(ours, &given))
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_token_works_once_and_for_ten_seconds_and_its_file_goes_with_it() {
        let folder = tempfile::tempdir().unwrap();
        let keys = Keys::default();
        let issue = |token: &str| {
            let file = folder.path().join(token);
            fs::write(&file, "").unwrap();
            keys.issue(token, file.clone());
            file
        };
        let (first, late) = (issue("first"), issue("late"));
        assert_eq!(keys.exchange("other"), None);
        let cookie = keys.exchange("first").unwrap();
        assert!(keys.know(&cookie) && !keys.know("first") && !keys.know(""));
        assert_eq!(keys.exchange("first"), None, "once");
        assert!(!first.exists() && late.exists());
        tokio::time::advance(VALID).await;
        assert_eq!(keys.exchange("late"), None, "too late");
        assert!(!late.exists());
        assert!(keys.know(&cookie), "a browser that is in stays in");
        for n in 0..BROWSERS {
            let token = n.to_string();
            issue(&token);
            assert!(keys.exchange(&token).is_some());
        }
        assert!(!keys.know(&cookie), "unless there are too many");
    }
}
