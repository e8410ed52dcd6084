//! What a server asks of those who log in.

use http::header::{HeaderMap, WWW_AUTHENTICATE};

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

pub(crate) fn challenges(headers: &HeaderMap) -> impl Iterator<Item = Challenge> {
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
