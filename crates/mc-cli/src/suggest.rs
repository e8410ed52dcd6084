//! "Did you mean": the known word that a misspelt one is nearest to.

/// The one of `known` that was probably meant: the same but for the case of letters, `_`, `-` and blanks, or at most a
/// third of its letters changed, added, removed or swapped with their neighbours.
///
/// ```
/// # use mc_cli::nearest;
/// assert_eq!(nearest("max-paralel", ["timeout", "max_parallel"]), Some("max_parallel"));
/// assert_eq!(nearest("colour", ["timeout", "max_parallel"]), None);
/// ```
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = plain(word);
    let length = wanted.chars().count();
    known
        .into_iter()
        .map(|known| (strsim::osa_distance(&wanted, &plain(known)), known))
        .filter(|(distance, known)| *distance <= known.chars().count().min(length) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// A word without what people write differently: the case of letters, `_`, `-` and blanks.
pub(crate) fn plain(text: &str) -> String {
    let letters = text.chars().filter(|c| !matches!(c, '_' | '-' | ' '));
    letters.flat_map(char::to_lowercase).collect()
}
