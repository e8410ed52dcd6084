//! A number as somebody wrote it. Everything that reads a number begins here, wherever it comes from.

use super::characters::{is_invisible, plain};
use super::error::{LeftOut, MOST, NumberError};
use super::link;
use super::metadata;
use super::several::{self, looks_whole};

/// What may stand before a number, without its colon or dot.
const LABELS: [&str; 47] = [
    "tel",
    "tél",
    "telefon",
    "telefono",
    "teléfono",
    "telefone",
    "telephone",
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
    "cell",
    "handy",
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
    "hotline",
    "privat",
    "büro",
    "zentrale",
    "тел",
    "τηλ",
];
/// What may stand before an extension.
const EXTENSIONS: [&str; 18] = [
    "ext",
    "extn",
    "extension",
    "extensión",
    "anexo",
    "int",
    "interno",
    "x",
    "доб",
    "durchwahl",
    "dw",
    "nebenstelle",
    "nst",
    "apparat",
    "app",
    "poste",
    "toestel",
    "wew",
];
/// International prefixes that are understood before a country code with a `(0)` behind it, whatever the region; the
/// longest first.
const PREFIXES: [&str; 6] = ["+", "0011", "011", "010", "00", ""];
/// A number with letters for digits has no more digits than E.164 allows: else the letters are words.
const VANITY_DIGITS: usize = 15;

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
        let text = framed(text);
        let text = in_vcard(text).map_or(text, str::trim);
        match link::read(text)? {
            Some(link) => Self::of_link(&link),
            None => Self::of_text(text, true),
        }
    }

    /// Reads a link.
    pub(crate) fn read_link(text: &str) -> Result<Self, NumberError> {
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
        let text: String = text
            .chars()
            .filter(|c| !is_invisible(*c))
            .map(plain)
            .collect();
        let text = without_label(unquoted(text.trim()));
        let text = text.trim_end_matches([' ', '\n', '.', ',', ';', ':']);
        let text = without_decimals(text);
        if let Some(what) = several::other(text) {
            return Err(NumberError::Other { what });
        }
        let (text, comment) = without_comments(text);
        let (text, extension) = without_extension(&text);
        let (text, pause) = before_pause(text)?;
        several::check(text)?;
        Ok(Self {
            number: number(text, letters)?,
            left_out: pause.or(extension).or(comment),
        })
    }
}

/// What is inside `<..>`, as in `"Anna" <sip:+49...@server>`; else the whole, without what is not seen around it.
pub(super) fn framed(text: &str) -> &str {
    let text = match text.split_once('<') {
        Some((_, inside)) => inside.split('>').next().unwrap_or_default(),
        None => text,
    };
    text.trim_matches(|c: char| c.is_whitespace() || is_invisible(c))
}

/// The number in a line of an address book's file: `TEL;TYPE=WORK:+49..`, `item1.TEL:..`.
fn in_vcard(text: &str) -> Option<&str> {
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
    Some(&text[end + 1..])
}

/// Without the `.0` that a table's number has which was a text once.
fn without_decimals(text: &str) -> &str {
    let whole = text.strip_suffix(".0").or(text.strip_suffix(".00"));
    whole
        .filter(|whole| {
            let digits = whole.trim_start_matches('+');
            digits.len() >= 6 && digits.bytes().all(|b| b.is_ascii_digit())
        })
        .unwrap_or(text)
}

/// Without quotes around it, or the apostrophe by which a spreadsheet marks a text.
fn unquoted(text: &str) -> &str {
    // `="030.."` is how a table keeps a number's zeros.
    let text = match text.strip_prefix('=') {
        Some(formula) if formula.starts_with('"') => formula,
        _ => text,
    };
    text.trim_start_matches([
        '\'', '"', '\u{2018}', '\u{2019}', '\u{201C}', '\u{201E}', '\u{AB}',
    ])
    .trim_end_matches(['\'', '"', '\u{2019}', '\u{201C}', '\u{201D}', '\u{BB}'])
    .trim()
}

/// Without `Tel.:` and its like, and without the picture of a telephone.
fn without_label(text: &str) -> &str {
    let text = text.trim_start_matches([
        '\u{260E}',
        '\u{260F}',
        '\u{2706}',
        '\u{1F4DE}',
        '\u{1F4F1}',
        '\u{1F57B}',
        ' ',
    ]);
    let end = text
        .find(|c: char| !c.is_alphabetic())
        .unwrap_or(text.len());
    let label = text[..end].to_lowercase();
    if LABELS.contains(&label.as_str()) {
        without_label(text[end..].trim_start_matches(['.', ':', '-', ' ']))
    } else {
        text
    }
}

/// Without words in parentheses, which are no digits; an extension among them is told.
fn without_comments(text: &str) -> (String, Option<LeftOut>) {
    let mut kept = String::with_capacity(text.len());
    let mut extension = None;
    let mut rest = text;
    while let Some((before, (inside, after))) = rest
        .split_once('(')
        .and_then(|(before, from)| Some((before, from.split_once(')')?)))
    {
        kept.push_str(before);
        if inside.contains(char::is_alphabetic) {
            extension = extension.or(without_extension(&format!(" {inside}")).1);
            kept.push(' ');
        } else {
            kept.extend(["(", inside, ")"]);
        }
        rest = after;
    }
    kept.push_str(rest);
    (kept.trim().to_owned(), extension)
}

