//! Reads `mc-start.toml`, and says of everything wrong with it where it is and what to write instead.

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use serde_json::Value;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::Settings;
use crate::problem::Problem;

/// Every key there is.
pub(super) const KEYS: &[&str] = &[
    "url",
    "token_file",
    "client",
    "client_args",
    "order",
    "report",
    "ip",
    "fields",
    "ca_file",
    "proxy",
    "extra",
];

const BACKSLASH: &str = "a backslash has a meaning in double quotes; write the path in single quotes: 'C:\\Folder\\client.exe'";

type Item<'a> = Spanned<DeValue<'a>>;

/// Reads the file's bytes into the settings; what cannot be used becomes a problem.
pub(super) fn read(
    bytes: &[u8],
    file: &Path,
    settings: &mut Settings,
    problems: &mut Vec<Problem>,
) {
    // Editors on Windows like to begin a file with this mark.
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => {
            let line = line_of(bytes, error.valid_up_to());
            problems.push(Problem::at(
                file,
                line,
                "not UTF-8 text; save the file in the encoding UTF-8",
            ));
            return;
        }
    };
    let mut reader = Reader {
        text,
        file,
        broken: Vec::new(),
        problems,
    };
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in errors {
        reader.syntax(error.span().unwrap_or_default(), error.message());
    }
    let mut items: Vec<_> = table.get_ref().iter().collect();
    items.sort_by_key(|(key, _)| key.span().start);
    // The fixed values last: they may not have a field's name, wherever the fields stand.
    items.sort_by_key(|(key, _)| key.get_ref() == "extra");
    for (key, item) in items {
        reader.key(key.get_ref(), key.span(), item, settings);
    }
    problems.sort_by_key(|problem| problem.line);
}

struct Reader<'a> {
    text: &'a str,
    file: &'a Path,
    /// Lines that are no TOML: what was guessed there is not complained about again.
    broken: Vec<usize>,
    problems: &'a mut Vec<Problem>,
}

