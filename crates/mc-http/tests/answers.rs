//! Each answer by its public face.

use std::fs;
use std::io;
use std::time::{Duration, SystemTime};

use mc_http::{CaFileError, NoProxy, ProxySetting, TlsProblem, read_ca_file, retry_after};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn certificates_are_read_from_pem_and_der_one_or_many() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ca");
    let made = ["a.example", "b.example"].map(|name| {
        rcgen::generate_simple_self_signed([name.to_owned()])
            .unwrap()
            .cert
    });
    let ders: Vec<Vec<u8>> = made.iter().map(|cert| cert.der().to_vec()).collect();
    let pem = format!("# the company's\r\n{}\n{}", made[0].pem(), made[1].pem());
    let read = |bytes: &[u8]| {
        fs::write(&path, bytes).unwrap();
        read_ca_file(&path)
    };
    assert_eq!(read(pem.as_bytes()).unwrap(), ders);
    assert_eq!(read(&ders.concat()).unwrap(), ders);
    assert_eq!(read(&ders[0]).unwrap(), ders[..1]);
    // As PowerShell, Notepad and editors of text save them.
    let marked = format!("\u{FEFF}{}", made[0].pem());
    let units = || marked.encode_utf16();
    assert_eq!(read(marked.as_bytes()).unwrap(), ders[..1]);
    for utf16 in [
        units().flat_map(u16::to_le_bytes).collect::<Vec<u8>>(),
        units().flat_map(u16::to_be_bytes).collect(),
    ] {
        assert_eq!(read(&utf16).unwrap(), ders[..1]);
    }
    assert_eq!(read(&[&ders[0], &b"\r\n"[..]].concat()).unwrap(), ders[..1]);
    let half = &ders[0][..ders[0].len() / 2];
    // The last two: a PKCS#7 and a PKCS#12 file, by their first bytes.
    for none in [
        b"".as_slice(),
        b"nothing",
        half,
        b"-----BEGIN CERTIFICATE-----\n%%\n-----END CERTIFICATE-----",
        b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
        b"\x30\x03\x06\x01\x00",
        b"\x30\x03\x02\x01\x03",
    ] {
        assert!(
            matches!(read(none), Err(CaFileError::NoCertificate { .. })),
            "{none:?}"
        );
    }
    let missing = read_ca_file(&folder.path().join("missing")).unwrap_err();
    assert!(matches!(missing, CaFileError::Unreadable { .. }));
    assert!(missing.to_string().contains("missing"), "{missing}");
}

#[test]
fn retry_after_is_seconds_or_a_date() {
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777);
    let read = |value| retry_after(value, now);
    assert_eq!(read(" 120 "), Some(120 * SECOND));
    assert_eq!(read("Sun, 06 Nov 1994 08:49:47 GMT"), Some(10 * SECOND));
    assert_eq!(read("Sun, 06 Nov 1994 08:00:00 GMT"), Some(Duration::ZERO));
    assert_eq!(read("99999999999999999999999"), Some(Duration::MAX));
    for nothing in ["", "soon", "-1", "1.5"] {
        assert_eq!(read(nothing), None, "{nothing}");
    }
}

#[test]
fn a_proxy_is_the_systems_none_or_a_url_whose_password_stays_hidden() {
    assert_eq!("System".parse(), Ok(ProxySetting::System));
    assert_eq!("none".parse(), Ok(ProxySetting::None));
    let url: ProxySetting = "http://user:geheim@proxy.example:8080/".parse().unwrap();
    assert_eq!(url.origin().as_deref(), Some("http://proxy.example:8080"));
    assert!(!format!("{url:?}").contains("geheim"));
    for wrong in [
        "",
        "proxy.example:8080",
        "socks5://proxy.example",
        "http://",
    ] {
        assert!(wrong.parse::<ProxySetting>().is_err(), "{wrong}");
    }
}

#[test]
fn exceptions_are_names_with_their_subdomains_addresses_and_networks() {
    let list =
        NoProxy::parse("internal.example, 10.0.0.0/8 .dotted.example\t192.0.2.7,2001:db8::/32,::1");
    for direct in [
        "internal.example",
        "A.Internal.Example",
        "dotted.example",
        "x.dotted.example.",
        "10.1.2.3",
        "192.0.2.7",
        "[2001:db8::17]",
        "::1",
    ] {
        assert!(list.contains(direct), "{direct}");
    }
    for proxied in [
        "notinternal.example",
        "example",
        "11.1.2.3",
        "192.0.2.8",
        "[2001:db9::1]",
    ] {
        assert!(!list.contains(proxied), "{proxied}");
    }
    assert!(NoProxy::parse("*").contains("anything"));
    assert!(!NoProxy::parse("").contains("anything"));
    // 0 bits mean all of them, with curl.
    let zero = NoProxy::parse("10.0.0.1/0");
    assert!(zero.contains("10.0.0.1") && !zero.contains("10.0.0.2"));
}

#[test]
fn a_failure_without_tls_is_none_of_tls() {
    let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
    assert_eq!(TlsProblem::find(&refused), None);
}

#[cfg(not(windows))]
#[test]
fn rustls_errors_are_found_wherever_they_are_wrapped() {
    use rustls::{CertificateError, Error, InvalidMessage};

    for (error, problem) in [
        (
            Error::InvalidCertificate(CertificateError::UnknownIssuer),
            TlsProblem::UnknownAuthority,
        ),
        (
            Error::InvalidCertificate(CertificateError::Expired),
            TlsProblem::NotValidNow,
        ),
        (
            Error::InvalidCertificate(CertificateError::NotValidForName),
            TlsProblem::WrongName,
        ),
        (
            Error::InvalidCertificate(CertificateError::Revoked),
            TlsProblem::Revoked,
        ),
        (
            Error::InvalidCertificate(CertificateError::BadEncoding),
            TlsProblem::BadCertificate,
        ),
        (
            Error::InvalidMessage(InvalidMessage::InvalidContentType),
            TlsProblem::NotTls,
        ),
        (Error::HandshakeNotComplete, TlsProblem::Handshake),
    ] {
        let text = error.to_string();
        let wrapped = io::Error::other(io::Error::other(error));
        assert_eq!(TlsProblem::find(&wrapped), Some(problem), "{text}");
        assert_eq!(
            problem.is_certificate(),
            !matches!(problem, TlsProblem::NotTls | TlsProblem::Handshake)
        );
    }
}

#[cfg(windows)]
#[test]
fn codes_are_read_from_errors_and_from_their_texts() {
    for (code, problem) in [
        (0x800B_0109_u32, Some(TlsProblem::UnknownAuthority)),
        (0x800B_0101, Some(TlsProblem::NotValidNow)),
        (0x8009_0322, Some(TlsProblem::WrongName)),
        (0x800B_010E, Some(TlsProblem::Revoked)),
        (0x8009_0308, Some(TlsProblem::NotTls)),
        (0x8009_0326, Some(TlsProblem::Handshake)),
        (10061, None),
    ] {
        let error = io::Error::from_raw_os_error(code.cast_signed());
        assert_eq!(TlsProblem::find(&error), problem, "{code:x}");
        let text = io::Error::other(error.to_string());
        assert_eq!(TlsProblem::find(&text), problem, "{code:x}");
    }
}
