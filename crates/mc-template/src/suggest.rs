//! The nearest known name to one that is not known.

/// The candidate that a typing slip is most likely to have meant, if one is near enough.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let word: String = word.to_lowercase().chars().take(64).collect();
    let allowed = match word.chars().count() {
        0..=2 => return None,
        3..=5 => 1,
        6..=9 => 2,
        _ => 3,
    };
    candidates
        .map(|candidate| {
            let steps = strsim::osa_distance(&word, &candidate.to_lowercase());
            (steps, candidate)
        })
        .filter(|(steps, _)| *steps <= allowed)
        .min_by_key(|(steps, _)| *steps)
        .map(|(_, candidate)| candidate)
}
