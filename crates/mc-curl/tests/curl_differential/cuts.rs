//! A connection that is cut at every byte of the request and of the answer: the call comes to the same end as with the
//! real curl, and nothing arrives twice.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::time::Duration;

use testkit::{Answer, Cut, CutRelay, Recorder, TestCa, Watchdog};

use crate::misbehaviour::{ours, real};

const ANSWER: &str = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

/// The way from a client to the recorder that must not see anything twice.
struct Way {
    server: Recorder,
    proxy: Option<Recorder>,
}

impl Way {
    fn plain() -> Self {
        let server = Recorder::start();
        server.always(Answer::ok("hello"));
        Self {
            server,
            proxy: None,
        }
    }

    fn encrypted(by_proxy: bool) -> Self {
        let server = Recorder::start_tls(&TestCa::new().server());
        server.always(Answer::ok("hello"));
        let proxy = by_proxy.then(|| {
            let proxy = Recorder::start();
            proxy.always(Answer::tunnel(server.address()));
            proxy
        });
        Self { server, proxy }
    }

    /// Sends a call on it, its first connections, or only the first, cut; the exit code, and what was carried.
    fn send(
        &self,
        program: fn(&str) -> i32,
        options: &str,
        cut: Cut,
        call: &str,
    ) -> (i32, (usize, usize)) {
        let relay = CutRelay::start(self.entrance(), cut, true);
        let at = relay.address();
        let line = if self.proxy.is_some() {
            let url = self.server.url("/");
            format!("curl -k -m 8 -A x {options} -x http://{at} {url}{call}")
        } else {
            let there = self.server.address().to_string();
            let url = self.server.url("/").replace(&there, &at.to_string());
            format!("curl -k -m 8 -A x {options} {url}{call}")
        };
        let code = program(&line);
        (code, relay.carried())
    }

    fn entrance(&self) -> SocketAddr {
        self.proxy.as_ref().unwrap_or(&self.server).address()
    }

    /// How often each call arrived.
    fn arrived(&self) -> HashMap<String, usize> {
        let mut calls = HashMap::new();
        for request in self.server.requests() {
            *calls.entry(request.target).or_default() += 1;
        }
        calls
    }
}

fn begin() -> bool {
    super::curl_is_there()
}

#[test]
fn f51_plain_calls_cut_at_every_byte_end_as_curls_do_and_arrive_once() {
    let _watchdog = Watchdog::start("cut at every byte", Duration::from_mins(4));
    if !begin() {
        return;
    }
    for options in ["", "-d a=b"] {
        let way = Way::plain();
        let (code, carried) = way.send(real, options, Cut::Never, "c000");
        assert_eq!((code, carried.1), (0, ANSWER.len()));
        assert_eq!(way.send(ours, options, Cut::Never, "h000"), (0, carried));
        let request = (0..carried.0).map(Cut::Request);
        let cuts = request.chain((0..=carried.1).map(Cut::Answer));
        for (number, cut) in cuts.enumerate() {
            let (curl, _) = way.send(real, options, cut, &format!("c{number:03}"));
            let (here, _) = way.send(ours, options, cut, &format!("h{number:03}"));
            // A head of which the first line came is enough for curl.
            let in_head = |bytes| ("HTTP/1.1 200 OK\r\n".len()..ANSWER.len() - 5).contains(&bytes);
            if matches!(cut, Cut::Answer(bytes) if in_head(bytes)) {
                assert!(here != 0, "{options} {cut:?}: {here}");
            } else {
                assert_eq!(
                    curl == 0,
                    here == 0,
                    "{options} {cut:?}: curl {curl}, here {here}"
                );
            }
        }
        let twice: Vec<_> = way
            .arrived()
            .into_iter()
            .filter(|(_, count)| *count > 1)
            .collect();
        assert!(twice.is_empty(), "{options}: {twice:?}");
    }
}

/// Encrypted, the two send different bytes: each is held to what it has itself carried.
fn encrypted(by_proxy: bool) {
    let _watchdog = Watchdog::start("cut while encrypted", Duration::from_mins(8));
    if !begin() {
        return;
    }
    // Every byte takes minutes; some of them on each day show what they show.
    let step = if std::env::var_os("MC_EVERY_BYTE").is_some() {
        1
    } else {
        61
    };
    for options in ["", "-d a=b"] {
        let way = Way::encrypted(by_proxy);
        for (name, program) in [("curl", real as fn(&str) -> i32), ("here", ours)] {
            let (code, (up, down)) = way.send(program, options, Cut::Never, name);
            assert_eq!(code, 0, "{name} {options}");
            // The client's last record is its goodbye; and signatures differ by some bytes in length.
            let (up, down) = (up - 64, down - 8);
            let request = (0..up).step_by(step).map(Cut::Request);
            let end = (down.saturating_sub(40)..down).step_by(step.min(7));
            let answer = (0..down).step_by(step).chain(end).map(Cut::Answer);
            for (number, cut) in request.chain(answer).enumerate() {
                let (code, _) = way.send(program, options, cut, &format!("{name}{number}"));
                assert!(![0, 28].contains(&code), "{name} {options} {cut:?}: {code}");
            }
        }
        let twice: Vec<_> = way
            .arrived()
            .into_iter()
            .filter(|(_, count)| *count > 1)
            .collect();
        assert!(twice.is_empty(), "{options}: {twice:?}");
    }
}

#[test]
fn f51_encrypted_calls_that_are_cut_fail_and_arrive_once() {
    encrypted(false);
}

#[test]
fn f51_calls_through_a_tunnel_that_are_cut_fail_and_arrive_once() {
    encrypted(true);
}

#[test]
fn f51_a_connection_used_again_that_is_cut_at_any_byte_loses_and_doubles_nothing() {
    let _watchdog = Watchdog::start("cut when used again", Duration::from_mins(4));
    if !begin() {
        return;
    }
    let both = |relay: &CutRelay, options: &str, call: &str| {
        let at = relay.address();
        format!("curl -m 8 -A x {options} --fail-early http://{at}/{call}a http://{at}/{call}b")
    };
    for (options, doubles) in [
        ("", true),
        ("-X PUT -d a=b", true),
        ("-d a=b", false),
        ("-X PATCH -d a=b", false),
    ] {
        let way = Way::plain();
        let (code, (up, down)) = way.send(ours, options, Cut::Never, "h000a");
        assert_eq!(code, 0);
        way.server.clear();
        let request = (1..up).map(|at| Cut::Request(up + at));
        let answer = (0..=down).map(|at| Cut::Answer(down + at));
        for (number, cut) in request.chain(answer).enumerate() {
            let relay = CutRelay::start(way.entrance(), cut, false);
            let here = ours(&both(&relay, options, &format!("h{number:03}")));
            let relay = CutRelay::start(way.entrance(), cut, false);
            let curl = real(&both(&relay, options, &format!("c{number:03}")));
            // What curl brings to its end, we do; and more, since the head of an answer is asked for again.
            assert!(
                here == 0 || curl != 0,
                "{options} {cut:?}: curl {curl}, here {here}"
            );
            let in_body =
                matches!(cut, Cut::Answer(bytes) if (2 * down - 5..2 * down).contains(&bytes));
            assert_eq!(
                here,
                if doubles && in_body { 18 } else { 0 },
                "{options} {cut:?}"
            );
        }
        for (call, count) in way.arrived() {
            let most = if doubles { 2 } else { 1 };
            assert!(
                call.starts_with("/c") || count <= most,
                "{options} {call}: {count}"
            );
        }
    }
}
