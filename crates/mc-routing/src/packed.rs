//! Answers that are packed though nobody asked for it.

use std::borrow::Cow;

use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};

/// Why packed bytes are not unpacked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Packed {
    /// They are more than the limit.
    TooLarge,
    /// They break off, or are packed in a way that is not known here.
    Broken,
}

/// How a member of a gzip file begins ([RFC 1952](https://www.rfc-editor.org/rfc/rfc1952#section-2.3)).
const GZIP: &[u8] = &[0x1f, 0x8b];

/// What a server packed though nobody asked for it, unpacked; the bytes as they are where they are not what it says.
pub(crate) fn unpacked<'b>(
    bytes: &'b [u8],
    coding: Option<&str>,
    limit: usize,
) -> Result<Cow<'b, [u8]>, Packed> {
    let coding = coding.unwrap_or_default().trim().to_ascii_lowercase();
    let mut out = Vec::new();
    match &*coding {
        "gzip" | "x-gzip" if bytes.starts_with(GZIP) => gunzip(bytes, &mut out, limit)?,
        // Some servers leave out the frame that belongs around it.
        "deflate" if !bytes.is_empty() => {
            let framed = inflate_flags::TINFL_FLAG_PARSE_ZLIB_HEADER;
            match inflate(bytes, framed, &mut out, limit) {
                Err(Packed::Broken) => {
                    out.clear();
                    inflate(bytes, 0, &mut out, limit)?
                }
                done => done?,
            };
        }
        _ => return Ok(Cow::Borrowed(bytes)),
    }
    Ok(Cow::Owned(out))
}

/// One member or several, without an extra field or a name, which only files have. Their lengths are checked, their sums are
/// not: what carried them has checked the bytes.
fn gunzip(mut bytes: &[u8], out: &mut Vec<u8>, limit: usize) -> Result<(), Packed> {
    while !bytes.is_empty() {
        let begin = out.len();
        let head = bytes.strip_prefix(GZIP).ok_or(Packed::Broken)?;
        let packed = head.strip_prefix(&[8, 0]).and_then(|head| head.get(6..));
        let packed = packed.ok_or(Packed::Broken)?;
        let rest = &packed[inflate(packed, 0, out, limit)?..];
        let (_sum, rest) = rest.split_first_chunk::<4>().ok_or(Packed::Broken)?;
        let (length, rest) = rest.split_first_chunk::<4>().ok_or(Packed::Broken)?;
        if (out.len() - begin) % (1 << 32) != u32::from_le_bytes(*length) as usize {
            return Err(Packed::Broken);
        }
        bytes = rest;
    }
    Ok(())
}

/// Unpacks to the end of `out`, which may grow to `limit`, and gives how many of the bytes that took.
fn inflate(bytes: &[u8], flags: u32, out: &mut Vec<u8>, limit: usize) -> Result<usize, Packed> {
    let flags = flags | inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let mut state = Box::<DecompressorOxide>::default();
    let (mut read, mut written) = (0, out.len());
    loop {
        let room = (written + bytes.len().max(1024))
            .saturating_mul(2)
            .min(limit);
        out.resize(room.max(written), 0);
        let rest = bytes.get(read..).unwrap_or_default();
        let (status, took, gave) = decompress(&mut state, rest, out, written, flags);
        (read, written) = (read + took, written + gave);
        match status {
            TINFLStatus::HasMoreOutput if out.len() < limit => {}
            TINFLStatus::HasMoreOutput => return Err(Packed::TooLarge),
            TINFLStatus::Done => {
                out.truncate(written);
                return Ok(read.min(bytes.len()));
            }
            _ => return Err(Packed::Broken),
        }
    }
}
