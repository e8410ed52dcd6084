//! Where a secret comes from.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use mc_secret::{Found, Origin, Search, Secret, SecretError, Source};

/// A variable that cargo sets for every test, and what it holds.
const VARIABLE: &str = "CARGO_PKG_NAME";
const VALUE: &str = "mc-secret";
/// The most that a file may hold.
const LONGEST: usize = Secret::LONGEST;

fn search(file: Option<PathBuf>, variable: Option<&str>) -> Result<Found, SecretError> {
    let variable = variable.unwrap_or("MC_SECRET_TEST_UNSET");
    Search::new("token").file(file).env(variable).find()
}

#[test]
fn white_space_and_byte_order_marks_are_not_the_secret() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    let utf16 = |unit: fn(u16) -> [u8; 2]| -> Vec<u8> {
        "\u{feff}a bÄ\r\n".encode_utf16().flat_map(unit).collect()
    };
    for bytes in [
        "a bÄ".as_bytes(),
        b"\xef\xbb\xbf a b\xc3\x84 \r\n",
        b"\n\ta b\xc3\x84\n\n",
        &utf16(u16::to_le_bytes),
        &utf16(u16::to_be_bytes),
    ] {
        fs::write(&path, bytes).unwrap();
        let found = Source::File(path.clone()).find().unwrap().unwrap();
        assert_eq!(found.secret.expose(), "a bÄ");
        assert_eq!(found.origin, Origin::File(path.clone()));
    }
    for bytes in [
        b"\xff\xfea\0b".as_slice(),
        b"\xff\xff",
        &vec![b'x'; LONGEST + 1],
    ] {
        fs::write(&path, bytes).unwrap();
        let error = Source::File(path.clone()).find().unwrap_err();
        assert!(error.to_string().contains("not a text file"), "{error}");
    }
}

#[test]
fn a_long_secret_is_read_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("secret");
    for length in [10_000, LONGEST] {
        fs::write(&path, "x".repeat(length)).unwrap();
        let found = Source::File(path.clone()).find().unwrap().unwrap();
        assert_eq!(found.secret.expose().len(), length);
    }
}

#[test]
fn a_place_that_cannot_be_looked_at_is_not_one_that_has_nothing() {
    let folder = tempfile::tempdir().unwrap();
    // A file where a folder should be: the system says that, and not that there is no such file.
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let below = Source::File(file.join("secret"));
    if cfg!(unix) {
        let error = below.find().unwrap_err();
        assert!(matches!(error, SecretError::Unreadable { .. }), "{error:?}");
        let error = below.clear().unwrap_err();
        assert!(matches!(error, SecretError::Unwritable { .. }), "{error:?}");
    }
    let a_folder = Source::File(folder.path().to_owned());
    assert!(matches!(
        a_folder.clear(),
        Err(SecretError::Unwritable { .. })
    ));
}

#[test]
fn what_is_no_secret_is_refused_and_not_repeated() {
    for (text, part) in [
        ("", "is empty"),
        (" \r\n ", "is empty"),
        ("geheim\r\nX-Other: 1", "line break"),
        ("geheim\ngeheim", "line break"),
        ("geheim\0", "control character"),
    ] {
        let error = Found::new(text, Origin::Env("API_TOKEN".to_owned())).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(
            shown.contains(part) && shown.contains("API_TOKEN"),
            "{text:?}: {shown}"
        );
        assert!(!shown.contains("geheim"), "{shown}");
    }
}

#[test]
fn the_first_place_that_has_one_decides() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    fs::write(&path, "from-file").unwrap();
    assert_eq!(
        search(Some(path), Some(VARIABLE)).unwrap().secret.expose(),
        "from-file"
    );
    let found = search(None, Some(VARIABLE)).unwrap();
    assert_eq!(found.secret.expose(), VALUE);
    assert_eq!(found.origin, Origin::Env(VARIABLE.to_owned()));
}

#[test]
fn a_file_that_is_not_there_is_passed_over_with_a_word() {
    let missing = PathBuf::from("no-such-folder/token");
    let found = search(Some(missing.clone()), Some(VARIABLE)).unwrap();
    assert_eq!(found.secret.expose(), VALUE);
    assert!(
        found.warnings[0].contains("no-such-folder"),
        "{:?}",
        found.warnings
    );
    let error = search(Some(missing), None).unwrap_err().to_string();
    assert!(
        error.starts_with("no token: ")
            && error.contains("no-such-folder")
            && error.contains("MC_SECRET_TEST_UNSET is not set"),
        "{error}"
    );
    // A file that is not even configured is said to be none, and only then.
    assert!(!error.contains("no token file is configured"), "{error}");
    let error = search(None, None).unwrap_err().to_string();
    assert!(error.contains("no token file is configured"), "{error}");
}

