//! Bodies that nobody needs, that come too early, or that are packed: with the real curl and here.

use testkit::Wire;

use crate::misbehaviour::{case, check, lines};

#[test]
fn f52_what_has_no_body_or_none_that_matters_is_not_waited_for() {
    let redirect = |more: &str| Wire::hang(format!("HTTP/1.1 302 Found\r\nLocation: /q\r\n{more}"));
    check(&[
        case("204", "", Wire::hang("HTTP/1.1 204 No\r\n\r\n")),
        case(
            "204 with a length",
            "",
            Wire::hang("HTTP/1.1 204 No\r\nContent-Length: 5\r\n\r\n"),
        ),
        case(
            "204 in chunks",
            "",
            Wire::hang("HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n"),
        ),
        case(
            "204 with a body",
            "",
            Wire::close("HTTP/1.1 204 No\r\nContent-Length: 2\r\n\r\nok"),
        ),
        case("304", "", Wire::hang("HTTP/1.1 304 Old\r\n\r\n")),
        case(
            "304 with a length",
            "",
            Wire::hang("HTTP/1.1 304 Old\r\nContent-Length: 5\r\n\r\n"),
        ),
        case(
            "HEAD with a length",
            "-I",
            Wire::hang("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
        ),
        case(
            "HEAD in chunks",
            "-I",
            Wire::hang("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        ),
        case(
            "HEAD with a body",
            "-I",
            Wire::close("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
        ),
        case("100 first", "", lines("\r\nHTTP/1.1 200 OK\r\n")),
        case(
            "100, then 200",
            "",
            Wire::close("HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"),
        ),
        case(
            "103 with lines",
            "",
            Wire::close(
                "HTTP/1.1 103 Early\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
            ),
        ),
        case(
            "many of 102",
            "",
            Wire::close(format!(
                "{}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
                "HTTP/1.1 102 Wait\r\n\r\n".repeat(12)
            )),
        ),
        case(
            "100 and no more",
            "",
            Wire::close("HTTP/1.1 100 Go\r\n\r\n"),
        ),
        case(
            "100 and it hangs",
            "-m 1",
            Wire::hang("HTTP/1.1 100 Go\r\n\r\n"),
        ),
        case(
            "101 that nobody asked for",
            "-m 1",
            Wire::hang("HTTP/1.1 101 Switch\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"),
        )
        .differs(28, 0),
        case("a redirect with an open body", "-L", redirect("\r\nmore")),
        case(
            "a redirect with a length",
            "-L",
            redirect("Content-Length: 99\r\n\r\nmore"),
        )
        .differs(28, 0),
        case(
            "a redirect in chunks",
            "-L",
            redirect("Transfer-Encoding: chunked\r\n\r\n4\r\nmore\r\n"),
        )
        .differs(28, 0),
        case(
            "a redirect, -d",
            "-L -d a=b",
            redirect("Content-Length: 99\r\n\r\nmore"),
        )
        .differs(28, 0),
        case(
            "-f with a length",
            "-f",
            Wire::hang("HTTP/1.1 404 No\r\nContent-Length: 99\r\n\r\nmore"),
        ),
        case(
            "-f with an open body",
            "-f",
            Wire::hang("HTTP/1.1 500 No\r\n\r\nmore"),
        ),
        case(
            "-f in chunks",
            "-f -d a=b",
            Wire::hang("HTTP/1.1 500 No\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nmore\r\n"),
        ),
        case(
            "a redirect without a place",
            "-L",
            Wire::close("HTTP/1.1 302 Found\r\nContent-Length: 2\r\n\r\nok"),
        ),
        case(
            "a redirect to nothing",
            "-L",
            Wire::close("HTTP/1.1 302 Found\r\nLocation:\r\nContent-Length: 2\r\n\r\nok"),
        ),
        case(
            "two places",
            "-L",
            Wire::close(
                "HTTP/1.1 302 Found\r\nLocation: /a\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n",
            ),
        ),
        case(
            "a choice",
            "-L",
            Wire::close("HTTP/1.1 300 Choose\r\nLocation: /a\r\nContent-Length: 0\r\n\r\n"),
        ),
        case(
            "a proxy",
            "-L",
            Wire::close("HTTP/1.1 305 Proxy\r\nLocation: /a\r\nContent-Length: 0\r\n\r\n"),
        ),
        case(
            "a place with 200",
            "-L",
            Wire::close("HTTP/1.1 200 OK\r\nLocation: /a\r\nContent-Length: 0\r\n\r\n"),
        ),
        case(
            "a place with a fragment",
            "-L",
            Wire::close("HTTP/1.1 302 Found\r\nLocation: /a#b\r\nContent-Length: 0\r\n\r\n"),
        ),
        case(
            "a place with spaces",
            "-L",
            Wire::close("HTTP/1.1 302 Found\r\nLocation: /a b?c d\r\nContent-Length: 0\r\n\r\n"),
        ),
        case(
            "401 without a word",
            "",
            Wire::close("HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"),
        ),
        case(
            "407 without a proxy",
            "",
            Wire::close("HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n"),
        ),
        case(
            "408 at once",
            "",
            Wire::close("HTTP/1.1 408 Late\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"),
        ),
        case(
            "417",
            "-d a=b",
            Wire::close("HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n"),
        ),
        case(
            "421",
            "",
            Wire::close("HTTP/1.1 421 Wrong\r\nContent-Length: 0\r\n\r\n"),
        ),
    ]);
}

const NO: &str = "HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno";

#[test]
fn f53_answers_before_the_request_was_sent_count() {
    let body = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(body.path(), vec![b'x'; 900_000]).unwrap();
    let options = &format!("--data-binary @{}", body.path().display());
    let put = &format!("-H Expect: -T {}", body.path().display());
    let failing = &format!("-f {options}");
    check(&[
        case("413 and closed", options, Wire::Early(NO.into())),
        case("413 and closed", put, Wire::Early(NO.into())),
        case("413 and closed, -f", failing, Wire::Early(NO.into())),
        case("closed without a word", options, Wire::Early(Vec::new())),
        case("reset", options, Wire::Reset),
    ]);
}

#[test]
fn f53_packed_answers_are_read_as_curl_reads_them() {
    let packed = |coding: &str, body: &[u8]| {
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Encoding: {coding}\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        Wire::close([head.as_bytes(), body].concat())
    };
    let gzip: &[u8] = &[
        0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 7, 0, 0x86, 0xa6, 0x10,
        0x36, 5, 0, 0, 0,
    ];
    let raw: &[u8] = &[1, 2, 0, 0xfd, 0xff, b'o', b'k'];
    let wrong_sum: &[u8] = &[&gzip[..17], &[0, 0, 0, 0, 5, 0, 0, 0]].concat();
    check(&[
        case("gzip", "--compressed", packed("gzip", gzip)),
        case("x-gzip", "--compressed", packed("x-gzip", gzip)),
        case("GZIP", "--compressed", packed("GZIP", gzip)),
        case("gzip that is none", "--compressed", packed("gzip", b"hello")),
        case("gzip, cut", "--compressed", packed("gzip", &gzip[..14])),
        case("gzip with a wrong sum", "--compressed", packed("gzip", wrong_sum)),
        case("gzip and more", "--compressed", packed("gzip", &[gzip, b"more"].concat())).differs(23, 0),
        case("gzip twice", "--compressed", packed("gzip", &[gzip, gzip].concat())).differs(23, 0),
        case("nothing as gzip", "--compressed", packed("gzip", b"")),
        case("nothing as br", "--compressed", packed("br", b"")),
        case("br that is none", "--compressed", packed("br", b"hello")),
        case("zstd that is none", "--compressed", packed("zstd", b"hello")),
        case("raw deflate", "--compressed", packed("deflate", raw)),
        case("deflate that is none", "--compressed", packed("deflate", b"hello")),
        case("nothing as deflate", "--compressed", packed("deflate", b"")),
        case("identity", "--compressed", packed("identity", b"hello")),
        case("none", "--compressed", packed("none", b"hello")),
        case("an unknown coding", "--compressed", packed("foo", b"hello")),
        case("two codings", "--compressed", packed("gzip, identity", gzip)),
        case("gzip that nobody asked for", "", packed("gzip", b"hello")),
        case("an unknown coding that nobody asked for", "", packed("foo", b"hello")),
        case("HEAD", "--compressed -I", packed("gzip", b"")),
        case("204", "--compressed", Wire::hang("HTTP/1.1 204 No\r\nContent-Encoding: gzip\r\n\r\n")),
        case("304", "--compressed", Wire::hang("HTTP/1.1 304 Old\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\n")),
        case("in chunks", "--compressed", Wire::close([b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n19\r\n".as_slice(), gzip, b"\r\n0\r\n\r\n"].concat())),
        case("until the end", "--compressed", Wire::close([b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n".as_slice(), gzip].concat())),
    ]);
}
