//! Client certificates: files with a certificate and its key, read when a connection first needs them.

use std::fmt;
use std::path::{Path, PathBuf};

use bytes::Bytes;

use crate::error::{RequestError, SenderError};
use crate::files;
use crate::input::{Input, Piece};

/// What `--cert`, `--key`, `--cert-type` and `--pass` say.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Identity {
    pub(crate) certificate: PathBuf,
    /// None: in the certificate's file.
    pub(crate) key: Option<PathBuf>,
    pub(crate) format: Option<Format>,
    pub(crate) password: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Format {
    Pem,
    Pkcs12,
}

impl Format {
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Pem => "PEM",
            Self::Pkcs12 => "P12",
        }
    }
}

impl fmt::Debug for Identity {
    /// Shows the files, and not the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity")
            .field("certificate", &self.certificate)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

/// The options as they stand in a command.
#[derive(Default)]
pub(crate) struct IdentityDraft {
    pub(crate) certificate: Option<Piece>,
    pub(crate) key: Option<Piece>,
    pub(crate) format: Option<Format>,
    pub(crate) password: Option<String>,
}

impl IdentityDraft {
    /// `--cert-type`
    pub(crate) fn format(&mut self, input: &mut Input<'_>, piece: &Piece) {
        self.format = match piece.text.to_ascii_uppercase().as_str() {
            "PEM" => Some(Format::Pem),
            "P12" => Some(Format::Pkcs12),
            _ => return input.bad(piece, "write PEM, or on Windows P12"),
        };
    }

    pub(crate) fn build(self, input: &mut Input<'_>) -> Option<Identity> {
        let Some(piece) = self.certificate else {
            if let Some(key) = &self.key {
                input.bad(
                    key,
                    "the certificate to it is missing; give it with `--cert FILE`",
                );
            }
            return None;
        };
        if input.path_variable(&piece) {
            return None;
        }
        let text = input.literal(&piece, "a file's name")?;
        let (name, password) = split(&text);
        if is_in_store(&name) {
            input.bad(
                &piece,
                "export it with its key as a file and write `-E FILE.pfx:PASSWORD`; the certificates that Windows keeps are not reached by name",
            );
            return None;
        }
        let certificate = input.path(&piece, &name)?;
        let key = self.key.map(|key| input.file(&key));
        Some(Identity {
            certificate,
            key: match key {
                Some(key) => Some(key?),
                None => None,
            },
            format: self.format,
            password: self.password.or(password),
        })
    }
}

/// `FILE:PASSWORD`, where `\:` and `\\` are characters of the file's name, and a drive's colon is too.
fn split(text: &str) -> (String, Option<String>) {
    let drive = text.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
        && (text[1..].starts_with(":\\") || text[1..].starts_with(":/"));
    let mut name = String::new();
    let mut characters = text.char_indices();
    while let Some((at, c)) = characters.next() {
        let rest = &text[at + c.len_utf8()..];
        match c {
            '\\' if rest.starts_with([':', '\\']) => {
                name.extend(characters.next().map(|(_, escaped)| escaped));
            }
            ':' if !(drive && at == 1) => {
                return (
                    name,
                    Some(rest.to_owned()).filter(|password| !password.is_empty()),
                );
            }
            other => name.push(other),
        }
    }
    (name, None)
}

/// Whether a name is that of a certificate in a store of Windows, or behind a PKCS#11 library.
fn is_in_store(name: &str) -> bool {
    let begin = name
        .split('\\')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let stores = [
        "currentuser",
        "localmachine",
        "currentservice",
        "services",
        "users",
    ];
    let in_store = stores.iter().any(|store| begin.starts_with(store));
    (in_store && name.contains('\\')) || name.starts_with("pkcs11:")
}

impl Identity {
    /// The name as `--cert` takes it.
    pub(crate) fn name(&self) -> Result<String, RequestError> {
        let name = self.certificate.to_str().ok_or(RequestError::NotText)?;
        Ok(name.replace('\\', "\\\\").replace(':', "\\:"))
    }

    pub(crate) fn files(&self) -> impl Iterator<Item = &Path> {
        std::iter::once(&self.certificate)
            .chain(&self.key)
            .map(PathBuf::as_path)
    }

    /// The certificate with its key.
    pub(crate) fn read(&self) -> Result<reqwest::Identity, SenderError> {
        let certificate = Self::file(&self.certificate)?;
        let is_pem = match self.format {
            Some(format) => format == Format::Pem,
            None => certificate
                .windows(10)
                .any(|window| window == b"-----BEGIN"),
        };
        if !is_pem {
            return self.pkcs12(&certificate);
        }
        let key = self.key.as_ref().map(|key| Self::file(key)).transpose()?;
        let key = key.as_ref().unwrap_or(&certificate);
        let text = String::from_utf8_lossy(key);
        if text.contains("ENCRYPTED") {
            return Err(self.fault("write its key without a password (openssl pkey -in FILE -out KEY), for it is encrypted"));
        }
        pem(&certificate, key).map_err(|_| self.fault(PEM))
    }

