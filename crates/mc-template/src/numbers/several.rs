//! What looks like a number and is two of them, or something else.

use super::day;
use super::error::{MOST_ABROAD, NumberError};
use super::metadata;

/// With area code and without trunk prefix, numbers of which another ending is given have as many digits or more.
const FEWEST_DIGITS: usize = 8;
/// The other ending of a number, as in `0301234567/68`, has at most so many digits.
const ENDING_DIGITS: usize = 4;
/// What is dialled for help; whoever else is meant by more digits behind a separator, nobody may reach these by mistake, or
/// miss them.
const EMERGENCY: [&str; 4] = ["110", "112", "911", "999"];
/// What stands between two numbers of which either is meant, and in none.
const BETWEEN: [&str; 11] = [
    "|", " & ", " oder ", " bzw ", " bzw. ", " und ", " or ", " and ", " ou ", " et ", " o ",
];

/// `110 oder 112`, `040 556677 (oder 0171 1234567)`: refuses what is listed by words and signs.
pub(super) fn check_list(text: &str) -> Result<(), NumberError> {
    let text = text.to_lowercase().replace('(', " ");
    let ends = |before: &str| {
        before
            .trim_end()
            .ends_with(|c: char| c.is_ascii_digit() || c == ')')
    };
    let begins = |after: &str| {
        let after = after.trim_start_matches([' ', '+']);
        after.starts_with(|c: char| c.is_ascii_digit())
    };
    let mut lists = BETWEEN.iter().filter_map(|sign| text.split_once(sign));
    if lists.any(|(before, after)| ends(before) && begins(after)) {
        return Err(NumberError::TwoNumbers);
    }
    Ok(())
}

/// `110, 112`, `22; 23`, `030 1234567, 1234568`: what a pause would send is another number. Nothing is sent once somebody
/// answers who helps, and numbers that count up are a list.
pub(super) fn is_next(number: &str, sent: &str) -> bool {
    let next = sent.trim_start_matches([',', ';', ' ']);
    let next = next.split([',', ';', ' ']).next().unwrap_or_default();
    let number: String = number.chars().filter(char::is_ascii_digit).collect();
    let most_alike = if next.len() > ENDING_DIGITS {
        number.len() > next.len() && is_alike(&number[number.len() - next.len()..], next, 2)
    } else {
        number.len() == next.len()
            && next.len() > 1
            && is_alike(&number, next, (next.len() - 1).min(2))
    };
    let counts_up = !number.starts_with('0') || next.len() > ENDING_DIGITS;
    EMERGENCY.contains(&number.as_str()) || EMERGENCY.contains(&next) || counts_up && most_alike
}

/// Whether two numbers of one length are the same but for their last digits, so many at most.
fn is_alike(number: &str, next: &str, last: usize) -> bool {
    let plain = next.bytes().all(|byte| byte.is_ascii_digit());
    plain && number[..number.len() - last] == next[..next.len() - last]
}

/// Refuses two numbers beside each other.
pub(super) fn check(text: &str) -> Result<(), NumberError> {
    // A code may stand in front: `#31#`.
    let text = text
        .rsplit(['#', '*'])
        .find(|part| part.contains(['/', '-', '\t', ' ', '(', '.']))
        .unwrap_or_default();
    if is_two_numbers(text)
        || has_two_endings(text)
        || is_emergency_and_more(text)
        || has_zero_and_last(text)
        || has_digit_apart(text)
        || has_time_beside(text)
        || counts_up(text)
    {
        return Err(NumberError::TwoNumbers);
    }
    Ok(())
}

/// Whether a text begins as numbers do, and is long enough for one.
pub(super) fn looks_whole(text: &str) -> bool {
    let text = text.trim_start_matches([' ', '\t', ',', ';', '/', '(']);
    text.starts_with(['+', '0']) && digits(text) >= 6
}

/// Whether a whole number stands among words: `mobil 0171 1234567`, and not `8:00-18:00 Uhr` or `0,14 EUR`.
pub(super) fn is_in_words(text: &str) -> bool {
    let of_number = |c: char| c.is_ascii_digit() || " -/+".contains(c);
    text.split(|c| !of_number(c))
        .any(|part| looks_whole(part) && digits(part) >= FEWEST_DIGITS)
}

/// `17-18`, `030 1234567 1234568`, `030 1234567-12-13`: the last two groups count up, and the second is no part of the
/// number that is whole without it. In `01-23-45-66-67` it is one.
fn counts_up(text: &str) -> bool {
    let text = text.trim();
    let digit = |c: char| c.is_ascii_digit();
    let before = text.trim_end_matches(digit);
    let last = &text[before.len()..];
    let number = before.trim_end_matches(['-', ' ']);
    let rest = number.trim_end_matches(digit);
    let first = &number[rest.len()..];
    let most = if last.len() > ENDING_DIGITS { 2 } else { 1 };
    let by_dash = before[number.len()..].contains('-');
    // `030 1234567-100-199`
    let behind_whole = by_dash
        && rest.ends_with('-')
        && last.len() <= ENDING_DIGITS
        && looks_whole(rest)
        && significant(rest) >= FEWEST_DIGITS;
    if first.is_empty() || first.len() != last.len() || first >= last {
        return false;
    }
    if behind_whole {
        return true;
    }
    if last.len() < 2 || !is_alike(first, last, most) {
        return false;
    }
    let alone = rest.is_empty() && !first.starts_with('0');
    last.len() > ENDING_DIGITS || by_dash && (alone || significant(rest) >= FEWEST_DIGITS)
}

