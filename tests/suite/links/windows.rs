//! Windows: the registry, and what a click on a link starts.

use super::{Installed, PATIENCE};
use std::io::Write as _;
use std::process::Command;
use std::sync::{Mutex, PoisonError};
use testkit::{place_program, program, run};

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

/// The registry is one for all, so what changes it or looks at it takes turns, and leaves it as it was.
pub(crate) static REGISTRY: Mutex<()> = Mutex::new(());

#[test]
fn windows_learns_of_the_program_and_forgets_it() {
    let _turn = REGISTRY.lock().unwrap_or_else(PoisonError::into_inner);
    if registry(RUN_KEY, Some("MiniClient")).is_some() {
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED links::windows::windows_learns_of_the_program_and_forgets_it: MiniClient is installed for this user"
        );
        return;
    }
    let installed = Installed::new();
    let said = installed.says(&["install"]);
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

    // A key for the clipboard: Explorer reads it from the shortcut's head (MS-SHLLINK, 2.1).
    let shortcut = std::path::Path::new(&std::env::var("APPDATA").unwrap())
        .join(r"Microsoft\Windows\Start Menu\Programs\MiniClient - dial the clipboard.lnk");
    assert!(!shortcut.exists());
    let said = installed.says(&["install", "--hotkey", "Ctrl+Alt+Shift+D"]);
    assert!(said.contains("Ctrl+Alt+Shift+D starts"), "{said}");
    let text = std::fs::read(&shortcut).unwrap();
    assert_eq!(text[0x40..0x42], [b'D', 0x07]);
    let holds = |part: &[u8]| text.windows(part.len()).any(|window| window == part);
    let wide = "\"dial\" \"--clipboard\"".encode_utf16();
    assert!(holds(&wide.flat_map(u16::to_le_bytes).collect::<Vec<_>>()));
    assert!(holds(b"miniclientw.exe"));

    // Another program's links stay its own.
    let other = r#""C:\Windows\notepad.exe" "%1""#;
    let class = r"HKCU\Software\Classes\tel\shell\open\command";
    reg(&["add", class, "/ve", "/d", other, "/f"]);
    let said = installed.says(&["install"]);
    assert!(
        said.contains(r"tel: links are still opened by C:\Windows\notepad.exe"),
        "{said}"
    );
    let said = installed.says(&["uninstall"]);
    assert!(said.contains("no longer"), "{said}");
    assert!(said.contains("No key starts it"), "{said}");
    assert!(!shortcut.exists());
    assert!(registry(class, None).unwrap().contains("notepad"));
    assert_eq!(registry(RUN_KEY, Some("MiniClient")), None);
    assert_eq!(
        registry(r"HKCU\Software\Classes\callto\shell\open\command", None),
        None
    );
    assert_eq!(registry(offered, Some("ApplicationName")), None);
    assert!(installed.says(&["uninstall"]).contains("nothing to undo"));
    reg(&["delete", r"HKCU\Software\Classes\tel", "/f"]);
}

#[test]
fn for_all_users_and_doctor_proves_that_links_come() {
    const MACHINE: &str = r"HKLM\Software\Microsoft\Windows\CurrentVersion\Run";
    let skipped = |why: &str| {
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED links::windows::for_all_users_and_doctor_proves_that_links_come: {why}"
        );
    };
    let _turn = REGISTRY.lock().unwrap_or_else(PoisonError::into_inner);
    if registry(MACHINE, Some("MiniClient")).is_some()
        || registry(r"HKCR\tel\shell\open\command", None).is_some()
    {
        return skipped("something opens telephone numbers here");
    }
    let installed = Installed::without_twin();
    let twin = installed.path("miniclientw");
    place_program(&program("miniclientw"), &twin).unwrap();
    let finished = run(&mut installed.command(&["install", "--machine"]), PATIENCE);
    if finished.code == 15 {
        return skipped("only an administrator may install for all");
    }
    let said = finished.expect_code(0).stdout;
    assert!(said.contains("It opens tel: links."), "{said}");
    let quoted = format!("\"{}\"", twin.display());
    assert_eq!(
        registry(MACHINE, Some("MiniClient")).as_deref(),
        Some(quoted.as_str())
    );
    let offered = r"HKLM\Software\MiniClient\Capabilities";
    assert_eq!(
        registry(r"HKLM\Software\RegisteredApplications", Some("MiniClient")).unwrap(),
        &offered[5..]
    );
    // Nothing of this user's.
    assert_eq!(registry(RUN_KEY, Some("MiniClient")), None);

    let mut doctor = installed.home.command_at(&installed.path("miniclient"));
    let report = run(doctor.args(["doctor", "--json"]), PATIENCE).stdout;
    for scheme in ["tel", "callto", "sip"] {
        let proof = format!("{scheme}: links are dialled here; one came by Windows");
        assert!(report.contains(&proof), "{report}");
    }

    let said = installed.says(&["uninstall", "--machine"]);
    assert!(said.contains("no longer"), "{said}");
    assert_eq!(registry(MACHINE, Some("MiniClient")), None);
    assert_eq!(
        registry(r"HKLM\Software\Classes\tel\shell\open\command", None),
        None
    );
    assert!(
        installed
            .says(&["uninstall", "--machine"])
            .contains("nothing to undo")
    );
}
