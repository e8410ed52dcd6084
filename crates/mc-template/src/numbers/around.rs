//! What stands around a number that was copied: quotes, marks of a text, a word for what the number is.

use super::error::{self, NumberError};
use super::{metadata, several};

/// What may stand before a number, without its colon or dot.
const LABELS: [&str; 89] = [
    "tel",
    "tél",
    "telefon",
    "telefono",
    "teléfono",
    "telefone",
    "telephone",
    "telephon",
    "téléphone",
    "telefonnummer",
    "telnr",
    "phone",
    "fon",
    "fone",
    "ph",
    "mob",
    "mobil",
    "mobile",
    "móvil",
    "mobiltelefon",
    "mobilfunk",
    "mobilnummer",
    "cell",
    "handy",
    "handynummer",
    "festnetz",
    "t",
    "m",
    "nr",
    "call",
    "tlf",
    "tlm",
    "tfn",
    "tf",
    "telefoon",
    "telefonnr",
    "telemóvel",
    "celular",
    "puh",
    "puhelin",
    "komórka",
    "gsm",
    "natel",
    "portable",
    "rufnummer",
    "rufnr",
    "ruf",
    "hotline",
    "privat",
    "priv",
    "private",
    "büro",
    "zentrale",
    "тел",
    "τηλ",
    "work",
    "home",
    "office",
    "main",
    "direct",
    "dir",
    "line",
    "number",
    "no",
    "whatsapp",
    "notruf",
    "dienstlich",
    "dienst",
    "dienstl",
    "geschäftlich",
    "geschäft",
    "gesch",
    "arbeit",
    "firma",
    "zuhause",
    "sekretariat",
    "empfang",
    "durchwahl",
    "direktwahl",
    "zentral",
    "d",
    "p",
    "g",
    "o",
    "c",
    "w",
    "h",
    "b",
    "dw",
];
/// What stands in front of a number and nowhere else: behind one they may be its letters.
const IN_FRONT: [&str; 22] = [
    "rückruf",
    "rückrufnummer",
    "rückrufnr",
    "support",
    "service",
    "servicenummer",
    "vertrieb",
    "verkauf",
    "verwaltung",
    "buchhaltung",
    "einkauf",
    "kundenservice",
    "kundendienst",
    "sales",
    "toll",
    "tollfree",
    "free",
    "us",
    "helpdesk",
    "kontakt",
    "contact",
    "reception",
];
/// What stands before a number where a machine answers.
const FAX: [&str; 7] = [
    "fax",
    "telefax",
    "f",
    "faks",
    "téléfax",
    "telefaks",
    "faxnummer",
];
/// Quotes of every kind, and the marks by which a text is made code or slanted.
const QUOTES: [char; 12] = [
    '\'', '"', '`', '_', '\u{2018}', '\u{2019}', '\u{201A}', '\u{201C}', '\u{201D}', '\u{201E}',
    '\u{AB}', '\u{BB}',
];

/// Whether a word in small letters says what kind of number stands behind it.
pub(super) fn is_label(word: &str) -> bool {
    word.len() > 1 && (LABELS.contains(&word) || FAX.contains(&word))
}

/// Whether a note begins with the word for a fax.
pub(super) fn is_fax(note: &str) -> bool {
    let mut words = note.trim_start().split(|c: char| !c.is_alphabetic());
    let is_fax = words
        .next()
        .is_some_and(|word| FAX.contains(&word.to_lowercase().as_str()));
    is_fax && !words.any(|word| is_telephone_word(&word.to_lowercase()))
}

/// Whether a label means a telephone, and not which of several or whose: `Fax privat` is a fax.
fn is_telephone_word(word: &str) -> bool {
    const BEGINNINGS: [&str; 12] = [
        "tel", "tél", "phone", "fon", "fone", "mob", "móv", "cell", "handy", "тел", "τηλ", "tlf",
    ];
    LABELS.contains(&word)
        && (BEGINNINGS.iter().any(|one| word.starts_with(one)) || matches!(word, "t" | "m"))
}

/// Without quotes around it, the apostrophe by which a spreadsheet marks a text, or the stars of bold text.
pub(super) fn unmarked(text: &str) -> &str {
    // `="030.."` is how a table keeps a number's zeros.
    let text = match text.strip_prefix('=') {
        Some(formula) if formula.starts_with('"') => formula,
        _ => text,
    };
    let text = text.trim_matches(QUOTES).trim();
    ["**", "*"]
        .iter()
        .find_map(|stars| text.strip_prefix(stars)?.strip_suffix(stars))
        // A code has few digits, or ends with `#`.
        .filter(|bold| {
            !bold.contains(['*', '#']) && bold.chars().filter(char::is_ascii_digit).count() >= 7
        })
        .map_or(text, str::trim)
}

