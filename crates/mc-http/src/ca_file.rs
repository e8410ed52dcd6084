//! Files of certificates to trust.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;

/// Why a file gave no certificates.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaFileError {
    /// It cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// There is none in it.
    #[error("{} holds no certificate; it must be a PEM or DER certificate file", path.display())]
    NoCertificate {
        /// The file.
        path: PathBuf,
    },
}

/// The largest file that is read: a bundle of all that are trusted anywhere has a quarter of a megabyte.
const LARGEST: u64 = 16 * 1024 * 1024;

/// The certificates of a file, each in DER: PEM with any number of them among other things, or DER, one behind the
/// other. PEM may be in UTF-16, which PowerShell writes where nothing else is asked of it.
///
/// # Errors
///
/// When the file cannot be read or holds no certificate. A broken one spoils the file: to leave it out would be a
/// riddle for whoever put it there.
pub fn read_ca_file(path: &Path) -> Result<Vec<Vec<u8>>, CaFileError> {
    let bytes = read(path).map_err(|source| CaFileError::Unreadable {
        path: path.to_owned(),
        source,
    })?;
    let bytes = unmarked(bytes);
    let found = if bytes.windows(10).any(|window| window == b"-----BEGIN") {
        CertificateDer::pem_slice_iter(&bytes)
            .map(|found| found.ok().map(|certificate| certificate.to_vec()))
            .collect::<Option<Vec<_>>>()
    } else {
        split_der(&bytes)
    };
    found
        .filter(|found| !found.is_empty() && found.iter().all(|der| is_certificate(der)))
        .ok_or_else(|| CaFileError::NoCertificate {
            path: path.to_owned(),
        })
}

fn read(path: &Path) -> io::Result<Vec<u8>> {
    // A pipe would be waited for.
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a file"));
    }
    let mut bytes = Vec::new();
    File::open(path)?.take(LARGEST).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Without a byte order mark, behind which no line of PEM is known; and of UTF-16 the bytes that count, as PEM is ASCII.
fn unmarked(mut bytes: Vec<u8>) -> Vec<u8> {
    match bytes.as_slice() {
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => {
            bytes.drain(..2);
            bytes.retain(|byte| *byte != 0);
        }
        [0xEF, 0xBB, 0xBF, ..] => drop(bytes.drain(..3)),
        _ => {}
    }
    bytes
}

/// What begins with this tag in DER is a sequence (X.690, 8.9), as a certificate and its first part are (RFC 5280, 4.1).
const SEQUENCE: u8 = 0x30;

fn split_der(mut bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut found = Vec::new();
    // Who saves it as text leaves a line end behind it.
    while !bytes.trim_ascii().is_empty() {
        let (head, length) = header(bytes)?;
        let end = head.checked_add(length)?;
        found.push(bytes.get(..end)?.to_vec());
        bytes = &bytes[end..];
    }
    Some(found)
}

/// A sequence in a sequence: PKCS#7 and PKCS#12 files, which have the same endings, begin with something else.
fn is_certificate(der: &[u8]) -> bool {
    header(der).is_some_and(|(head, _)| der.get(head) == Some(&SEQUENCE))
}

/// The size of a sequence's header, and of its content (X.690, 8.1.3).
fn header(bytes: &[u8]) -> Option<(usize, usize)> {
    let (&[SEQUENCE, first], rest) = bytes.split_first_chunk::<2>()? else {
        return None;
    };
    if first < 0x80 {
        return Some((2, usize::from(first)));
    }
    let count = usize::from(first & 0x7f);
    if !(1..=4).contains(&count) {
        return None;
    }
    let length = rest
        .get(..count)?
        .iter()
        .fold(0_usize, |length, &byte| length << 8 | usize::from(byte));
    Some((2 + count, length))
}
