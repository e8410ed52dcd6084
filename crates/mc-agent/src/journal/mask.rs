//! Numbers: made partly unreadable where the journal is to keep no whole ones, and compared whatever way they are
//! written.

use mc_hooks::CallEvent;
use mc_template::Numbers;
use serde_json::Value;

/// What of a call names nobody.
const HARMLESS: [&str; 6] = [
    "Event",
    "CallID",
    "GroupName",
    "ServiceNumber",
    "ServiceName",
    "UsersUID",
];
/// How many of a number's last digits go.
const HIDDEN: usize = 4;
/// Fewer digits in a row are no telephone number.
const SHORTEST: usize = 7;

/// A call without links and extra values, and with the caller's last digits hidden.
pub(crate) fn event(event: &CallEvent) -> Value {
    let kept = event.iter().filter_map(|(name, value)| match name {
        "ANumber" => Some((name, number(value))),
        name if HARMLESS.contains(&name) => Some((name, value.to_owned())),
        _ => None,
    });
    kept.map(|(name, value)| (name.to_owned(), Value::from(value)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// A number without its last digits; a text that is no number, as `anonymous`, as it is.
pub(crate) fn number(number: &str) -> String {
    let digits = number.chars().filter(char::is_ascii_digit).count();
    let mut seen = 0;
    let hide = |c: char| {
        if !c.is_ascii_digit() {
            return c;
        }
        seen += 1;
        if seen + HIDDEN > digits { '*' } else { c }
    };
    number.chars().map(hide).collect()
}

/// A sentence in which every long row of digits lacks its end.
pub(crate) fn text(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let end = from
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(from.len());
        let (row, after) = from.split_at(end);
        masked.push_str(before);
        if row.len() < SHORTEST {
            masked.push_str(row);
        } else {
            masked.push_str(&number(row));
        }
        rest = after;
    }
    masked.push_str(rest);
    masked
}

/// Whether a number in the journal, masked or not, is the one that is looked for, however each is written.
pub(crate) fn same_number(numbers: &Numbers, kept: &str, wanted: &str) -> bool {
    let key = |number: &str| -> String {
        numbers
            .e164(number)
            .chars()
            .filter(|c| c.is_ascii_digit() || *c == '*')
            .collect()
    };
    let plain = |c: char| c.is_ascii_digit() || "+ -./()*#".contains(c);
    if !kept.chars().all(plain) {
        return false;
    }
    let wanted = key(wanted);
    if wanted.is_empty() {
        return false;
    }
    // A masked number has no international form of its own; its visible digits do.
    let kept_key = if kept.contains('*') {
        kept.chars()
            .filter(|c| c.is_ascii_digit() || *c == '*')
            .collect()
    } else {
        key(kept)
    };
    kept_key == wanted || (kept.ends_with('*') && visible_part_is_same(numbers, &kept_key, &wanted))
}

fn visible_part_is_same(numbers: &Numbers, kept: &str, wanted: &str) -> bool {
    // With its hidden digits replaced by those of the number that is looked for, it is either that number or not.
    let visible = kept.trim_end_matches('*');
    let hidden = kept.len() - visible.len();
    if hidden != HIDDEN || wanted.len() < HIDDEN {
        return number(wanted) == kept;
    }
    let completed = format!("{visible}{}", &wanted[wanted.len() - HIDDEN..]);
    numbers.e164(&completed).as_ref() == wanted || completed == wanted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn germany() -> Numbers {
        Numbers::of_region("DE").unwrap()
    }

    #[test]
    fn the_last_digits_go() {
        assert_eq!(number("49199123456789"), "4919912345****");
        assert_eq!(number("+49 199 12-34"), "+49 199 **-**");
        assert_eq!(number("123"), "***");
        assert_eq!(number("anonymous"), "anonymous");
        assert_eq!(
            text("GET https://crm/c/49199123456 took 1500 ms"),
            "GET https://crm/c/4919912**** took 1500 ms"
        );
    }

    #[test]
    fn a_masked_call_names_nobody() {
        let full = CallEvent::from_json(
            br#"{"ANumber":"49199123456","CRMLink":"https://c/?n=49199123456","CustomerNumber":"4711","GroupName":"S"}"#,
        );
        let masked = event(&full.unwrap()).to_string();
        assert_eq!(
            masked,
            r#"{"Event":"ringing","ANumber":"4919912****","GroupName":"S"}"#
        );
    }

    #[test]
    fn numbers_are_the_same_however_they_are_written() {
        let plan = germany();
        for kept in [
            "49199123456",
            "+49 199 123456",
            "0199/123456",
            "0049199123456",
            "4919912****",
            "+4919912****",
        ] {
            for wanted in ["49199123456", "+49 (0)199 123456", "0199123456"] {
                assert!(same_number(&plan, kept, wanted), "{kept} {wanted}");
            }
        }
        for other in [
            "49199123457",
            "1",
            "",
            "4919912345",
            "anonymous",
            "4919913****",
            "https://x/49199123456",
        ] {
            assert!(!same_number(&plan, other, "0199123456"), "{other}");
        }
        assert!(same_number(&plan, "17", "17"));
        assert!(!same_number(&plan, "", ""));
        assert!(!same_number(&plan, "-", "()"));
    }
}
