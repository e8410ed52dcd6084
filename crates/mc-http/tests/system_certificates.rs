//! What counts as the system's authorities, in a mount namespace with an `/etc/ssl` of the test's own.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use mc_http::system_certificates;

fn inside(test: &str, variables: &[(&str, &Path)]) {
    testkit::run_in_namespace("--mount", test, Duration::from_mins(1), |command| {
        command
            .env_remove("SSL_CERT_FILE")
            .env_remove("SSL_CERT_DIR")
            .envs(variables.iter().copied())
    });
}

fn certificate(name: &str) -> (String, Vec<u8>) {
    let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    (made.cert.pem(), made.cert.der().to_vec())
}

#[test]
fn the_bundle_alone_is_read_where_there_is_one() {
    inside("with_folders_of_its_own", &[]);
}

#[test]
#[ignore = "mounts a folder; the test above runs it where nobody sees that"]
fn with_folders_of_its_own() {
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "none", "/etc/ssl"])
        .status();
    assert!(mounted.unwrap().success());
    assert_eq!(system_certificates(), [[0_u8; 0]; 0], "nobody is trusted");

    let folder = Path::new("/etc/ssl/certs");
    fs::create_dir(folder).unwrap();
    let ((one, one_der), (other, other_der)) = (certificate("one"), certificate("other"));
    fs::write(folder.join("one.pem"), &one).unwrap();
    assert_eq!(system_certificates(), [one_der.as_slice()], "no bundle");
    let bundle = folder.join("ca-certificates.crt");
    fs::write(&bundle, "").unwrap();
    assert_eq!(system_certificates(), [one_der.as_slice()], "an empty one");

    let broken = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n";
    fs::write(&bundle, format!("{broken}{other}")).unwrap();
    assert_eq!(system_certificates(), [other_der.as_slice()]);
}

/// As with `OpenSSL`: they replace what the system has.
#[test]
fn what_the_environment_names_takes_the_place_of_the_systems() {
    let folder = tempfile::tempdir().unwrap();
    let ((one, one_der), (other, other_der)) = (certificate("one"), certificate("other"));
    let file = folder.path().join("named.pem");
    fs::write(&file, one).unwrap();
    let certs = folder.path().join("certs");
    fs::create_dir(&certs).unwrap();
    fs::write(certs.join("other.pem"), other).unwrap();
    let none = Path::new("");
    for (variables, expected) in [
        (&[("SSL_CERT_FILE", file.as_path())][..], &[&one_der][..]),
        (&[("SSL_CERT_DIR", &certs)], &[&other_der]),
        (
            &[("SSL_CERT_FILE", &file), ("SSL_CERT_DIR", &certs)],
            &[&one_der, &other_der],
        ),
        (&[("SSL_CERT_FILE", none)], &[]),
    ] {
        let list = folder.path().join("expected");
        let mut lines: Vec<_> = expected.iter().map(|der| hex(der)).collect();
        lines.sort();
        fs::write(&list, lines.join("\n")).unwrap();
        let mut variables = variables.to_vec();
        variables.push(("EXPECTED", &list));
        inside("by_the_environment", &variables);
    }
}

#[test]
#[ignore = "another environment; the test above runs it in one"]
fn by_the_environment() {
    let expected = fs::read_to_string(std::env::var_os("EXPECTED").unwrap()).unwrap();
    let found = system_certificates();
    let mut found: Vec<_> = found.iter().map(|der| hex(der)).collect();
    found.sort();
    assert_eq!(found.join("\n"), expected);
}

fn hex(der: &[u8]) -> String {
    use std::fmt::Write as _;
    der.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
