//! Who may push a call: decided from the head of the request alone.

use http::{Method, StatusCode, header, request::Parts};
use ipnet::IpNet;
use mc_template::variables::canonical;
use std::net::IpAddr;

use crate::web::{Denial, digest, host, same};

/// Where calls are pushed to.
const PATH: &str = "/v1/calls";

/// The rules.
pub(crate) struct Admission {
    token: [u8; 32],
    allow_from: Vec<IpNet>,
    hosts: Vec<String>,
}

impl std::fmt::Debug for Admission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Admission")
            .field("hosts", &self.hosts)
            .finish_non_exhaustive()
    }
}

impl Admission {
    pub(crate) fn new(token: &str, allow_from: Vec<IpNet>, hosts: Vec<String>) -> Self {
        Self {
            token: digest(token),
            allow_from,
            hosts,
        }
    }

    /// Whether this address may call at all.
    pub(crate) fn lets_in(&self, peer: IpAddr) -> bool {
        let peer = peer.to_canonical();
        self.allow_from.is_empty() || self.allow_from.iter().any(|net| net.contains(&peer))
    }

    /// Whether the request may be read.
    pub(crate) fn check(&self, head: &Parts, local: IpAddr) -> Result<(), Denial> {
        // A browser sends one with every request that a page makes to somewhere else: no page is to reach this.
        if head.headers.contains_key(header::ORIGIN) {
            return Err(Denial::new(
                StatusCode::FORBIDDEN,
                "origin",
                "requests of web pages are refused",
            ));
        }
        self.check_host(head, local.to_canonical())?;
        self.check_token(head)?;
        if head.uri.path() != PATH {
            return Err(Denial::new(
                StatusCode::NOT_FOUND,
                "path",
                "there is nothing here but /v1/calls",
            ));
        }
        if head.method != Method::POST {
            return Err(Denial::new(
                StatusCode::METHOD_NOT_ALLOWED,
                "method",
                "calls are pushed with POST",
            ));
        }
        let query = head.uri.query().unwrap_or_default().as_bytes();
        if url::form_urlencoded::parse(query).any(|(name, _)| canonical(&name).is_some()) {
            return Err(Denial::new(
                StatusCode::BAD_REQUEST,
                "query",
                "the values of a call stand in the body, not in the address",
            ));
        }
        Ok(())
    }

    /// A page can make its own name point here (DNS rebinding), but not send another name than its own.
    fn check_host(&self, head: &Parts, local: IpAddr) -> Result<(), Denial> {
        let Some(name) = host(head).and_then(host_name) else {
            return Err(Denial::new(
                StatusCode::BAD_REQUEST,
                "host",
                "there must be one Host header",
            ));
        };
        let ours = match name.parse::<IpAddr>() {
            Ok(address) => {
                let same = |set: &String| set.parse().is_ok_and(|set: IpAddr| set == address);
                address.to_canonical() == local || self.hosts.iter().any(same)
            }
            Err(_) => {
                self.hosts
                    .iter()
                    .any(|host| host.trim_end_matches('.').eq_ignore_ascii_case(name))
                    || (local.is_loopback() && name.eq_ignore_ascii_case("localhost"))
            }
        };
        if ours {
            Ok(())
        } else {
            Err(Denial::new(
                StatusCode::FORBIDDEN,
                "host",
                "this is not a name of this workstation; see listen.hosts",
            ))
        }
    }

    fn check_token(&self, head: &Parts) -> Result<(), Denial> {
        let mut given = head.headers.get_all(header::AUTHORIZATION).iter();
        let token = match (given.next().map(|value| value.to_str()), given.next()) {
            (Some(Ok(value)), None) => value
                .split_once(' ')
                .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
                .map(|(_, token)| token.trim()),
            _ => None,
        };
        match token {
            Some(token) if same(&digest(token), &self.token) => Ok(()),
            Some(_) => Err(Denial::new(
                StatusCode::UNAUTHORIZED,
                "token",
                "the token is wrong",
            )),
            None => Err(Denial::new(
                StatusCode::UNAUTHORIZED,
                "token",
                "a token is needed: Authorization: Bearer <token>",
            )),
        }
    }
}

