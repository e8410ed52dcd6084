//! Tokens taken apart: parameters of a command, pieces between signs, brackets that belong together.

use super::tokens::{Kind, Token};

/// A parameter of a command: `-Name value`, or a value alone.
#[derive(Debug)]
pub(super) struct Argument<'t> {
    pub(super) name: Option<&'t str>,
    pub(super) tokens: &'t [Token],
}

/// Reads the parameters of a command, up to the end of its statement.
pub(super) fn arguments(tokens: &[Token]) -> Vec<Argument<'_>> {
    let mut found = Vec::new();
    let mut name = None;
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let parameter = token.word().and_then(|word| word.strip_prefix('-'));
        if let Some(parameter) = parameter {
            if let Some(name) = name.replace(parameter.trim_end_matches(':')) {
                found.push(Argument {
                    name: Some(name),
                    tokens: &[],
                });
            }
            at += 1;
            continue;
        }
        let mut end = at + extent(&tokens[at..]);
        // Lists are one value, as are the pieces around a plus.
        while tokens.get(end).is_some_and(|token| token.is(',')) && end + 1 < tokens.len() {
            end += 1 + extent(&tokens[end + 1..]);
        }
        found.push(Argument {
            name: name.take(),
            tokens: &tokens[at..end],
        });
        at = end;
    }
    if let Some(name) = name {
        found.push(Argument {
            name: Some(name),
            tokens: &[],
        });
    }
    found
}

/// How many tokens the value at the beginning takes.
fn extent(tokens: &[Token]) -> usize {
    if tokens.first().is_some_and(|token| token.nesting() > 0) {
        closing(tokens).map_or(tokens.len(), |end| end + 1)
    } else {
        1
    }
}

/// Where the bracket that the first token opens is closed.
pub(super) fn closing(tokens: &[Token]) -> Option<usize> {
    let mut depth = 0;
    tokens.iter().position(|token| {
        depth += token.nesting();
        depth == 0
    })
}

/// The first token, outside brackets, that is so.
pub(super) fn position(tokens: &[Token], is: impl Fn(&Token) -> bool) -> Option<usize> {
    let mut depth = 0;
    tokens.iter().position(|token| {
        depth += token.nesting();
        depth == 0 && is(token)
    })
}

/// The pieces between the tokens, outside brackets, that are so; line ends around a piece do not belong to it.
pub(super) fn split(tokens: &[Token], is: impl Fn(&Token) -> bool) -> Vec<&[Token]> {
    let mut pieces = Vec::new();
    let mut rest = tokens;
    while let Some(at) = position(rest, &is) {
        pieces.push(trimmed(&rest[..at]));
        rest = &rest[at + 1..];
    }
    pieces.push(trimmed(rest));
    pieces
}

pub(super) fn trimmed(mut tokens: &[Token]) -> &[Token] {
    while let [
        Token {
            kind: Kind::End, ..
        },
        rest @ ..,
    ]
    | [
        rest @ ..,
        Token {
            kind: Kind::End, ..
        },
    ] = tokens
    {
        tokens = rest;
    }
    tokens
}
