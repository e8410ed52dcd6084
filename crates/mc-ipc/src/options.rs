//! What an instance is called, and where it lives.

use std::path::{Path, PathBuf};

/// Names the program whose instances exclude each other.
///
/// Owner and client must be made with the same app and home: the address follows from them.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct InstanceOptions {
    pub(crate) app: String,
    pub(crate) home: Option<PathBuf>,
    pub(crate) build: String,
    pub(crate) reserved: Vec<String>,
}

impl InstanceOptions {
    /// The instance of `app`; `build` is shown to peers (for people, for example `miniclient 0.1.0`), never
    /// compared.
    ///
    /// `app` should be a short plain name: characters other than ASCII letters, digits, `-` and `_` become `_`.
    /// It must not contain a version, or an old and a new copy would run side by side.
    #[must_use]
    pub fn new(app: &str, build: &str) -> Self {
        let plain = |c: char| {
            if c.is_ascii_alphanumeric() || c == '-' || c == '_' {
                c
            } else {
                '_'
            }
        };
        Self {
            app: app.chars().map(plain).take(32).collect(),
            home: None,
            build: build.to_owned(),
            reserved: Vec::new(),
        }
    }

    /// Separates this instance from others of the same user: its own lock, its own address. For tests, and for
    /// trying a copy beside the one in use.
    #[must_use]
    pub fn home(mut self, home: Option<&Path>) -> Self {
        self.home = home.map(resolved);
        self
    }

    /// Kinds of requests that always have room at the owner, whatever else it is asked.
    ///
    /// An owner works on a limited number of requests at once, and remembers a limited number of them for a minute.
    /// Each of these kinds has such a room of its own, all others share one: a program that polls `status` in a loop
    /// takes nothing from `stop`. To be set where the instance is acquired; clients need not know.
    #[must_use]
    pub fn reserved_kinds<S: Into<String>>(mut self, kinds: impl IntoIterator<Item = S>) -> Self {
        self.reserved = kinds.into_iter().map(Into::into).collect();
        self
    }
}

/// The folder's one name, whether it exists yet or not: links are followed as far as the path exists.
fn resolved(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf());
    let known = path
        .ancestors()
        .find_map(|dir| Some((dir.canonicalize().ok()?, path.strip_prefix(dir).ok()?)));
    match known {
        // Joining an empty rest would add a separator.
        Some((dir, rest)) if rest.as_os_str().is_empty() => dir,
        Some((dir, rest)) => dir.join(rest),
        None => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_home_is_the_same_before_and_after_it_is_created() {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path().join("a").join("b");
        let before = InstanceOptions::new("x", "").home(Some(&home));
        std::fs::create_dir_all(&home).unwrap();
        assert_eq!(before, InstanceOptions::new("x", "").home(Some(&home)));
        assert_eq!(
            before,
            InstanceOptions::new("x", "").home(Some(&dir.path().join("a").join(".").join("b")))
        );
        assert_ne!(before, InstanceOptions::new("x", "").home(Some(dir.path())));
    }

    #[test]
    fn a_name_cannot_lead_elsewhere() {
        assert_eq!(InstanceOptions::new("../a b\\c", "").app, "___a_b_c");
    }
}
