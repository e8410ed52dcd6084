//! Answers that are packed though nobody asked for it.

use std::borrow::Cow;

use miniz_oxide::inflate::{
    DecompressError, TINFLStatus, decompress_to_vec_with_limit, decompress_to_vec_zlib_with_limit,
};

/// What a server packed though nobody asked for it, unpacked; the bytes as they are where they are not what it says.
/// `None` for more than `limit`.
pub(crate) fn unpacked<'b>(
    bytes: &'b [u8],
    coding: Option<&str>,
    limit: usize,
) -> Option<Cow<'b, [u8]>> {
    let coding = coding.unwrap_or_default().trim().to_ascii_lowercase();
    let out = match &*coding {
        "gzip" | "x-gzip" => gunzip(bytes, limit),
        "deflate" => Some(
            decompress_to_vec_zlib_with_limit(bytes, limit)
                .or_else(|_| decompress_to_vec_with_limit(bytes, limit)),
        ),
        _ => None,
    };
    match out {
        Some(Ok(out)) => Some(Cow::Owned(out)),
        Some(Err(error)) if error.status == TINFLStatus::HasMoreOutput => None,
        _ => Some(Cow::Borrowed(bytes)),
    }
}

/// One member of [RFC 1952](https://www.rfc-editor.org/rfc/rfc1952#section-2.3), without an extra field or a name, which only
/// files have. Its length is checked, its sum is not: what carried it has checked the bytes.
fn gunzip(bytes: &[u8], limit: usize) -> Option<Result<Vec<u8>, DecompressError>> {
    let rest = bytes.strip_prefix(&[0x1f, 0x8b, 8, 0])?.get(6..)?;
    let (rest, length) = rest.split_last_chunk::<4>()?;
    let (packed, _sum) = rest.split_last_chunk::<4>()?;
    let out = decompress_to_vec_with_limit(packed, limit);
    let whole = |out: &Vec<u8>| out.len() % (1 << 32) == u32::from_le_bytes(*length) as usize;
    (out.is_err() || out.as_ref().is_ok_and(whole)).then_some(out)
}
