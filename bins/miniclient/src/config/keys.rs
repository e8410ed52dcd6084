//! The one table of settings: every key, where it stands, what it takes and what it means.
//!
//! The reader knows no other keys, suggestions for misspelt ones come from here, and a test holds the documentation
//! against it.

/// A setting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Key {
    /// The heading it stands under; empty for the top of the file. `hook` is `[[hook]]`.
    pub section: &'static str,
    /// Its name. Letters count: `AllowScripts` and `allowscripts` are two names.
    pub name: &'static str,
    /// What it takes, in a few words.
    pub takes: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

const fn key(
    section: &'static str,
    name: &'static str,
    takes: &'static str,
    meaning: &'static str,
) -> Key {
    Key {
        section,
        name,
        takes,
        meaning,
    }
}

/// The headings, in the order of the documentation.
pub const SECTIONS: &[&str] = &[
    "vendor", "hook", "numbers", "jtel", "register", "dial", "listen", "journal",
];

/// The heading that is written as a list: `[[hook]]`.
pub const LIST_SECTION: &str = "hook";

/// All settings, in the order of the documentation.
#[rustfmt::skip] // a row each
pub const TABLE: &[Key] = &[
    key("", "AutomaticRESTCRMUrl", "true or false", "makes a REST call for each incoming call"),
    key("", "CurlRESTCommand", "a curl command", "that REST call; without it `curl -sS \"$crmurl\"`"),
    key("", "AutomaticEXECallCommand", "a program", "is started for each incoming call"),
    key("", "AutomaticEXECallParameters", "parameters", "of that program, with variables"),
    key("", "UsersUID", "a text", "the ACD user; without it, learnt at registration"),
    key("", "Variables", "a list of names", "extra names that call events bring"),
    key("vendor", "on", "a list of events", "when the two automatic hooks run; without it, `ringing`"),
    key("vendor", "when", "a table of patterns", "which calls they run for"),
    key("vendor", "stdin", "\"json\"", "gives the program the event on standard input"),
    key("vendor", "AllowScripts", "true or false", "lets the program be a script or an interpreter"),
    key("vendor", "AllowOptionValues", "true or false", "lets values begin with `-` or `/` where a parameter begins"),
    key("vendor", "timeout", "a length of time", "after which a run is ended"),
    key("vendor", "max_parallel", "a number", "how many runs may be under way at once"),
    key("hook", "name", "a text", "what reports call it; each name once"),
    key("hook", "on", "a list of events", "when it runs: `ringing`, `answered`, `ended`, `missed`; without it, `ringing`"),
    key("hook", "when", "a table of patterns", "which calls it runs for; all must hold"),
    key("hook", "rest", "a curl command", "makes a REST call"),
    key("hook", "exec", "a program", "starts a program"),
    key("hook", "parameters", "parameters", "of that program, with variables"),
    key("hook", "open", "a link", "opens it in the browser"),
    key("hook", "hosts", "a list of host names", "the only ones that `open` may open"),
    key("hook", "stdin", "\"json\"", "gives the program the event on standard input"),
    key("hook", "AllowScripts", "true or false", "lets the program be a script or an interpreter"),
    key("hook", "AllowOptionValues", "true or false", "lets values begin with `-` or `/` where a parameter begins"),
    key("hook", "timeout", "a length of time", "after which a run is ended"),
    key("hook", "max_parallel", "a number", "how many runs may be under way at once"),
    key("numbers", "country_code", "digits", "the own country, such as \"49\""),
    key("numbers", "trunk_prefix", "digits", "before a national number, such as \"0\""),
    key("numbers", "international_prefix", "digits", "before an international number, such as \"00\""),
    key("numbers", "bare", "\"e164\" or \"national\"", "what a number without any prefix is"),
    key("jtel", "base_url", "a URL", "the REST side, with the ClientsID: https://acd-lb/rest/v1.0/1"),
    key("jtel", "ca_file", "a file", "certificates (PEM) to trust beside the system's"),
    key("jtel", "token_file", "a file", "holds the token; without it, API_TOKEN, then the system's credential store"),
    key("register", "application", "a number", "the routing application that takes the registration"),
    key("register", "fields", "a list of names", "what is sent, in this order"),
    key("register", "users_uid_from", "a JSON pointer", "where the answer says who the ACD user is"),
    key("dial", "application", "a number", "the routing application that dials"),
    key("dial", "rest", "a curl command", "dials by a REST call"),
    key("dial", "exec", "a program", "dials by a program"),
    key("dial", "parameters", "parameters", "of that program, with `$DialNumber`"),
    key("dial", "AllowScripts", "true or false", "lets the program be a script or an interpreter"),
    key("dial", "AllowOptionValues", "true or false", "lets values begin with `-` or `/` where a parameter begins"),
    key("dial", "timeout", "a length of time", "after which dialling is given up"),
    key("dial", "deny", "a list of patterns", "numbers that are never dialled"),
    key("dial", "allow_codes", "true or false", "whether `*` and `#` may be in numbers that come from links"),
    key("listen", "address", "an address and port", "where calls are taken; port 0 is any free one"),
    key("listen", "token_file", "a file", "holds the token that callers send; without it, a random one per start"),
    key("listen", "allow_from", "a list of networks", "who may call; without it, everyone with the token"),
    key("listen", "hosts", "a list of host names", "names of this workstation that callers use beside its own"),
    key("journal", "days", "a number", "how long calls are kept"),
    key("journal", "keep", "\"full\", \"masked\" or \"none\"", "what of them is kept"),
];

