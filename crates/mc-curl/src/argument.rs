//! Arguments that are literals: read, or told to be none.

use std::time::Duration;

use http::Method;

use crate::input::{Input, Piece};

/// A text in which no variable may stand.
pub(crate) fn literal(input: &mut Input<'_>, piece: &Piece) -> Option<String> {
    input.literal(piece, "its argument")
}

pub(crate) fn method(input: &mut Input<'_>, piece: &Piece) -> Option<Method> {
    let text = literal(input, piece)?;
    let capitals = text.to_ascii_uppercase();
    if text != capitals && is_method(&capitals) {
        input.warn(
            piece,
            "methods are written in capitals, and to a server this is another one",
        );
    }
    let method = Method::from_bytes(text.as_bytes()).ok();
    told(
        input,
        piece,
        method.filter(|method| method != Method::CONNECT),
        "this is not a method",
    )
}

/// A proxy's address: what people write for a method is none.
pub(crate) fn proxy(input: &mut Input<'_>, piece: &Piece) -> Option<String> {
    let text = literal(input, piece)?;
    let named = !is_method(&text);
    let said = "this names a proxy; write `-X` for a method";
    told(input, piece, named.then_some(text), said)
}

/// Whether a word is one of the methods that people write.
pub(crate) fn is_method(word: &str) -> bool {
    ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"].contains(&word)
}

/// `USER:PASSWORD` of a proxy.
pub(crate) fn user(input: &mut Input<'_>, piece: &Piece) -> Option<String> {
    let text = literal(input, piece)?;
    let user = Some(text).filter(|text| text.contains(':'));
    told(
        input,
        piece,
        user,
        "write USER:PASSWORD; nobody is asked for a password",
    )
}

pub(crate) fn count(input: &mut Input<'_>, piece: &Piece) -> u32 {
    let text = literal(input, piece);
    let count = text.and_then(|text| text.parse().ok());
    told(input, piece, count, "write a number, as in `--retry 3`").unwrap_or_default()
}

/// A number of redirects; none for any number.
pub(crate) fn redirects(input: &mut Input<'_>, piece: &Piece) -> Option<u32> {
    let number = literal(input, piece).and_then(|text| text.parse::<i64>().ok());
    let number = number.filter(|number| *number >= -1);
    let number = told(
        input,
        piece,
        number,
        "write a number, or -1 for any number of redirects",
    );
    number
        .filter(|number| *number >= 0)
        .map(|number| u32::try_from(number).unwrap_or(u32::MAX))
}

/// Seconds with decimals; 0 is none.
pub(crate) fn seconds(input: &mut Input<'_>, piece: &Piece) -> Option<Duration> {
    time(input, piece, true, "write seconds, as in 2.5")
}

/// Seconds without decimals; 0 is none.
pub(crate) fn whole_seconds(input: &mut Input<'_>, piece: &Piece) -> Option<Duration> {
    time(input, piece, false, "write whole seconds, as in 5")
}

fn time(input: &mut Input<'_>, piece: &Piece, decimals: bool, reason: &str) -> Option<Duration> {
    let text = literal(input, piece)?;
    let is_number = text.bytes().any(|b| b.is_ascii_digit())
        && text
            .bytes()
            .all(|b| b.is_ascii_digit() || (decimals && b == b'.'));
    // A hundred years are enough for anybody and no sum of them overflows.
    let seconds = Some(&text)
        .filter(|_| is_number)
        .and_then(|text| text.parse().ok())
        .filter(|seconds| *seconds <= 3_153_600_000.0_f64);
    let seconds = told(input, piece, seconds, reason)?;
    Some(Duration::from_secs_f64(seconds)).filter(|time| !time.is_zero())
}

/// A file to which nothing is written: the standard output, or a null device.
pub(crate) fn null_file(input: &mut Input<'_>, piece: &Piece) {
    if piece.text != "-" && !is_null_device(piece) {
        input.bad(
            piece,
            "answers are not written to files; write `-o NUL` or leave it out",
        );
    }
}

/// The file of `-c`: a null device alone.
pub(crate) fn cookie_jar(input: &mut Input<'_>, piece: &Piece) {
    if !is_null_device(piece) {
        input.bad(
            piece,
            "cookies are kept for this command, and in no file: log in and call in one command with `--next` between them, and \
             write `-c NUL` here and `-b ''` where this file is read",
        );
    }
}

fn is_null_device(piece: &Piece) -> bool {
    let mut names = ["/dev/null", "nul", "nul:"].iter();
    names.any(|name| piece.text.eq_ignore_ascii_case(name))
}

fn told<T>(input: &mut Input<'_>, piece: &Piece, value: Option<T>, reason: &str) -> Option<T> {
    if value.is_none() {
        input.bad(piece, reason);
    }
    value
}
