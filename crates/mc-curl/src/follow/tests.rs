//! What redirects make of a request, as curl's manual page has it.

use mc_template::{Names, Numbers, Scope, Values};

use super::*;
use crate::CurlCommand;

/// What goes out where, one line for each request: the method, and the headers that a redirect decides about.
fn sent(line: &str, hops: &[(u16, &str)]) -> Vec<String> {
    let command = CurlCommand::parse(line, &Names::call()).unwrap();
    let (values, numbers) = (Values::new(), Numbers::default());
    let request = &command.requests(&Scope::new(&values, &numbers)).unwrap()[0];
    let said = |hop: &Hop| {
        let method = request.method_for(hop.kind);
        let headers = request.headers_for(hop).into_iter();
        let decided = |name: &str| {
            ["Authorization", "Cookie", "Host", "Referer"]
                .iter()
                .any(|other| name.eq_ignore_ascii_case(other))
        };
        headers
            .filter(|(name, _)| decided(name))
            .fold(method.to_string(), |said, (name, value)| {
                format!("{said} {name}={value}")
            })
    };
    let mut hop = request.first_hop();
    let mut lines = vec![said(&hop)];
    let mut url = request.url.clone();
    for (status, next) in hops {
        let mut next = url.join(next).unwrap();
        hop = redirected(request, &hop, *status, &url, &mut next);
        url = next;
        lines.push(said(&hop));
    }
    lines
}

#[track_caller]
fn check(line: &str, hops: &[(u16, &str)], expected: &[&str]) {
    assert_eq!(sent(line, hops), expected, "{line} {hops:?}");
}

const A_B: &str = "GET Authorization=Basic YTpi";

#[test]
fn a_user_is_told_to_the_first_server_alone() {
    let line = "curl -L -u a:b http://crm.example/";
    check(
        line,
        &[(302, "/x"), (302, "//crm.example:80/")],
        &[A_B, A_B, A_B],
    );
    check(
        line,
        &[(302, "//other.example/"), (302, "//crm.example/")],
        &[A_B, "GET", A_B],
    );
    // Once another port or scheme was seen on the way, not even there again.
    check(
        line,
        &[
            (302, "//crm.example:81/"),
            (302, "//crm.example/"),
            (302, "/x"),
        ],
        &[A_B, "GET", "GET", "GET"],
    );
    check(
        line,
        &[(302, "//crm.example:81/"), (302, "//crm.example/")],
        &[A_B, "GET", "GET"],
    );
    check(
        line,
        &[(302, "https://crm.example/"), (302, "http://crm.example/")],
        &[A_B, "GET", "GET"],
    );
    check(line, &[(302, "https://crm.example:80/")], &[A_B, "GET"]);
    let trusted = "curl --location-trusted -u a:b http://crm.example/";
    check(
        trusted,
        &[
            (302, "//other.example:81/"),
            (302, "https://third.example/"),
        ],
        &[A_B, A_B, A_B],
    );
}

#[test]
fn a_user_of_an_address_lasts_until_another_has_one() {
    let (first, other) = (
        "curl -L http://a:b@crm.example/",
        "GET Authorization=Basic Yzpk",
    );
    check(
        first,
        &[(302, "/x"), (302, "//c:d@crm.example/"), (302, "/y")],
        &[A_B, A_B, other, other],
    );
    check(first, &[(302, "//c:d@other.example/")], &[A_B, "GET"]);
    // One given with an option stays.
    let given = "curl -L -u a:b http://crm.example/";
    check(given, &[(302, "//c:d@crm.example/")], &[A_B, A_B]);
}

#[test]
fn secrets_in_headers_are_told_to_the_first_server_alone() {
    let line = "curl -L -H 'authorization: k' -H 'Cookie: c' -H 'Host: h' http://crm.example/";
    let all = "GET authorization=k Cookie=c Host=h";
    check(
        line,
        &[(302, "//other.example/"), (302, "//crm.example/")],
        &[all, "GET", all],
    );
    // The host is the same behind another port.
    check(line, &[(302, "//crm.example:81/")], &[all, "GET Host=h"]);
    check(line, &[(302, "https://crm.example/")], &[all, "GET Host=h"]);
    let cookie = "curl -L -b c=1 http://crm.example/";
    check(
        cookie,
        &[(302, "//other.example/"), (302, "//crm.example/")],
        &["GET Cookie=c=1", "GET", "GET Cookie=c=1"],
    );
    let trusted = line.replace("-L", "--location-trusted");
    check(
        &trusted,
        &[(302, "//other.example/")],
        &[all, "GET authorization=k Cookie=c"],
    );
}

#[test]
fn what_a_status_makes_of_a_method() {
    let upload = format!("-T '{}/Cargo.toml'", env!("CARGO_MANIFEST_DIR"));
    for (options, statuses) in [
        (&*upload, ["PUT", "PUT", "GET", "PUT", "PUT"]),
        ("-d x", ["GET", "GET", "GET", "POST", "POST"]),
        ("-F x=y", ["GET", "GET", "GET", "POST", "POST"]),
        ("-d x --post301", ["POST", "GET", "GET", "POST", "POST"]),
        ("-d x --post302", ["GET", "POST", "GET", "POST", "POST"]),
        ("-d x --post303", ["GET", "GET", "POST", "POST", "POST"]),
        ("-I", ["HEAD"; 5]),
        ("-X PATCH -d x", ["PATCH"; 5]),
    ] {
        for (status, expected) in [301, 302, 303, 307, 308].into_iter().zip(statuses) {
            let line = format!("curl -L {options} http://crm.example/");
            let sent = sent(&line, &[(status, "/x")]);
            assert_eq!(sent[1], expected, "{line} {status}");
        }
    }
}

#[test]
fn a_referer_is_the_address_before_without_its_fragment() {
    let line = "curl -L -e ';auto' http://crm.example/a#b";
    let expected = [
        "GET",
        "GET Referer=http://crm.example/a",
        "GET Referer=http://crm.example/c",
    ];
    check(line, &[(302, "/c"), (302, "/d")], &expected);
    check(
        "curl -L -e http://r.example/ http://crm.example/",
        &[(302, "/c")],
        &["GET Referer=http://r.example/"; 2],
    );
}
