//! Reading one HTTP/1.1 request (RFC 9112) off a connection, keeping it as it was sent.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::time::Instant;

/// Both halves of a connection, plain or TLS.
pub(super) trait Connection: Read + Write + Send {}
impl<T: Read + Write + Send> Connection for T {}

/// A request as it arrived.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Recorded {
    /// The method, in the letters it was sent in.
    pub method: String,
    /// The request target exactly as sent: origin form, absolute form (to a proxy) or authority form (`CONNECT`).
    pub target: String,
    /// `HTTP/1.1` or `HTTP/1.0`.
    pub version: String,
    /// The headers in order, names in the case they were sent in. Values that are not UTF-8 are read as Latin-1.
    pub headers: Vec<(String, String)>,
    /// The body, chunks joined.
    pub body: Vec<u8>,
    /// The request line and the headers as bytes, without the empty line.
    pub head: Vec<u8>,
    /// When its first line was read.
    pub at: Instant,
    /// Which connection brought it, counted from 0: equal numbers show that a pool reused one.
    pub connection: usize,
}

impl Recorded {
    /// The first header of this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.as_str())
    }

    /// Every header of this name, in order.
    pub fn headers_named(&self, name: &str) -> Vec<&str> {
        self.headers
            .iter()
            .filter(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.as_str())
            .collect()
    }

    /// The body as text; bytes that are not UTF-8 are replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    ///
    /// When it is none: the message shows the body.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| {
            panic!(
                "the body of {} {} is not JSON ({e}): {}",
                self.method,
                self.target,
                self.text()
            )
        })
    }

    /// The target without its query.
    pub fn path(&self) -> &str {
        self.target.split('?').next().unwrap_or_default()
    }

    /// The query, undecoded; empty when there is none.
    pub fn query(&self) -> &str {
        self.target.split_once('?').map_or("", |(_, query)| query)
    }
}

pub(super) enum ReadError {
    /// The client left: at the end of a request that is how connections end, earlier it is the client's affair.
    Gone,
    /// Not HTTP/1.1: a fault of the client under test.
    Malformed(String),
}

impl From<io::Error> for ReadError {
    fn from(_: io::Error) -> Self {
        Self::Gone
    }
}

pub(super) type Reader<'a> = BufReader<Box<dyn Connection + 'a>>;

/// Waits for the first byte of a request; `false` when the connection ended instead.
pub(super) fn begins(reader: &mut Reader<'_>) -> bool {
    reader.fill_buf().is_ok_and(|bytes| !bytes.is_empty())
}

pub(super) fn read(reader: &mut Reader<'_>, connection: usize) -> Result<Recorded, ReadError> {
    let mut head = Vec::new();
    let first = line(reader, &mut head)?;
    let at = Instant::now();
    let mut parts = first.splitn(3, ' ');
    let (Some(method), Some(target), Some(version @ ("HTTP/1.1" | "HTTP/1.0"))) =
        (parts.next(), parts.next(), parts.next())
    else {
        return Err(ReadError::Malformed(format!(
            "not a request line: {first:?}"
        )));
    };
    let (method, target, version) = (method.to_owned(), target.to_owned(), version.to_owned());

    let mut headers = Vec::new();
    loop {
        let text = line(reader, &mut head)?;
        if text.is_empty() {
            break;
        }
        let Some((name, value)) = text.split_once(':') else {
            return Err(ReadError::Malformed(format!("not a header line: {text:?}")));
        };
        headers.push((name.to_owned(), value.trim_matches([' ', '\t']).to_owned()));
    }
    head.truncate(head.len().saturating_sub(4));
    let mut request = Recorded {
        method,
        target,
        version,
        headers,
        body: Vec::new(),
        head,
        at,
        connection,
    };

    if request
        .header("Expect")
        .is_some_and(|v| v.eq_ignore_ascii_case("100-continue"))
    {
        let writer = reader.get_mut();
        writer.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        writer.flush()?;
    }
    request.body = body(reader, &request)?;
    Ok(request)
}

fn body(reader: &mut Reader<'_>, request: &Recorded) -> Result<Vec<u8>, ReadError> {
    if request
        .headers_named("Transfer-Encoding")
        .iter()
        .any(|v| v.eq_ignore_ascii_case("chunked"))
    {
        return chunks(reader);
    }
    let lengths = request.headers_named("Content-Length");
    let Some(length) = lengths.first() else {
        return Ok(Vec::new());
    };
    let length: usize = match length.parse() {
        Ok(length) if lengths.len() == 1 => length,
        _ => {
            return Err(ReadError::Malformed(format!(
                "not one Content-Length: {lengths:?}"
            )));
        }
    };
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(body)
}

fn chunks(reader: &mut Reader<'_>) -> Result<Vec<u8>, ReadError> {
    let mut body = Vec::new();
    let mut unused = Vec::new();
    loop {
        let size = line(reader, &mut unused)?;
        let digits = size.split(';').next().unwrap_or_default().trim();
        let length = usize::from_str_radix(digits, 16)
            .map_err(|_| ReadError::Malformed(format!("not a chunk size: {size:?}")))?;
        if length == 0 {
            // Trailers, up to the empty line.
            while !line(reader, &mut unused)?.is_empty() {}
            return Ok(body);
        }
        let start = body.len();
        body.resize(start + length, 0);
        reader.read_exact(&mut body[start..])?;
        let end = line(reader, &mut unused)?;
        if !end.is_empty() {
            return Err(ReadError::Malformed(format!(
                "a chunk of {length} bytes goes on: {end:?}"
            )));
        }
    }
}

/// One line without its CRLF; appended to `head` as it came.
fn line(reader: &mut Reader<'_>, head: &mut Vec<u8>) -> Result<String, ReadError> {
    let mut bytes = Vec::new();
    reader.read_until(b'\n', &mut bytes)?;
    if bytes.last() != Some(&b'\n') {
        return Err(ReadError::Gone);
    }
    head.extend_from_slice(&bytes);
    bytes.pop();
    if bytes.pop() != Some(b'\r') {
        return Err(ReadError::Malformed(format!(
            "a line ends without CR: {:?}",
            String::from_utf8_lossy(&bytes)
        )));
    }
    Ok(String::from_utf8(bytes)
        .unwrap_or_else(|e| e.into_bytes().iter().map(|&b| char::from(b)).collect()))
}
