//! Names as shells, telephone systems and web pages write them, in texts that are templates here.

/// The identifier of a shell with which a text begins; empty if it begins with none. ASCII alone: [`Names`](crate::Names)
/// may have letters of every language.
pub fn identifier(text: &str) -> &str {
    if text.starts_with(|first: char| first.is_ascii_digit()) {
        return "";
    }
    let end = text.find(|next: char| !(next.is_ascii_alphanumeric() || next == '_'));
    &text[..end.unwrap_or(text.len())]
}

/// A name and the marks around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Marked<'t> {
    /// Where the first mark begins; bytes.
    pub at: usize,
    /// The first mark.
    pub open: &'t str,
    /// What stands between the marks.
    pub name: &'t str,
    /// All three.
    pub written: &'t str,
}

/// What stands between two of these marks, as `{name}` and `<name>`, and is a name to `is_name`, in the order of the
/// text. Of marks that begin alike the longest counts.
///
/// ```
/// let found = mc_template::foreign::marked("a {{x}} <b>", &[("{", "}"), ("{{", "}}")], |_| true);
/// assert_eq!(found.map(|one| one.name).collect::<Vec<_>>(), ["x"]);
/// ```
pub fn marked<'t>(
    text: &'t str,
    marks: &[(&str, &str)],
    is_name: impl Fn(Marked<'t>) -> bool,
) -> impl Iterator<Item = Marked<'t>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let places = marks.iter().filter_map(|(open, close)| {
                let at = from + text[from..].find(open)?;
                Some((at, open.len(), *close))
            });
            let (at, length, close) =
                places.min_by_key(|(at, length, _)| (*at, usize::MAX - length))?;
            from = at + length;
            let Some(name) = text[from..].find(close).map(|end| &text[from..from + end]) else {
                continue;
            };
            let end = from + name.len() + close.len();
            let (open, written) = (&text[at..from], &text[at..end]);
            let found = Marked {
                at,
                open,
                name,
                written,
            };
            if is_name(found) {
                from = end;
                return Some(found);
            }
        }
    })
}
