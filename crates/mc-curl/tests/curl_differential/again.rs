//! Connections and tunnels in bad order: with the real curl and here.

use testkit::{Recorder, TestCa, Wire};

use crate::misbehaviour::{case, check};

/// What is left on a connection, or comes on it unasked, is no answer to the next request.
#[test]
fn f51_what_is_left_on_a_connection_does_not_harm_the_next_call() {
    const OK: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    let late = "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";
    let keep = |more: &str| Wire::keep(format!("{OK}{more}"));
    let bare = |head: &str| Wire::keep(format!("{head}\r\n\r\n"));
    check(&[
        case("nothing", "{url} {url}", keep("")),
        case("408 unasked", "{url} {url}", keep(late)),
        case(
            "408 unasked, and closed",
            "{url} {url}",
            Wire::close(format!("{OK}{late}")),
        ),
        case("another answer unasked", "{url} {url}", keep(OK)),
        case("an empty line", "{url} {url}", keep("\r\n")),
        case("more than it said", "{url} {url}", keep(" and more")),
        case(
            "it says close and stays",
            "{url} {url}",
            Wire::keep("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok"),
        ),
        case(
            "it says both",
            "{url} {url}",
            Wire::keep(
                "HTTP/1.1 200 OK\r\nConnection: keep-alive, close\r\nContent-Length: 2\r\n\r\nok",
            ),
        ),
        case(
            "HTTP/1.0 that says nothing",
            "{url} {url}",
            Wire::keep("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok"),
        ),
        case(
            "HTTP/1.0 that stays",
            "{url} {url}",
            Wire::keep("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok"),
        ),
        case(
            "204 with a body",
            "{url} {url}",
            bare("HTTP/1.1 204 No\r\nContent-Length: 2\r\n\r\nok"),
        ),
        case(
            "304 with a length",
            "{url} {url}",
            bare("HTTP/1.1 304 Old\r\nContent-Length: 9"),
        ),
        case("HEAD with a body", "-I {url} {url}", keep("")),
        case(
            "more behind the last chunk",
            "{url} {url}",
            Wire::keep(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n\r\n",
            ),
        ),
        case("closed at once", "{url} {url}", Wire::close(OK)),
        case(
            "a failure with an open body",
            "-f {url} {url}",
            Wire::hang("HTTP/1.1 500 No\r\nContent-Length: 9\r\n\r\nmore"),
        ),
        case("POST, 408 unasked", "-d a=b {url} {url}", keep(late)),
        case(
            "POST, another answer unasked",
            "-d a=b {url} {url}",
            keep(OK),
        ),
    ]);
}

#[test]
fn f53_answers_of_a_proxy_to_connect_are_read_as_curl_reads_them() {
    let server = Recorder::start_tls(&TestCa::new().server());
    let secret = server.url("/s");
    let options = |more: &str| format!("-k {more} --noproxy none -x {{url}} {secret}");
    let to = server.address();
    let tunnel = |answer: String| Wire::Tunnel(answer.into_bytes(), to);
    let head = |head: &str| tunnel(format!("{head}\r\n\r\n"));
    let plain = options("");
    check(&[
        case("200", &plain, head("HTTP/1.1 200 OK")),
        case(
            "HTTP/1.0",
            &plain,
            head("HTTP/1.0 200 Connection established"),
        ),
        case("no reason", &plain, head("HTTP/1.1 200")),
        case("another success", &plain, head("HTTP/1.1 201 Made")).differs(0, 56),
        case(
            "a length of 0",
            &plain,
            head("HTTP/1.1 200 OK\r\nContent-Length: 0"),
        ),
        case(
            "chunks",
            &plain,
            head("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked"),
        ),
        case(
            "close",
            &plain,
            head("HTTP/1.1 200 OK\r\nConnection: close"),
        ),
        case(
            "keep-alive",
            &plain,
            head("HTTP/1.1 200 OK\r\nProxy-Connection: keep-alive"),
        ),
        case(
            "100 lines",
            &plain,
            head(&format!("HTTP/1.1 200 OK{}", "\r\nX: a".repeat(100))),
        ),
        case(
            "9 KB",
            &plain,
            head(&format!("HTTP/1.1 200 OK\r\nX: {}", "a".repeat(9000))),
        )
        .differs(0, 56),
        case(
            "100 before",
            &plain,
            head("HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 200 OK"),
        ),
        case(
            "line feeds alone",
            &plain,
            tunnel("HTTP/1.1 200 OK\n\n".to_owned()),
        ),
        case("small letters", &plain, head("http/1.1 200 ok")),
        case(
            "403 with a body",
            &plain,
            Wire::close("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno"),
        ),
        case(
            "403 that hangs",
            &plain,
            Wire::hang("HTTP/1.1 403 No\r\nContent-Length: 9\r\n\r\nno"),
        ),
        case(
            "407",
            &plain,
            Wire::close(
                "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n",
            ),
        ),
        case(
            "502",
            &plain,
            Wire::close("HTTP/1.1 502 Bad\r\nContent-Length: 0\r\n\r\n"),
        ),
        case(
            "503, -f",
            &options("-f"),
            Wire::close("HTTP/1.1 503 Bad\r\n\r\n"),
        )
        .differs(22, 56),
        case(
            "a redirect",
            &options("-L"),
            Wire::close("HTTP/1.1 302 Go\r\nLocation: http://127.0.0.1:1/\r\n\r\n"),
        ),
        case("nothing", &plain, Wire::close("")),
        case("half a head", &plain, Wire::close("HTTP/1.1 200 O")),
        case("no HTTP", &plain, Wire::close("go away\r\n\r\n")),
        case("a reset", &plain, Wire::Reset),
        case("it hangs", &options("-m 1"), Wire::hang("")),
    ]);
}
