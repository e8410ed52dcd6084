//! Which file a program's name means.
//!
//! `CreateProcess` and the shells look into the current directory first, which may be any folder
//! that a person happens to stand in, a shared one included. Here the name is made a full path
//! before anything starts, and the current directory is never a candidate.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Component, Path, PathBuf};

use crate::sys;

/// Why a program was not found.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResolveError {
    /// No program was named.
    #[error("no program is named; write its path")]
    Empty,
    /// A NUL character cannot be part of a path.
    #[error("the program's path holds a NUL character")]
    Nul,
    /// The path depends on the current directory or drive, which is never used.
    #[error("`{program}` depends on the current directory or drive; write the full path")]
    Relative {
        /// The program as named.
        program: String,
    },
    /// It begins with a drive or a server's share, and this is not Windows.
    #[error("`{program}` is a path of Windows; write one of this computer")]
    OfWindows {
        /// The program as named.
        program: String,
    },
    /// There is no such file.
    #[error("the program `{program}` was not found{}", places(.searched))]
    NotFound {
        /// The program as named.
        program: String,
        /// The folders that were searched; empty for a full path.
        searched: Vec<PathBuf>,
    },
    /// It is there, but it is not a program: a folder, or a file without the right to execute it.
    #[error("`{}` is not a program: it is a folder, or it may not be executed", .path.display())]
    NotExecutable {
        /// What was found.
        path: PathBuf,
    },
}

fn places(searched: &[PathBuf]) -> String {
    match searched {
        [] => "; check the path".to_owned(),
        [only] => format!(" in {}; write its full path", only.display()),
        [first, ..] => format!(" in {} or on PATH; write its full path", first.display()),
    }
}

/// Finds a program: a full path is taken as it is; a path with a separator starts at `folder`; a bare
/// name is looked for in `folder`, then in the folders of `PATH`. Entries of `PATH` that are empty or
/// relative are passed over, since they mean the current directory.
///
/// On Windows a name without `.exe` is tried with it first. Other extensions of `PATHEXT` are not
/// guessed: they would turn a missing program into some script of the same name.
///
/// # Errors
///
/// [`ResolveError`] says what was looked for and where.
pub fn resolve(program: &str, folder: Option<&Path>) -> Result<PathBuf, ResolveError> {
    resolve_on(program, folder, env::var_os("PATH").as_deref())
}

/// [`resolve`] with a `PATH` of the caller's.
pub(crate) fn resolve_on(
    program: &str,
    folder: Option<&Path>,
    search: Option<&OsStr>,
) -> Result<PathBuf, ResolveError> {
    if program.trim().is_empty() {
        return Err(ResolveError::Empty);
    }
    if program.contains('\0') {
        return Err(ResolveError::Nul);
    }
    let path = Path::new(program);
    if path.is_absolute() {
        return find(path)?.ok_or_else(|| ResolveError::NotFound {
            program: program.to_owned(),
            searched: Vec::new(),
        });
    }
    let relative = || ResolveError::Relative {
        program: program.to_owned(),
    };
    // `C:pop.exe` and `\pop.exe` mean the current directory of a drive, and the current drive.
    if path
        .components()
        .any(|part| matches!(part, Component::Prefix(_) | Component::RootDir))
    {
        return Err(relative());
    }
    let folder = folder.filter(|folder| folder.is_absolute());
    let mut searched: Vec<PathBuf> = folder.map(Path::to_path_buf).into_iter().collect();
    if path.components().count() > 1 || program.ends_with(sys::is_separator) {
        if searched.is_empty() {
            return Err(relative());
        }
    } else if let Some(search) = search {
        searched.extend(env::split_paths(search).filter(|entry| entry.is_absolute()));
    }
    let mut unfit = None;
    for place in &searched {
        match find(&place.join(path)) {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => {}
            // A folder of that name does not end the search, but is what to report if nothing is found.
            Err(error) => unfit = unfit.or(Some(error)),
        }
    }
    Err(unfit.unwrap_or_else(|| {
        let program = program.to_owned();
        if cfg!(not(windows)) && is_of_windows(&program) {
            ResolveError::OfWindows { program }
        } else {
            ResolveError::NotFound { program, searched }
        }
    }))
}

