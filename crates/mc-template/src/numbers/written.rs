//! A number as somebody wrote it. Everything that reads a number begins here, wherever it comes from.

use super::around::{
    FEWEST_OF_WHOLE, is_fax, unmarked, without_decimals, without_footnote, without_label,
    without_star,
};
use super::characters::{is_invisible, plain};
use super::error::{FAX, HIDDEN, LeftOut, MOST, MOST_TEXT, NumberError};
use super::extension::without_extension;
use super::link;
use super::metadata;
use super::placeholder;
use super::several::{self, looks_whole};
use super::trunk::{has_two_codes, without_plain_trunk_prefix, without_trunk_prefix};
use super::vanity::{Vanity, keypad};

/// A number this long is no service's but somebody's.
const SUBSCRIBER: usize = 6;

/// A number without everything around it.
pub(crate) struct Written {
    /// Digits, `*`, `#`, and a leading `+` if it was written with one. There is at least one digit.
    pub(crate) number: String,
    pub(crate) left_out: Option<LeftOut>,
}

impl Written {
    /// Reads a number that was typed, pasted or sent, a link among them.
    pub(crate) fn read(text: &str) -> Result<Self, NumberError> {
        check_length(text)?;
        placeholder::check(text)?;
        let text = framed(text);
        let text = in_vcard(text)?.unwrap_or(text).trim();
        match link::read(text)? {
            Some(link) => Self::of_link(&link),
            None => Self::of_text(text, true),
        }
    }

    /// Reads a link.
    pub(crate) fn read_link(text: &str) -> Result<Self, NumberError> {
        check_length(text)?;
        let link = link::read(framed(text))?.ok_or(NumberError::NotALink)?;
        Self::of_link(&link)
    }

    fn of_link(link: &link::Link) -> Result<Self, NumberError> {
        let mut written = Self::of_text(&link.number, link.letters)?;
        written.left_out = link.left_out.clone().or(written.left_out);
        // The first digits need not make a number of it (RFC 3966, section 5.1.5): 911 is dialled as 911 under +1.
        if let Some(context) = &link.context
            && !written.number.contains(['+', '*', '#'])
            && let Some(located) = metadata::international(&format!("{context}{}", written.number))
            && located.is_valid()
        {
            written.number = format!("+{}", located.e164());
        } else if let Some(context) = &link.context
            && !written.number.contains(['+', '*', '#'])
            && written.number.len() >= SUBSCRIBER
        {
            // It is somebody's there, and who knows whose here.
            return Err(NumberError::Parameter {
                name: format!("phone-context=+{context}"),
            });
        }
        Ok(written)
    }

    fn of_text(text: &str, letters: bool) -> Result<Self, NumberError> {
        let text: String = without_footnote(text)
            .chars()
            .filter(|c| !is_invisible(*c))
            .map(plain)
            .collect();
        let text = without_label(unmarked(text.trim()))?;
        let text = text.trim_end_matches([' ', '\n', '.', ',', ';', ':']);
        let text = without_decimals(text);
        if let Some(what) = several::other(text) {
            return Err(NumberError::Other { what });
        }
        several::check_list(text)?;
        let (bare, comment) = without_comments(text)?;
        let bare = without_footnote(&bare);
        // What the words in parentheses belonged to: `Telefon (privat):`.
        let text = if text.starts_with('(') {
            bare.trim_start_matches([':', ' '])
        } else {
            bare
        };
        let (text, extension) = match without_extension(text)? {
            // A colleague's: there is nothing else to dial.
            ("", Some(LeftOut::Extension(digits))) => return Self::of_text(&digits, false),
            found => found,
        };
        // Bold text may have an extension behind it.
        let (text, pause) = before_pause(unmarked(text))?;
        several::check(text)?;
        Ok(Self {
            number: number(text, letters)?,
            left_out: pause.or(extension).or(comment),
        })
    }
}

/// What is read once more for each of its characters must not be long.
fn check_length(text: &str) -> Result<(), NumberError> {
    if text.len() > MOST_TEXT {
        return Err(NumberError::TextTooLong { bytes: text.len() });
    }
    Ok(())
}

