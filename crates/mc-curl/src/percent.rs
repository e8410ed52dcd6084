//! Percent-encoding as curl has it.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

/// All but the unreserved characters (RFC 3986, 2.3), as `curl_easy_escape`.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

pub(crate) fn encode(bytes: &[u8]) -> String {
    percent_encode(bytes, RESERVED).to_string()
}

/// As `--data-urlencode` has it: a space is `+`.
pub(crate) fn encode_form(bytes: &[u8]) -> String {
    encode(bytes).replace("%20", "+")
}

pub(crate) fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// Percent-encodings in what is added to a query have small letters with curl: `%2f`.
pub(crate) fn with_small_letters(text: &str) -> String {
    let mut parts = text.split('%');
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        out.push('%');
        match part.get(..2) {
            Some(hex) if hex.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                out.push_str(&hex.to_ascii_lowercase());
                out.push_str(&part[2..]);
            }
            _ => out.push_str(part),
        }
    }
    out
}