/// `C:\..` or `\\server\..`.
fn is_of_windows(program: &str) -> bool {
    let drive = |bytes: &[u8]| matches!(bytes, [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic());
    program.starts_with(r"\\") || drive(program.as_bytes())
}

/// The file at `path`, or with the system's extension for programs.
fn find(path: &Path) -> Result<Option<PathBuf>, ResolveError> {
    let mut unfit = None;
    for candidate in candidates(path) {
        if sys::is_executable(&candidate) {
            return Ok(Some(candidate));
        }
        if candidate.exists() {
            unfit.get_or_insert(candidate);
        }
    }
    unfit.map_or(Ok(None), |path| Err(ResolveError::NotExecutable { path }))
}

fn candidates(path: &Path) -> Vec<PathBuf> {
    let suffix = env::consts::EXE_SUFFIX;
    let named = path
        .file_name()
        .map(OsStr::to_os_string)
        .unwrap_or_default();
    let has_it = suffix.is_empty()
        || named
            .to_string_lossy()
            .to_ascii_lowercase()
            .ends_with(suffix);
    if has_it {
        return vec![path.to_path_buf()];
    }
    let mut with: OsString = named;
    with.push(suffix);
    vec![path.with_file_name(with), path.to_path_buf()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn file(path: &Path) -> PathBuf {
        let path = path.with_extension(env::consts::EXE_EXTENSION);
        fs::write(&path, "").unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        }
        path
    }

    #[test]
    fn the_folder_comes_before_the_search_path() {
        let (folder, search) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let on_path = file(&search.path().join("pop"));
        let find = |folder| resolve_on("pop", folder, Some(search.path().as_os_str()));
        assert_eq!(find(Some(folder.path())).unwrap(), on_path);
        let in_folder = file(&folder.path().join("pop"));
        assert_eq!(find(Some(folder.path())).unwrap(), in_folder);
        assert_eq!(find(None).unwrap(), on_path);
    }

    #[test]
    fn the_current_directory_is_never_searched() {
        // The tests of a package run in its folder.
        assert!(Path::new("Cargo.toml").exists());
        for search in ["", ".", "src", "..;."] {
            for program in ["Cargo.toml", "./Cargo.toml", "src/lib.rs"] {
                let found = resolve_on(program, None, Some(OsStr::new(search)));
                assert!(
                    matches!(
                        found,
                        Err(ResolveError::NotFound { .. } | ResolveError::Relative { .. })
                    ),
                    "{program} on {search:?}: {found:?}"
                );
            }
        }
        // Nor is a relative folder a place.
        assert!(resolve_on("src/lib.rs", Some(Path::new(".")), None).is_err());
    }

    #[test]
    fn a_folder_of_that_name_is_no_program() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("pop.exe")).unwrap();
        let search = tempfile::tempdir().unwrap();
        let found = resolve_on(
            "pop.exe",
            Some(folder.path()),
            Some(search.path().as_os_str()),
        );
        assert!(
            matches!(found, Err(ResolveError::NotExecutable { .. })),
            "{found:?}"
        );
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for program in ["", " "] {
            assert_eq!(resolve(program, None), Err(ResolveError::Empty));
        }
        assert_eq!(resolve("a\0b", None), Err(ResolveError::Nul));
    }

    #[cfg(unix)]
    #[test]
    fn a_path_of_windows_is_called_one() {
        let folder = tempfile::tempdir().unwrap();
        for program in [r"C:\CRM\pop.exe", "d:/pop.exe", r"\\server\share\pop.exe"] {
            let found = resolve(program, Some(folder.path()));
            assert!(
                matches!(found, Err(ResolveError::OfWindows { .. })),
                "{program}: {found:?}"
            );
        }
    }

    #[cfg(windows)]
    #[test]
    fn paths_that_depend_on_the_drive_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        for program in [r"C:pop.exe", r"\pop.exe", r"/pop.exe"] {
            let found = resolve(program, Some(folder.path()));
            assert!(
                matches!(found, Err(ResolveError::Relative { .. })),
                "{program}: {found:?}"
            );
        }
    }

    #[cfg(windows)]
    #[test]
    fn an_extension_is_added_for_programs_alone() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("pop.bat"), "").unwrap();
        let find = || resolve_on("pop", Some(folder.path()), None);
        assert!(matches!(find(), Err(ResolveError::NotFound { .. })));
        fs::write(folder.path().join("pop.exe"), "").unwrap();
        assert_eq!(find().unwrap(), folder.path().join("pop.exe"));
        fs::write(folder.path().join("pop.v2.exe"), "").unwrap();
        let found = resolve_on("pop.v2", Some(folder.path()), None).unwrap();
        assert_eq!(found, folder.path().join("pop.v2.exe"));
    }
}
