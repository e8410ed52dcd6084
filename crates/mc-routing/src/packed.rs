//! Answers that are packed though nobody asked for it.

use std::borrow::Cow;
use std::io::{self, Read};

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

/// What a server packed though nobody asked for it, unpacked; the bytes as they are where they are not what it says.
/// `None` for more than `limit`.
pub(crate) fn unpacked<'b>(
    bytes: &'b [u8],
    coding: Option<&str>,
    limit: usize,
) -> Option<Cow<'b, [u8]>> {
    let coding = coding.unwrap_or_default().trim().to_ascii_lowercase();
    let read = |from: &mut dyn Read| -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        from.take(limit as u64 + 1).read_to_end(&mut out)?;
        Ok(out)
    };
    let out = match &*coding {
        "gzip" | "x-gzip" => read(&mut MultiGzDecoder::new(bytes)),
        "deflate" => {
            read(&mut ZlibDecoder::new(bytes)).or_else(|_| read(&mut DeflateDecoder::new(bytes)))
        }
        _ => return Some(Cow::Borrowed(bytes)),
    };
    match out {
        Ok(out) if out.len() > limit => None,
        Ok(out) => Some(Cow::Owned(out)),
        Err(_) => Some(Cow::Borrowed(bytes)),
    }
}
