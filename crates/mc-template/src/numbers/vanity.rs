//! Letters that stand for digits, as in 1-800-FLOWERS; and words behind a number, which are none.

use super::around::is_label;
use super::extension::EXTENSIONS;
use super::metadata;

/// A number with letters for digits has no more digits than E.164 allows: else the letters are words.
const MOST: usize = 15;
/// What numbers begin with that companies choose for their names, without country code and trunk prefix.
const SERVICES: [&str; 18] = [
    "800", "808", "822", "833", "844", "855", "866", "877", "888", "900", "700", "180", "190",
    "1300", "1800", "1890", "1850", "0800",
];
/// More digits than these, and the number is whole: what follows is a word.
const MOST_BEFORE: usize = 6;
/// The digits of a service's prefix, with a country code of two: where more stand, `fax` or `home` is meant.
const MOST_OF_PREFIX: usize = 5;

/// The letters of a number so far.
#[derive(Default)]
pub(super) struct Vanity {
    pub(super) first: Option<char>,
    /// Whether words may stand apart.
    of_service: bool,
    /// The digits that stood before the first letter.
    before: usize,
    /// The word at hand, and where its next letter would stand.
    word: String,
    next: usize,
    /// Whether spaces stand before it.
    apart: bool,
    longest: usize,
    of_no_number: bool,
}

impl Vanity {
    /// Whether this letter may stand for a digit: behind the first three digits, and where a word may stand.
    pub(super) fn takes(&mut self, letter: char, before: &str, number: &str) -> bool {
        if self.first.is_none() {
            self.first = Some(letter);
            self.before = number.trim_start_matches('+').len();
            self.of_service = is_of_service(number);
        }
        if self.next != before.len() {
            self.ends_word();
            self.apart = before.ends_with(' ');
        }
        self.word.push(letter);
        self.next = before.len() + 1;
        self.before >= 3 && is_joined(before, self.of_service)
    }

    /// A digit may follow letters, but not apart from them: that is a house, an hour, an extension, or in parentheses the
    /// number once more.
    pub(super) fn takes_digit(&self, before: &str) -> bool {
        self.first.is_none() || !before.ends_with([' ', '('])
    }

    /// Whether the letters were words, and no part of the number.
    pub(super) fn are_words(&mut self, number: &str) -> bool {
        self.ends_word();
        let digits = number.trim_start_matches('+');
        self.of_no_number
            || self.longest < 3
            || digits.len() > MOST
            || number.contains(['*', '#'])
            || !(self.of_service || is_american(number, self.before))
    }

    fn ends_word(&mut self) {
        let word = std::mem::take(&mut self.word).to_lowercase();
        self.longest = self.longest.max(word.len());
        self.of_no_number |= self.apart
            && self.before > MOST_OF_PREFIX
            && (is_label(&word) || EXTENSIONS.contains(&word.as_str()));
    }
}

/// Whether a number begins as those do that companies choose.
fn is_of_service(number: &str) -> bool {
    let is_one = |national: &str| {
        SERVICES.iter().any(|service| {
            national
                .strip_prefix(service)
                .is_some_and(|rest| service.len() + rest.len() <= MOST_BEFORE)
        })
    };
    let national = |digits: &str| {
        ["", "0", "1"]
            .iter()
            .any(|trunk| digits.strip_prefix(trunk).is_some_and(is_one))
    };
    let abroad = ["+", "00", "011"]
        .iter()
        .filter_map(|prefix| number.strip_prefix(prefix));
    let mut abroad = abroad.flat_map(|digits| (1..=3).filter_map(|at| digits.split_at_checked(at)));
    national(number)
        || abroad.any(|(code, rest)| !metadata::regions(code).is_empty() && national(rest))
}

/// Whether it is as long as an American number, and not whole before its letters: `(415) 555-HELP`, `555-HELP`.
fn is_american(number: &str, before: usize) -> bool {
    let digits = number.trim_start_matches('+');
    let (national, code) = match digits.strip_prefix('1') {
        Some(national) => (national, 1),
        None => (digits, 0),
    };
    let abroad = number.starts_with('+') && code == 0;
    let local = national.len() == 7 && code == 0 && before == 3;
    !abroad
        && national.starts_with(|c: char| matches!(c, '2'..='9'))
        && (local || national.len() == 10 && before <= code + MOST_BEFORE)
}

/// Whether a word may go on, or follow: after one `-` or `.`, or where that is usual after spaces, but not as the options
/// of a command do.
fn is_joined(before: &str, apart: bool) -> bool {
    let number = if apart {
        before.trim_end_matches(' ')
    } else {
        before
    };
    let number = match number.strip_suffix(['-', '.']) {
        Some(number) if number.len() + 1 == before.len() => number,
        _ => number,
    };
    number.ends_with(|c: char| c.is_ascii_alphanumeric() || c == ')')
}

/// The key of a telephone on which a letter is.
pub(super) fn keypad(letter: char) -> Option<char> {
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