/// The name or address in `name:port` or `[address]:port`.
fn host_name(host: &str) -> Option<&str> {
    let (name, rest) = match host.strip_prefix('[') {
        Some(address) => address.split_once(']')?,
        None => host.split_at(host.find(':').unwrap_or(host.len())),
    };
    let port = rest.strip_prefix(':').unwrap_or(rest);
    let sound = !name.is_empty() && port.chars().all(|c| c.is_ascii_digit());
    sound.then(|| name.trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Request;

    const LOCAL: &str = "10.1.2.3";

    fn admission() -> Admission {
        Admission::new(
            "secret",
            vec!["10.1.0.0/16".parse().unwrap()],
            vec![
                "PC17".into(),
                "pc17.example.com".into(),
                "192.0.2.7".into(),
                "2001:db8::7".into(),
            ],
        )
    }

    fn request(change: impl FnOnce(http::request::Builder) -> http::request::Builder) -> Parts {
        let plain = Request::post("/v1/calls")
            .header("host", "10.1.2.3:7431")
            .header("authorization", "Bearer secret");
        change(plain).body(()).unwrap().into_parts().0
    }

    fn judged(head: &Parts, local: &str, peer: &str) -> Result<(), (u16, &'static str)> {
        let admission = admission();
        let denial = if admission.lets_in(peer.parse().unwrap()) {
            admission.check(head, local.parse().unwrap())
        } else {
            Err(Denial::peer())
        };
        denial.map_err(|denial| (denial.status.as_u16(), denial.code))
    }

    fn with_host(host: &str) -> Result<(), (u16, &'static str)> {
        let head = Request::post("/v1/calls")
            .header("host", host)
            .header("authorization", "bearer secret");
        judged(&head.body(()).unwrap().into_parts().0, LOCAL, "10.1.9.9")
    }

    #[test]
    fn an_allowed_peer_with_the_token_is_let_in() {
        assert_eq!(judged(&request(|r| r), LOCAL, "10.1.9.9"), Ok(()));
        assert_eq!(
            judged(&request(|r| r), "::ffff:10.1.2.3", "::ffff:10.1.9.9"),
            Ok(()),
            "a dual-stack socket"
        );
    }

    #[test]
    fn others_are_not() {
        assert_eq!(
            judged(&request(|r| r), LOCAL, "10.2.9.9"),
            Err((403, "peer"))
        );
        assert_eq!(
            judged(&request(|r| r.header("origin", "null")), LOCAL, "10.1.9.9"),
            Err((403, "origin"))
        );
        assert_eq!(
            judged(&request(|r| r.uri("/v1/other")), LOCAL, "10.1.9.9"),
            Err((404, "path"))
        );
        assert_eq!(
            judged(&request(|r| r.method("GET")), LOCAL, "10.1.9.9"),
            Err((405, "method"))
        );
        for (query, expected) in [
            ("/v1/calls?ANumber=49303&CallID=q", Err((400, "query"))),
            ("/v1/calls?v=1&caller=49303", Err((400, "query"))),
            ("/v1/calls?v=1", Ok(())),
        ] {
            let judged = judged(&request(|r| r.uri(query)), LOCAL, "10.1.9.9");
            assert_eq!(judged, expected, "{query}");
        }
    }

    #[test]
    fn only_our_own_names_are_ours() {
        for host in [
            "10.1.2.3",
            "10.1.2.3:7431",
            "pc17",
            "PC17:1",
            "pc17.example.com",
            "pc17.example.com.:80",
            // As it is known outside, behind a translation of addresses.
            "192.0.2.7:7431",
            "[2001:DB8:0::7]:7431",
        ] {
            assert_eq!(with_host(host), Ok(()), "{host}");
        }
        for host in [
            "evil.example",
            "10.1.2.4",
            "localhost",
            "pc17.example.com.evil.example",
            "127.0.0.1",
        ] {
            assert_eq!(with_host(host), Err((403, "host")), "{host}");
        }
        for host in ["", ":80", "pc17:80x", "[::1", "pc17:80@x"] {
            assert_eq!(with_host(host), Err((400, "host")), "{host}");
        }
    }

    #[test]
    fn a_loopback_listener_is_localhost_too() {
        let open = Admission::new("secret", Vec::new(), Vec::new());
        for (host, local) in [("localhost:7431", "127.0.0.1"), ("[::1]:7431", "::1")] {
            let head = Request::post("/v1/calls")
                .header("host", host)
                .header("authorization", "Bearer secret");
            let head = head.body(()).unwrap().into_parts().0;
            assert_eq!(open.check(&head, local.parse().unwrap()), Ok(()), "{host}");
        }
        // A page whose own name leads to this computer.
        let rebound = Request::post("/v1/calls")
            .header("host", "evil.example:7431")
            .header("authorization", "Bearer secret");
        let head = rebound.body(()).unwrap().into_parts().0;
        let denial = open.check(&head, IpAddr::from([127, 0, 0, 1])).unwrap_err();
        assert_eq!((denial.status.as_u16(), denial.code), (403, "host"));
    }

    #[test]
    fn a_request_is_for_one_host_and_its_first_line_goes_before_the_header() {
        let asked = |uri: &str, hosts: &[&str]| {
            let mut request = Request::post(uri).header("authorization", "Bearer secret");
            for host in hosts {
                request = request.header("host", *host);
            }
            judged(&request.body(()).unwrap().into_parts().0, LOCAL, "10.1.9.9")
        };
        assert_eq!(asked("http://pc17:7431/v1/calls", &[]), Ok(()));
        assert_eq!(asked("http://pc17/v1/calls", &["evil.example"]), Ok(()));
        assert_eq!(
            asked("http://evil.example/v1/calls", &["pc17"]),
            Err((403, "host"))
        );
        assert_eq!(asked("/v1/calls", &[]), Err((400, "host")));
        assert_eq!(asked("/v1/calls", &["pc17", "pc17"]), Err((400, "host")));
    }

    #[test]
    fn the_token_is_needed_whole_and_once() {
        for given in [
            "Bearer secre",
            "Bearer secrets",
            "Bearer",
            "Basic secret",
            "secret",
            "Bearer Secret",
            "",
        ] {
            let head = Request::post("/v1/calls")
                .header("host", LOCAL)
                .header("authorization", given);
            let head = head.body(()).unwrap().into_parts().0;
            assert_eq!(
                judged(&head, LOCAL, "10.1.9.9"),
                Err((401, "token")),
                "{given}"
            );
        }
        let twice = request(|r| r.header("authorization", "Bearer secret"));
        assert_eq!(judged(&twice, LOCAL, "10.1.9.9"), Err((401, "token")));
        let shown = format!("{:?}", admission());
        assert!(
            shown.contains("PC17") && !shown.contains("secret"),
            "{shown}"
        );
    }
}