/// `030 1234567 24.12.2026`, `18.00 030 1234567`: a list of calls has the time beside the number.
fn has_time_beside(text: &str) -> bool {
    let blank = [' ', '\t'];
    let is_whole = |number: &str| looks_whole(number) && significant(number) >= FEWEST_DIGITS;
    let behind = text.trim_end().rsplit_once(blank);
    let before = text.trim_start().split_once(blank);
    behind.is_some_and(|(number, last)| {
        (is_whole(number) || digits(number) >= 6 && day::is_day(last)) && day::is_time(last)
    }) || before.is_some_and(|(first, number)| is_whole(number) && day::is_time(first))
}

/// `030 1234567-0-99`, `030 1234567-0..99`: the switchboard's extension and the last one.
fn has_zero_and_last(text: &str) -> bool {
    if text.contains("..") {
        return true;
    }
    let Some((before, last)) = text.trim().rsplit_once('-') else {
        return false;
    };
    let before = before.trim_end();
    let number = before.trim_end_matches('0');
    let group = number
        .trim_end_matches([' ', '-', '/'])
        .rsplit([' ', '-', '/'])
        .next()
        .map_or(0, digits);
    let fewest = match before.len() - number.len() {
        0 => return false,
        // Numbers are written in pairs, and `00` may be one of them.
        1 if number.ends_with('-') || group > ENDING_DIGITS => ENDING_DIGITS + 1,
        _ => FEWEST_DIGITS,
    };
    let last = last.trim_start();
    number.ends_with(['-', ' ', '/'])
        && (2..=ENDING_DIGITS).contains(&last.len())
        && last.bytes().all(|byte| byte.is_ascii_digit())
        && significant(number) >= fewest
}

/// `0171 1234567 2`, `2 0171 1234567`: a digit apart from what is whole counts something. An outside line is 0, 8 or 9, and
/// the switchboard's extension is 0.
fn has_digit_apart(text: &str) -> bool {
    let text = text.trim();
    let is_one = |digit: &str, range: std::ops::RangeInclusive<u8>| {
        digit.len() == 1 && range.contains(&digit.as_bytes()[0])
    };
    let before = text.split_once(' ').is_some_and(|(first, number)| {
        is_one(first, b'1'..=b'7') && looks_whole(number) && significant(number) >= FEWEST_DIGITS
    });
    let behind = text.rsplit_once(' ').is_some_and(|(number, last)| {
        let group = number.trim_end().rsplit([' ', '-', '/', ')']).next();
        is_one(last, b'1'..=b'9')
            && looks_whole(number)
            && group.is_some_and(|group| digits(group) >= FEWEST_DIGITS - 1)
    });
    before || behind
}

pub(super) fn digits(text: &str) -> usize {
    text.chars().filter(char::is_ascii_digit).count()
}

/// Whether something stands between two numbers, and not between the parts of one.
fn is_two_numbers(text: &str) -> bool {
    let bare = text.trim_start_matches(['+', '(', ' ']);
    let abroad = text.starts_with("00");
    let most = if abroad { MOST_ABROAD + 2 } else { MOST_ABROAD };
    let too_long = digits(bare) > most;
    text.char_indices().any(|(at, c)| {
        let (before, after) = (digits(&text[..at]), &text[at + c.len_utf8()..]);
        if before < 6 {
            return false;
        }
        match c {
            // `-12/-13`: either of them.
            '/' if after.trim_start().starts_with('-') => digits(after) > 0,
            '/' if too_long => digits(after) >= 6,
            '/' => !abroad && looks_whole(after),
            '\t' => digits(after) >= 6,
            ' ' => too_long && looks_whole(after),
            _ => false,
        }
    })
}

/// `110-0`, `110/112/19222`, `110 112`, `116117 / 112`: no switchboard has such a number.
fn is_emergency_and_more(text: &str) -> bool {
    let (text, signs) = (text.trim(), [' ', '-', '/', '.', '(', ')']);
    let behind = text.rsplit_once('/').is_some_and(|(before, last)| {
        !before.starts_with(['+', '0', '(']) && EMERGENCY.contains(&last.trim_start())
    });
    let Some((first, rest)) = text.split_once(['-', '/', ' ', '.', '(']) else {
        return false;
    };
    let is_part = text[first.len()..].trim_start().starts_with(['-', '/'])
        && ((1..=2).contains(&digits(rest)) || rest.contains('/'));
    let next = rest.trim_matches(signs);
    behind || EMERGENCY.contains(&first) && (is_part || EMERGENCY.contains(&next))
}

