//! Linux: desktop entries, the list of default programs.

use super::{Installed, PATIENCE};
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::os::unix::process::CommandExt as _;
use testkit::run;

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
    let said = installed.plain(&["install"]);
    assert!(
        said.contains("It opens tel: links.") && said.contains("It opens callto: links."),
        "{said}"
    );
    let program = installed.path("miniclient").display().to_string();
    let entry = installed.read("data/applications/miniclient.desktop");
    // The path has a blank, and not every opener understands quotes.
    let script = installed.home.path().join("data/miniclient/open-link");
    assert!(
        entry.contains(&format!("Exec=/bin/sh {} %u\n", script.display())),
        "{entry}"
    );
    assert_eq!(
        fs::read_to_string(&script).unwrap(),
        format!("#!/bin/sh\nexec '{program}' '--dial-uri' \"$1\"\n")
    );
    assert!(
        entry.contains("x-scheme-handler/tel;x-scheme-handler/callto;x-scheme-handler/sip;"),
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
    let _ = installed.plain(&["--config", config.to_str().unwrap(), "install"]);
    assert_eq!(installed.read("config/mimeapps.list"), list);
    let autostart = installed.read("config/autostart/miniclient.desktop");
    assert!(
        autostart.contains(&format!(" --config {}\n", config.display())),
        "{autostart}"
    );

    let said = installed.plain(&["uninstall"]);
    assert!(said.contains("no longer"), "{said}");
    for gone in [
        "data/applications/miniclient.desktop",
        "data/miniclient",
        "config/autostart/miniclient.desktop",
    ] {
        assert!(!installed.home.path().join(gone).exists(), "{gone}");
    }
    assert!(
        !installed
            .read("config/mimeapps.list")
            .contains("miniclient")
    );
    assert!(installed.plain(&["uninstall"]).contains("nothing to undo"));
}

