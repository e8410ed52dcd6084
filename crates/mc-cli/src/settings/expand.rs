//! `%NAME%` in program and file paths, as Windows writes them.
//!
//! Nothing else of a configuration is expanded: in a URL `%20` is a space, and a variable of the environment has no
//! business in a command.

use std::ffi::OsString;

/// Replaces every `%NAME%` by what `look_up` says. A `%` that begins no name stays.
///
/// The error is a name that is not there. An empty result would be worse than none: `%MISSING%\x.exe` must not become
/// `\x.exe`.
pub(super) fn expand(
    text: &str,
    look_up: impl Fn(&str) -> Option<OsString>,
) -> Result<String, String> {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let (before, from) = rest.split_at(at);
        result.push_str(before);
        let behind = &from[1..];
        match behind
            .find('%')
            .map(|end| (&behind[..end], &behind[end + 1..]))
        {
            Some((name, tail)) if is_name(name) => {
                let value = look_up(name).and_then(|value| value.into_string().ok());
                result.push_str(&value.ok_or_else(|| name.to_owned())?);
                rest = tail;
            }
            _ => {
                result.push('%');
                rest = behind;
            }
        }
    }
    result.push_str(rest);
    Ok(result)
}

/// Windows' own names have parentheses (`ProgramFiles(x86)`); none has a separator of paths.
fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '(' | ')'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look_up(name: &str) -> Option<OsString> {
        match name {
            "ProgramFiles(x86)" => Some(OsString::from(r"C:\Program Files (x86)")),
            "A" => Some(OsString::from("%B%")),
            _ => None,
        }
    }

    #[test]
    fn names_are_replaced_once() {
        assert_eq!(
            expand(r"%ProgramFiles(x86)%\CRM\pop.exe", look_up).as_deref(),
            Ok(r"C:\Program Files (x86)\CRM\pop.exe")
        );
        assert_eq!(expand("x%A%y", look_up).as_deref(), Ok("x%B%y"));
    }

    #[test]
    fn a_percent_sign_alone_stays() {
        for text in ["100%", "50% of 100%", "%%", "%a b%", r"%\x%", ""] {
            assert_eq!(expand(text, look_up).as_deref(), Ok(text));
        }
    }

    #[test]
    fn a_missing_name_is_an_error() {
        assert_eq!(
            expand(r"%NOWHERE%\x.exe", look_up),
            Err("NOWHERE".to_owned())
        );
    }
}
