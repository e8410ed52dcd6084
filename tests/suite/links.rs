//! `miniclient register` and `unregister`: started at logon, asked when a link is clicked.

use std::fs;
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use testkit::{ArgDump, Home, program, run};

const PATIENCE: Duration = Duration::from_mins(1);

/// The program in a folder with a blank in its name, its windowless twin replaced by one that reports its start.
struct Installed {
    home: Home,
    dump: ArgDump,
    folder: PathBuf,
}

impl Installed {
    fn new() -> Self {
        let home = Home::new();
        let folder = home.path().join("Program Files");
        fs::create_dir(&folder).unwrap();
        let installed = Self {
            home,
            dump: ArgDump::new(),
            folder,
        };
        let at = installed.path("miniclient");
        let from = program("miniclient");
        if fs::hard_link(&from, &at).is_err() {
            fs::copy(&from, &at).unwrap();
        }
        installed.dump.install(&installed.path("miniclientw"), &[]);
        installed
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder
            .join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.home.command_at(&self.path("miniclient"));
        command.args(arguments).env_remove("MINICLIENT_HOME");
        command
    }
}

#[cfg(unix)]
mod linux {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    impl Installed {
        fn read(&self, path: &str) -> String {
            fs::read_to_string(self.home.path().join(path)).unwrap_or_default()
        }

        /// Without any `xdg-mime`.
        fn plain(&self, arguments: &[&str]) -> String {
            let mut command = self.command(arguments);
            run(command.env("PATH", &self.folder), PATIENCE)
                .expect_code(0)
                .stdout
        }
    }

    #[test]
    fn a_desktop_learns_of_the_program_and_forgets_it() {
        let installed = Installed::new();
        let said = installed.plain(&["register"]);
        assert!(
            said.contains("It opens tel: links.") && said.contains("It opens callto: links."),
            "{said}"
        );
        let program = installed.path("miniclient").display().to_string();
        let entry = installed.read("data/applications/miniclient.desktop");
        assert!(
            entry.contains(&format!("Exec=\"{program}\" \"--dial-uri\" %u\n")),
            "{entry}"
        );
        assert!(
            entry.contains("x-scheme-handler/tel;x-scheme-handler/callto;"),
            "{entry}"
        );
        let autostart = installed.read("config/autostart/miniclient.desktop");
        assert!(
            autostart.contains(&format!("Exec=\"{program}\"\n")),
            "{autostart}"
        );
        let list = installed.read("config/mimeapps.list");
        assert!(
            list.contains("x-scheme-handler/tel=miniclient.desktop\n"),
            "{list}"
        );

        // Again, with a configuration of its own: nothing is there twice.
        let config = installed.home.write("mine.toml", "");
        let _ = installed.plain(&["--config", config.to_str().unwrap(), "register"]);
        assert_eq!(installed.read("config/mimeapps.list"), list);
        let autostart = installed.read("config/autostart/miniclient.desktop");
        assert!(
            autostart.contains(&format!("\"--config\" \"{}\"\n", config.display())),
            "{autostart}"
        );

        let said = installed.plain(&["unregister"]);
        assert!(said.contains("no longer"), "{said}");
        for gone in [
            "data/applications/miniclient.desktop",
            "config/autostart/miniclient.desktop",
        ] {
            assert!(!installed.home.path().join(gone).exists(), "{gone}");
        }
        assert!(
            !installed
                .read("config/mimeapps.list")
                .contains("miniclient")
        );
        assert!(
            installed
                .plain(&["unregister"])
                .contains("nothing registered")
        );
    }

    #[test]
    fn another_programs_links_stay_its_own() {
        let installed = Installed::new();
        let list = "[Default Applications]\nx-scheme-handler/tel=calls.desktop\n";
        fs::write(installed.home.path().join("config/mimeapps.list"), list).unwrap();
        let said = installed.plain(&["register"]);
        assert!(
            said.contains("tel: links are still opened by calls.desktop"),
            "{said}"
        );
        assert!(said.contains("It opens callto: links."), "{said}");
        let _ = installed.plain(&["unregister"]);
        assert_eq!(installed.read("config/mimeapps.list"), list);
    }

    #[test]
    fn the_desktops_own_tool_is_asked_where_it_is() {
        let installed = Installed::new();
        let tool = installed.home.write(
            "xdg-mime",
            "#!/bin/sh\necho \"$@\" >> \"$HOME/asked\"\n[ \"$1\" = query ] && cat \"$HOME/$3\" 2>/dev/null\n\
             [ \"$1\" = default ] && mkdir -p \"$HOME/x-scheme-handler\" && echo \"$2\" > \"$HOME/$3\"\nexit 0\n",
        );
        fs::set_permissions(&tool, fs::Permissions::from_mode(0o755)).unwrap();
        let mut command = installed.command(&["register"]);
        let path = format!("{}:/usr/bin:/bin", installed.home.path().display());
        let said = run(command.env("PATH", path), PATIENCE)
            .expect_code(0)
            .stdout;
        assert!(said.contains("It opens tel: links."), "{said}");
        let asked = installed.read("home/asked");
        assert!(
            asked.contains("default miniclient.desktop x-scheme-handler/tel\n"),
            "{asked}"
        );
        assert!(
            asked.contains("default miniclient.desktop x-scheme-handler/callto\n"),
            "{asked}"
        );
        assert_eq!(installed.read("config/mimeapps.list"), "");
    }

