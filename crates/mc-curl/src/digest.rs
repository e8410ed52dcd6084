//! Digest access authentication (RFC 7616), written as curl writes it.

use std::fmt::Write as _;

use md5::Md5;
use sha2::Sha256;
use url::{Position, Url};

use crate::challenge::Challenge;
use crate::random::random;

/// A server's challenge, and how often it was answered.
pub(crate) struct Digest {
    realm: String,
    nonce: String,
    opaque: Option<String>,
    /// As the server spells it.
    algorithm: Option<String>,
    hash: Hash,
    session: bool,
    quality: Option<Quality>,
    user_hash: bool,
    renewed: bool,
    client_nonce: String,
    count: u32,
}

#[derive(Clone, Copy)]
enum Hash {
    Md5,
    Sha256,
}

/// What is protected.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Quality {
    Auth,
    /// The body too.
    AuthInt,
}

impl Quality {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Auth => "auth",
            Self::AuthInt => "auth-int",
        }
    }
}

/// What is asked for.
pub(crate) struct Asked<'r> {
    pub(crate) method: &'r str,
    pub(crate) url: &'r Url,
    pub(crate) body: &'r [u8],
}

impl Digest {
    /// None for another scheme, and for an algorithm that is not known.
    pub(crate) fn new(challenge: &Challenge) -> Option<Self> {
        let is_true = |name| {
            let value = challenge.param(name);
            value.is_some_and(|value| value.eq_ignore_ascii_case("true"))
        };
        let nonce = challenge
            .param("nonce")
            .filter(|_| challenge.is("digest"))?;
        let algorithm = challenge.param("algorithm").map(str::to_owned);
        let name = algorithm.as_deref().unwrap_or("MD5").to_ascii_lowercase();
        let (hash, session) = match name.as_str() {
            "md5" => (Hash::Md5, false),
            "md5-sess" => (Hash::Md5, true),
            "sha-256" => (Hash::Sha256, false),
            "sha-256-sess" => (Hash::Sha256, true),
            _ => return None,
        };
        let offered = challenge.param("qop").unwrap_or_default();
        let offers = |quality: &Quality| {
            let mut offered = offered.split(',').map(str::trim);
            offered.any(|one| one.eq_ignore_ascii_case(quality.as_str()))
        };
        Some(Self {
            realm: challenge.param("realm").unwrap_or_default().to_owned(),
            nonce: nonce.to_owned(),
            opaque: challenge.param("opaque").map(str::to_owned),
            algorithm,
            hash,
            session,
            quality: [Quality::Auth, Quality::AuthInt].into_iter().find(offers),
            user_hash: is_true("userhash"),
            renewed: is_true("stale"),
            client_nonce: format!("{:016x}{:016x}", random(), random()),
            count: 0,
        })
    }

    /// Whether it says that the answer to the one before was right, and too old.
    pub(crate) const fn is_renewed(&self) -> bool {
        self.renewed
    }

    /// The value of `Authorization`.
    pub(crate) fn answer(&mut self, user: &str, password: &str, asked: &Asked<'_>) -> String {
        let Self {
            realm,
            nonce,
            client_nonce,
            ..
        } = self;
        let hash = |text: &str| self.hash.hex(text.as_bytes());
        let uri = &asked.url[Position::BeforePath..Position::AfterQuery];
        let mut secret = hash(&format!("{user}:{realm}:{password}"));
        if self.session {
            secret = hash(&format!("{secret}:{nonce}:{client_nonce}"));
        }
        let mut what = format!("{}:{uri}", asked.method);
        if self.quality == Some(Quality::AuthInt) {
            let _ = write!(what, ":{}", self.hash.hex(asked.body));
        }
        let what = hash(&what);
        let named = if self.user_hash {
            hash(&format!("{user}:{realm}"))
        } else {
            quoted(user)
        };
        let mut answer = format!(
            "Digest username=\"{named}\", realm=\"{}\", nonce=\"{}\", uri=\"{uri}\"",
            quoted(realm),
            quoted(nonce),
        );
        let response = if let Some(quality) = self.quality.map(Quality::as_str) {
            self.count += 1;
            let count = format!("{:08x}", self.count);
            let _ = write!(
                answer,
                ", cnonce=\"{client_nonce}\", nc={count}, qop={quality}"
            );
            hash(&format!(
                "{secret}:{nonce}:{count}:{client_nonce}:{quality}:{what}"
            ))
        } else {
            hash(&format!("{secret}:{nonce}:{what}"))
        };
        let _ = write!(answer, ", response=\"{response}\"");
        if let Some(opaque) = &self.opaque {
            let _ = write!(answer, ", opaque=\"{}\"", quoted(opaque));
        }
        if let Some(algorithm) = &self.algorithm {
            let _ = write!(answer, ", algorithm={algorithm}");
        }
        if self.user_hash {
            answer.push_str(", userhash=true");
        }
        answer
    }
}

impl Hash {
    fn hex(self, bytes: &[u8]) -> String {
        use sha2::Digest as _;
        let hash: Vec<u8> = match self {
            Self::Md5 => Md5::digest(bytes).to_vec(),
            Self::Sha256 => Sha256::digest(bytes).to_vec(),
        };
        hash.iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }
}

fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 7616, 3.9.1.
    #[test]
    fn the_examples_of_the_rfc() {
        let cases = [
            ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
            (
                "SHA-256",
                "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
            ),
        ];
        for (algorithm, response) in cases {
            let text = format!(
                "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm={algorithm}, \
                 nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", \
                 opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\""
            );
            let mut digest = Digest::new(&Challenge::parse(&text)[0]).unwrap();
            "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ".clone_into(&mut digest.client_nonce);
            let url = Url::parse("http://www.example.org/dir/index.html").unwrap();
            let asked = Asked {
                method: "GET",
                url: &url,
                body: b"",
            };
            let answer = digest.answer("Mufasa", "Circle of Life", &asked);
            assert!(
                answer.contains(&format!("response=\"{response}\"")),
                "{answer}"
            );
        }
    }

    /// RFC 7616, 3.9.2, with SHA-256 in place of SHA-512-256.
    #[test]
    fn a_hidden_user() {
        let text =
            "Digest realm=\"api@example.org\", algorithm=SHA-256, nonce=\"x\", userhash=true";
        let mut digest = Digest::new(&Challenge::parse(text)[0]).unwrap();
        let url = Url::parse("http://api.example.org/doe.json").unwrap();
        let asked = Asked {
            method: "GET",
            url: &url,
            body: b"",
        };
        let answer = digest.answer("J\u{e4}s\u{f8}n Doe", "Secret, or not?", &asked);
        let user = Hash::Sha256.hex("J\u{e4}s\u{f8}n Doe:api@example.org".as_bytes());
        assert!(
            answer.starts_with(&format!("Digest username=\"{user}\"")),
            "{answer}"
        );
        assert!(answer.ends_with("userhash=true"), "{answer}");
    }
}
