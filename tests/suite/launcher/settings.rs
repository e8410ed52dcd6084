//! The file, the flags, and what is wrong with them.

use testkit::{Answer, Recorder};

use super::*;

#[test]
fn everything_wrong_is_said_with_file_and_line_and_nothing_starts() {
    let (station, server) = (Workstation::new(), Recorder::start());
    let path = station.configure("ordr = 'x'\nreport = True\nip = 'dhcp'\n");
    let finished = station.start(&server, &[]).expect_code(3);
    for part in [
        ":1: there is no key `ordr`",
        ":2: write `true`",
        ":3: \"dhcp\"",
    ] {
        let part = format!("{}{part}", path.display());
        assert!(
            finished.stderr.contains(&part),
            "{part}:\n{}",
            finished.stderr
        );
    }
    assert_eq!((server.connections(), station.dump.dumps().len()), (0, 0));
    assert!(station.log().contains("ordr"), "{}", station.log());
}

#[test]
fn without_url_and_file_it_is_said_what_is_missing() {
    let station = Workstation::new();
    let finished = run(&mut station.command(&[]), PATIENCE).expect_code(3);
    assert!(finished.stderr.contains("url = "), "{}", finished.stderr);
    assert_eq!(station.dump.dumps().len(), 0);
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
    let (station, server) = (Workstation::new(), Recorder::start());
    let folder = station.home.path().join("elsewhere");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("token"), format!("{TOKEN}\r\n")).unwrap();
    let other = Recorder::start();
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
    let (station, server) = (Workstation::new(), Recorder::start());
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
