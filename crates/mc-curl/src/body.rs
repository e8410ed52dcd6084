//! The body of an answer: read up to a limit, its beginning kept, and unpacked.

use std::io;

use http::Version;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, TRANSFER_ENCODING};
use reqwest::Response;

use crate::failure::{self, Fault};
use crate::pool::SenderOptions;

/// What is kept of a body.
#[derive(Default)]
pub(crate) struct Body {
    pub(crate) bytes: Vec<u8>,
    /// Whether there was more.
    pub(crate) truncated: bool,
    most: usize,
}

impl Body {
    /// One of which so many bytes are kept.
    pub(crate) fn keeping(most: usize) -> Self {
        Self {
            most,
            ..Self::default()
        }
    }
}

/// Reads a body and keeps its beginning.
pub(crate) async fn read(
    mut response: Response,
    options: &SenderOptions,
    unpacks: bool,
    body: &mut Body,
) -> Result<(), Fault> {
    // What the client has unpacked is not in the head any more.
    let codings = response.headers().get(CONTENT_ENCODING).filter(|_| unpacks);
    let codings = codings.map_or("", |value| value.to_str().unwrap_or("?"));
    if codings.split(',').any(is_unknown_coding) {
        return Err(Fault::Unpacking);
    }
    let deflated = codings.eq_ignore_ascii_case("deflate");
    let most = if deflated {
        options.body_read
    } else {
        body.most
    };
    // Until the connection closes: over TLS, many servers close it without saying so first. Of what was unpacked on the way, its length is not known here any more.
    let until_close = !unpacks
        && response.version() <= Version::HTTP_11
        && [CONTENT_LENGTH, TRANSFER_ENCODING]
            .iter()
            .all(|name| !response.headers().contains_key(name));
    let mut total = 0_usize;
    let mut cut = false;
    loop {
        let chunk = match response.chunk().await {
            Ok(Some(chunk)) => chunk,
            Ok(None) => break,
            Err(error) if failure::is_chunk_line(&error) || failure::is_cut_packing(&error) => {
                break;
            }
            Err(error) if until_close && failure::is_bare_close(&error) => break,
            Err(error) => return Err(Fault::Client(error)),
        };
        let room = most.saturating_sub(body.bytes.len()).min(chunk.len());
        body.bytes.extend_from_slice(&chunk[..room]);
        body.truncated |= room < chunk.len();
        total = total.saturating_add(chunk.len());
        if total > options.body_read {
            cut = true;
            break;
        }
    }
    if deflated && !body.bytes.is_empty() {
        // One byte more tells whether there is one.
        let (mut unpacked, outcome) = inflate(&body.bytes, options.body_read.saturating_add(1));
        body.truncated = cut || unpacked.len() > body.most;
        unpacked.truncate(body.most);
        body.bytes = unpacked;
        if outcome.is_err() && !cut {
            return Err(Fault::Unpacking);
        }
    }
    Ok(())
}

/// Whether curl, asked to unpack, would not know how.
fn is_unknown_coding(coding: &str) -> bool {
    let known = [
        "", "deflate", "gzip", "x-gzip", "br", "zstd", "identity", "none",
    ];
    let coding = coding.trim();
    known
        .iter()
        .all(|known| !coding.eq_ignore_ascii_case(known))
}

/// `deflate`: in its frame (RFC 9110, 8.4.1.2), or without, as some servers send it.
#[cfg(feature = "gzip")]
fn inflate(packed: &[u8], most: usize) -> (Vec<u8>, io::Result<usize>) {
    use io::Read as _;
    let most = most as u64;
    let mut out = Vec::new();
    let framed = flate2::read::ZlibDecoder::new(packed)
        .take(most)
        .read_to_end(&mut out);
    if framed.is_ok() || !out.is_empty() {
        return (out, framed);
    }
    let bare = flate2::read::DeflateDecoder::new(packed)
        .take(most)
        .read_to_end(&mut out);
    (out, bare)
}

#[cfg(not(feature = "gzip"))]
fn inflate(packed: &[u8], _: usize) -> (Vec<u8>, io::Result<usize>) {
    (packed.to_owned(), Ok(packed.len()))
}
