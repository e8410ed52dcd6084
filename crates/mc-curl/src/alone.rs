//! A shell's variables that are not in capitals. They may be text, as `$filter` of `OData` is; where a value is nothing else, it
//! was meant to be what they stand for.

use std::ops::Range;

use mc_template::foreign::identifier;
use mc_template::words::Word;

use crate::fields::{self, Kind};
use crate::input::Input;
use crate::secret::is_secret;
use crate::shell::Construct;

/// Tells the input of each argument, and of each named text in one, that is a shell's variable alone.
pub(crate) fn check(input: &mut Input<'_>, words: &[Word]) {
    let arguments: Vec<String> = words.iter().map(|word| word.text.clone()).collect();
    let mut told = |argument: usize, range: Range<usize>, is_secret: bool| {
        let construct = variable(input, &arguments[argument][range.clone()], is_secret);
        let place = words[argument].position(range.start);
        if let Some(construct) = construct
            && !input.errors.iter().any(|error| error.offset == place)
        {
            input.error(place, construct.into());
        }
    };
    for (argument, text) in arguments.iter().enumerate() {
        told(argument, 0..text.len(), false);
    }
    for field in fields::fields(&arguments) {
        let (argument, range) = (field.argument, field.range);
        match field.kind {
            // FHIR and OData have operations in paths.
            Kind::Segment => {}
            // `USER:PASSWORD`, of which a field may be the second part alone.
            Kind::Login | Kind::UrlLogin => {
                let text = &arguments[argument][..range.end];
                let begin = if field.kind == Kind::Login {
                    0
                } else {
                    range.start
                };
                if let Some(user) = text[begin..].find(':') {
                    told(argument, begin..begin + user, true);
                    told(argument, begin + user + 1..range.end, true);
                } else {
                    told(argument, range, true);
                }
            }
            // OData's options speak of `$it`.
            _ if field.name.starts_with('$') => {}
            Kind::Bearer | Kind::Literal => told(argument, range, true),
            _ => told(argument, range, is_secret(&field.name)),
        }
    }
}

/// The first variable of a text that holds no other word. Names of what events and answers bring begin with a capital, unless
/// the text is a secret.
fn variable(input: &Input<'_>, text: &str, is_secret: bool) -> Option<Construct> {
    let names = input.reading.names?;
    let words = || {
        text.split(|c: char| c.is_ascii_punctuation() && !"$_".contains(c) || c == ' ')
            .filter(|word| !word.is_empty())
    };
    let of_shell = |word: &str| {
        let name = word.strip_prefix('$')?;
        let whole = identifier(name) == name
            && name.starts_with(|c: char| is_secret || !c.is_ascii_uppercase());
        // A misspelled name of ours is warned of as that.
        let other = whole && names.nearest(name).is_none();
        Construct::dollar(word, 0, Some(names)).filter(|_| other)
    };
    let all = text.starts_with('$') && words().all(|word| of_shell(word).is_some());
    words().next().filter(|_| all).and_then(of_shell)
}