#[test]
fn another_programs_links_stay_its_own() {
    let installed = Installed::new();
    let list = "[Default Applications]\nx-scheme-handler/tel=calls.desktop\n";
    fs::write(installed.home.path().join("config/mimeapps.list"), list).unwrap();
    let said = installed.plain(&["install"]);
    assert!(
        said.contains("tel: links are still opened by calls.desktop"),
        "{said}"
    );
    assert!(said.contains("It opens callto: links."), "{said}");
    let _ = installed.plain(&["uninstall"]);
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
    let mut command = installed.command(&["install"]);
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

/// A list with a line in Latin-1 is the user's all the same, and so is a link to one.
#[test]
fn a_list_that_cannot_be_read_whole_stays_as_it_is() {
    let installed = Installed::new();
    let list = installed.home.path().join("config/mimeapps.list");
    let latin = b"[Added Associations]\ntext/x-m\xFCller=a.desktop\n";
    fs::write(&list, latin).unwrap();
    for word in ["install", "uninstall"] {
        let mut command = installed.command(&[word]);
        let said = run(command.env("PATH", &installed.folder), PATIENCE).expect_code(1);
        assert!(
            said.stderr.contains("mimeapps.list") && said.stderr.contains("save it as UTF-8"),
            "{said:?}"
        );
        assert_eq!(fs::read(&list).unwrap(), latin);
    }
    // What could be undone was.
    assert!(
        !installed
            .home
            .path()
            .join("data/applications/miniclient.desktop")
            .exists()
    );

    let real = installed.home.write("dotfiles", "[Added Associations]\n");
    fs::remove_file(&list).unwrap();
    std::os::unix::fs::symlink(&real, &list).unwrap();
    let _ = installed.plain(&["install"]);
    assert!(list.is_symlink());
    assert!(
        fs::read_to_string(&real)
            .unwrap()
            .contains("miniclient.desktop")
    );
}

#[test]
fn what_can_be_undone_is_whatever_cannot() {
    let installed = Installed::new();
    let _ = installed.plain(&["install"]);
    let autostart = installed
        .home
        .path()
        .join("config/autostart/miniclient.desktop");
    fs::remove_file(&autostart).unwrap();
    fs::create_dir(&autostart).unwrap();
    let mut command = installed.command(&["uninstall"]);
    let said = run(command.env("PATH", &installed.folder), PATIENCE).expect_code(1);
    assert!(
        said.stderr.contains("autostart/miniclient.desktop"),
        "{said:?}"
    );
    assert!(
        !installed
            .home
            .path()
            .join("data/applications/miniclient.desktop")
            .exists()
    );
    assert!(
        !installed
            .read("config/mimeapps.list")
            .contains("miniclient")
    );
}

/// What it says belongs to nobody, either.
#[test]
fn a_tool_of_the_desktops_that_does_not_return_is_not_waited_for() {
    let installed = Installed::new();
    let tool = installed.home.write(
        "xdg-mime",
        "#!/bin/sh\necho noise\n[ \"$3\" = x-scheme-handler/tel ] && exec sleep 600\n[ \"$1\" = default ]\n",
    );
    fs::set_permissions(&tool, fs::Permissions::from_mode(0o755)).unwrap();
    let mut command = installed.command(&["install"]);
    let path = format!("{}:/usr/bin:/bin", installed.home.path().display());
    let said = run(command.env("PATH", path), PATIENCE).expect_code(0);
    assert!(said.stdout.contains("It opens tel: links."), "{said:?}");
    assert!(!said.stdout.contains("noise"), "{said:?}");
    let list = installed.read("config/mimeapps.list");
    assert!(
        list.contains("x-scheme-handler/tel=miniclient.desktop\n"),
        "{list}"
    );
}

#[test]
fn a_folder_that_may_not_be_written_is_named() {
    let installed = Installed::new();
    // A file where a folder has to be: that stops root, too.
    fs::write(installed.home.path().join("config/autostart"), "").unwrap();
    let finished = run(&mut installed.command(&["install"]), PATIENCE).expect_code(1);
    assert!(finished.stderr.contains("autostart"), "{}", finished.stderr);
}

#[test]
fn the_older_names_of_the_commands_work() {
    let installed = Installed::new();
    assert!(
        installed
            .plain(&["register"])
            .contains("It starts at logon.")
    );
    assert!(installed.plain(&["unregister"]).contains("no longer"));
}

#[test]
fn for_all_users_it_is_what_a_package_brings() {
    let installed = Installed::new();
    let root = installed.home.path().join("root");
    let distribution = root.join("usr/share/applications");
    fs::create_dir_all(&distribution).unwrap();
    let list = "[Default Applications]\nx-scheme-handler/sip=phone.desktop\n";
    fs::write(distribution.join("mimeapps.list"), list).unwrap();
    let machine = |word: &str| {
        let mut command = installed.command(&[word, "--machine"]);
        run(command.env("DESTDIR", &root), PATIENCE)
            .expect_code(0)
            .stdout
    };
    let said = machine("install");
    assert!(said.contains("It opens tel: links."), "{said}");
    assert!(
        said.contains("sip: links are still opened by phone.desktop"),
        "{said}"
    );
    for there in [
        "etc/xdg/autostart/miniclient.desktop",
        "usr/local/share/applications/miniclient.desktop",
        "usr/local/share/miniclient/open-link",
    ] {
        assert!(root.join(there).is_file(), "{there}");
    }
    let list = fs::read_to_string(root.join("etc/xdg/mimeapps.list")).unwrap();
    assert!(
        list.contains("x-scheme-handler/tel=miniclient.desktop\n") && !list.contains("sip"),
        "{list}"
    );
    // Nothing of this user's.
    assert!(
        !installed
            .home
            .path()
            .join("data/applications/miniclient.desktop")
            .exists()
    );
    assert!(machine("uninstall").contains("no longer"));
    assert!(!root.join("etc/xdg/autostart/miniclient.desktop").exists());
    assert!(!root.join("usr/local/share/miniclient").exists());
    assert!(machine("uninstall").contains("nothing to undo"));
}

#[test]
fn only_an_administrator_installs_for_all() {
    let installed = Installed::new();
    let root = installed.home.path().join("root");
    fs::create_dir_all(&root).unwrap();
    let readable = fs::Permissions::from_mode(0o755);
    for folder in [installed.home.path(), &root, &installed.folder] {
        fs::set_permissions(folder, readable.clone()).unwrap();
    }
    for word in ["install", "uninstall"] {
        let mut command = installed.command(&[word, "--machine"]);
        command.env("DESTDIR", &root);
        if fs::metadata(&root).unwrap().uid() == 0 {
            command.uid(65534).gid(65534);
        } else {
            fs::set_permissions(&root, fs::Permissions::from_mode(0o555)).unwrap();
        }
        let finished = run(&mut command, PATIENCE);
        if word == "uninstall" {
            assert!(finished.stdout.contains("nothing to undo"), "{finished:?}");
            continue;
        }
        let finished = finished.expect_code(15);
        assert!(
            finished.stderr.contains("etc/xdg/autostart") && finished.stderr.contains("with sudo"),
            "{finished:?}"
        );
    }
}

#[test]
fn a_key_is_the_persons_own_to_bind() {
    let installed = Installed::new();
    let said = run(
        &mut installed.command(&["install", "--hotkey", "strg+alt+umschalt+d"]),
        PATIENCE,
    )
    .expect_code(2);
    let program = installed.path("miniclient");
    let command = format!(
        "let Ctrl+Alt+Shift+D start: '{}' dial --clipboard",
        program.display()
    );
    assert!(said.stderr.contains(&command), "{}", said.stderr);
    assert!(
        said.stderr.contains("nothing was installed"),
        "{}",
        said.stderr
    );
    assert!(
        !installed
            .home
            .path()
            .join("config/autostart/miniclient.desktop")
            .exists()
    );
    let said = run(
        &mut installed.command(&["install", "--hotkey", "Win+D"]),
        PATIENCE,
    )
    .expect_code(2);
    assert!(
        said.stderr.contains("`Win` cannot be held"),
        "{}",
        said.stderr
    );
}
