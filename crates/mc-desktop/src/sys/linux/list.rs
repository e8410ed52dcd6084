//! The user's list of default programs (freedesktop.org, Association between MIME types and applications).

const SECTION: &str = "[Default Applications]";

/// The name of a kind of link among the kinds of file.
pub(super) fn kind(scheme: &str) -> String {
    format!("x-scheme-handler/{scheme}")
}

/// The program that opens links of this scheme: the first of its line.
pub(super) fn default(list: &str, scheme: &str) -> Option<String> {
    let kind = kind(scheme);
    let line =
        section(list).find_map(|line| line.split_once('=').filter(|(key, _)| key.trim() == kind));
    let first = line?
        .1
        .split(';')
        .map(str::trim)
        .find(|id| !id.is_empty())?;
    Some(first.to_owned())
}

/// The list with this program as the default.
pub(super) fn with(list: &str, scheme: &str, id: &str) -> String {
    let entry = format!("{}={id}", kind(scheme));
    let mut lines: Vec<String> = Vec::new();
    let mut inside = false;
    let mut written = false;
    for line in list.lines() {
        inside = if line.starts_with('[') {
            line.trim() == SECTION
        } else {
            inside
        };
        let same = inside
            && line
                .split('=')
                .next()
                .is_some_and(|key| key.trim() == kind(scheme));
        if same {
            continue;
        }
        lines.push(line.to_owned());
        if line.trim() == SECTION && !written {
            lines.push(entry.clone());
            written = true;
        }
    }
    if !written {
        lines.extend([SECTION.to_owned(), entry]);
    }
    lines.join("\n") + "\n"
}

/// The list without this program, whatever it was the default for; nothing else changes.
pub(super) fn without(list: &str, id: &str) -> String {
    let mut text = String::new();
    for line in list.split_inclusive('\n') {
        let ids = line
            .split_once('=')
            .map(|(key, ids)| (key, ids.trim().split(';').collect::<Vec<_>>()));
        match ids {
            Some((key, ids)) if ids.contains(&id) => {
                let others: Vec<_> = ids
                    .into_iter()
                    .filter(|other| *other != id && !other.is_empty())
                    .collect();
                if !others.is_empty() {
                    text.extend([key, "=", &others.join(";"), ";\n"]);
                }
            }
            _ => text.push_str(line),
        }
    }
    text
}

fn section(list: &str) -> impl Iterator<Item = &str> {
    list.lines()
        .skip_while(|line| line.trim() != SECTION)
        .skip(1)
        .take_while(|line| !line.starts_with('['))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "[Added Associations]\ntext/plain=a.desktop;\n\n[Default Applications]\n\
                        x-scheme-handler/tel=calls.desktop;other.desktop;\ntext/html=web.desktop\n";

    #[test]
    fn the_first_program_of_the_right_line_is_the_default() {
        assert_eq!(default(LIST, "tel").as_deref(), Some("calls.desktop"));
        assert_eq!(default(LIST, "callto"), None);
        assert_eq!(default("x-scheme-handler/tel=stray.desktop", "tel"), None);
    }

    #[test]
    fn a_default_is_set_without_touching_others() {
        let list = with(LIST, "tel", "mine.desktop");
        assert_eq!(default(&list, "tel").as_deref(), Some("mine.desktop"));
        assert!(
            list.contains("text/html=web.desktop\n") && list.contains("text/plain=a.desktop;\n"),
            "{list}"
        );
        assert_eq!(list.matches("x-scheme-handler/tel").count(), 1, "{list}");
        assert_eq!(
            with("", "tel", "mine.desktop"),
            "[Default Applications]\nx-scheme-handler/tel=mine.desktop\n"
        );
    }

    #[test]
    fn taking_it_out_leaves_what_was_there() {
        assert_eq!(without(LIST, "mine.desktop"), LIST);
        let list = "[Default Applications]\nx-scheme-handler/tel=mine.desktop\nx-scheme-handler/callto=mine.desktop;o.desktop;\n";
        assert_eq!(
            without(list, "mine.desktop"),
            "[Default Applications]\nx-scheme-handler/callto=o.desktop;\n"
        );
    }
}
