//! Numbers: made partly unreadable where the journal is to keep no whole ones, and compared whatever way they are
//! written.

use mc_hooks::CallEvent;
use mc_template::{Bare, Numbers};
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
    let digits = number.chars().filter(|c| c.is_numeric()).count();
    let mut seen = 0;
    let hide = |c: char| {
        if !c.is_numeric() {
            return c;
        }
        seen += 1;
        if seen + HIDDEN > digits { '*' } else { c }
    };
    number.chars().map(hide).collect()
}

/// A sentence in which every long row of digits lacks its end, grouped or not: `+33%201%2023%2045%2067%2089` of a URL, too.
pub(crate) fn text(text: &str) -> String {
    let mut hidden = Vec::new();
    let (mut row, mut apart) = (Vec::new(), 0);
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let at = text.len() - rest.len();
        let mut length = next.len_utf8();
        if next.is_ascii_digit() {
            row.push(at);
            apart = 0;
        } else if let Some(separator) = separator(rest).filter(|_| !row.is_empty() && apart < 2) {
            length = separator;
            apart += 1;
        } else {
            hidden.extend(end_of_number(&row));
            row.clear();
            apart = 0;
        }
        rest = &rest[length..];
    }
    hidden.extend(end_of_number(&row));
    let hide = |(at, c): (usize, char)| {
        if hidden.binary_search(&at).is_ok() {
            '*'
        } else {
            c
        }
    };
    text.char_indices().map(hide).collect()
}

/// The last digits of a row that is long enough for a number.
fn end_of_number(row: &[usize]) -> &[usize] {
    let kept = if row.len() < SHORTEST {
        row.len()
    } else {
        row.len() - HIDDEN
    };
    &row[kept..]
}

/// How long what stands between two groups of digits is, as it is and as a URL has it. A dot is none: addresses have it.
fn separator(text: &str) -> Option<usize> {
    let encoded = ["%20", "%28", "%29", "%2D", "%2F", "%2d", "%2f"];
    let plain = [" ", "-", "/", "(", ")", "+", "\u{a0}"];
    let known = encoded.iter().chain(&plain);
    known
        .filter(|known| text.starts_with(**known))
        .map(|known| known.len())
        .next()
}

/// Whether a number in the journal, masked or not, is the one that is looked for, however each is written.
///
/// The one that is looked for was typed: without any prefix it may be a caller's, as the journal shows it, or a national one.
pub(crate) fn same_number(numbers: &Numbers, kept: &str, wanted: &str) -> bool {
    let national = numbers.clone().with_bare(Bare::National);
    [numbers, &national].into_iter().any(|plan| {
        plan.identity(wanted).is_some_and(|wanted| {
            let same = |kept: &str| numbers.identity(kept).is_some_and(|kept| kept == wanted);
            same(kept) || completed(kept, &wanted).is_some_and(|kept| same(&kept))
        })
    })
}

/// Whether a value of the journal is the number that is looked for, or a text with that number in it, such as a link.
pub(crate) fn holds_number(numbers: &Numbers, value: &str, wanted: &str) -> bool {
    let holds = |text: &str| {
        text.split(|c: char| !c.is_ascii_digit() && !matches!(c, '+' | ' ' | '-' | '(' | ')'))
            .filter(|part| part.bytes().filter(u8::is_ascii_digit).count() >= SHORTEST)
            .any(|part| same_number(numbers, part.trim_matches([' ', '-']), wanted))
    };
    same_number(numbers, value, wanted)
        || holds(value)
        || (value.contains('%') && holds(&decoded(value)))
}

/// A text with what a URL writes as `%2B`, for the signs of numbers.
fn decoded(text: &str) -> String {
    let signs = [
        ("%2b", "+"),
        ("%20", " "),
        ("%28", "("),
        ("%29", ")"),
        ("%2d", "-"),
    ];
    signs
        .into_iter()
        .fold(text.to_ascii_lowercase(), |text, (code, sign)| {
            text.replace(code, sign)
        })
}

/// A masked number with its hidden digits replaced by those of another: it is either that number or not.
fn completed(kept: &str, wanted: &str) -> Option<String> {
    let stars = kept.matches('*').count();
    let digits: Vec<char> = wanted.chars().filter(char::is_ascii_digit).collect();
    let mut last = digits.get(digits.len().checked_sub(stars)?..)?.iter();
    (stars > 0).then(|| {
        kept.chars()
            .map(|c| {
                if c == '*' {
                    *last.next().unwrap_or(&c)
                } else {
                    c
                }
            })
            .collect()
    })
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
        assert_eq!(
            number("\u{ff10}\u{ff11}\u{ff12}-123"),
            "\u{ff10}\u{ff11}*-***"
        );
        assert_eq!(number("123"), "***");
        assert_eq!(number("anonymous"), "anonymous");
        assert_eq!(
            text("GET https://crm/c/49199123456 took 1500 ms"),
            "GET https://crm/c/4919912**** took 1500 ms"
        );
        for (said, kept) in [
            (
                "/c/+33%201%2023%2045%2067%2089?n=1",
                "/c/+33%201%2023%2045%20**%20**?n=1",
            ),
            (
                "no line for +33 1 23 45 67 89 at 127.0.0.1:8080",
                "no line for +33 1 23 45 ** ** at 127.0.0.1:8080",
            ),
            (
                "(030) 123-4567, 030/12\u{a0}34567",
                "(030) 123-****, 030/12\u{a0}3****",
            ),
            ("answered with 503 - 1500 ms", "answered with 503 - 1500 ms"),
            ("http://192.168.178.201/c", "http://192.168.178.201/c"),
            ("\u{fc}49199123456\u{fc}", "\u{fc}4919912****\u{fc}"),
        ] {
            assert_eq!(text(said), kept);
        }
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
            "+49 199 12-**-**",
            "sip:+49199123456@pbx.example.com",
            "+49\u{a0}199\u{a0}123456",
            "\u{202a}+49 199 123456\u{202c}",
        ] {
            for wanted in [
                "49199123456",
                "+49 (0)199 123456",
                "0199123456",
                "199 123456",
                "tel:+49(0)199123456",
            ] {
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
        for (value, holds) in [
            ("https://x/49199123456", true),
            (
                "https://x/?n=%2B49%20(0)199%2F1&m=+49%20199-123456&x=1",
                true,
            ),
            ("tel 0199 123456, again at 10", true),
            ("https://x/491991234567", false),
            ("https://x/?a=49199&b=123456", false),
            ("ticket 199123", false),
        ] {
            assert_eq!(holds_number(&plan, value, "0199123456"), holds, "{value}");
        }
        assert!(same_number(&plan, "17", "17"));
        assert!(!same_number(&plan, "", ""));
        assert!(!same_number(&plan, "-", "()"));
    }
}
