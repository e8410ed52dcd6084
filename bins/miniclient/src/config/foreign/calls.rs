//! Words that are of calls and of those who call, in names as other programs have them.

/// Whether a name speaks of a call: `RemoteNumber`, `contact.phone`, `CLI`.
pub(super) fn is_of_calls(name: &str) -> bool {
    const PARTS: [&str; 9] = [
        "number", "phone", "caller", "calling", "called", "nummer", "rufnr", "telefon", "anrufer",
    ];
    const WORDS: [&str; 12] = [
        "cli", "clid", "clip", "ani", "dnis", "did", "cid", "tel", "mobile", "mobil", "callid",
        "num",
    ];
    let name = name.to_lowercase();
    PARTS.iter().any(|part| name.contains(part))
        || name
            .split(|c: char| !c.is_alphanumeric())
            .any(|word| WORDS.contains(&word))
}
