//! A small program of an integrator's own: it reads its settings as the programs of this house do, with a flag over the
//! file, and says what is wrong with them, where each setting came from, and how it all ended.
//!
//! `cargo run -p embed-cli -- FILE [NAME]`

use std::path::PathBuf;
use std::process::ExitCode;

use mc_cli::settings::{Key, Kind, Layer, Reader, Schema, Section, Value};
use mc_cli::{Exit, Findings, Output};

/// Everything that can be set; the reader, its advice and the documentation come from here.
static SCHEMA: Schema = Schema::new(
    "greeter.toml",
    &[
        Key::new("", "name", Kind::Filled, "a text", "who is greeted").required("name = 'Ada'"),
        Key::new(
            "",
            "times",
            Kind::Number(1, 9),
            "a number",
            "how often; once without it",
        ),
    ],
    &[],
    None,
);

static OUTPUT: Output = Output::new("greeter");

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(file) = arguments.next() else {
        OUTPUT.note("which file? Write: greeter FILE [NAME]");
        return Exit::Usage.into();
    };
    run(&PathBuf::from(file), arguments.next()).into()
}

fn run(file: &std::path::Path, name: Option<String>) -> Exit {
    let file = match Layer::read(file, true, None) {
        Ok(file) => file,
        Err(problem) => {
            OUTPUT.problem(&problem);
            return Exit::Config;
        }
    };
    let flag = name.map(|name| Layer::given("NAME", "name", Value::Text(name)));
    let (mut reader, root) = Reader::new(&SCHEMA, file.into_iter().chain(flag).collect());
    let top = Section::top(&mut reader, &root);
    let name = top.text("name").map(|text| text.value.to_owned());
    let times = top.number("times").unwrap_or(1);

    let review = reader.finish();
    for problem in &review.problems {
        OUTPUT.problem(problem);
    }
    let Some(name) = name.filter(|_| review.problems.is_empty()) else {
        return Exit::Config;
    };
    for _ in 0..times {
        OUTPUT.line(format_args!("Hello, {name}!"));
    }
    let mut findings = Findings::new();
    for (setting, origin) in review.provenance.iter() {
        findings.setting(setting, origin);
    }
    OUTPUT.text(&findings.to_string());
    Exit::Done
}
