/// The longest number that is dialled: prefixes and codes may precede it.
pub(crate) const MOST: usize = 32;
/// The longest text, in bytes, that is looked at: a number, a link to one, what was copied with one.
pub(super) const MOST_TEXT: usize = 1000;
/// The longest number with a country code in front (E.164).
pub(crate) const MOST_ABROAD: usize = 15;
/// The same with an outside line, a carrier's code and the international prefix in front.
pub(crate) const MOST_PREFIXED: usize = 22;
/// What a number is whose digits are not all shown.
pub(crate) const HIDDEN: &str = "a number of which a part is hidden";
/// What a number is where a machine answers.
pub(crate) const FAX: &str = "a fax machine's number";

/// Why a text is no telephone number. What was given is shown escaped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NumberError {
    /// There is no digit in it.
    #[error("there is no number to dial")]
    Empty,
    /// It is longer than any number.
    #[error("the number has {digits} digits; at most {MOST} can be dialled")]
    TooLong {
        /// How many digits, `*` and `#` it has.
        digits: usize,
    },
    /// It is longer than a number with everything that stands around one.
    #[error(
        "the text has {bytes} bytes; a number with what stands beside it has at most {MOST_TEXT}"
    )]
    TextTooLong {
        /// Its size.
        bytes: usize,
    },
    /// It begins with a `+` and is longer than any number of any country.
    #[error("the number has {digits} digits; with a + in front there are at most {MOST_ABROAD}")]
    TooLongAbroad {
        /// How many digits it has.
        digits: usize,
    },
    /// It has no `+`, and is longer than any number is with what may precede it.
    #[error("the number has {digits} digits; without a code at most {most} can be dialled")]
    TooLongPlain {
        /// How many digits it has.
        digits: usize,
        /// How many it may have.
        most: usize,
    },
    /// A `+` with a 0 behind it.
    #[error(
        "a country's code follows the +, and none begins with 0: write +49..., or leave the + out"
    )]
    CountryCode,
    /// It has a character that is in no number.
    #[error("a number has no `{}`: write digits, with spaces or - . / ( ) between them if you like", character.escape_debug())]
    Character {
        /// The first such character.
        character: char,
    },
    /// What a page's or a program's template has for a number, or shows for none.
    #[error(
        "`{text}` stands where the number should be: the page or program that it comes from has put none there"
    )]
    Placeholder {
        /// What stands there: what is seen of it, cut.
        text: String,
    },
    /// A `+` not in front, or one before a code.
    #[error("a + stands in front of a number and nowhere else, and not before * or #")]
    Plus,
    /// A country's code and the international prefix behind it.
    #[error(
        "a country's code has an international prefix behind it, as in +49 0049: write one code"
    )]
    TwoCodes,
    /// Digits in parentheses that may belong to the number or not.
    #[error(
        "it is not clear whether the digits in parentheses are dialled: write the number without parentheses"
    )]
    Parentheses,
    /// More than one number.
    #[error("these are two numbers: write one")]
    TwoNumbers,
    /// An extension, with too little before it for a number that has one.
    #[error(
        "what stands before the extension is too short for a number: write all of it, or the extension alone"
    )]
    BeforeExtension,
    /// Something else that consists of digits.
    #[error("this is {what} and no telephone number")]
    Other {
        /// What it is.
        what: &'static str,
    },
    /// Not a link with a number.
    #[error("this is no link to a number: use tel:+49..., callto:+49... or sip:+49...@server")]
    NotALink,
    /// A link with a part that would have to be understood.
    #[error("the link needs `{}`, which is not supported", name.escape_debug())]
    Parameter {
        /// The parameter's name.
        name: String,
    },
}

/// Why there is no such numbering plan.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PlanError {
    /// No country has this region code.
    #[error("`{}` is no region: write two letters, such as DE", region.escape_debug())]
    UnknownRegion {
        /// The region as it was given.
        region: String,
    },
    /// No country has this calling code.
    #[error("`{}` is no country's calling code: write its digits, such as 49", code.escape_debug())]
    UnknownCode {
        /// The code as it was given.
        code: String,
    },
    /// Several countries have this calling code.
    #[error("{code} is the calling code of {}: write the region instead", regions.join(", "))]
    SharedCode {
        /// The code.
        code: String,
        /// The regions that have it, the largest first.
        regions: Vec<String>,
    },
    /// The region has another calling code.
    #[error("{code} is not the calling code of {region}: leave one of them out")]
    OtherCode {
        /// The code as it was given.
        code: String,
        /// The region.
        region: String,
    },
    /// Numbers of the region have no trunk prefix, and one is given.
    #[error("numbers of {region} have no trunk prefix: a {prefix} in front of one belongs to it")]
    NoTrunkPrefix {
        /// The region.
        region: String,
        /// The prefix that is given.
        prefix: String,
    },
}

/// Why a text is no pattern for numbers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PatternError {
    /// There is nothing in it that a number has.
    #[error("an empty pattern holds for no number: leave it out")]
    Empty,
    /// It has a character that is in no number.
    #[error(
        "a pattern for numbers has no `{}`: write digits, ? for any one and * for any number of them, and each pattern as a text of its own; a regular expression begins with regex:",
        character.escape_debug()
    )]
    Character {
        /// The first such character.
        character: char,
    },
    /// A `+` not in front.
    #[error("a + stands in front of a number and nowhere else")]
    Plus,
    /// The first and the last of several numbers.
    #[error(
        "`{first}-{last}` is one number here, for a dash means nothing: write all from {first} to {last} with ? for a digit, as 1?? for 100 to 199, or as a regular expression, and one number without the dash"
    )]
    Range {
        /// The first of them.
        first: String,
        /// The last of them.
        last: String,
    },
    /// A regular expression that begins with a space, which no number has.
    #[error("the space behind `regex:` is a part of the expression: leave it out")]
    Space,
}

/// What stood beside a number and is not dialled.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LeftOut {
    /// An extension: `ext. 12`, `;ext=12`.
    Extension(String),
    /// What is to be sent after a pause, once the call is answered: `,12`.
    AfterPause(String),
}

impl std::fmt::Display for LeftOut {
    /// The digits.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Extension(digits) | Self::AfterPause(digits) => out.write_str(digits),
        }
    }
}