/// What is inside `<..>`, as in `"Anna" <sip:+49...@server>`; else the whole, without what is not seen around it. Where a
/// number stands in both, or in neither as a whole, the marks stay, and are in no number.
pub(super) fn framed(text: &str) -> &str {
    let text = match text.split_once('<') {
        // A template's own marks: `<%= phone %>`.
        Some((_, inside)) if inside.starts_with(['%', '?']) => text,
        // `030 1234567 <privat>` is the other way round.
        Some((before, inside)) => {
            let (inside, after) = inside.split_once('>').unwrap_or((inside, ""));
            let digit = |text: &str| several::digits(text) > 0;
            let is_link = inside.contains('@') || link::is_link(inside);
            // `"Anna 2" <+49...>`
            let named = before.contains(char::is_alphabetic)
                && several::digits(before) < FEWEST_OF_WHOLE
                && looks_whole(inside);
            match (digit(before), digit(inside), digit(after)) {
                _ if is_link => inside,
                (true, false, false) if !is_fax(inside) => before,
                (false, _, false) => inside,
                (true, true, false) if named => inside,
                _ => text,
            }
        }
        None => text,
    };
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// The number in a line of an address book's file: `TEL;TYPE=WORK:+49..`, `item1.TEL:..`. That of a fax is none.
fn in_vcard(text: &str) -> Result<Option<&str>, NumberError> {
    let Some((parameters, number)) = of_vcard(text) else {
        return Ok(None);
    };
    let parameters = parameters.to_ascii_uppercase();
    let has = |word: &str| {
        parameters
            .split(|c: char| !c.is_alphanumeric())
            .any(|one| one == word)
    };
    if has("FAX") && !has("VOICE") {
        return Err(NumberError::Other { what: FAX });
    }
    Ok(Some(number))
}

/// What stands before the number in such a line, and the number.
fn of_vcard(text: &str) -> Option<(&str, &str)> {
    let upper = text.get(..text.find([';', ':'])?)?.to_ascii_uppercase();
    let of_group = upper
        .strip_suffix(".TEL")
        .is_some_and(|group| group.chars().all(char::is_alphanumeric));
    if !(of_group || upper == "TEL" && text.as_bytes().get(3) == Some(&b';')) {
        return None;
    }
    let mut quoted = false;
    let end = text.find(|c: char| {
        quoted ^= c == '"';
        c == ':' && !quoted
    })?;
    Some((&text[..end], &text[end + 1..]))
}

/// Without words in parentheses, which are no digits; an extension among them is told. Another number is none of them, nor
/// may one go on behind words that a whole one stands before.
fn without_comments(text: &str) -> Result<(String, Option<LeftOut>), NumberError> {
    let mut kept = String::with_capacity(text.len());
    let mut extension = None;
    let mut rest = text;
    while let Some((before, (inside, after))) = rest
        .split_once('(')
        .and_then(|(before, from)| Some((before, from.split_once(')')?)))
    {
        kept.push_str(before);
        let digits = kept.chars().filter(char::is_ascii_digit).count();
        // `(0xx11)`, `(Vorwahl 030)`, `+49 (30 Berlin)` are the beginning of the number that goes on behind it.
        let follows = after
            .split('(')
            .next()
            .is_some_and(|after| several::digits(after) > 0);
        let begins = digits < FEWEST_OF_WHOLE
            && follows
            && (several::digits(inside) > 1 || inside.contains('+'));
        if inside.contains(char::is_alphabetic) && !begins {
            let goes_on = |c: char| c.is_ascii_digit() || c == '-';
            if digits >= FEWEST_OF_WHOLE && after.trim_start().starts_with(goes_on)
                || digits > 0 && several::is_in_words(inside) && !is_fax(inside)
            {
                return Err(NumberError::TwoNumbers);
            }
            if several::digits(inside) == 0 && is_fax(inside) {
                return Err(NumberError::Other { what: FAX });
            }
            extension = extension.or(without_extension(&format!(" {inside}"))?.1);
            kept.push(' ');
        } else {
            kept.extend(["(", inside, ")"]);
        }
        rest = after;
    }
    kept.push_str(rest);
    Ok((kept.trim().to_owned(), extension))
}

/// What stands before a pause (`,`, `;`, or `p` and `w` between digits), and what is sent after it.
fn before_pause(text: &str) -> Result<(&str, Option<LeftOut>), NumberError> {
    let digit_after = |at: usize| text[at + 1..].starts_with(|c: char| c.is_ascii_digit());
    let digit_before = |at: usize| text[..at].ends_with(|c: char| c.is_ascii_digit());
    let pause = text
        .char_indices()
        .find(|(at, c)| match c.to_ascii_lowercase() {
            ',' | ';' => true,
            'p' | 'w' => digit_before(*at) && digit_after(*at),
            _ => false,
        });
    let Some((at, character)) = pause else {
        return Ok((text, None));
    };
    let (number, rest) = text.split_at(at);
    let keys = |c: char| c.is_ascii_digit() || " ,;*#pwPW".contains(c);
    let sent: String = rest
        .chars()
        .filter(|c| c.is_ascii_digit() || "*#".contains(*c))
        .collect();
    let count = |text: &str| text.chars().filter(char::is_ascii_digit).count();
    let is_list = rest.chars().all(keys) && !sent.is_empty() && several::is_next(number, rest);
    if is_list || looks_whole(rest) && count(number) >= 6 {
        return Err(NumberError::TwoNumbers);
    }
    // A comma in `030,1234567` separates: who knows what `030` would reach.
    let short = count(number) < 7 && count(&sent) > count(number);
    if !rest.chars().all(keys) || sent.is_empty() || short {
        return Err(NumberError::Character { character });
    }
    Ok((number, Some(LeftOut::AfterPause(sent))))
}

/// Digits, `*`, `#` and the leading `+` of what is a number from its first to its last character.
fn number(text: &str, letters: bool) -> Result<String, NumberError> {
    let mut number = String::with_capacity(text.len());
    let mut trunk = None;
    let mut vanity = Vanity::default();
    for (at, character) in text.char_indices() {
        let key = if letters { keypad(character) } else { None };
        match character {
            '0'..='9' if vanity.takes_digit(&text[..at]) => number.push(character),
            '*' | '#' => number.push(character),
            '+' if number.is_empty() => number.push(character),
            '+' if number.len() > SUBSCRIBER && looks_whole(&text[at..]) => {
                return Err(NumberError::TwoNumbers);
            }
            '+' => return Err(NumberError::Plus),
            '(' => {
                let found = in_parentheses(&text[at..]).map(|inside| (number.len(), inside));
                // `(49) (0) 30`
                trunk = found
                    .filter(|(_, inside)| *inside == "0")
                    .or(trunk)
                    .or(found);
            }
            ' ' | '-' | '.' | '/' | ')' => {}
            _ => match key {
                Some(key) if vanity.takes(character, &text[..at], &number) => number.push(key),
                _ => return Err(vanity.first.unwrap_or(character).into()),
            },
        }
    }
    if let Some(letter) = vanity.first
        && vanity.are_words(&number)
    {
        return Err(letter.into());
    }
    if has_parentheses_apart(text) {
        return Err(NumberError::Parentheses);
    }
    let number = without_trunk_prefix(without_star(number), trunk)?;
    if has_two_codes(&number) {
        return Err(NumberError::TwoCodes);
    }
    let number = without_plain_trunk_prefix(number);
    let digits = number.trim_start_matches('+');
    if !digits.contains(|c: char| c.is_ascii_digit()) {
        return Err(NumberError::Empty);
    }
    if digits.len() > MOST {
        return Err(NumberError::TooLong {
            digits: digits.len(),
        });
    }
    if several::is_masked(digits) {
        return Err(NumberError::Other { what: HIDDEN });
    }
    if number.starts_with('+') && digits.contains(['*', '#']) {
        return Err(NumberError::Plus);
    }
    Ok(number)
}

impl From<char> for NumberError {
    fn from(character: char) -> Self {
        Self::Character { character }
    }
}

/// The one or two digits that stand alone in parentheses, as the `(0)` of many a letterhead.
fn in_parentheses(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('(')?.split_once(')')?.0.trim();
    let digits = inside.chars().all(|c| c.is_ascii_digit());
    (digits && matches!(inside.len(), 1 | 2)).then_some(inside)
}

/// `030 1234567 (12)`, `(24/7) 0800 1234567`: an extension, how often somebody called, when somebody answers: who knows.
fn has_parentheses_apart(text: &str) -> bool {
    let of_digits = |inside: &str| {
        inside
            .chars()
            .all(|c| c.is_ascii_digit() || " -/".contains(c))
    };
    let last = text
        .trim_end()
        .strip_suffix(')')
        .and_then(|text| text.rsplit_once('('));
    let first = text.strip_prefix('(').and_then(|text| text.split_once(')'));
    last.is_some_and(|(before, inside)| {
        let few = (1..=3).contains(&several::digits(inside)) || inside.contains(['-', '/']);
        several::digits(before) > 1 && few && of_digits(inside)
    }) || first.is_some_and(|(inside, _)| {
        inside.contains('/') && !inside.starts_with('0') && of_digits(inside)
    })
}
