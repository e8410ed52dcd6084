//! The file, the flags, and what is wrong with them.

use testkit::{Answer, Recorder};

use super::*;

#[test]
fn everything_wrong_is_said_with_file_and_line_and_the_client_starts() {
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    let path = station.configure("ordr = 'x'\nreport = True\nip = 'dhcp'\n");
    let finished = station.start(&server, &[]).expect_code(3);
    for part in [
        ":1: `ordr` is not a setting; did you mean `order`?",
        ":2: write `true`",
        ":3: `ip`: \"dhcp\"",
    ] {
        let part = format!("{}{part}", path.display());
        assert!(
            finished.stderr.contains(&part),
            "{part}:\n{}",
            finished.stderr
        );
    }
    station.client();
    assert_eq!(
        server.connections(),
        0,
        "whether to report was not understood"
    );
    assert!(station.log().contains("ordr"), "{}", station.log());
}

#[test]
fn f77_a_typo_stops_neither_the_client_nor_the_report() {
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    station.configure(&format!("url = '{}'\nordr = 'x'\n", server.url(TARGET)));
    let _ = run(&mut station.command(&[]), PATIENCE).expect_code(3);
    station.client();
    assert_eq!(server.only().target, TARGET);
    // Of several codes: no client goes before the settings, and they before the report.
    server.always(Answer::status(500));
    let _ = run(&mut station.command(&[]), PATIENCE).expect_code(3);
    let _ = run(&mut station.command(&["--client", "gone.exe"]), PATIENCE).expect_code(20);
}

#[cfg(unix)]
#[test]
fn f62_a_file_that_others_may_write_names_no_client() {
    use std::os::unix::fs::PermissionsExt as _;
    let station = Workstation::new();
    station.dump.install(&station.folder.join("evil.exe"), &[]);
    let file = station.configure("client = 'evil.exe'\nreport = false\n");
    fs::set_permissions(&file, fs::Permissions::from_mode(0o666)).unwrap();
    let finished = run(&mut station.command(&[]), PATIENCE).expect_code(3);
    assert!(
        finished.stderr.contains("everyone may write it"),
        "{}",
        finished.stderr
    );
    assert!(station.client().program.contains("ACDMiniClient"));
}

#[test]
fn without_url_and_file_it_is_said_what_is_missing() {
    let station = Workstation::new();
    let finished = run(&mut station.command(&[]), PATIENCE).expect_code(3);
    assert!(finished.stderr.contains("url = "), "{}", finished.stderr);
    station.client();
}

#[test]
fn the_environment_goes_before_the_file_and_the_flags_before_it() {
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    let other = answering(Recorder::start());
    station.configure(&format!("url = '{}'\n", other.url(TARGET)));
    let mut command = station.command(&[]);
    let _ = run(command.env("MC_START_URL", server.url(TARGET)), PATIENCE).expect_code(0);
    assert_eq!((server.requests().len(), other.connections()), (1, 0));
    let mut command = station.command(&["--url", &other.url(TARGET)]);
    let _ = run(command.env("MC_START_URL", server.url(TARGET)), PATIENCE).expect_code(0);
    assert_eq!(other.requests().len(), 1);
}

#[test]
fn a_flag_that_makes_no_sense_is_a_wrong_use() {
    let station = Workstation::new();
    for flags in [
        &["--nonsense"][..],
        &["--url"],
        &["nonsense"],
        &["token", "eat"],
    ] {
        let finished = run(&mut station.command(flags), PATIENCE).expect_code(2);
        assert!(
            finished.stderr.contains("--help"),
            "{flags:?}: {}",
            finished.stderr
        );
    }
    let finished = run(&mut station.bare(&["--version"]), PATIENCE).expect_code(0);
    assert_eq!(
        finished.stdout.trim_end(),
        concat!("mc-start ", env!("CARGO_PKG_VERSION"))
    );
    let _ = run(&mut station.bare(&["--help"]), PATIENCE).expect_code(0);
    assert_eq!(station.dump.dumps().len(), 0);
}

#[test]
fn paths_in_the_file_start_at_the_file_and_flags_win() {
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    let folder = station.home.path().join("elsewhere");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("token"), format!("{TOKEN}\r\n")).unwrap();
    let other = answering(Recorder::start());
    let text = format!(
        "url = '{}'\ntoken_file = 'token'\norder = 'rest-first'\n",
        other.url(TARGET)
    );
    let config = folder.join("mine.toml");
    fs::write(&config, text).unwrap();
    let url = server.url(TARGET);
    let mut command = station.bare(&["--config", config.to_str().unwrap(), "--url", &url]);
    let _ = run(&mut command, PATIENCE).expect_code(0);
    assert_eq!(
        server.only().headers_named("Authorization"),
        [format!("Bearer {TOKEN}")]
    );
    assert_eq!(other.connections(), 0);
}

#[test]
fn an_address_that_cannot_be_had_is_null() {
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    server.always(Answer::ok("{}"));
    let _ = station
        .start(&server, &["--ip", "cidr:203.0.113.0/24"])
        .expect_code(0);
    assert!(
        server.only().text().ends_with("\"IPAddress\":null}"),
        "{}",
        server.only().text()
    );
}

