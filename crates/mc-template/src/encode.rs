//! The encodings. Each writes a value so that nothing in it can be read as the syntax around it.

/// Where encoded text goes: into a string, or only into its length.
pub(crate) trait Sink {
    /// Takes text as it is.
    fn put(&mut self, text: &str);
    /// Takes one ASCII character.
    fn put_ascii(&mut self, byte: u8);
}

impl Sink for String {
    fn put(&mut self, text: &str) {
        self.push_str(text);
    }

    fn put_ascii(&mut self, byte: u8) {
        self.push(char::from(byte));
    }
}

/// Counts instead of writing, so that an output can be reserved once.
pub(crate) struct Length(pub(crate) usize);

impl Sink for Length {
    fn put(&mut self, text: &str) {
        self.0 += text.len();
    }

    fn put_ascii(&mut self, _byte: u8) {
        self.0 += 1;
    }
}

/// Encodes once more what is written to it.
pub(crate) struct Then<'s, S>(pub(crate) &'s mut S, pub(crate) fn(&str, &mut S));

impl<S: Sink> Sink for Then<'_, S> {
    fn put(&mut self, text: &str) {
        self.1(text, self.0);
    }

    fn put_ascii(&mut self, byte: u8) {
        self.1(char::from(byte).encode_utf8(&mut [0; 4]), self.0);
    }
}

/// RFC 3986, section 2.1: everything but the unreserved characters becomes `%XX`, byte by byte of its UTF-8.
pub(crate) fn percent(value: &str, out: &mut impl Sink) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.put_ascii(byte);
        } else {
            percent_byte(byte, out);
        }
    }
}

/// WHATWG URL Standard, section 5.2, `application/x-www-form-urlencoded` serializing: a space is `+`.
pub(crate) fn form(value: &str, out: &mut impl Sink) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'*' | b'-' | b'.' | b'_') {
            out.put_ascii(byte);
        } else if byte == b' ' {
            out.put_ascii(b'+');
        } else {
            percent_byte(byte, out);
        }
    }
}

fn percent_byte(byte: u8, out: &mut impl Sink) {
    out.put_ascii(b'%');
    hex_byte(byte, b"0123456789ABCDEF", out);
}

fn hex_byte(byte: u8, digits: &[u8; 16], out: &mut impl Sink) {
    out.put_ascii(digits[usize::from(byte >> 4)]);
    out.put_ascii(digits[usize::from(byte & 15)]);
}

/// RFC 8259, section 7: the inside of a JSON string, without its quotes.
pub(crate) fn json(value: &str, out: &mut impl Sink) {
    let special = |byte: u8| byte < 0x20 || byte == b'"' || byte == b'\\';
    replace(value, out, special, |byte, out| match byte {
        b'"' => out.put("\\\""),
        b'\\' => out.put("\\\\"),
        b'\n' => out.put("\\n"),
        b'\r' => out.put("\\r"),
        b'\t' => out.put("\\t"),
        other => {
            out.put("\\u00");
            hex_byte(other, b"0123456789abcdef", out);
        }
    });
}

/// Text or an attribute's value in XML 1.0. Line breaks and tabs become references, because attributes
/// would turn them into spaces. Characters that no XML document can hold (section 2.2) become U+FFFD.
pub(crate) fn xml(value: &str, out: &mut impl Sink) {
    let mut plain = 0;
    for (at, character) in value.char_indices() {
        let reference = match character {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            '\'' => "&apos;",
            '\t' => "&#9;",
            '\n' => "&#10;",
            '\r' => "&#13;",
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => "\u{fffd}",
            _ => continue,
        };
        out.put(&value[plain..at]);
        out.put(reference);
        plain = at + character.len_utf8();
    }
    out.put(&value[plain..]);
}

/// The inside of `<![CDATA[..]]>` (XML 1.0, 2.7), which a new one follows at each character that could help to end it.
pub(crate) fn cdata(value: &str, out: &mut impl Sink) {
    for character in value.chars() {
        match character {
            ']' => out.put("]]]><![CDATA["),
            '>' => out.put("]]><![CDATA[>"),
            '\t' | '\n' | '\r' => out.put_ascii(character as u8),
            '\0'..='\x1f' | '\u{fffe}' | '\u{ffff}' => out.put("\u{fffd}"),
            other => out.put(other.encode_utf8(&mut [0; 4])),
        }
    }
}