    fn file(path: &Path) -> Result<Bytes, SenderError> {
        files::read(path).map_err(|error| {
            let reason = error.to_string();
            let path = path.to_owned();
            SenderError::Identity { path, reason }
        })
    }

    /// What is wrong with it.
    pub(crate) fn fault(&self, reason: &str) -> SenderError {
        SenderError::Identity {
            path: self.certificate.clone(),
            reason: reason.to_owned(),
        }
    }

    #[cfg(windows)]
    fn pkcs12(&self, file: &[u8]) -> Result<reqwest::Identity, SenderError> {
        let password = self.password.as_deref().unwrap_or_default();
        let identity = reqwest::Identity::from_pkcs12_der(file, password);
        identity
            .map_err(|_| self.fault("it is neither PEM nor PKCS#12, or the password is another"))
    }

    #[cfg(not(windows))]
    fn pkcs12(&self, _: &[u8]) -> Result<reqwest::Identity, SenderError> {
        Err(self.fault("make PEM of it (openssl pkcs12 -nodes -in FILE -out FILE.pem): PKCS#12 is read on Windows alone"))
    }
}

#[cfg(windows)]
const PEM: &str = "give certificate and key as PKCS#12 (.pfx), or the key in PKCS#8 (BEGIN PRIVATE KEY): Windows takes no other";
#[cfg(not(windows))]
const PEM: &str = "it must hold a certificate (BEGIN CERTIFICATE) and its key (BEGIN PRIVATE KEY), or `--key` names the key";

#[cfg(windows)]
fn pem(certificate: &[u8], key: &[u8]) -> reqwest::Result<reqwest::Identity> {
    reqwest::Identity::from_pkcs8_pem(certificate, key)
}

#[cfg(not(windows))]
fn pem(certificate: &[u8], key: &[u8]) -> reqwest::Result<reqwest::Identity> {
    // Of several keys the last one counts.
    reqwest::Identity::from_pem(&[certificate, b"\n", key].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_stands_behind_a_colon_that_is_no_drives() {
        let cases = [
            ("me.pem", "me.pem", None),
            ("me.pem:", "me.pem", None),
            ("me.pem:ge:heim", "me.pem", Some("ge:heim")),
            (
                r"C:\certs\me.pfx:geheim",
                r"C:\certs\me.pfx",
                Some("geheim"),
            ),
            ("c:/me.pfx", "c:/me.pfx", None),
            (r"a\:b\\c.pem:x", r"a:b\c.pem", Some("x")),
            ("", "", None),
            ("ä:b", "ä", Some("b")),
        ];
        for (text, name, password) in cases {
            assert_eq!(
                split(text),
                (name.to_owned(), password.map(str::to_owned)),
                "{text}"
            );
        }
    }

    #[test]
    fn the_password_of_a_certificate_is_not_shown() {
        let identity = Identity {
            certificate: "me.pfx".into(),
            key: None,
            format: Some(Format::Pkcs12),
            password: Some("geheim".to_owned()),
        };
        let shown = format!("{identity:?}");
        assert!(
            shown.contains("me.pfx") && !shown.contains("geheim"),
            "{shown}"
        );
    }

    /// What the option says counts; without it, what the file looks like.
    #[cfg(not(windows))]
    #[test]
    fn a_file_is_read_as_what_it_is_said_to_be() {
        use mc_template::{Names, Numbers, Scope, Values};

        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("me");
        std::fs::write(&file, "-----BEGIN NOTHING").unwrap();
        let said = |kind: &str| {
            let line = format!("curl --cert {} {kind} https://h/", file.display());
            let command = crate::CurlCommand::parse(&line, &Names::call()).unwrap();
            let (values, numbers) = (Values::new(), Numbers::default());
            let request = &command.requests(&Scope::new(&values, &numbers)).unwrap()[0];
            let identity = request.settings.connection.identity.as_ref().unwrap();
            identity.read().unwrap_err().to_string()
        };
        for kind in ["", "--cert-type PEM", "--cert-type pem"] {
            assert!(said(kind).contains("BEGIN CERTIFICATE"), "{kind}");
        }
        assert!(said("--cert-type P12").contains("PKCS#12"));
        std::fs::write(&file, "of another kind").unwrap();
        assert!(said("").contains("PKCS#12"));
        assert!(said("--cert-type PEM").contains("BEGIN CERTIFICATE"));
    }

    #[test]
    fn a_certificate_of_a_store_is_known() {
        assert!(is_in_store(
            r"CurrentUser\MY\934a7ac6f8a5d579285a74fa61e19f23ddfe8d7a"
        ));
        assert!(is_in_store("pkcs11:object=me"));
        assert!(!is_in_store("users.pem") && !is_in_store(r"C:\Users\me.pem"));
    }
}
