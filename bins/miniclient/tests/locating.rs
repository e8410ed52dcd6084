//! Which configuration counts, and what is said of those that cannot.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use std::fs;
use std::path::{Path, PathBuf};

use miniclient::config::{self, ConfigPlace, FILE_NAME, Folders, Loaded, Problems};
use tempfile::TempDir;

/// Folders of a workstation of its own.
struct Station {
    root: TempDir,
    folders: Folders,
}

impl Station {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let mut folders = Folders::default();
        folders.user = Some(root.path().join("user"));
        folders.executable = Some(root.path().join("bin"));
        folders.machine = Some(root.path().join("machine"));
        Self { root, folders }
    }

    /// Writes a configuration that names its own place as the user.
    fn write(&self, file: &str) -> PathBuf {
        self.write_text(file, &format!("UsersUID = '{file}'\n"))
    }

    fn write_text(&self, file: &str, text: &str) -> PathBuf {
        let path = file
            .split('/')
            .fold(self.root.path().to_owned(), |folder, name| {
                folder.join(name)
            });
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    fn load(&self, config_file: Option<&Path>) -> Result<Loaded, Problems> {
        config::load(&self.folders, config_file)
    }

    /// The one problem there must be.
    fn problem(&self, config_file: Option<&Path>) -> String {
        let problems: Vec<_> = self
            .load(config_file)
            .unwrap_err()
            .iter()
            .cloned()
            .collect();
        assert_eq!(problems.len(), 1, "{problems:?}");
        problems[0].to_string()
    }
}

#[test]
fn a_file_that_is_not_read_is_named_with_where_it_belongs() {
    let mut station = Station::new();
    station.folders.user = Some(station.root.path().join("Roaming").join("MiniClient"));
    let above = station.write("Roaming/miniclient.toml");
    let said = station.problem(None);
    let folder = station.folders.user.clone().unwrap();
    assert!(
        said.starts_with(&above.display().to_string())
            && said.ends_with(&format!("move it to {}", folder.display())),
        "{said}"
    );
    let notepad = station.write("Roaming/MiniClient/miniclient.toml.txt");
    let said = station.problem(None);
    assert!(
        said.starts_with(&notepad.display().to_string())
            && said.contains("rename it to miniclient.toml"),
        "{said}"
    );
    // One that is read is all that counts.
    station.write("bin/miniclient.toml");
    assert!(station.load(None).is_ok());
}

#[test]
fn the_first_found_is_used_whole() {
    let mut station = Station::new();
    let bin = station.write(&format!("bin/{FILE_NAME}"));
    let loaded = station.load(None).unwrap();
    assert_eq!(loaded.config.file, Some(bin));
    assert_eq!(loaded.config.found, ConfigPlace::Executable);

    let user = station.write(&format!("user/{FILE_NAME}"));
    let loaded = station.load(None).unwrap();
    assert_eq!(
        (loaded.config.file, loaded.config.found),
        (Some(user), ConfigPlace::User)
    );

    let from_environment = station.write("elsewhere.toml");
    station.folders.config_from_environment = Some(from_environment.clone());
    let loaded = station.load(None).unwrap();
    assert_eq!(loaded.config.file, Some(from_environment));
    assert_eq!(loaded.config.found, ConfigPlace::Environment);

    let named = station.write("named.toml");
    let loaded = station.load(Some(&named)).unwrap();
    assert_eq!(loaded.config.users_uid.as_deref(), Some("named.toml"));
    assert_eq!(loaded.config.found, ConfigPlace::CommandLine);
}

#[test]
fn none_at_all_names_the_places_and_the_way_out() {
    let problem = Station::new().problem(None);
    assert!(problem.contains("miniclient init"), "{problem}");
    for folder in ["user", "bin", "machine"] {
        assert!(
            problem.contains(&format!("{folder}{}{FILE_NAME}", std::path::MAIN_SEPARATOR)),
            "{problem}"
        );
    }
}

#[test]
fn a_file_that_is_named_must_be_there() {
    let mut station = Station::new();
    station.write(&format!("user/{FILE_NAME}"));
    let absent = station.root.path().join("absent.toml");
    assert!(station.problem(Some(&absent)).contains("no such file"));
    let folder = station.root.path().join("user");
    assert!(station.problem(Some(&folder)).contains("folder"));
    station.folders.config_from_environment = Some(absent);
    assert!(station.problem(None).contains("no such file"));
}

#[test]
fn files_that_are_no_configuration_are_told_apart() {
    let station = Station::new();
    let path = station.root.path().join("x.toml");
    let utf16: Vec<u8> = "UsersUID = 'x'\r\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for bytes in [[&[0xFF, 0xFE], utf16.as_slice()].concat(), utf16] {
        fs::write(&path, bytes).unwrap();
        let loaded = station.load(Some(&path)).unwrap();
        assert_eq!(loaded.config.users_uid.as_deref(), Some("x"));
    }
    fs::write(&path, b"# first\nUsersUID = 'M\xFCller'\n").unwrap();
    let problem = station.problem(Some(&path));
    assert!(
        problem.contains("x.toml:2: ") && problem.contains("UTF-8"),
        "{problem}"
    );
    fs::write(&path, "#".repeat(2 * 1024 * 1024)).unwrap();
    assert!(station.problem(Some(&path)).contains("1 MiB"));
    fs::write(&path, "\u{feff}UsersUID = 'x'\r\n").unwrap();
    assert_eq!(
        station
            .load(Some(&path))
            .unwrap()
            .config
            .users_uid
            .as_deref(),
        Some("x")
    );
}

