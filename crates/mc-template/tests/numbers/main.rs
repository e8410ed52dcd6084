//! What numbers mean, wherever they come from.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use mc_template::{DialNumber, NumberError};

mod checks;
mod dialling;
mod plans;
mod properties;
mod reference;
mod written;

/// The lines of a table: its columns, separated by tabs; in the first `\t`, `\n` and `\uXXXX` are what is not seen.
fn table(text: &str) -> impl Iterator<Item = Vec<String>> {
    text.lines()
        .filter(|line| !line.starts_with("# ") && !line.is_empty())
        .map(|line| {
            let (first, rest) = line.split_once('\t').unwrap();
            std::iter::once(unescaped(first))
                .chain(rest.split('\t').map(str::to_owned))
                .collect()
        })
}

fn unescaped(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        let (character, length) = match after.as_bytes()[0] {
            b't' => ('\t', 1),
            b'n' => ('\n', 1),
            _ => {
                let code = u32::from_str_radix(&after[1..5], 16).unwrap();
                (char::from_u32(code).unwrap(), 5)
            }
        };
        out.push_str(before);
        out.push(character);
        rest = &after[length..];
    }
    out + rest
}

/// What is dialled, with what is left out after a `!`; or why nothing is.
fn dialled(number: Result<DialNumber, NumberError>) -> String {
    match number {
        Ok(number) => match number.left_out() {
            Some(left_out) => format!("{number}!{left_out}"),
            None => number.to_string(),
        },
        Err(NumberError::Character { character }) => format!("- {}", character.escape_debug()),
        Err(error) => format!("- {error:?}"),
    }
}