#[test]
fn a_place_that_has_none_is_named() {
    for (source, part) in [
        (Source::File("a/b".into()), "a/b does not exist"),
        (Source::Env("NAME".to_owned()), "NAME is not set"),
    ] {
        assert!(source.absent().contains(part), "{}", source.absent());
    }
}

#[test]
fn a_variable_that_is_empty_counts_as_not_set_and_one_that_is_no_text_is_refused() {
    const TEST: &str = "MC_SECRET_TEST_VALUE";
    let found = || Source::Env(TEST.to_owned()).find();
    match std::env::var("MC_SECRET_TEST_EXPECTED").as_deref() {
        Ok("none") => return assert!(found().unwrap().is_none()),
        Ok("invalid") => {
            return assert!(matches!(found(), Err(SecretError::Invalid { .. })));
        }
        _ => {}
    }
    // A process has one environment for all its tests: each value gets a process of its own.
    let texts = [("".into(), "none"), (" \t".into(), "none")];
    #[cfg(unix)]
    let no_text = {
        use std::os::unix::ffi::OsStringExt as _;
        Some((OsString::from_vec(b"geheim\xff".to_vec()), "invalid"))
    };
    #[cfg(windows)]
    let no_text: Option<(OsString, &str)> = None;
    for (value, expected) in texts.into_iter().chain(no_text) {
        let status = Command::new(std::env::current_exe().unwrap())
            .arg("--exact")
            .arg("a_variable_that_is_empty_counts_as_not_set_and_one_that_is_no_text_is_refused")
            .env(TEST, &value)
            .env("MC_SECRET_TEST_EXPECTED", expected)
            .stdout(Stdio::null())
            .status();
        assert!(status.unwrap().success(), "{value:?}: {expected}");
    }
}

#[test]
fn a_file_that_is_there_decides_even_when_it_is_empty() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    fs::write(&path, "").unwrap();
    assert!(matches!(
        search(Some(path), Some(VARIABLE)),
        Err(SecretError::Empty(Origin::File(_)))
    ));
    let folder_as_file = search(Some(folder.path().to_owned()), Some(VARIABLE));
    assert!(matches!(
        folder_as_file,
        Err(SecretError::Unreadable { .. })
    ));
}

#[cfg(unix)]
#[test]
fn f62_who_else_may_read_a_file_is_said_and_who_else_may_write_it_refuses_it() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    fs::write(&path, "abc").unwrap();
    let find = |mode| {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        search(Some(path.clone()), None)
    };
    for mode in [0o600, 0o400] {
        assert_eq!(find(mode).unwrap().warnings, [""; 0], "{mode:o}");
    }
    for mode in [0o644, 0o640, 0o604] {
        let warnings = find(mode).unwrap().warnings;
        assert!(
            warnings.len() == 1 && warnings[0].contains("chmod 600"),
            "{mode:o}: {warnings:?}"
        );
    }
    for (mode, who) in [(0o660, "group"), (0o602, "everyone")] {
        let error = find(mode).unwrap_err();
        assert!(matches!(error, SecretError::Untrusted { .. }), "{error:?}");
        assert!(error.to_string().contains(who), "{error}");
    }
    // Given away: as root, the one who may.
    if std::os::unix::fs::chown(&path, Some(4711), None).is_ok() {
        let error = find(0o600).unwrap_err().to_string();
        assert!(error.contains("4711"), "{error}");
    }
}

#[test]
fn a_file_is_set_read_and_cleared_like_any_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/folder/secret");
    let source = Source::File(path.clone());
    assert!(source.find().unwrap().is_none());
    for text in ["first", "second"] {
        let origin = source.set(&Secret::new(text)).unwrap();
        assert_eq!(origin, Origin::File(path.clone()));
        let found = source.find().unwrap().unwrap();
        assert_eq!(found.secret.expose(), text);
        if cfg!(unix) {
            assert_eq!(found.warnings, [""; 0]);
        }
    }
    let around: Vec<_> = fs::read_dir(path.parent().unwrap()).unwrap().collect();
    assert_eq!(around.len(), 1, "nothing is left beside it: {around:?}");
    assert!(source.clear().unwrap());
    assert!(!source.clear().unwrap());
    assert!(source.find().unwrap().is_none());
    let beside_a_file = Source::File(folder.path().join("taken/secret"));
    fs::write(folder.path().join("taken"), "").unwrap();
    assert!(matches!(
        beside_a_file.set(&Secret::new("x")),
        Err(SecretError::Unwritable { .. })
    ));
}

#[cfg(unix)]
#[test]
fn a_file_that_is_set_is_for_the_user_alone() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new/secret");
    let source = Source::File(path.clone());
    source.set(&Secret::new("abc")).unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    // One that is wider already does not stay so, and a folder that was there stays as it was.
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    fs::set_permissions(path.parent().unwrap(), fs::Permissions::from_mode(0o755)).unwrap();
    source.set(&Secret::new("def")).unwrap();
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o755));
}

