//! The corpus: its cases, and the server's address in them.

use testkit::{Answer, Recorder};

#[derive(Clone, Default)]
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) line: String,
    /// What a POSIX shell runs in place of the line.
    pub(crate) sh: String,
    pub(crate) values: Vec<(String, String)>,
    answers: Vec<String>,
}

pub(crate) struct Placed {
    pub(crate) line: String,
    pub(crate) sh: String,
    pub(crate) values: Vec<(String, String)>,
    pub(crate) answers: Vec<Answer>,
}

pub(crate) fn read(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for (number, row) in text.lines().enumerate() {
        if row.is_empty() || row.starts_with('#') {
            continue;
        }
        if let Some(name) = row.strip_prefix("= ") {
            cases.push(Case {
                name: name.to_owned(),
                ..Case::default()
            });
            continue;
        }
        let case = cases.last_mut().expect("a case begins with `= `");
        if row.starts_with(' ') {
            case.line.push('\n');
            case.line.push_str(row);
            continue;
        }
        let (key, value) = row
            .split_once(':')
            .unwrap_or_else(|| panic!("line {}: no key", number + 1));
        let value = value.strip_prefix(' ').unwrap_or(value).to_owned();
        match key {
            "line" => case.line = value,
            "sh" => case.sh = value,
            "set" => case.values.push(
                value
                    .split_once('=')
                    .map(|(n, v)| (n.to_owned(), v.to_owned()))
                    .expect("NAME=value"),
            ),
            "answer" => case.answers.push(value),
            other => panic!("line {}: `{other}` is not a key", number + 1),
        }
    }
    for case in &mut cases {
        if case.sh.is_empty() {
            case.sh.clone_from(&case.line);
        }
    }
    cases
}

impl Case {
    /// The case with the server's address in it.
    pub(crate) fn at(&self, recorder: &Recorder) -> Placed {
        let place = |text: &str| {
            text.replace("{url}", recorder.url("").trim_end_matches('/'))
                .replace("{port}", &recorder.port().to_string())
        };
        Placed {
            line: place(&self.line),
            sh: place(&self.sh),
            values: self
                .values
                .iter()
                .map(|(name, value)| (name.clone(), place(value)))
                .collect(),
            answers: self
                .answers
                .iter()
                .map(|text| answer(&place(text)))
                .collect(),
        }
    }
}

fn answer(text: &str) -> Answer {
    if text == "hang-up" {
        return Answer::hang_up();
    }
    let (status, headers) = text.split_once(' ').unwrap_or((text, ""));
    let answer = Answer::status(status.parse().expect("a status"));
    let headers = headers
        .split(" | ")
        .filter_map(|header| header.split_once(':'));
    headers.fold(answer, |answer, (name, value)| {
        answer.header(name, value.trim())
    })
}
