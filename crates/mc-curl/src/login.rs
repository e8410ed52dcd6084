//! Logging in where the server asks for it: Digest, and Basic where both are allowed.
//!
//! As curl does: with Digest alone, what has a body goes out without it first, and an answer that asks
//! for nothing brings the body after it. What the server said is used for all requests of a transfer.

use http::header::{HeaderMap, WWW_AUTHENTICATE};
use url::Url;

use crate::digest::{Asked, Digest};
use crate::request::{Credentials, Hop, Kind, Request};

/// The ways to log in that `-u` may take.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Schemes {
    pub(crate) basic: bool,
    pub(crate) digest: bool,
}

impl Schemes {
    /// Whether Basic goes out before anybody asks.
    pub(crate) const fn ahead(self) -> bool {
        !self.digest
    }
}

/// What a transfer knows of how to log in.
#[derive(Default)]
pub(crate) struct Login {
    picked: Option<Picked>,
    /// Whether a request without its body was answered as if nobody need log in.
    open: bool,
    /// Whether the answer under way is to a second challenge, which said that the first was too old.
    renewed: bool,
}

enum Picked {
    Basic,
    Digest(Digest),
}

impl Login {
    /// Adds to a hop what there is to say, or takes its body away.
    pub(crate) fn sign(&mut self, request: &Request, url: &Url, hop: &mut Hop) {
        let schemes = request.settings.schemes;
        (hop.authorization, hop.bare) = (None, false);
        let Some(credentials) = hop.told().filter(|_| !schemes.ahead()).cloned() else {
            return;
        };
        match (&mut self.picked, &credentials) {
            (Some(Picked::Digest(digest)), Credentials::Basic { user, password }) => {
                let method = request.method_for(hop.kind);
                let body = request.body_for(hop.kind);
                let asked = Asked {
                    method: method.as_str(),
                    url,
                    body: body.map(AsRef::as_ref).unwrap_or_default(),
                };
                hop.authorization = Some(digest.answer(user, password, &asked));
            }
            (Some(_), _) => hop.authorization = Some(credentials.header()),
            (None, _) => {
                let body = matches!(hop.kind, Kind::Post | Kind::Form | Kind::Put);
                hop.bare = body && !schemes.basic && !self.open;
            }
        }
    }

    /// Whether the same goes out once more after this answer.
    pub(crate) fn again(
        &mut self,
        request: &Request,
        hop: &Hop,
        status: u16,
        headers: &HeaderMap,
    ) -> bool {
        let schemes = request.settings.schemes;
        if schemes.ahead() || hop.told().is_none() {
            return false;
        }
        if status != 401 {
            self.renewed = false;
            self.open |= hop.bare && status < 300;
            return hop.bare && status < 300;
        }
        let digest = || challenges(headers).find_map(|one| Digest::new(&one));
        let picked = match &self.picked {
            None => digest().map(Picked::Digest).or_else(|| {
                let basic = challenges(headers).any(|one| one.is("basic"));
                (schemes.basic && basic).then_some(Picked::Basic)
            }),
            Some(Picked::Digest(_)) if !self.renewed => {
                self.renewed = true;
                digest().filter(Digest::is_renewed).map(Picked::Digest)
            }
            Some(_) => None,
        };
        let again = picked.is_some();
        self.picked = picked.or(self.picked.take());
        again
    }
}

/// One way to log in, as `WWW-Authenticate` offers it (RFC 9110, 11.6.1).
pub(crate) struct Challenge {
    scheme: String,
    params: Vec<(String, String)>,
}

impl Challenge {
    /// Reads challenges as leniently as curl does: devices write them by hand.
    pub(crate) fn parse(text: &str) -> Vec<Self> {
        const SPACE: [char; 2] = [' ', '\t'];
        let mut found: Vec<Self> = Vec::new();
        let mut rest = text;
        loop {
            rest = rest.trim_start_matches([' ', '\t', ',', '=']);
            if rest.is_empty() {
                return found;
            }
            let end = rest.find([' ', '\t', ',', '=']).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            let value = after.trim_start_matches(SPACE).strip_prefix('=');
            if let (Some(value), Some(challenge)) = (value, found.last_mut()) {
                let (value, left) = parameter(value.trim_start_matches(SPACE));
                challenge.params.push((word.to_owned(), value));
                rest = left;
            } else {
                found.push(Self {
                    scheme: word.to_owned(),
                    params: Vec::new(),
                });
                rest = after;
            }
        }
    }

    pub(crate) fn is(&self, scheme: &str) -> bool {
        self.scheme.eq_ignore_ascii_case(scheme)
    }

    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        let mut params = self.params.iter();
        let found = params.find(|(given, _)| given.eq_ignore_ascii_case(name))?;
        Some(&found.1)
    }
}

fn challenges(headers: &HeaderMap) -> impl Iterator<Item = Challenge> {
    let values = headers.get_all(WWW_AUTHENTICATE).iter();
    values.flat_map(|value| Challenge::parse(&String::from_utf8_lossy(value.as_bytes())))
}

/// A token or quoted string, and what follows it.
fn parameter(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([' ', '\t', ',']).unwrap_or(text.len());
        return (text[..end].to_owned(), &text[end..]);
    };
    let mut value = String::new();
    let mut characters = quoted.char_indices();
    while let Some((at, c)) = characters.next() {
        match c {
            '"' => return (value, &quoted[at + 1..]),
            '\\' => value.extend(characters.next().map(|(_, escaped)| escaped)),
            other => value.push(other),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_challenges_stand_in_a_line() {
        let all = Challenge::parse(
            r#"Negotiate, Basic realm="a, \"b\"", Digest nonce=x , qop="auth,auth-int",realm = ä"#,
        );
        let schemes: Vec<_> = all.iter().map(|one| one.scheme.as_str()).collect();
        assert_eq!(schemes, ["Negotiate", "Basic", "Digest"]);
        assert_eq!(all[1].param("Realm"), Some(r#"a, "b""#));
        assert_eq!(all[2].param("qop"), Some("auth,auth-int"));
        assert_eq!(all[2].param("nonce"), Some("x"));
        assert_eq!(all[2].param("realm"), Some("ä"));
    }

    #[test]
    fn what_is_no_challenge_ends() {
        for text in [
            "",
            ",",
            "=",
            "= =",
            "Digest =",
            "Digest a=\"",
            "Digest a=\"\\",
            "NTLM TlRMTVNT==",
        ] {
            assert!(Challenge::parse(text).len() < 2, "{text}");
        }
    }
}
