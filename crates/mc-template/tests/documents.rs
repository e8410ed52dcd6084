//! The page about templates tells the truth: its tables are the code's, its examples are rendered.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use std::path::Path;

use mc_template::variables::{TABLE, VariableOrigin};
use mc_template::words::split_windows;
use mc_template::{Context, Names, Numbers, Scope, Template, Values};

fn page() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/templates.md");
    std::fs::read_to_string(path).unwrap().replace("\r\n", "\n")
}

/// The call that the page shows.
fn call(page: &str) -> Values {
    let (_, after) = page.split_once("```json\n").unwrap();
    let (json, _) = after.split_once("```").unwrap();
    let json: serde_json::Value = serde_json::from_str(json).unwrap();
    let members = json.as_object().unwrap();
    members
        .iter()
        .map(|(name, value)| (name, value.as_str().unwrap()))
        .collect()
}

fn numbers() -> Numbers {
    Numbers::of_region("DE").unwrap()
}

/// The code spans of a line (`CommonMark`, section 6.1).
fn spans(line: &str) -> Vec<String> {
    let mut spans = Vec::new();
    let mut rest = line;
    while let Some(start) = rest.find('`') {
        let ticks = rest[start..].len() - rest[start..].trim_start_matches('`').len();
        let (fence, inside) = rest[start..].split_at(ticks);
        let end = inside
            .find(fence)
            .unwrap_or_else(|| panic!("an open span in {line}"));
        let span = &inside[..end];
        let padded = span
            .strip_prefix(' ')
            .and_then(|span| span.strip_suffix(' '));
        spans.push(padded.unwrap_or(span).to_owned());
        rest = &inside[end + ticks..];
    }
    spans
}

/// The rows of every table with this heading.
fn rows<'p>(page: &'p str, heading: &str) -> Vec<&'p str> {
    let tables = page.split(heading).skip(1);
    let rows = tables.flat_map(|table| {
        table
            .lines()
            .skip(1)
            .take_while(|line| line.starts_with('|'))
    });
    rows.collect()
}

#[test]
fn every_example_comes_out_as_the_page_says() {
    let page = page();
    let values = call(&page);
    let numbers = numbers();
    let scope = Scope::new(&values, &numbers);
    let names = Names::call().with_extra(["CustomerNumber"]).unwrap();

    let rows = rows(&page, "| where | template | becomes |\n");
    assert!(rows.len() > 40, "{} examples found", rows.len());
    for row in rows {
        let place = row
            .trim_start_matches('|')
            .split('|')
            .next()
            .unwrap()
            .trim();
        let context = match place {
            "parameter" => Context::Plain,
            "URL" => Context::Url,
            "JSON body" => Context::Json,
            "form body" => Context::Form,
            "XML body" => Context::Xml,
            "header" => Context::Header,
            other => panic!("an example for {other}"),
        };
        let [template, becomes] = &spans(row)[..] else {
            panic!("not two spans: {row}");
        };
        let parsed = Template::parse(template, context, &names);
        if row.contains("| config error: ") {
            assert_eq!(&parsed.expect_err(row).to_string(), becomes, "{row}");
        } else if row.contains("| the run fails: ") {
            assert_eq!(
                &parsed.unwrap().render(&scope).expect_err(row).to_string(),
                becomes,
                "{row}"
            );
        } else {
            assert_eq!(
                &parsed.expect(row).render(&scope).expect(row),
                becomes,
                "{row}"
            );
        }
    }
}

#[test]
fn numbers_come_out_as_the_page_says() {
    let page = page();
    let rows = rows(
        &page,
        "| `ANumber` | `e164` | `plus` | `national` | `international` |\n",
    );
    assert_eq!(rows.len(), 8);
    for row in rows {
        let [number, e164, plus, national, international] = &spans(row)[..] else {
            panic!("not five spans: {row}");
        };
        assert_eq!(numbers().e164(number), e164.as_str());
        assert_eq!(numbers().plus(number), plus.as_str());
        assert_eq!(numbers().national(number), national.as_str());
        assert_eq!(numbers().international(number), international.as_str());
    }
}

#[test]
fn command_lines_split_as_the_page_says() {
    let page = page();
    let rows = rows(&page, "| command line | words |\n");
    assert_eq!(rows.len(), 4);
    for row in rows {
        let spans = spans(row);
        let (line, words) = spans.split_first().unwrap();
        let texts = |split: Vec<mc_template::words::Word>| {
            split.into_iter().map(|word| word.text).collect::<Vec<_>>()
        };
        assert_eq!(texts(split_windows(line).unwrap()), words, "{row}");
    }
}

#[test]
fn the_table_of_variables_is_the_codes() {
    let page = page();
    let rows = rows(&page, "| name | also written | value |\n");
    let written: Vec<_> = TABLE
        .iter()
        .map(|entry| {
            let aliases: Vec<_> = entry
                .aliases
                .iter()
                .map(|alias| format!("`${alias}`"))
                .collect();
            let aliases = if aliases.is_empty() {
                String::new()
            } else {
                format!("{} ", aliases.join(", "))
            };
            let limit = if entry.origin == VariableOrigin::Dial {
                "; known in `[dial]` only"
            } else {
                ""
            };
            format!(
                "| `${}` | {aliases}| {}{limit} |",
                entry.name, entry.meaning
            )
        })
        .collect();
    assert_eq!(rows, written);
}