#[test]
fn files_are_found_beside_the_file_that_names_them() {
    let station = Station::new();
    station.write_text("user/token", "secret");
    let path = station.write_text(
        &format!("user/{FILE_NAME}"),
        "[jtel]\nbase_url = 'https://acd/rest/v1.0/1'\ntoken_file = 'token'\n",
    );
    let loaded = station.load(None).unwrap();
    let jtel = loaded.config.jtel.unwrap();
    assert_eq!(jtel.token_file, Some(path.with_file_name("token")));
    assert_eq!(
        loaded.config.provenance.of("jtel.token_file").to_string(),
        format!("{}:3", path.display())
    );
    assert_eq!(
        loaded.config.provenance.of("jtel.ca_file").to_string(),
        "default"
    );
}

/// On Windows the owner and the access list of a file that a test makes are its user's, so there is no machine file
/// that counts; what is refused is tested beside the code that reads them.
#[cfg(unix)]
mod machine {
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};

    use miniclient::config::POLICY_FILE_NAME;

    use super::*;

    impl Station {
        /// A machine's file as an administrator leaves it; none where the test is not run by one.
        fn write_machine(&self, file: &str, text: &str) -> Option<PathBuf> {
            let path = self.write_text(&format!("machine/{file}"), text);
            set_mode(&path, 0o644);
            set_mode(path.parent().unwrap(), 0o755);
            let root = fs::metadata(&path).unwrap().uid() == 0;
            if !root {
                testkit::skipped("only root can make a file that belongs to root");
            }
            root.then_some(path)
        }
    }

    fn set_mode(path: &Path, mode: u32) {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn f62_a_machine_file_that_others_may_write_does_not_count() {
        let station = Station::new();
        let Some(path) = station.write_machine(FILE_NAME, "UsersUID = 'x'\n") else {
            return;
        };
        let folder = path.parent().unwrap();
        assert_eq!(
            station.load(None).unwrap().config.found,
            ConfigPlace::Machine
        );
        for (what, good, bad) in [
            (path.as_path(), 0o644, 0o646),
            (&path, 0o644, 0o664),
            (folder, 0o755, 0o757),
        ] {
            set_mode(what, bad);
            let problem = station.problem(None);
            assert!(problem.contains("administrators alone"), "{problem}");
            assert!(problem.contains(&what.display().to_string()), "{problem}");
            set_mode(what, good);
            station.load(None).unwrap();
        }
        chown(&path, Some(12345), None).unwrap();
        assert!(station.problem(None).contains("12345"));
    }

    #[test]
    fn a_link_counts_as_what_it_points_at() {
        let station = Station::new();
        if station.write_machine("other", "").is_none() {
            return;
        }
        let open = station.write_text("open/real.toml", "UsersUID = 'x'\n");
        set_mode(open.parent().unwrap(), 0o777);
        let link = station.root.path().join("machine").join(FILE_NAME);
        std::os::unix::fs::symlink(&open, link).unwrap();
        let problem = station.problem(None);
        assert!(problem.contains("open: everyone may write it"), "{problem}");
    }

    #[test]
    fn the_policy_replaces_key_by_key() {
        let station = Station::new();
        let own = "UsersUID = 'own'\nVariables = ['A', 'B']\n[journal]\ndays = 3\nkeep = 'full'\n";
        let own = station.write_text(&format!("user/{FILE_NAME}"), own);
        let policy = "Variables = ['C']\n[journal]\nkeep = 'masked'\n";
        let Some(policy) = station.write_machine(POLICY_FILE_NAME, policy) else {
            return;
        };
        let config = station.load(None).unwrap().config;
        assert_eq!(config.users_uid.as_deref(), Some("own"));
        assert_eq!(config.variables, ["C"]);
        assert_eq!(
            (config.journal.days, config.journal.keep),
            (3, config::Keep::Masked)
        );
        assert_eq!(
            config.provenance.of("journal.days").to_string(),
            format!("{}:4", own.display())
        );
        assert_eq!(
            config.provenance.of("journal.keep").to_string(),
            format!("{}:3", policy.display())
        );
        assert_eq!(config.policy, Some(policy.clone()));

        // What is wrong in it is told with its own place, and it stands alone where nobody has a configuration.
        fs::write(&policy, "# first\n# second\nVariables = 'C'\n").unwrap();
        let place = format!("{POLICY_FILE_NAME}:3: ");
        assert!(station.problem(None).contains(&place));
        fs::remove_file(&own).unwrap();
        assert!(station.problem(None).contains(&place));
        fs::write(&policy, "Variables = ['C']\n").unwrap();
        assert_eq!(
            station.load(None).unwrap().config.found,
            ConfigPlace::Nowhere
        );
        // A user's file does not escape a policy that cannot be trusted.
        set_mode(&policy, 0o666);
        fs::write(&own, "").unwrap();
        assert!(station.problem(None).contains("administrators alone"));
    }

    #[test]
    fn f62_a_machine_file_of_another_user_does_not_count() {
        let station = Station::new();
        let path = station.write_text(&format!("machine/{FILE_NAME}"), "UsersUID = 'x'\n");
        if fs::metadata(&path).unwrap().uid() == 0 {
            chown(&path, Some(12345), None).unwrap();
        }
        assert!(station.problem(None).contains("belongs to user"));
    }
}
