//! Names that have to be short and plain.

use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// The first characters of a text's SHA-256.
pub(crate) fn short_hash(text: &[u8]) -> String {
    hex(&Sha256::digest(text)[..6])
}

/// Bytes as hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
