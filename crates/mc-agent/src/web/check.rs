//! What is compared before a request is answered.

use http::{header, request::Parts};
use sha2::{Digest as _, Sha256};

/// The host that a request is for, if it says one, once.
pub(crate) fn host(head: &Parts) -> Option<&str> {
    let mut hosts = head.headers.get_all(header::HOST).iter();
    match (head.uri.authority(), hosts.next(), hosts.next()) {
        (Some(authority), _, _) => Some(authority.as_str()),
        (None, Some(host), None) => host.to_str().ok(),
        _ => None,
    }
}

/// What is kept of a token.
pub(crate) fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// Compares all bytes, whatever the first ones are: how long it takes tells nothing.
pub(crate) fn same(a: &[u8; 32], b: &[u8; 32]) -> bool {
    let differences = a
        .iter()
        .zip(b)
        .fold(0, |differences, (a, b)| differences | (a ^ b));
    std::hint::black_box(differences) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_tokens_are_the_same_in_every_bit_or_not_at_all() {
        let token = digest("secret");
        assert!(same(&token, &token));
        for at in 0..32 {
            for bit in 0..8 {
                let mut other = token;
                other[at] ^= 1 << bit;
                assert!(!same(&token, &other), "{at} {bit}");
                // A second difference does not make up for the first.
                other[(at + 1) % 32] ^= 1 << bit;
                assert!(!same(&token, &other), "{at} {bit}, and the next");
            }
        }
    }
}
