//! Patterns of `when` as other languages write them: each is a pattern here, too, and holds for something else or nothing.

use mc_cli::settings::Section;
use mc_hooks::{EventKind, Matcher};
use mc_template::{Bare, Names, Numbers};

use super::chain::on;

/// What to write instead, where a pattern is probably not meant so.
pub(super) fn unlikely(
    section: &Section<'_>,
    name: &str,
    pattern: &str,
    names: &Names,
    numbers: &Numbers,
) -> Option<String> {
    let test = pattern.strip_prefix('!').unwrap_or(pattern);
    let expression = test.strip_prefix("regex:");
    let canonical = names.known(name).unwrap_or_default();
    if canonical == "Event" && !may_hold(section, pattern) {
        return Some(
            "holds for no event for which this runs, so that it never does: such events are named in `on`, as in on = ['answered']"
                .to_owned(),
        );
    }
    if expression.is_some_and(|expression| expression.starts_with(' ')) {
        return Some(
            "the space behind `regex:` is a part of the expression: leave it out".to_owned(),
        );
    }
    let begin = match expression {
        Some(expression) => expression.strip_prefix('^').unwrap_or_default(),
        None => test,
    };
    let begin = begin.trim_start_matches(['\\', '(']);
    let international =
        numbers.bare() == Bare::E164 && matches!(canonical, "ANumber" | "ServiceNumber");
    if international && begin.starts_with(['+', '0']) {
        return Some(
            "jtel sends numbers with the country code and nothing before it, as 4930123456, and this is for none of them: write `49*` and the like"
                .to_owned(),
        );
    }
    if expression.is_some() {
        return None;
    }
    if test != test.trim() {
        return Some("the space at its end is a part of the pattern: leave it out".to_owned());
    }
    if test.starts_with('=') {
        return Some("`=` is an ordinary character in a pattern: leave it out".to_owned());
    }
    let in_slashes = || {
        let (inside, flags) = test.strip_prefix('/')?.rsplit_once('/')?;
        Some(!inside.is_empty() && flags.chars().all(|c| c.is_ascii_lowercase()))
    };
    let like_expression = test.contains('|')
        || test.contains(".*")
        || test.starts_with('^')
        || test.ends_with('$')
        || in_slashes() == Some(true);
    like_expression.then(|| {
        "in this pattern `*` and `?` alone have a meaning: a regular expression begins with `regex:`, as in 'regex:^(Sales|Support)$'"
            .to_owned()
    })
}

/// Whether a pattern for `Event` holds for an event of the hook's; one that comes after another has that one's.
fn may_hold(section: &Section<'_>, pattern: &str) -> bool {
    let Ok(matcher) = Matcher::parse(pattern) else {
        return true;
    };
    let holds = |kind: EventKind| matcher.matches(kind.as_str());
    if section.has("on") {
        on(section).any(holds)
    } else {
        section.has("after") || section.has("after_failed") || holds(EventKind::default())
    }
}
