//! The client program: which file it is, its mark of the web, its start.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver};

use mc_process::{Ended, Launch, LaunchError, ResolveError, resolve};
use mc_routing::Token;

use crate::settings::Settings;

/// The vendor's client, which stands beside the launcher; else ours, which may stand elsewhere.
const DEFAULTS: [&str; 2] = ["ACDMiniClient.exe", "miniclient"];

/// Why there is no client running now.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum ClientError {
    /// The program named is not there.
    #[error("the client program was not found: {0}")]
    NotFound(#[from] ResolveError),
    /// None is named and none of the default ones is there.
    #[error(
        "no client program: neither {} nor {} is in {}, and miniclient is not on PATH; name it with client = '...' in mc-start.toml",
        DEFAULTS[0], DEFAULTS[1], .folder.display()
    )]
    NoDefault {
        /// The launcher's folder.
        folder: PathBuf,
    },
    /// It is there and did not start.
    #[error("the client program was not started: {0}")]
    NotStarted(#[from] LaunchError),
    /// This process belongs to no person.
    #[error(
        "the client program was not started: this is session 0, where services run and nobody sees a window; start mc-start when the user logs on (Run key, logon task as the user), not as SYSTEM or a service"
    )]
    Services,
}

/// Finds the client's file.
///
/// # Errors
///
/// [`ClientError`] that says what was looked for.
pub(crate) fn find(settings: &Settings) -> Result<PathBuf, ClientError> {
    let folder = Some(settings.folder());
    if let Some(client) = &settings.client {
        return Ok(resolve(client, folder)?);
    }
    let [vendor, ours] = DEFAULTS;
    // Only beside the launcher: what PATH holds under the vendor's name may be any version.
    let beside = settings.folder().join(vendor);
    if beside.is_file() {
        return Ok(beside);
    }
    match resolve(ours, folder) {
        Err(ResolveError::NotFound { .. }) => Err(ClientError::NoDefault {
            folder: settings.folder().to_owned(),
        }),
        found => Ok(found?),
    }
}

/// The client's start; the channel tells how it ended, if it does while we are there.
///
/// # Errors
///
/// [`LaunchError`] says why the system would not.
pub(crate) fn start(
    program: &Path,
    settings: &Settings,
) -> Result<(u32, Receiver<Ended>), LaunchError> {
    let mut launch = Launch::new(program)
        .args(settings.client_args.iter().cloned())
        .env_remove(Token::VARIABLE);
    if let Some(folder) = program.parent() {
        launch = launch.current_dir(folder);
    }
    let (send, ended) = mpsc::channel();
    let id = launch.detach_and_watch(move |exit| {
        let _ = send.send(exit);
    })?;
    Ok((id, ended))
}

/// Where Windows notes that a file came from the internet: a stream of the file, beside its content.
fn mark(program: &Path) -> PathBuf {
    let mut name = program.as_os_str().to_owned();
    name.push(":Zone.Identifier");
    name.into()
}

/// Whether the file bears the mark of the web.
pub(crate) fn is_marked(program: &Path) -> bool {
    cfg!(windows) && std::fs::metadata(mark(program)).is_ok()
}

/// Removes the mark of the web, as PowerShell's `Unblock-File` does; a file without one is fine.
///
/// The mark would make Windows ask, or refuse, before a program from a download runs. It stays on network shares and
/// file systems that keep no streams, and there it is not needed either.
///
/// # Errors
///
/// The system's, when there is a mark and it cannot be removed: the user may not write to the file.
pub(crate) fn unblock(program: &Path) -> io::Result<()> {
    if !cfg!(windows) {
        return Ok(());
    }
    match std::fs::remove_file(mark(program)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        // ERROR_INVALID_NAME: a file system without streams.
        Err(error) if error.raw_os_error() == Some(123) => Ok(()),
        done => done,
    }
}

/// A session without a person: programs started there are invisible, and the identity would be the service's.
///
/// # Errors
///
/// [`ClientError::Services`] for session 0; systems without sessions have none.
pub(crate) fn refuse_services(session: Option<u32>) -> Result<(), ClientError> {
    if session == Some(0) {
        Err(ClientError::Services)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(folder: &Path) -> Settings {
        let mut folders = mc_cli::Folders::default();
        folders.executable = Some(folder.to_owned());
        Settings::new(folders)
    }

    fn program(folder: &Path, name: &str) -> PathBuf {
        let path = folder.join(name);
        std::fs::write(&path, "").unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        }
        path
    }

    #[test]
    fn the_vendor_s_client_beside_the_launcher_is_the_default_then_ours() {
        let folder = tempfile::tempdir().unwrap();
        let ours = program(
            folder.path(),
            &format!("miniclient{}", std::env::consts::EXE_SUFFIX),
        );
        assert_eq!(find(&settings(folder.path())).unwrap(), ours);
        let vendors = program(folder.path(), "ACDMiniClient.exe");
        assert_eq!(find(&settings(folder.path())).unwrap(), vendors);
    }

    #[test]
    fn a_client_that_is_named_and_missing_is_not_replaced_by_the_default() {
        let folder = tempfile::tempdir().unwrap();
        program(folder.path(), "ACDMiniClient.exe");
        let mut settings = settings(folder.path());
        settings.client = Some("Other.exe".to_owned());
        let error = find(&settings).unwrap_err().to_string();
        assert!(error.contains("Other.exe"), "{error}");
    }

    #[test]
    fn a_relative_client_starts_at_the_launchers_folder() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("bin")).unwrap();
        let client = program(&folder.path().join("bin"), "client.exe");
        let mut settings = settings(folder.path());
        settings.client = Some("bin/client.exe".to_owned());
        assert_eq!(find(&settings).unwrap(), client);
    }

    #[test]
    fn services_get_no_client() {
        assert!(refuse_services(Some(0)).is_err());
        assert!(refuse_services(Some(1)).is_ok());
        assert!(refuse_services(None).is_ok());
    }

    #[test]
    fn unblocking_removes_the_mark_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = program(folder.path(), "client.exe");
        unblock(&path).unwrap();
        std::fs::write(mark(&path), "[ZoneTransfer]\r\nZoneId=3\r\n").unwrap();
        assert_eq!(is_marked(&path), cfg!(windows));
        unblock(&path).unwrap();
        assert!(!is_marked(&path));
        assert!(path.exists());
    }
}