/// What stands before an extension at the end, and the extension.
fn without_extension(text: &str) -> (&str, Option<LeftOut>) {
    let none = (text, None);
    let before = text.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = &text[before.len()..];
    if digits.is_empty() || digits.len() > 9 {
        return none;
    }
    let label = before.trim_end_matches([' ', '.', ':', '=', '-']);
    let number = label.trim_end_matches(|c: char| c.is_alphabetic());
    let word = label[number.len()..].to_lowercase();
    let has_number = number.chars().filter(char::is_ascii_digit).count() >= 6;
    // `#` is a key as well: only one that stands apart, after a number of some length, begins an extension.
    let sign = label
        .strip_suffix(" #")
        .filter(|before| has_number && !before.contains(['*', '#']));
    let rest = match sign {
        Some(before) => before,
        None if EXTENSIONS.contains(&word.as_str()) => number,
        None => return none,
    };
    let rest = rest.trim_end_matches([' ', ',', ';', '-', '.', '/']);
    (rest, Some(LeftOut::Extension(digits.to_owned())))
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
    if looks_whole(rest) && count(number) >= 6 {
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
            '0'..='9' | '*' | '#' => number.push(character),
            '+' if number.is_empty() => number.push(character),
            '+' => return Err(NumberError::Plus),
            '(' => {
                trunk = trunk.or(in_parentheses(&text[at..]).map(|inside| (number.len(), inside)));
            }
            ' ' | '-' | '.' | '/' | ')' => {}
            _ => match key {
                Some(key) if vanity.takes(character, &text[..at], &number) => number.push(key),
                _ => return Err(vanity.first.unwrap_or(character).into()),
            },
        }
    }
    if let Some(letter) = vanity.first
        && (vanity.longest < 3 || number.len() > VANITY_DIGITS || number.contains(['*', '#']))
    {
        return Err(letter.into());
    }
    let number = without_trunk_prefix(number, trunk);
    let digits = number.trim_start_matches('+');
    if !digits.contains(|c: char| c.is_ascii_digit()) {
        return Err(NumberError::Empty);
    }
    if digits.len() > MOST {
        return Err(NumberError::TooLong {
            digits: digits.len(),
        });
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

/// Letters that stand for digits: behind the first three digits, one word of them at least three long.
#[derive(Default)]
struct Vanity {
    first: Option<char>,
    /// Where the next letter of this word would stand, and how many there are.
    word: (usize, usize),
    longest: usize,
}

impl Vanity {
    fn takes(&mut self, letter: char, before: &str, number: &str) -> bool {
        self.first.get_or_insert(letter);
        let at = before.len();
        let length = if self.word.0 == at {
            self.word.1 + 1
        } else {
            1
        };
        self.word = (at + 1, length);
        self.longest = self.longest.max(length);
        number.trim_start_matches('+').len() >= 3 && is_joined(before)
    }
}

/// Whether a word may go on, or follow: after spaces, or one `-` or `.`, but not as the options of a command do.
fn is_joined(before: &str) -> bool {
    let number = before.trim_end_matches(' ');
    let number = match number.strip_suffix(['-', '.']) {
        Some(number) if number.len() + 1 == before.len() => number,
        _ => number,
    };
    number.ends_with(|c: char| c.is_ascii_alphanumeric() || c == ')')
}

/// The key of a telephone on which a letter is.
fn keypad(letter: char) -> Option<char> {
    Some(match letter.to_ascii_uppercase() {
        'A'..='C' => '2',
        'D'..='F' => '3',
        'G'..='I' => '4',
        'J'..='L' => '5',
        'M'..='O' => '6',
        'P'..='S' => '7',
        'T'..='V' => '8',
        'W'..='Z' => '9',
        _ => return None,
    })
}

/// The one or two digits that stand alone in parentheses, as the `(0)` of many a letterhead.
fn in_parentheses(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('(')?.split_once(')')?.0.trim();
    let digits = inside.chars().all(|c| c.is_ascii_digit());
    (digits && matches!(inside.len(), 1 | 2)).then_some(inside)
}

/// Without the trunk prefix that stands in parentheses behind a country code, where nobody dials it.
fn without_trunk_prefix(number: String, found: Option<(usize, &str)>) -> String {
    let Some((at, inside)) = found else {
        return number;
    };
    let (before, rest) = (&number[..at], &number[at + inside.len()..]);
    let code = PREFIXES.iter().find_map(|prefix| {
        before
            .strip_prefix(prefix)
            .filter(|code| !metadata::regions(code).is_empty())
    });
    let Some(code) = code else {
        return number;
    };
    let trunk = metadata::regions(code)
        .first()
        .map(|region| metadata::trunk_prefix(*region))
        .unwrap_or_default();
    let valid =
        |digits: String| metadata::international(&digits).is_some_and(|found| found.is_valid());
    let dropped = inside == trunk
        || inside == "0"
            && (valid(format!("{code}{rest}"))
                || !valid(format!("{code}{inside}{rest}")) && !trunk.is_empty());
    if dropped {
        format!("{before}{rest}")
    } else {
        number
    }
}
