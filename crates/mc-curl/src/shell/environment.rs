//! Variables of the environment: how they are named, and what is written in their place.

use mc_template::foreign::identifier;

/// What a secret is called that stands in a shell's variable.
pub(crate) fn secret_name(variable: &str) -> String {
    own_name(variable).to_ascii_lowercase()
}

/// A variable's name without PowerShell's `env:`.
fn own_name(variable: &str) -> &str {
    variable.split_once(':').map_or(variable, |(_, own)| own)
}

/// What to do where it is one.
pub(super) fn as_secret(variable: &str) -> String {
    if identifier(variable).is_empty() || variable.contains('~') {
        return String::new();
    }
    let (name, variable) = (secret_name(variable), own_name(variable));
    format!(
        "for a token or password add {name} = {{ env = '{variable}' }} under [secrets] and write `${{secret.{name}}}`; else "
    )
}

/// The name between the percent sign at `at` and the next one, if it is a variable of the command prompt and no part of
/// a percent-encoded text.
pub(crate) fn environment_variable(line: &str, at: usize) -> Option<&str> {
    let rest = &line[at + 1..];
    let name = identifier(rest);
    // `%date:~0,2%` is a part of one.
    let behind = rest[name.len()..].find(['%', ' ', '"'])?;
    let end = name.len() + behind;
    let whole = behind == 0 || rest[name.len()..].starts_with(":~");
    if name.is_empty() || !whole || !rest[end..].starts_with('%') || is_encoded(line, at) {
        return None;
    }
    Some(&rest[..end])
}

/// Whether the percent sign at `at` begins a byte of percent-encoded UTF-8. (Such a byte that begins with a letter is
/// part of a character of several.)
fn is_encoded(line: &str, at: usize) -> bool {
    let byte = |at: usize| {
        let digits = line.get(at..at + 3)?.strip_prefix('%')?;
        u8::from_str_radix(digits, 16).ok()
    };
    let continues = |at: usize| byte(at).is_some_and(|byte| (0x80..0xC0).contains(&byte));
    match byte(at) {
        None => false,
        Some(0x80..0xC0) => at
            .checked_sub(3)
            .is_some_and(|before| byte(before).is_some_and(|byte| byte >= 0x80)),
        Some(0xC0..) => continues(at + 3),
        Some(_) => true,
    }
}

/// Whether an unknown name behind `$` is a shell's variable: in capitals, as tokens and hosts are called. Others, such
/// as `$filter` of `OData`, are text.
pub(crate) fn is_shell_variable(name: &str) -> bool {
    name.chars().any(|c| c.is_ascii_uppercase()) && !name.chars().any(|c| c.is_ascii_lowercase())
}