#[test]
fn what_is_empty_is_told_with_its_reason_and_where_to_set_it() {
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    let rules = [
        (
            "cidr:203.0.113.0/24",
            "no IPv4 address is in 203.0.113.0/24",
        ),
        (
            "interface:Docking station",
            "no interface called Docking station",
        ),
    ];
    for (rule, part) in rules {
        let url = server.url(TARGET);
        let path = station.configure(&format!(
            "url = '{url}'\nfields = ['ComputerName', 'IPAddress']\nip = '{rule}'\n"
        ));
        let told = |text: &str, where_: &str| {
            let line = text
                .lines()
                .rev()
                .find(|line| line.contains("IPAddress is empty (null)"));
            let line = line.unwrap_or_else(|| panic!("{where_}: {text}"));
            // On a computer without a network that is what is said.
            let reasons = [part, "check the network connection"];
            assert!(reasons.iter().any(|reason| line.contains(reason)), "{line}");
            assert!(
                !line.contains(part) || line.contains(&format!("`ip` ({}:3)", path.display())),
                "{line}"
            );
        };
        let finished = run(&mut station.command(&["--dry-run"]), PATIENCE).expect_code(0);
        told(&finished.stderr, "dry run");
        assert!(
            !finished.stderr.contains("ComputerName"),
            "{}",
            finished.stderr
        );
        let _ = run(&mut station.command(&[]), PATIENCE).expect_code(0);
        told(&station.log(), "log");
        server.always(Answer::status(500));
        told(
            &run(&mut station.command(&["doctor"]), PATIENCE)
                .expect_code(1)
                .stdout,
            "doctor",
        );
        server.always(Answer::ok("{}"));
        let status = run(&mut station.bare(&["status"]), PATIENCE);
        assert!(
            status.stdout.contains("IPAddress was empty (null)"),
            "{}",
            status.stdout
        );
    }
    let json = run(&mut station.bare(&["status", "--json"]), PATIENCE).stdout;
    let status: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(
        status["last_start"]["empty"],
        serde_json::json!(["IPAddress"])
    );
}

#[test]
fn variables_that_set_nothing_are_told_without_their_value() {
    let station = Workstation::new();
    station.configure("report = false\n");
    let mut command = station.command(&["--dry-run"]);
    command
        .env("MC_START_TOKEN", TOKEN)
        .env("MC_START_FIELDS", "ComputerName")
        .env("MC_START_ULR", "https://acd-lb/");
    let finished = run(&mut command, PATIENCE).expect_code(0);
    for part in [
        "MC_START_TOKEN of the environment: `token` is not a setting; a token stands in no setting",
        "MC_START_FIELDS of the environment sets nothing: `fields` is a list",
        "MC_START_ULR of the environment: `ulr` is not a setting; did you mean `url`?",
    ] {
        assert!(
            finished.stderr.contains(part),
            "{part}: {}",
            finished.stderr
        );
    }
    assert!(!finished.stderr.contains(TOKEN), "{}", finished.stderr);
}

#[test]
fn a_token_that_stands_in_the_file_is_repeated_nowhere() {
    let station = Workstation::new();
    station.configure(&format!("report = false\ntoken = {TOKEN}\n"));
    let finished = run(&mut station.command(&[]), PATIENCE).expect_code(3);
    let told = finished.stderr + &station.log();
    assert!(told.contains("mc-start.toml:2: "), "{told}");
    assert!(!told.contains(TOKEN), "{told}");
}

#[test]
fn what_is_probably_not_meant_is_told_at_every_start() {
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    station.configure("[extra]\nreport = false\n");
    let said = station.start(&server, &[]).expect_code(0).stderr;
    for said in [&said, &station.log()] {
        for part in ["mc-start.toml:2: ", "`report` stands under [extra]"] {
            assert!(said.contains(part), "{said}");
        }
    }
}

#[test]
fn fields_are_known_in_any_case_and_none_known_is_the_usual_ones() {
    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    for (fields, code, sent) in [
        ("['computername']", 0, &["ComputerName"][..]),
        (
            "['Compjuter']",
            3,
            &["WindowsLoginName", "ComputerName", "IPAddress"],
        ),
        ("[]", 3, &["WindowsLoginName", "ComputerName", "IPAddress"]),
    ] {
        station.configure(&format!("fields = {fields}\n"));
        let _ = station.start(&server, &[]).expect_code(code);
        let body = server.only().json();
        let names: Vec<_> = body.as_object().unwrap().keys().collect();
        assert_eq!(names, sent, "{fields}");
        server.clear();
    }
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_unicode_is_told() {
    use std::os::unix::ffi::OsStrExt as _;

    let (station, server) = (Workstation::new(), answering(Recorder::start()));
    let mut command = station.command(&["--url", &server.url(TARGET)]);
    command.env(
        "MC_START_CLIENT",
        std::ffi::OsStr::from_bytes(b"/opt/M\xfcller/x"),
    );
    let said = run(&mut command, PATIENCE).expect_code(0).stderr;
    assert!(
        said.contains("MC_START_CLIENT of the environment sets nothing"),
        "{said}"
    );
}
