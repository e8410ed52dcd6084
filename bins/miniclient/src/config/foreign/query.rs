//! A query behind a link that comes with the call.

use mc_template::Names;
use mc_template::foreign::identifier;

use super::written::parameter;

/// `$CRMLink?x=1`: where the link has a query already, the second `?` belongs to its last value. What a link brings nobody
/// knows here, so nothing is put right.
pub(super) fn second_query(line: &str, names: &Names, found: &mut Vec<(usize, String)>) {
    for (at, _) in line.match_indices('?') {
        let key = identifier(&line[at + 1..]);
        let is_query = !key.is_empty() && line[at + 1 + key.len()..].starts_with('=');
        let before = parameter(&line[..at]);
        if before.contains("://") {
            // It stands in a link's own query, encoded.
            continue;
        }
        let whole = before.rsplit(['"', '\'', '=']).next().unwrap_or_default();
        let inside = whole
            .strip_prefix("${")
            .and_then(|rest| rest.strip_suffix('}'));
        let name = inside.or(whole.strip_prefix('$')).unwrap_or_default();
        if is_query && names.known(name).is_some() {
            found.push((
                at,
                format!("a link has one `?`, and the value of `${name}` may bring it: write `&` in its place if your links have one"),
            ));
        }
    }
}
