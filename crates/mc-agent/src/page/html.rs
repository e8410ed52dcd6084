//! Markup. What comes from outside gets in as text, and in no other way.

use std::fmt::Write as _;

use mc_secret::text::one_line;

/// Markup that is being written.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Html(String);

impl Html {
    /// Markup of this program's own.
    pub(crate) fn raw(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Markup that was made the same way.
    pub(crate) fn html(&mut self, other: &Self) -> &mut Self {
        self.0.push_str(&other.0);
        self
    }

    /// Text, in an element or in a quoted attribute.
    pub(crate) fn text(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            match c {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                c => self.0.push(c),
            }
        }
        self
    }

    /// A number.
    pub(crate) fn number(&mut self, number: impl Into<u64>) -> &mut Self {
        // Writing to a String does not fail.
        let _ = write!(self.0, "{}", number.into());
        self
    }

    /// A value from outside: one line of it, whose direction of writing leaves its neighbours alone.
    pub(crate) fn value(&mut self, value: &str) -> &mut Self {
        self.raw("<bdi>").text(&one_line(value)).raw("</bdi>")
    }

    /// A sentence with values in the places of `{}`.
    pub(crate) fn sentence(&mut self, sentence: &'static str, values: &[&str]) -> &mut Self {
        let mut values = values.iter();
        for (place, part) in sentence.split("{}").enumerate() {
            if place > 0 {
                self.value(values.next().unwrap_or(&""));
            }
            self.text(part);
        }
        self
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

/// The same sentence as plain text: there the marks of Unicode keep each value's direction of writing to itself.
pub(crate) fn plain(sentence: &str, values: &[&str]) -> String {
    let mut values = values.iter();
    let mut text = String::new();
    for (place, part) in sentence.split("{}").enumerate() {
        if place > 0 {
            text.push('\u{2068}');
            text.push_str(&one_line(values.next().unwrap_or(&"")));
            text.push('\u{2069}');
        }
        text.push_str(part);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_text_wherever_it_stands() {
        let mut page = Html::default();
        page.raw("<a title=\"")
            .text("\"><script>'&")
            .raw("\">")
            .sentence("von {} an {}", &["<b>\u{202e}", "x\ny"]);
        assert_eq!(
            page.as_str(),
            "<a title=\"&quot;&gt;&lt;script&gt;&#39;&amp;\">von <bdi>&lt;b&gt;\u{fffd}</bdi> an <bdi>x y</bdi>"
        );
        assert_eq!(plain("{}!", &["<\u{202e}"]), "\u{2068}<\u{fffd}\u{2069}!");
    }
}
