//! Which names speak of secrets, and what stands in a secret's place.

use url::Url;

pub(crate) const MASK: &str = "***";

/// Whether a header, field or query parameter of this name holds a secret.
pub(crate) fn is_secret(name: &str) -> bool {
    speaks(name) || is_key(name)
}

/// Whether the last word of a name is `key`, and no more speaks of a secret: it may be the key of a record, too.
pub(crate) fn is_mere_key(name: &str) -> bool {
    is_key(name) && !speaks(name)
}

/// Whether the last word of a name is `key`: `X-Key`, `subscriptionKey`, and not `monkey`.
fn is_key(name: &str) -> bool {
    let name = name.trim_end_matches(|c: char| !c.is_alphanumeric());
    let words = name.rsplit(|c: char| !c.is_alphanumeric()).next();
    // It says which call this is, so that it is taken once.
    !name.to_ascii_lowercase().contains("idempotency")
        && words.is_some_and(|word| word.eq_ignore_ascii_case("key") || word.ends_with("Key"))
}

fn speaks(name: &str) -> bool {
    const PARTS: [&str; 12] = [
        "authorization",
        "cookie",
        "token",
        "secret",
        "password",
        "passwd",
        "passphrase",
        "passcode",
        "apikey",
        "accesskey",
        "credential",
        "signature",
    ];
    const WHOLE: [&str; 8] = ["auth", "xauth", "pass", "pin", "pwd", "pw", "sid", "sig"];
    let plain: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    PARTS.iter().any(|part| plain.contains(part)) || WHOLE.contains(&plain.as_str())
}

/// `scheme://host/path`, for reports.
pub(crate) fn address(url: &Url) -> String {
    let mut shown = url.clone();
    // Only a URL without a host refuses, and that one has no user either.
    let _ = shown.set_username("");
    let _ = shown.set_password(None);
    shown.set_query(None);
    shown.set_fragment(None);
    shown.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_known_by_their_parts() {
        for name in [
            "Authorization",
            "X-Api-Key",
            "access_token",
            "Cookie",
            "PASSWORD",
            "client-secret",
            "key",
            "X-Key",
            "Ocp-Apim-Subscription-Key",
            "subscriptionKey",
            "data[key]",
        ] {
            assert!(is_secret(name), "{name}");
        }
        for name in [
            "Accept",
            "keyword",
            "CallerNumber",
            "monkey",
            "Author",
            "KEYWORD",
            "keys",
            "Idempotency-Key",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