    #[test]
    fn a_folder_that_may_not_be_written_is_named() {
        let installed = Installed::new();
        // A file where a folder has to be: that stops root, too.
        fs::write(installed.home.path().join("config/autostart"), "").unwrap();
        let finished = run(&mut installed.command(&["register"]), PATIENCE).expect_code(1);
        assert!(finished.stderr.contains("autostart"), "{}", finished.stderr);
    }
}

#[cfg(windows)]
mod windows {
    use super::*;
    use std::io::Write as _;

    impl Installed {
        #[track_caller]
        fn says(&self, arguments: &[&str]) -> String {
            let finished = run(&mut self.command(arguments), PATIENCE).expect_code(0);
            finished.stdout
        }
    }

    const RUN_KEY: &str = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run";

    /// A value of the registry, as the system's own tool shows it.
    fn registry(key: &str, name: Option<&str>) -> Option<String> {
        let mut command = Command::new("reg");
        command.args(["query", key]);
        match name {
            Some(name) => command.args(["/v", name]),
            None => command.arg("/ve"),
        };
        let output = command.output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let value = text
            .split_once("REG_SZ")
            .map(|(_, value)| value.trim().to_owned());
        value.filter(|_| output.status.success())
    }

    #[track_caller]
    fn reg(arguments: &[&str]) {
        let output = Command::new("reg").args(arguments).output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {output:?}");
    }

    /// The registry is the user's own, so all of it is one test, which leaves it as it was.
    #[test]
    fn windows_learns_of_the_program_and_forgets_it() {
        if registry(RUN_KEY, Some("MiniClient")).is_some() {
            let _ = writeln!(
                std::io::stderr(),
                "SKIPPED links::windows::windows_learns_of_the_program_and_forgets_it: MiniClient is registered for this user"
            );
            return;
        }
        let installed = Installed::new();
        let said = installed.says(&["register"]);
        assert!(
            said.contains("It opens tel: links.") && said.contains("It opens callto: links."),
            "{said}"
        );
        let twin = installed.path("miniclientw").display().to_string();
        assert_eq!(
            registry(RUN_KEY, Some("MiniClient")).unwrap(),
            format!("\"{twin}\"")
        );
        let open = registry(
            r"HKCU\Software\Classes\MiniClient.Dial\shell\open\command",
            None,
        )
        .unwrap();
        assert_eq!(open, format!("\"{twin}\" \"--dial-uri\" \"%1\""));
        let offered = r"HKCU\Software\MiniClient\Capabilities";
        assert_eq!(
            registry(r"HKCU\Software\RegisteredApplications", Some("MiniClient")).unwrap(),
            &offered[5..]
        );
        let links = format!(r"{offered}\URLAssociations");
        assert_eq!(registry(&links, Some("callto")).unwrap(), "MiniClient.Dial");

        // Wine's shell does not look among the user's own classes.
        let alone = registry(r"HKCR\tel\shell\open\command", None).is_none();
        if alone {
            for scheme in ["tel", "callto"] {
                let class = format!(r"HKCR\{scheme}");
                reg(&["add", &class, "/v", "URL Protocol", "/d", "", "/f"]);
                reg(&[
                    "add",
                    &format!(r"{class}\shell\open\command"),
                    "/ve",
                    "/d",
                    &open,
                    "/f",
                ]);
            }
        }
        // What the click on a link starts: exactly two words, whatever is in the link.
        for link in ["tel:+49-89-12345", "callto:1%202;phone-context=x"] {
            let started = installed.dump.dumps().len();
            let status = Command::new("cmd")
                .args(["/c", "start", "", link])
                .status()
                .unwrap();
            assert!(status.success());
            let dumps = installed.dump.wait_for(started + 1, PATIENCE);
            assert_eq!(dumps[started].args, ["--dial-uri", link]);
        }
        if alone {
            reg(&["delete", r"HKCR\tel", "/f"]);
            reg(&["delete", r"HKCR\callto", "/f"]);
        }

        // Another program's links stay its own.
        let other = r#""C:\Windows\notepad.exe" "%1""#;
        let class = r"HKCU\Software\Classes\tel\shell\open\command";
        reg(&["add", class, "/ve", "/d", other, "/f"]);
        let said = installed.says(&["register"]);
        assert!(
            said.contains(r"tel: links are still opened by C:\Windows\notepad.exe"),
            "{said}"
        );
        let said = installed.says(&["unregister"]);
        assert!(said.contains("no longer"), "{said}");
        assert!(registry(class, None).unwrap().contains("notepad"));
        assert_eq!(registry(RUN_KEY, Some("MiniClient")), None);
        assert_eq!(
            registry(r"HKCU\Software\Classes\callto\shell\open\command", None),
            None
        );
        assert_eq!(registry(offered, Some("ApplicationName")), None);
        assert!(
            installed
                .says(&["unregister"])
                .contains("nothing registered")
        );
        reg(&["delete", r"HKCU\Software\Classes\tel", "/f"]);
    }
}