/// Whether a heading has a key of this name.
pub(super) fn known(section: &str, name: &str) -> bool {
    TABLE
        .iter()
        .any(|key| key.section == section && key.name == name)
}

/// A heading as it is written in the file.
pub(super) fn heading(section: &str) -> String {
    if section == LIST_SECTION {
        "[[hook]]".to_owned()
    } else {
        format!("[{section}]")
    }
}

/// What to do about a key that is not known under a heading.
pub(super) fn advice(section: &str, name: &str) -> String {
    let top = section.is_empty();
    if let Some(right) = nearest(name, names_of(section)) {
        return format!("did you mean `{right}`?");
    }
    // The most frequent cause of a good key in a bad place: in TOML every line belongs to the heading above it.
    let elsewhere: Vec<String> = TABLE
        .iter()
        .filter(|key| key.section != section && key.name == name)
        .map(|key| key.section)
        .map(|other| match other {
            "" => "at the top of the file, before the first [heading]".to_owned(),
            other => format!("under {}", heading(other)),
        })
        .collect();
    if !elsewhere.is_empty() {
        return format!("it belongs {}", elsewhere.join(", or "));
    }
    if top && SECTIONS.contains(&name) {
        return format!("write it as a heading: {}", heading(name));
    }
    let names: Vec<String> = names_of(section).map(|name| format!("`{name}`")).collect();
    format!("known here: {}", names.join(", "))
}

fn names_of(section: &str) -> impl Iterator<Item = &'static str> {
    let headings = if section.is_empty() { SECTIONS } else { &[] };
    TABLE
        .iter()
        .filter(move |key| key.section == section)
        .map(|key| key.name)
        .chain(headings.iter().copied())
}

/// The one of `names` that was probably meant: the same but for letters' case, `_` and `-`, or a few slips away.
pub(super) fn nearest<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |text: &str| -> Vec<char> {
        text.chars()
            .filter(|c| !matches!(c, '_' | '-' | ' '))
            .flat_map(char::to_lowercase)
            .collect()
    };
    let wanted = plain(name);
    names
        .into_iter()
        .map(|known| (distance(&wanted, &plain(known)), known))
        .filter(|(distance, known)| *distance <= known.chars().count().min(wanted.len()) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

/// How many letters have to be changed, added, removed or swapped with their neighbour to make `a` of `b` (optimal
/// string alignment).
fn distance(a: &[char], b: &[char]) -> usize {
    let width = b.len() + 1;
    let mut rows: Vec<usize> = (0..width).collect();
    rows.resize(width * (a.len() + 1), 0);
    for i in 1..=a.len() {
        rows[i * width] = i;
        for j in 1..width {
            let same = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[(i - 1) * width + j] + 1)
                .min(rows[i * width + j - 1] + 1)
                .min(rows[(i - 1) * width + j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[(i - 2) * width + j - 2] + 1);
            }
            rows[i * width + j] = best;
        }
    }
    rows.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_stands_once_and_under_a_known_heading() {
        for (index, key) in TABLE.iter().enumerate() {
            assert!(
                key.section.is_empty() || SECTIONS.contains(&key.section),
                "{key:?}"
            );
            assert!(
                !TABLE[..index]
                    .iter()
                    .any(|other| (other.section, other.name) == (key.section, key.name)),
                "{key:?} stands twice"
            );
        }
    }

    #[test]
    fn slips_are_understood() {
        assert_eq!(nearest("timout", names_of("hook")), Some("timeout"));
        assert_eq!(
            nearest("maxparallel", names_of("hook")),
            Some("max_parallel")
        );
        assert_eq!(
            nearest("automaticrestcrmurl", names_of("")),
            Some("AutomaticRESTCRMUrl")
        );
        assert_eq!(
            nearest("AutomaticRESTCRMURI", names_of("")),
            Some("AutomaticRESTCRMUrl")
        );
        assert_eq!(nearest("hooks", names_of("")), Some("hook"));
        assert_eq!(nearest("nmae", names_of("hook")), Some("name"));
        assert_eq!(nearest("colour", names_of("hook")), None);
    }

    #[test]
    fn a_key_in_the_wrong_place_is_told_where_it_belongs() {
        assert_eq!(
            advice("hook", "UsersUID"),
            "it belongs at the top of the file, before the first [heading]"
        );
        assert_eq!(
            advice("", "token_file"),
            "it belongs under [jtel], or under [listen]"
        );
    }
}
