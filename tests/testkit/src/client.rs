//! The smallest HTTP client: what a test says is what goes out.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// An answer, whole.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// The headers in order.
    pub headers: Vec<(String, String)>,
    /// The body, chunks joined.
    pub body: Vec<u8>,
}

impl Reply {
    /// The first header of this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.as_str())
    }

    /// The body as text; bytes that are not UTF-8 are replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    ///
    /// # Panics
    ///
    /// When it is none: the message shows it.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|e| panic!("{} with {:?}: {e}", self.status, self.text()))
    }
}

/// One plain HTTP request on a connection of its own. `Host`, `Content-Length` and `Connection: close` are added where
/// the headers do not have them; an empty value takes such a header away.
///
/// # Panics
///
/// When nobody listens, or no whole HTTP answer comes within 30 seconds.
pub fn request(
    address: SocketAddr,
    method: &str,
    target: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Reply {
    let mut head = format!("{method} {target} HTTP/1.1\r\n");
    let (host, length) = (address.to_string(), body.len().to_string());
    let added = [
        ("Host", host.as_str()),
        ("Content-Length", &length),
        ("Connection", "close"),
    ];
    let given = |name: &str| headers.iter().any(|(n, _)| n.eq_ignore_ascii_case(name));
    let all = headers
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .chain(added.iter().filter(|(n, _)| !given(n)));
    for (name, value) in all {
        head.extend([name, ": ", value, "\r\n"]);
    }
    head.push_str("\r\n");
    let answer = exchange(address, &[head.as_bytes(), body].concat());
    parse(&answer)
        .unwrap_or_else(|| panic!("not a whole answer: {:?}", String::from_utf8_lossy(&answer)))
}

/// Sends these bytes and reads until the server closes.
///
/// # Panics
///
/// When nobody listens, or the server does not close within 30 seconds.
pub fn exchange(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
    let limit = Some(Duration::from_secs(30));
    let mut stream =
        TcpStream::connect(address).unwrap_or_else(|e| panic!("nobody listens at {address}: {e}"));
    stream
        .set_read_timeout(limit)
        .and_then(|()| stream.set_write_timeout(limit))
        .expect("time limits");
    // A server that refuses early may close before it has read everything: its answer counts.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    if let Err(e) = stream.read_to_end(&mut answer) {
        assert!(!answer.is_empty(), "no answer from {address}: {e}");
    }
    answer
}

fn parse(answer: &[u8]) -> Option<Reply> {
    let end = answer.windows(4).position(|w| w == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let header = |line: &str| {
        line.split_once(':')
            .map(|(n, v)| (n.to_owned(), v.trim().to_owned()))
    };
    let headers = lines.map(header).collect::<Option<Vec<_>>>()?;
    let mut reply = Reply {
        status,
        headers,
        body: answer[end + 4..].to_vec(),
    };
    // Interim answers come first: RFC 9110, 15.2.
    if status < 200 {
        return parse(&reply.body);
    }
    if reply
        .header("Transfer-Encoding")
        .is_some_and(|v| v.eq_ignore_ascii_case("chunked"))
    {
        reply.body = unchunk(&reply.body)?;
    }
    let whole = reply
        .header("Content-Length")
        .is_none_or(|length| length.parse() == Ok(reply.body.len()));
    whole.then_some(reply)
}

fn unchunk(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let end = rest.windows(2).position(|w| w == b"\r\n")?;
        let size =
            usize::from_str_radix(std::str::from_utf8(&rest[..end]).ok()?.trim(), 16).ok()?;
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(end + 2..end + 2 + size)?);
        rest = rest.get(end + 4 + size..)?;
    }
}

#[cfg(all(test, feature = "servers"))]
mod tests {
    use super::*;
    use crate::{Answer, Recorder};

    #[test]
    fn a_request_goes_out_as_written_and_its_answer_comes_back() {
        let recorder = Recorder::start();
        recorder
            .then(Answer::json(202, &serde_json::json!({"id": 1})))
            .then(Answer::ok("chunked").chunked());
        let reply = request(
            recorder.address(),
            "POST",
            "/v1/calls?x",
            &[("X-Y", "z"), ("Host", "")],
            b"{}",
        );
        assert_eq!(
            (reply.status, reply.json()),
            (202, serde_json::json!({"id": 1}))
        );
        let seen = recorder.only();
        assert_eq!(
            (
                seen.method.as_str(),
                seen.target.as_str(),
                seen.text().as_str()
            ),
            ("POST", "/v1/calls?x", "{}")
        );
        assert_eq!((seen.header("X-Y"), seen.header("Host")), (Some("z"), None));
        assert_eq!(
            request(recorder.address(), "GET", "/", &[], b"").text(),
            "chunked"
        );
    }

    #[test]
    #[should_panic(expected = "not a whole answer")]
    fn half_an_answer_is_none() {
        let recorder = Recorder::start();
        recorder.then(Answer::ok("0123456789").truncated(4));
        request(recorder.address(), "GET", "/", &[], b"");
    }
}