/// Without the mark of a footnote behind a whole number: `0180 5 123456¹`, `.. [1]`, `.. 1)`. A star is a key as well.
pub(super) fn without_footnote(text: &str) -> &str {
    let text = text.trim_end();
    let single = |digits: &str| digits.len() == 1 && digits.bytes().all(|b| b.is_ascii_digit());
    let in_brackets = |open: &str| {
        let (number, digits) = text.strip_suffix([')', ']'])?.rsplit_once(open)?;
        let count = |brackets: [char; 2]| number.matches(brackets).count();
        (single(digits) && count(['(', '[']) == count([')', ']'])).then_some(number)
    };
    let marks = ['\u{2020}', '\u{2021}', '\u{B9}', '\u{B2}', '\u{B3}'];
    text.strip_suffix(marks)
        .or_else(|| in_brackets("["))
        .or_else(|| in_brackets(" "))
        .map(str::trim_end)
        .filter(|number| is_whole(number))
        .unwrap_or(text)
}

/// Whether there are digits enough for a number, and no key of a code.
fn is_whole(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    digits >= FEWEST_OF_WHOLE && !text.contains(['*', '#'])
}

/// Without the one star behind a number, which is a footnote's: a code ends with `#`, or begins with a star.
pub(super) fn without_star(keys: String) -> String {
    let number = keys.strip_suffix('*').filter(|number| is_whole(number));
    number.map(str::to_owned).unwrap_or(keys)
}

/// Without the `.0` that a table's number has which was a text once. `12.00` is how some write a short one.
pub(super) fn without_decimals(text: &str) -> &str {
    let whole = text.strip_suffix(".0").map(|whole| (whole, 1));
    whole
        .or(text.strip_suffix(".00").map(|whole| (whole, 6)))
        .filter(|(whole, fewest)| {
            let digits = whole.trim_start_matches('+');
            digits.len() >= *fewest && digits.bytes().all(|b| b.is_ascii_digit())
        })
        .map_or(text, |(whole, _)| whole)
}

/// Without `Tel.:` and its like, the number of a list's line, and the picture of a telephone. A fax is no telephone.
pub(super) fn without_label(text: &str) -> Result<&str, NumberError> {
    let pictures = [
        '\u{260E}',
        '\u{260F}',
        '\u{2706}',
        '\u{1F4DE}',
        '\u{1F4F1}',
        '\u{1F57B}',
        ' ',
    ];
    let mut rest = without_item(text.trim_start_matches(pictures), false);
    let (mut has_label, mut is_telephone, mut is_fax) = (false, false, false);
    loop {
        let end = rest
            .find(|c: char| !c.is_alphabetic())
            .unwrap_or(rest.len());
        let word = rest[..end].to_lowercase();
        // `D-12345` is a town, and the letter of `O30 123456` was meant as a digit; `T030` and `M0171` are common.
        let behind = &rest[end..];
        let is_glued =
            behind.starts_with(|c: char| c.is_ascii_digit()) && word != "t" && word != "m";
        if word.len() == 1 && (behind.starts_with('-') || is_glued) {
            break;
        }
        if LABELS.contains(&word.as_str()) || IN_FRONT.contains(&word.as_str()) {
            has_label = true;
            is_telephone |= is_telephone_word(&word);
        } else if FAX.contains(&word.as_str()) {
            is_fax = true;
        } else {
            break;
        }
        rest = rest[end..].trim_start_matches(['.', ':', '-', ' ']);
        // `Tel./Fax:`, `Tel. + Fax:` are both.
        if let Some(next) = rest.strip_prefix(['/', '+', '&']) {
            let next = next.trim_start();
            if next.starts_with(char::is_alphabetic) {
                rest = next;
            }
        }
    }
    if is_fax && !is_telephone {
        return Err(NumberError::Other { what: error::FAX });
    }
    Ok(if has_label {
        without_item(rest, true)
    } else {
        rest
    })
}

/// Without the number of a list's line or of one of several telephones, if a whole number stands behind it: `1.`, `(2)`,
/// `#1`, `1 -`, `Tel. 2`. A calling code, an outside line and a trunk prefix are none.
fn without_item(text: &str, has_label: bool) -> &str {
    let (open, body) = match text.strip_prefix(['(', '#']) {
        Some(body) => (&text[..1], body),
        None => ("", text),
    };
    let after = body.trim_start_matches(|c: char| c.is_ascii_digit());
    let item = &body[..body.len() - after.len()];
    let rest = after.trim_start_matches(['.', ')', ':']);
    let marks = &after[..after.len() - rest.len()];
    let dash = rest.strip_prefix(" - ");
    let number = dash.unwrap_or(rest).trim_start();
    // Others are outside lines as well.
    let counts = item.len() == 1 && matches!(item.as_bytes()[0], b'1'..=b'7');
    let is_no_code = counts || item.len() == 2 && metadata::regions(item).is_empty();
    let is_item = match (open, marks) {
        ("(", marks) => marks.contains(')') && is_no_code,
        ("#", _) => item.len() == 1,
        (_, "") if dash.is_some() => is_no_code,
        (_, "") => has_label && is_no_code,
        _ => true,
    };
    let closed_only = open.is_empty() && marks.ends_with(')');
    let is_whole = several::digits(number) >= FEWEST_OF_WHOLE
        && (several::looks_whole(number)
            || closed_only && number.starts_with(|c: char| c.is_ascii_digit()));
    let fits = (1..=2).contains(&item.len()) && !item.starts_with('0') && rest.starts_with(' ');
    if fits && is_item && is_whole {
        number
    } else {
        text
    }
}

/// A number that is whole has so many digits, where something is wanted behind or before it.
pub(super) const FEWEST_OF_WHOLE: usize = 7;
