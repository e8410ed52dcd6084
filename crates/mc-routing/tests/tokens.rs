//! Where the token comes from.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that cannot help fails its test"
)]

use std::fs;
use std::path::PathBuf;

use mc_routing::{Found, Token, TokenError, TokenSearch, TokenSource};

fn search(file: Option<PathBuf>, environment: Option<&str>) -> Result<Found, TokenError> {
    let mut search = TokenSearch::new().file(file);
    search.environment = environment.map(str::to_owned);
    search.find()
}

#[test]
fn white_space_and_byte_order_marks_are_not_the_token() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    let utf16: Vec<u8> = "\u{feff}abc\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for bytes in [
        b"abc".as_slice(),
        b"\xef\xbb\xbf abc \r\n",
        b"\n\tabc\n\n",
        &utf16,
    ] {
        fs::write(&path, bytes).unwrap();
        let token = Token::from_file(&path).unwrap();
        assert_eq!(token.reveal(), "abc");
        assert_eq!(*token.source(), TokenSource::File(path.clone()));
    }
}

#[test]
fn what_no_token_holds_is_refused_and_not_repeated() {
    for (text, part) in [
        ("", "is empty"),
        (" \r\n ", "is empty"),
        ("geheim\r\nX-Other: 1", "line break"),
        ("geheim\ngeheim", "line break"),
        ("Bearer geheim", "without \"Bearer\""),
        ("geheim\0", "control character"),
        ("geheimü", "ASCII"),
    ] {
        let error = Token::new(text, TokenSource::Environment("API_TOKEN".to_owned())).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(
            shown.contains(part) && shown.contains("API_TOKEN"),
            "{text:?}: {shown}"
        );
        assert!(!shown.contains("geheim"), "{shown}");
    }
}

#[test]
fn the_file_goes_before_the_environment() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    fs::write(&path, "from-file").unwrap();
    assert_eq!(
        search(Some(path), Some("from-env")).unwrap().token.reveal(),
        "from-file"
    );
    let found = search(None, Some("from-env")).unwrap();
    assert_eq!(
        *found.token.source(),
        TokenSource::Environment("API_TOKEN".to_owned())
    );
}

#[test]
fn a_file_that_is_not_there_is_passed_over_with_a_word() {
    let missing = PathBuf::from("no-such-folder/token");
    let found = search(Some(missing.clone()), Some("from-env")).unwrap();
    assert_eq!(found.token.reveal(), "from-env");
    assert!(
        found.warnings[0].contains("no-such-folder"),
        "{:?}",
        found.warnings
    );
    let error = search(Some(missing), None).unwrap_err().to_string();
    assert!(
        error.contains("no-such-folder") && error.contains("API_TOKEN is not set"),
        "{error}"
    );
}

#[test]
fn a_file_that_is_there_decides_even_when_it_is_empty() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    fs::write(&path, "").unwrap();
    assert!(matches!(
        search(Some(path), Some("from-env")),
        Err(TokenError::Empty(TokenSource::File(_)))
    ));
    let folder_as_file = search(Some(folder.path().to_owned()), Some("from-env"));
    assert!(matches!(folder_as_file, Err(TokenError::Unreadable { .. })));
}

#[cfg(unix)]
#[test]
fn a_token_file_that_others_may_read_is_pointed_out() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    fs::write(&path, "abc").unwrap();
    for (mode, warnings) in [(0o600, 0), (0o400, 0), (0o644, 1), (0o660, 1)] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let found = search(Some(path.clone()), None).unwrap();
        assert_eq!(
            found.warnings.len(),
            warnings,
            "{mode:o}: {:?}",
            found.warnings
        );
        assert!(
            found
                .warnings
                .iter()
                .all(|warning| warning.contains("chmod 600"))
        );
    }
}

#[test]
fn a_token_is_not_shown() {
    let token = Token::new("geheim", TokenSource::Program).unwrap();
    assert_eq!(format!("{token:?}"), "Token { source: Program, .. }");
}

#[cfg(feature = "store")]
mod store {
    use super::*;
    use mc_routing::{StoreError, Stored, TokenStore};

    fn token(text: &str) -> Token {
        Token::new(text, TokenSource::Program).unwrap()
    }

    #[test]
    fn a_file_keeps_the_token_until_it_is_cleared() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/folder/api-token");
        let store = TokenStore::file(path.clone());
        assert_eq!(store.get().unwrap(), None);
        assert_eq!(store.show().unwrap(), None);
        for text in ["first", "second"] {
            assert_eq!(store.set(&token(text)).unwrap(), Stored::File(path.clone()));
            assert_eq!(store.get().unwrap().unwrap().reveal(), text);
        }
        assert_eq!(store.show().unwrap(), Some(Stored::File(path.clone())));
        let around: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().collect();
        assert_eq!(around.len(), 1, "nothing is left beside it: {around:?}");
        assert!(store.clear().unwrap());
        assert!(!store.clear().unwrap());
        assert_eq!(store.get().unwrap(), None);
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_for_the_user_alone() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("new/api-token");
        TokenStore::file(path.clone()).set(&token("abc")).unwrap();
        let mode =
            |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        // One that is wider already does not stay so.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        TokenStore::file(path.clone()).set(&token("def")).unwrap();
        assert_eq!(mode(&path), 0o600);
    }

    #[test]
    fn the_store_comes_last() {
        let folder = tempfile::tempdir().unwrap();
        let store = TokenStore::file(folder.path().join("api-token"));
        let search = TokenSearch::new().store(store.clone());
        assert!(matches!(search.find(), Err(TokenError::Nowhere { .. })));
        store.set(&token("kept")).unwrap();
        assert_eq!(search.find().unwrap().token.reveal(), "kept");
        let mut first = search;
        first.environment = Some("from-env".to_owned());
        assert_eq!(first.find().unwrap().token.reveal(), "from-env");
    }

    /// Where the system has no store the file serves; where it has one, the entry is this test's own.
    #[test]
    fn the_systems_store_or_the_file_keeps_the_token() {
        let folder = tempfile::tempdir().unwrap();
        let entry = format!("mc-routing-test-{}", std::process::id());
        let store = TokenStore::system(entry, folder.path().join("api-token"));
        let kept = match store.set(&token("kept")) {
            Ok(kept) => kept,
            Err(StoreError::System { reason }) if !cfg!(windows) => {
                return testkit::skipped(&format!("this desktop's keyring {reason}"));
            }
            Err(error) => panic!("{error}"),
        };
        assert_eq!(store.get().unwrap().unwrap().reveal(), "kept");
        assert_eq!(store.show().unwrap(), Some(kept.clone()));
        assert_eq!(matches!(kept, Stored::File(_)), store.fallback().exists());
        assert!(store.clear().unwrap());
        assert_eq!(store.get().unwrap(), None);
        if cfg!(windows) {
            assert!(matches!(kept, Stored::System(_)), "Windows always has one");
        }
    }
}
