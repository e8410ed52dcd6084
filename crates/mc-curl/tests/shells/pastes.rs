//! Lines as people have them, each with the arguments that its shell gives to curl: `pastes.jsonl`, made by
//! `make_pastes.py` by rules of its own. `tests/curl_differential` sends each beside the real curl.

use mc_curl::{CurlCommand, Names, Paste, PlannedRequest, Shell};
use mc_template::{Numbers, Scope, Values};
use serde::Deserialize;
use serde::de::IgnoredAny;

#[derive(Deserialize)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) shell: String,
    pub(crate) line: String,
    #[serde(default)]
    pub(crate) arguments: Vec<String>,
    pub(crate) refused: Option<String>,
    /// Why Wine's command prompt reads the line otherwise than Windows' is documented to.
    #[cfg(windows)]
    pub(crate) wine: Option<String>,
}

pub(crate) fn lines() -> Vec<Entry> {
    let all = include_str!("pastes.jsonl").replace("{url}", "http://crm.example");
    all.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

impl Entry {
    fn shell(&self) -> Shell {
        match self.shell.as_str() {
            "bash" => Shell::Bash,
            "cmd" => Shell::Cmd,
            "bat" => Shell::Batch,
            _ => Shell::PowerShell,
        }
    }
}

const VALUES: [(&str, &str); 7] = [
    ("ANumber", "49199123456789"),
    ("CallID", "a1"),
    ("GroupName", "Sales"),
    ("ServiceName", "Hotline"),
    ("ServiceNumber", "498912345"),
    ("UsersUID", "agent17"),
    ("Event", "ringing"),
];

fn requests(command: &CurlCommand, values: &Values) -> Option<Vec<PlannedRequest>> {
    let numbers = Numbers::default();
    let requests = command.requests(&Scope::new(values, &numbers)).ok()?;
    Some(
        requests
            .iter()
            .map(|request| without_boundary(request.exposed()))
            .collect(),
    )
}

/// The boundary of a form is random.
fn without_boundary(mut request: PlannedRequest) -> PlannedRequest {
    for (_, value) in &mut request.headers {
        if let Some((before, boundary)) = value.split_once("boundary=") {
            request.body = request.body.map(|body| body.replace(boundary, "BOUNDARY"));
            *value = format!("{before}boundary=BOUNDARY");
        }
    }
    request
}

#[test]
fn each_line_is_read_as_its_shell_reads_it_or_refused_with_the_word() {
    let (mut read, mut refused) = (0, 0);
    for line in lines() {
        let paste = Paste::read(&line.line, Some(line.shell()), &Names::call());
        let Some(word) = &line.refused else {
            let paste =
                paste.unwrap_or_else(|error| panic!("{}: {error}\n{}", line.name, line.line));
            assert!(
                paste.open().is_empty(),
                "{}: {:?}\n{}",
                line.name,
                paste.open(),
                line.line
            );
            assert_eq!(
                paste.arguments(),
                line.arguments,
                "{}\n{}",
                line.name,
                line.line
            );
            #[cfg(unix)]
            if line.shell() == Shell::Bash {
                let line = line.line.trim_start_matches("$ ");
                let quoted: Vec<_> = paste.arguments().to_vec();
                assert_eq!(crate::asked_with_names("bash", line), quoted, "{line}");
            }
            read += 1;
            continue;
        };
        let said = match paste {
            Err(error) => error.to_string(),
            Ok(paste) if !paste.open().is_empty() => paste.open()[0].to_string(),
            Ok(paste) => match CurlCommand::parse(&paste.line(), &Names::call()) {
                Err(errors) => errors.to_string(),
                Ok(_) => panic!("{} is taken: {}", line.name, line.line),
            },
        };
        let no_command = said.contains("no curl command") || said.contains("stands before curl");
        assert!(
            said.contains(word) || no_command,
            "{word}: {said}\n{}",
            line.line
        );
        // `$1` and `$token` may be text in a configuration, where `check` warns of them.
        if let Ok(here) = CurlCommand::parse(&line.line, &Names::call()) {
            assert!(
                !here.warnings().is_empty() || here.try_samples().is_some(),
                "a configuration takes {}",
                line.line
            );
        }
        refused += 1;
    }
    assert!(read >= 250 && refused >= 40, "{read} {refused}");
}

#[test]
fn a_configuration_takes_a_line_as_its_shell_does_or_not_at_all() {
    let values: Values = VALUES.into_iter().collect();
    let (mut taken, mut all) = (0, 0);
    for line in lines().into_iter().filter(|line| line.refused.is_none()) {
        all += 1;
        let paste = Paste::read(&line.line, Some(line.shell()), &Names::call()).unwrap();
        let meant = CurlCommand::parse(&paste.line(), &Names::call())
            .unwrap_or_else(|errors| panic!("{}: {errors}\n{}", line.name, paste.line()));
        let Ok(here) = CurlCommand::parse(&line.line, &Names::call()) else {
            continue;
        };
        // What `check` would not let pass is not taken.
        if here.try_samples().is_some() {
            continue;
        }
        taken += 1;
        assert_eq!(
            requests(&here, &values),
            requests(&meant, &values),
            "{}\n{}",
            line.name,
            line.line
        );
    }
    assert!(taken * 2 > all, "{taken} of {all}");
}

/// What no value may change of a request.
#[derive(Debug, PartialEq)]
struct Shape {
    method: String,
    origin: String,
    segments: usize,
    headers: Vec<String>,
    fields: usize,
    json: Option<bool>,
}

impl Shape {
    fn of(request: &PlannedRequest) -> Self {
        let url = url::Url::parse(&request.url).unwrap();
        let body = request.body.as_deref().unwrap_or_default();
        let kind = |wanted: &str| {
            request.headers.iter().any(|(name, value)| {
                name.eq_ignore_ascii_case("content-type") && value.starts_with(wanted)
            })
        };
        let fields = if kind("application/x-www-form-urlencoded") {
            url::form_urlencoded::parse(body.as_bytes()).count()
        } else {
            0
        };
        Self {
            method: request.method.clone(),
            origin: url.origin().ascii_serialization(),
            segments: url.path_segments().map_or(0, Iterator::count),
            headers: request
                .headers
                .iter()
                .map(|(name, _)| name.clone())
                .collect(),
            fields: fields + url.query_pairs().count(),
            json: kind("application/json")
                .then(|| serde_json::from_str::<IgnoredAny>(body).is_ok()),
        }
    }
}

#[test]
fn no_value_changes_the_shape_of_what_a_line_sends() {
    const HOSTILE: [&str; 12] = [
        "",
        "\"",
        "\\",
        "'",
        "&a=b",
        "\",\"admin\":true,\"x\":\"",
        "a\u{2028}b",
        "{}[]",
        "%0d%0aX: y",
        "@file",
        "../..?#",
        "</from><x>",
    ];
    let ordinary: Values = VALUES.into_iter().collect();
    for line in lines().into_iter().filter(|line| line.refused.is_none()) {
        let paste = Paste::read(&line.line, Some(line.shell()), &Names::call()).unwrap();
        let command = CurlCommand::parse(&paste.line(), &Names::call()).unwrap();
        let shapes = |values: &Values| {
            let requests = requests(&command, values)?;
            Some(requests.iter().map(Shape::of).collect::<Vec<_>>())
        };
        let expected = shapes(&ordinary).unwrap();
        assert!(
            expected.iter().all(|shape| shape.json != Some(false))
                || command.try_samples().is_some(),
            "`check` calls it good: {}",
            line.line
        );
        for value in HOSTILE {
            let values: Values = VALUES.iter().map(|(name, _)| (*name, value)).collect();
            // A value that may not stand where it would sends nothing.
            if let Some(shapes) = shapes(&values) {
                assert_eq!(shapes, expected, "{value:?} in {}", line.line);
            }
        }
    }
}