impl Reader<'_> {
    fn key(&mut self, key: &str, span: Range<usize>, item: &Item<'_>, settings: &mut Settings) {
        match key {
            "url" => {
                if let Some(url) = self.parsed(item) {
                    settings.url = Some(url);
                }
            }
            "token_file" => settings.token_file = self.path(item),
            "ca_file" => settings.ca_file = self.path(item),
            "client" => settings.client = self.written_path(item),
            "client_args" => {
                settings.client_args = self
                    .strings(item)
                    .into_iter()
                    .map(|(text, _)| text)
                    .collect();
            }
            "order" => settings.order = self.parsed(item).unwrap_or_default(),
            "report" => {
                if let Some(report) = self.boolean(item) {
                    settings.report = report;
                }
            }
            "ip" => settings.ip = self.parsed(item).unwrap_or_default(),
            "proxy" => settings.proxy = self.parsed(item).unwrap_or_default(),
            "fields" => self.fields(item, settings),
            "extra" => self.extra(item, settings),
            _ => {
                let advice = nearest(key, KEYS).map_or_else(
                    || format!("the keys are {}", KEYS.join(", ")),
                    |known| format!("did you mean `{known}`?"),
                );
                self.problem(span, format!("there is no key `{key}`; {advice}"));
            }
        }
    }

    fn fields(&mut self, item: &Item<'_>, settings: &mut Settings) {
        settings.fields.clear();
        for (name, span) in self.strings(item) {
            match name.parse() {
                Ok(field) if settings.fields.contains(&field) => {
                    self.problem(
                        span,
                        format!("the field `{name}` is there twice; leave one out"),
                    );
                }
                Ok(field) => settings.fields.push(field),
                Err(text) => self.problem(span, text),
            }
        }
    }

    fn extra(&mut self, item: &Item<'_>, settings: &mut Settings) {
        let Some(table) = item.get_ref().as_table() else {
            return self.mistyped(
                item,
                "a table: [extra] on a line of its own, then lines such as Site = \"Munich\"",
            );
        };
        let mut items: Vec<_> = table.iter().collect();
        items.sort_by_key(|(key, _)| key.span().start);
        for (key, item) in items {
            let name = key.get_ref();
            if settings
                .fields
                .iter()
                .any(|field| field.name() == name.as_ref())
            {
                let text = format!("`{name}` is a field already; leave it out here or in fields");
                self.problem(key.span(), text);
                continue;
            }
            let value = match item.get_ref() {
                DeValue::String(text) => Some(Value::from(text.as_ref())),
                DeValue::Boolean(value) => Some(Value::from(*value)),
                DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                    .ok()
                    .map(Value::from),
                _ => None,
            };
            match value {
                Some(value) => settings.extra.push((name.to_string(), value)),
                None => self.mistyped(item, "a text in quotes, a whole number, true or false"),
            }
        }
    }

    fn string(&mut self, item: &Item<'_>) -> Option<String> {
        let text = item.get_ref().as_str().map(str::to_owned);
        if text.is_none() {
            self.mistyped(item, "a text in quotes");
        }
        text
    }

    fn strings(&mut self, item: &Item<'_>) -> Vec<(String, Range<usize>)> {
        let Some(array) = item.get_ref().as_array() else {
            self.mistyped(item, "a list of texts such as [\"one\", \"two\"]");
            return Vec::new();
        };
        array
            .iter()
            .filter_map(|item| Some((self.string(item)?, item.span())))
            .collect()
    }

    fn boolean(&mut self, item: &Item<'_>) -> Option<bool> {
        let value = item.get_ref().as_bool();
        if value.is_none() {
            self.mistyped(item, "true or false");
        }
        value
    }

    /// A path; a relative one starts at the file that names it.
    fn path(&mut self, item: &Item<'_>) -> Option<PathBuf> {
        let folder = self.file.parent().unwrap_or_else(|| Path::new(""));
        self.written_path(item).map(|path| folder.join(path))
    }

    fn written_path(&mut self, item: &Item<'_>) -> Option<String> {
        let text = self.string(item)?;
        // `"C:\tools"` is TOML, with a tab in it.
        if text.contains(char::is_control) {
            self.problem(item.span(), BACKSLASH);
            return None;
        }
        Some(expand(&text))
    }

    fn parsed<T: FromStr>(&mut self, item: &Item<'_>) -> Option<T>
    where
        T::Err: std::fmt::Display,
    {
        match self.string(item)?.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.problem(item.span(), error.to_string());
                None
            }
        }
    }

    fn mistyped(&mut self, item: &Item<'_>, wanted: &str) {
        self.problem(
            item.span(),
            format!("write {wanted} here, not {}", described(item.get_ref())),
        );
    }

    /// What TOML's own words leave out: the two mistakes that people who write Windows paths make.
    fn syntax(&mut self, span: Range<usize>, message: &str) {
        let line = line_of(self.text.as_bytes(), span.start);
        let content = self.text.lines().nth(line - 1).unwrap_or_default();
        let value = content
            .split_once('=')
            .map_or("", |(_, value)| value.trim());
        let text = if value.starts_with('"') && value.contains('\\') {
            BACKSLASH.to_owned()
        } else if value.starts_with("True") || value.starts_with("False") {
            format!("write `{}` in small letters", value.to_lowercase())
        } else {
            format!("not TOML: {message}")
        };
        if !self.broken.contains(&line) {
            self.problems.push(Problem::at(self.file, line, text));
            self.broken.push(line);
        }
    }

    fn problem(&mut self, span: Range<usize>, text: impl Into<String>) {
        let line = line_of(self.text.as_bytes(), span.start);
        if !self.broken.contains(&line) {
            self.problems.push(Problem::at(self.file, line, text));
        }
    }
}

fn line_of(text: &[u8], offset: usize) -> usize {
    text.iter()
        .take(offset)
        .filter(|&&byte| byte == b'\n')
        .count()
        + 1
}

fn described(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

/// The known word that was probably meant: at most two letters away, whatever the case.
fn nearest<'k>(word: &str, known: &[&'k str]) -> Option<&'k str> {
    let word = word.to_lowercase().replace('-', "_");
    let (distance, best) = known
        .iter()
        .map(|known| (distance(&word, known), *known))
        .min()?;
    (distance <= 2).then_some(best)
}

/// Letters to insert, delete or replace to get from one word to the other.
fn distance(from: &str, to: &str) -> usize {
    let mut row: Vec<usize> = (0..=to.chars().count()).collect();
    for (i, a) in from.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in to.chars().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row.last().copied().unwrap_or_default()
}

/// Replaces `%NAME%` by the environment's value, as Windows shortcuts do; an unknown name stays as it is.
fn expand(path: &str) -> String {
    let mut expanded = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('%') {
        expanded.push_str(before);
        if let Some((Ok(value), tail)) = after
            .split_once('%')
            .map(|(name, tail)| (std::env::var(name), tail))
        {
            expanded.push_str(&value);
            rest = tail;
        } else {
            expanded.push('%');
            rest = after;
        }
    }
    expanded.push_str(rest);
    expanded
}