/// `0301234567/68` is either of two numbers, as `110/112` is: what stands behind the `/` is shorter than, or as long as,
/// what it takes the place of, and no part of one number. A short number has no switchboard behind a slash.
fn has_two_endings(text: &str) -> bool {
    let is_short =
        |before: &str| !before.starts_with(['+', '0', '(']) && digits(before) <= ENDING_DIGITS;
    let text = Some(without_switchboard(text))
        .filter(|number| !is_short(number))
        .unwrap_or(text);
    text.match_indices('/').any(|(at, _)| {
        let (before, after) = (&text[..at], &text[at + 1..]);
        let replaced = before.rsplit('/').next().unwrap_or_default();
        let ending = after.split('/').next().unwrap_or_default();
        let (whole, replaced, ending) = (significant(before), digits(replaced), digits(ending));
        let services = text.matches('/').count() == 1 && is_short(before) && replaced >= ending;
        (1..=ENDING_DIGITS).contains(&ending)
            && (services || whole >= FEWEST_DIGITS && replaced > ending)
    })
}

/// Without a `/0` at the end, which is the switchboard's extension (`0662/621351/0`) and no other ending: endings are
/// given as they count up, and a 0 comes behind a 9 alone.
fn without_switchboard(text: &str) -> &str {
    let number = text.trim_end().strip_suffix('0').map(str::trim_end);
    number
        .and_then(|number| number.strip_suffix('/'))
        .filter(|number| !number.trim_end().ends_with('9'))
        .unwrap_or(text)
}

/// How many digits stand in a number's beginning, without country code and trunk prefix.
fn significant(before: &str) -> usize {
    let number: String = before
        .chars()
        .filter(|c| c.is_ascii_digit() || *c == '+')
        .collect();
    let abroad = number
        .strip_prefix('+')
        .or_else(|| number.strip_prefix("00"));
    let national = abroad.map_or(number.as_str(), metadata::without_calling_code);
    national.trim_start_matches('0').len()
}

/// What it is, when it is not meant to be dialled: an address of a computer, a day, an amount, a number that is not whole.
pub(super) fn other(text: &str) -> Option<&'static str> {
    let parts: Vec<&str> = text.split('.').collect();
    let plain = |part: &&str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let value = |part: &str| part.parse::<u32>().unwrap_or(u32::MAX);
    if let [_, _, _, _] = parts[..]
        && parts.iter().all(plain)
        // `12.34.56.78` is how some write a number.
        && parts.iter().any(|part| part.len() == 1)
        && parts
            .iter()
            .all(|part| value(part) < 256 && (*part == "0" || !part.starts_with('0')))
    {
        return Some("the address of a computer");
    }
    if day::is_day(text) || day::is_short_day(text) {
        return Some("a day");
    }
    if is_rounded(text) {
        return Some("a number that a spreadsheet has rounded");
    }
    if is_iban(text) {
        return Some("a bank account's number");
    }
    let (whole, cents) = text.split_once(',')?;
    let groups: Vec<&str> = whole.split('.').collect();
    let amount = groups.len() > 1
        && cents.len() == 2
        && plain(&cents)
        && groups[0].len() <= 3
        && groups.iter().all(plain)
        && groups[1..].iter().all(|group| group.len() == 3);
    // `19,99`: a pause after a short number is written with two commas.
    let short = (1..=ENDING_DIGITS).contains(&whole.len()) && cents.len() == 2;
    (amount || short && plain(&whole) && plain(&cents)).then_some("an amount")
}

/// `4.93012E+11`: a spreadsheet shows a long number so, and what it left out is lost.
fn is_rounded(text: &str) -> bool {
    let Some((rounded, power)) = text.split_once(['E', 'e']) else {
        return false;
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let whole = rounded.split_once(['.', ',']);
    power.strip_prefix('+').is_some_and(digits)
        && whole.map_or(digits(rounded), |(whole, rest)| {
            digits(whole) && digits(rest)
        })
}

/// `030123****`, `030 123 ## ##`: of the keys of a number, stars or hashes beside each other stand for digits where they
/// are not of a code.
pub(super) fn is_masked(keys: &str) -> bool {
    let (digits, rest) = keys.split_at(keys.find(['*', '#']).unwrap_or(keys.len()));
    digits.len() >= 3 && (rest.starts_with("**") || rest.starts_with("##"))
}

/// `DE12 3456 7890 1234 5678 90`.
fn is_iban(text: &str) -> bool {
    let text: String = text.chars().filter(|c| *c != ' ').collect();
    text.len() >= 15
        && text.bytes().take(2).all(|b| b.is_ascii_uppercase())
        && text.bytes().skip(2).take(2).all(|b| b.is_ascii_digit())
        && text
            .bytes()
            .skip(4)
            .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
        && digits(&text) >= 12
}
