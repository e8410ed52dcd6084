//! Logging in where the server asks for it: Digest, and Basic where both are allowed.
//!
//! As curl does: with Digest alone, what has a body goes out without it first, and an answer that asks
//! for nothing brings the body after it. What the server said is used for all requests of a transfer.

use http::header::HeaderMap;
use url::Url;

use crate::challenge::challenges;
use crate::digest::{Asked, Digest};
use crate::request::{Answering, Credentials, Hop, Kind, Request};

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
        hop.answering = Answering::Nothing;
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
                hop.answering = Answering::With(digest.answer(user, password, &asked));
            }
            (Some(_), _) => hop.answering = Answering::With(credentials.header()),
            (None, _) => {
                let body = matches!(hop.kind, Kind::Post | Kind::Form | Kind::Put);
                if body && !schemes.basic && !self.open {
                    hop.answering = Answering::Bare;
                }
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
            let opened = hop.is_bare() && status < 300;
            self.open |= opened;
            return opened;
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
