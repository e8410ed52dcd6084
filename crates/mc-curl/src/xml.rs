//! The named texts of an XML document, found without reading more of it than that.

use std::ops::Range;

/// The texts of its elements and attributes, in their order, with the names that they have behind a prefix.
pub(crate) fn texts(document: &str) -> Vec<(&str, Range<usize>)> {
    const SECTION: &str = "<![CDATA[";
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(open) = position(document, at, "<") {
        let Some(close) = position(document, open, ">") else {
            break;
        };
        let tag = &document[open + 1..close];
        at = close + 1;
        // What ends an element, a comment and a declaration begin otherwise.
        if !tag.starts_with(char::is_alphabetic) {
            continue;
        }
        let name = &tag[..tag
            .find(|c: char| c.is_whitespace() || c == '/')
            .unwrap_or(tag.len())];
        attributes(document, open + 1 + name.len(), close, &mut found);
        if tag.ends_with('/') {
            continue;
        }
        let (begin, end) = if document[at..].starts_with(SECTION) {
            let begin = at + SECTION.len();
            (begin, position(document, begin, "]]>"))
        } else {
            (at, position(document, at, "<"))
        };
        let range = begin..end.unwrap_or(document.len());
        if !document[range.clone()].trim().is_empty() {
            found.push((local(name), range));
        }
    }
    found
}

/// `name="text"`, from a place in a tag to its end.
fn attributes<'d>(
    document: &'d str,
    mut at: usize,
    close: usize,
    found: &mut Vec<(&'d str, Range<usize>)>,
) {
    while let Some(equals) = position(&document[..close], at, "=") {
        let name = local(document[at..equals].trim());
        let rest = &document[equals + 1..close];
        let quoted = rest.trim_start();
        let begin = close - quoted.len() + 1;
        let Some(quote) = ["\"", "'"].into_iter().find(|one| quoted.starts_with(one)) else {
            break;
        };
        let Some(end) = position(&document[..close], begin, quote) else {
            break;
        };
        found.push((name, begin..end));
        at = end + 1;
    }
}

/// A name without its prefix.
fn local(name: &str) -> &str {
    name.rsplit(':').next().unwrap_or(name)
}

fn position(text: &str, from: usize, wanted: &str) -> Option<usize> {
    Some(from + text.get(from..)?.find(wanted)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_and_attributes_are_found_with_their_texts() {
        let document = "<?xml version=\"1\"?><s:a x='1' s:y = \"2\"><!-- c --><b>three</b><c/> \
                        <d><![CDATA[<4>]]></d><e ></e><f>5";
        let found: Vec<_> = texts(document)
            .into_iter()
            .map(|(name, range)| format!("{name}={}", &document[range]))
            .collect();
        assert_eq!(found, ["x=1", "y=2", "b=three", "d=<4>", "f=5"]);
        for broken in [
            "", "<", "<a", "<a b", "<a b=>", "<a b=\"", "<ä=ü>", "<a b='>c",
        ] {
            texts(broken);
        }
    }
}