/// What is kept where a use refuses it would be believed kept.
#[cfg(unix)]
#[test]
fn a_secret_is_not_set_where_it_would_not_be_found() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let open = folder.path().join("open");
    fs::create_dir(&open).unwrap();
    let path = open.join("secret");
    fs::write(&path, "old").unwrap();
    fs::set_permissions(&open, fs::Permissions::from_mode(0o775)).unwrap();
    for source in [&path, &open.join("other")].map(|path| Source::File(path.clone())) {
        let error = source.set(&Secret::new("new")).unwrap_err();
        assert!(matches!(error, SecretError::Untrusted { .. }), "{error:?}");
        assert!(error.to_string().contains("chmod go-w"), "{error}");
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), "old");
    assert_eq!(fs::read_dir(&open).unwrap().count(), 1);
}

#[cfg(unix)]
#[test]
fn behind_a_link_the_secret_is_kept_where_it_leads() {
    let folder = tempfile::tempdir().unwrap();
    let [link, real] = ["link", "real"].map(|name| folder.path().join(name));
    fs::write(&real, "old").unwrap();
    std::os::unix::fs::symlink("real", &link).unwrap();
    let source = Source::File(link.clone());
    assert_eq!(
        source.set(&Secret::new("new")).unwrap(),
        Origin::File(link.clone())
    );
    assert!(link.is_symlink());
    assert_eq!(fs::read_to_string(&real).unwrap(), "new");
}

#[cfg(unix)]
#[test]
fn nobody_is_waited_for_at_a_pipe() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    let made = Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let error = Source::File(pipe.clone()).find().unwrap_err();
    assert!(error.to_string().contains("not a file"), "{error}");
    assert!(error.to_string().contains("pipe"), "{error}");
}

#[test]
fn an_environment_variable_is_read_only() {
    let source = Source::Env(VARIABLE.to_owned());
    assert_eq!(source.find().unwrap().unwrap().secret.expose(), VALUE);
    for error in [
        source.set(&Secret::new("x")).unwrap_err(),
        source.clear().unwrap_err(),
    ] {
        assert!(matches!(error, SecretError::Environment(_)), "{error:?}");
    }
}

#[test]
fn a_secret_is_not_shown() {
    let found = Found::new("geheim", Origin::Program).unwrap();
    let shown = format!("{found:?} {:?}", Secret::new("geheim"));
    assert!(!shown.contains("geheim"), "{shown}");
    assert!(shown.ends_with("Secret(..)"), "that there is one: {shown}");
    assert_eq!(found.secret, Secret::new("geheim"));
    assert_ne!(found.secret, Secret::new("geheim2"));
}

#[cfg(feature = "store")]
mod store {
    use super::*;
    use mc_secret::Store;

    #[test]
    fn the_store_comes_last() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::file(folder.path().join("api-token"));
        let search = |variable| {
            Search::new("token")
                .env(variable)
                .source(Source::Store(store.clone()))
        };
        let unset = search("MC_SECRET_TEST_UNSET");
        assert!(matches!(unset.find(), Err(SecretError::Nowhere { .. })));
        store.set(&Secret::new("kept")).unwrap();
        assert_eq!(unset.find().unwrap().secret.expose(), "kept");
        assert_eq!(search(VARIABLE).find().unwrap().secret.expose(), VALUE);
    }

    /// Where the system has no store the file serves; where it has one, the entries are this test's own.
    #[test]
    fn the_systems_store_or_the_file_keeps_each_secret_by_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let service = format!("mc-secret-test-{}", std::process::id());
        let stores = ["one", "two"]
            .map(|name| Store::system(service.clone(), name, folder.path().join(name)));
        for (store, text) in stores.iter().zip(["first", "second"]) {
            match store.set(&Secret::new(text)) {
                Ok(Origin::Store(_)) => assert!(!store.fallback().exists()),
                Ok(Origin::File(path)) => {
                    assert_eq!(path, store.fallback());
                    assert_eq!(std::env::consts::FAMILY, "unix", "Windows always has one");
                }
                Err(SecretError::Store { reason, .. }) if !cfg!(windows) => {
                    return testkit::skipped(&format!("this desktop's keyring {reason}"));
                }
                other => panic!("{other:?}"),
            }
        }
        let kept = |store: &Store| {
            let found = store.get().unwrap();
            found.map(|found| found.secret.expose().to_owned())
        };
        assert_eq!(
            stores.each_ref().map(kept),
            [Some("first".to_owned()), Some("second".to_owned())]
        );
        assert!(stores[0].clear().unwrap());
        assert!(!stores[0].clear().unwrap());
        assert_eq!(
            stores.each_ref().map(kept),
            [None, Some("second".to_owned())]
        );
        assert!(stores[1].clear().unwrap());
    }
}
