//! The sets and ranges in a URL's text: `{a,b}`, `[1-3]`.

use crate::text::Marked;

/// No command means more requests than this with one URL.
const MOST: usize = 100;

/// Sets and ranges, written out; the last one changes fastest.
pub(crate) fn expand(marked: &Marked<'_>) -> Result<Vec<String>, (usize, &'static str)> {
    let mut texts = vec![String::new()];
    let mut at = 0;
    while at < marked.text.len() {
        let rest = &marked.text[at..];
        let Some(c) = rest.chars().next() else { break };
        let outside = marked.is_outside(at);
        let choices = match c {
            '{' if outside => set(marked, &mut at)?,
            '[' if outside => match literal_brackets(rest) {
                Some(length) => {
                    at += length;
                    vec![rest[..length].to_owned()]
                }
                None => range(marked, &mut at)?,
            },
            '}' | ']' if outside => {
                return Err((at, "has a closing brace or bracket without its opening one"));
            }
            '\\' if outside && rest[1..].starts_with(['{', '[', '}', ']']) => {
                at += 2;
                vec![rest[1..2].to_owned()]
            }
            other => {
                at += other.len_utf8();
                vec![other.to_string()]
            }
        };
        if texts.len() * choices.len() > MOST {
            return Err((at.min(marked.text.len()), "makes more than 100 requests"));
        }
        texts = texts
            .iter()
            .flat_map(|text| choices.iter().map(move |choice| format!("{text}{choice}")))
            .collect();
    }
    Ok(texts)
}

/// `{a,b}`
fn set(marked: &Marked<'_>, at: &mut usize) -> Result<Vec<String>, (usize, &'static str)> {
    let open = *at;
    let mut choices = vec![String::new()];
    let mut place = open + 1;
    while let Some(c) = marked.text[place..].chars().next() {
        let outside = marked.is_outside(place);
        let next = place + c.len_utf8();
        match c {
            '}' if outside && place == open + 1 => return Err((open, "has empty braces")),
            '}' if outside => {
                *at = next;
                return Ok(choices);
            }
            ',' if outside => choices.push(String::new()),
            '{' | '[' | ']' if outside => return Err((place, "has braces inside braces")),
            '\\' if outside && next < marked.text.len() => {
                let escaped = marked.text[next..].chars().next().unwrap_or('\\');
                push(&mut choices, escaped);
                place = next + escaped.len_utf8();
                continue;
            }
            other => push(&mut choices, other),
        }
        place = next;
    }
    Err((open, "has an opening brace without its closing one"))
}

fn push(choices: &mut [String], c: char) {
    if let Some(last) = choices.last_mut() {
        last.push(c);
    }
}

/// `[1-9]`, `[001-100:10]`, `[a-z:2]`
fn range(marked: &Marked<'_>, at: &mut usize) -> Result<Vec<String>, (usize, &'static str)> {
    const WRONG: &str = "has a range that is not one; write [1-9], [001-100:10] or [a-z:2]";
    let open = *at;
    let wrong = (open, WRONG);
    let end = marked.find_from(open + 1, |c| c == ']').ok_or(wrong)?;
    if (open..end).any(|place| !marked.is_outside(place)) {
        return Err((open, "has a variable in a range"));
    }
    let inside = &marked.text[open + 1..end];
    let (bounds, step) = inside.split_once(':').unwrap_or((inside, "1"));
    let (first, last) = bounds.split_once('-').ok_or(wrong)?;
    let step: usize = step.parse().ok().filter(|step| *step > 0).ok_or(wrong)?;
    *at = end + 1;
    let letters = |text: &str| text.len() == 1 && text.bytes().all(|b| b.is_ascii_alphabetic());
    if letters(first) && letters(last) {
        let (low, high) = (first.as_bytes()[0], last.as_bytes()[0]);
        if low > high
            || high - low > b'z' - b'a'
            || (low == high && step != 1)
            || step > usize::from(high - low).max(1)
        {
            return Err(wrong);
        }
        return Ok((low..=high)
            .step_by(step)
            .map(|letter| char::from(letter).to_string())
            .collect());
    }
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let last = last.trim_start_matches([' ', '\t']);
    if !digits(first) || !digits(last) {
        return Err(wrong);
    }
    let width = if first.starts_with('0') {
        first.len()
    } else {
        0
    };
    let (Ok(low), Ok(high)) = (first.parse::<u32>(), last.parse::<u32>()) else {
        return Err(wrong);
    };
    let span = high.checked_sub(low).ok_or(wrong)?;
    if (span == 0 && step != 1) || (span > 0 && step > span as usize) {
        return Err(wrong);
    }
    if span as usize / step >= MOST {
        return Err((open, "makes more than 100 requests"));
    }
    Ok((low..=high)
        .step_by(step)
        .map(|number| format!("{number:0width$}"))
        .collect())
}

/// `[]` and IPv6 addresses are what they are.
pub(crate) fn literal_brackets(rest: &str) -> Option<usize> {
    let end = rest.find(']')?;
    let inside = &rest[1..end];
    let address = inside.split('%').next().unwrap_or(inside);
    (inside.is_empty() || address.parse::<std::net::Ipv6Addr>().is_ok()).then_some(end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use mc_template::Names;

    fn expanded(text: &str) -> Result<Vec<String>, &'static str> {
        let names = Names::call();
        expand(&Marked::new(text, Some(&names))).map_err(|(_, reason)| reason)
    }

    #[test]
    fn sets_and_ranges_make_several_urls() {
        assert_eq!(
            expanded("h/{a,b}/[1-3:2]").unwrap(),
            ["h/a/1", "h/a/3", "h/b/1", "h/b/3"]
        );
        assert_eq!(
            expanded("h/[008-010]").unwrap(),
            ["h/008", "h/009", "h/010"]
        );
        assert_eq!(expanded("h/[a-c]").unwrap(), ["h/a", "h/b", "h/c"]);
        assert_eq!(expanded("h/{,x}").unwrap(), ["h/", "h/x"]);
    }

    #[test]
    fn what_only_looks_like_a_set_is_text() {
        assert_eq!(
            expanded(r"http://[::1]:80/\{a\}[]").unwrap(),
            ["http://[::1]:80/{a}[]"]
        );
        assert_eq!(
            expanded("h/${ANumber:default(a,b)}/{$ANumber,x}")
                .unwrap()
                .len(),
            2
        );
    }

    #[test]
    fn wrong_ranges_are_refused() {
        for wrong in [
            "{", "}", "{}", "[", "]", "[1]", "[3-1]", "[1-3:0]", "[1-3:9]", "{a{b}}", "[a-9]",
            "[0-9999]",
        ] {
            assert!(expanded(wrong).is_err(), "{wrong}");
        }
    }
}