/// Writes `value`, and its special ASCII bytes by `write`.
fn replace<S: Sink>(
    value: &str,
    out: &mut S,
    special: impl Fn(u8) -> bool,
    write: impl Fn(u8, &mut S),
) {
    let mut plain = 0;
    for (at, byte) in value.bytes().enumerate() {
        if special(byte) {
            out.put(&value[plain..at]);
            write(byte, out);
            plain = at + 1;
        }
    }
    out.put(&value[plain..]);
}

/// Whether a text is a JSON value that needs no quotes: a number, `true`, `false` or `null` (RFC 8259,
/// sections 3 and 6).
pub(crate) fn is_json_literal(text: &str) -> bool {
    matches!(text, "true" | "false" | "null") || is_json_number(text)
}

fn is_json_number(text: &str) -> bool {
    let text = text.strip_prefix('-').unwrap_or(text);
    let Some(text) = skip_digits(text) else {
        return false;
    };
    // The integer part is what was skipped; it has no leading zero unless it is zero.
    let fraction = match text.rest.strip_prefix('.') {
        None => text.rest,
        Some(digits) => match skip_digits(digits) {
            None => return false,
            Some(skipped) => skipped.rest,
        },
    };
    let exponent = match fraction.strip_prefix(['e', 'E']) {
        None => fraction,
        Some(digits) => match skip_digits(digits.strip_prefix(['+', '-']).unwrap_or(digits)) {
            None => return false,
            Some(skipped) => skipped.rest,
        },
    };
    exponent.is_empty() && !(text.count > 1 && text.leading_zero)
}

struct Digits<'a> {
    rest: &'a str,
    count: usize,
    leading_zero: bool,
}

/// Skips one digit or more.
fn skip_digits(text: &str) -> Option<Digits<'_>> {
    let rest = text.trim_start_matches(|next: char| next.is_ascii_digit());
    let count = text.len() - rest.len();
    (count > 0).then(|| Digits {
        rest,
        count,
        leading_zero: text.starts_with('0'),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(encode: fn(&str, &mut String), value: &str) -> String {
        let mut out = String::new();
        encode(value, &mut out);
        out
    }

    #[test]
    fn percent_leaves_unreserved_characters_alone() {
        assert_eq!(written(percent, "AZaz09-._~"), "AZaz09-._~");
        assert_eq!(written(percent, "a b/ü%+&"), "a%20b%2F%C3%BC%25%2B%26");
    }

    #[test]
    fn form_writes_a_space_as_plus() {
        assert_eq!(written(form, "a b+c*~ü"), "a+b%2Bc*%7E%C3%BC");
    }

    #[test]
    fn json_escapes_quotes_backslashes_and_controls() {
        assert_eq!(
            written(json, "a\"b\\c\n\r\t\u{1}\u{1f}ü/"),
            r#"a\"b\\c\n\r\t\u0001\u001fü/"#
        );
    }

    #[test]
    fn xml_escapes_markup_and_keeps_line_breaks() {
        assert_eq!(
            written(xml, "<a b='c'>&\"\n\u{0}\u{fffe}ü"),
            "&lt;a b=&apos;c&apos;&gt;&amp;&quot;&#10;\u{fffd}\u{fffd}ü"
        );
    }

    #[test]
    fn json_literals_are_numbers_and_three_words() {
        for good in [
            "0", "-0", "12", "-1.5", "1e9", "1E+9", "0.10", "true", "false", "null",
        ] {
            assert!(is_json_literal(good), "{good}");
        }
        for bad in [
            "", "-", "01", "0049", "+1", "1.", ".5", "1e", "True", "1 ", "0x1", "NaN", "1,2",
            "\"a\"", "{}", "٣",
        ] {
            assert!(!is_json_literal(bad), "{bad}");
        }
    }

    #[test]
    fn a_length_is_that_of_what_is_written() {
        for value in ["", "plain", "a \"b\"\n<ü>&%\u{0}\u{ffff}"] {
            for (write, count) in [
                (
                    percent as fn(&str, &mut String),
                    percent as fn(&str, &mut Length),
                ),
                (form, form),
                (json, json),
                (xml, xml),
            ] {
                let mut length = Length(0);
                count(value, &mut length);
                assert_eq!(length.0, written(write, value).len(), "{value:?}");
            }
        }
    }
}
