//! Who else may write a file or enter a folder, by the modes of Unix.
#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use mc_secret::{Secret, SecretError, Source, trust};

#[test]
fn f62_a_file_that_others_can_replace_is_refused_with_the_folder_where_they_can() {
    let home = tempfile::tempdir().unwrap();
    let (own, open) = (home.path().join("own"), home.path().join("open"));
    for folder in [&own, &open] {
        fs::create_dir(folder).unwrap();
        let path = folder.join("token");
        Source::File(path).set(&Secret::new("abc")).unwrap();
    }
    symlink(open.join("token"), own.join("link")).unwrap();
    let find = |path: PathBuf| Source::File(path).find();
    let open_to = |mode| fs::set_permissions(&open, Permissions::from_mode(mode)).unwrap();
    for (mode, who) in [(0o777, "everyone"), (0o770, "group")] {
        open_to(mode);
        for path in [open.join("token"), own.join("link")] {
            match find(path).unwrap_err() {
                SecretError::Untrusted { path, why } => {
                    assert_eq!(path.file_name(), open.file_name(), "{mode:o}");
                    assert!(why.contains(who), "{why}");
                }
                other => panic!("{other:?}"),
            }
        }
        assert!(find(own.join("token")).is_ok());
    }
    // Where nobody can replace what is another's, as in `/tmp`, the file's own rights say all.
    for mode in [0o1777, 0o755] {
        open_to(mode);
        assert!(find(open.join("token")).is_ok(), "{mode:o}");
        assert!(find(own.join("link")).is_ok(), "{mode:o}");
    }
    // A name without a folder stands in the current one.
    let bare = find("Cargo.toml".into());
    assert!(
        !matches!(bare, Err(SecretError::Unreadable { .. })),
        "{bare:?}"
    );
}

#[test]
fn a_folder_that_is_open_to_others_is_closed_and_one_that_is_not_stays_as_it_is() {
    let home = tempfile::tempdir().unwrap();
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for (before, after) in [(0o755, 0o700), (0o701, 0o700), (0o500, 0o500)] {
        let folder = home.path().join(format!("{before:o}"));
        fs::create_dir(&folder).unwrap();
        fs::set_permissions(&folder, Permissions::from_mode(before)).unwrap();
        trust::create_private_folder(&folder).unwrap();
        assert_eq!(mode(&folder), after, "{before:o}");
    }
    let deep = home.path().join("a/b");
    trust::create_private_folder(&deep).unwrap();
    assert_eq!((mode(&home.path().join("a")), mode(&deep)), (0o700, 0o700));
}
