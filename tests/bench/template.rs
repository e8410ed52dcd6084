//! A template rendered with a call's values, beside minijinja, which also escapes, and `str::replace`, which does not.
//!
//!     cargo bench -p mc-template --bench template
//!
//! The three take turns. Prints the medians for one rendering.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program that prints a table, and stops at the first surprise"
)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use mc_template::{Context, Names, Numbers, Scope, Template, Values};
use minijinja::{AutoEscape, Environment, context};

const ROUNDS: usize = 200;
/// Renderings in a round: a clock is too coarse for one.
const EACH: u32 = 500;

fn main() {
    let (number, group, link) = (
        "+49 30 1234567",
        "Verkauf \"Süd\"",
        "https://crm.example/c?id=4711",
    );

    let text = r#"{"number":"$ANumber","group":"$GroupName","link":"$CRMLink"}"#;
    let template = Template::parse(text, Context::Json, &Names::call()).unwrap();
    let mut values = Values::new();
    values.extend([("ANumber", number), ("GroupName", group), ("CRMLink", link)]);
    let numbers = Numbers::default();
    let scope = Scope::new(&values, &numbers);

    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::Json);
    let jinja = r#"{"number":{{ number }},"group":{{ group }},"link":{{ link }}}"#;
    environment.add_template("call", jinja).unwrap();
    let jinja = environment.get_template("call").unwrap();

    let ours = || template.render(&scope).unwrap();
    let theirs = || jinja.render(context! { number, group, link }).unwrap();
    let replaced = || {
        text.replace("$ANumber", number)
            .replace("$GroupName", group)
            .replace("$CRMLink", link)
    };
    let same: serde_json::Value = serde_json::from_str(&ours()).unwrap();
    assert_eq!(
        same,
        serde_json::from_str::<serde_json::Value>(&theirs()).unwrap()
    );

    let mut times = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        times[0].push(timed(ours));
        times[1].push(timed(theirs));
        times[2].push(timed(replaced));
    }
    let medians = times.map(|mut times| {
        times.sort();
        times[times.len() / 2]
    });
    println!("| | one rendering | mc-template's share |");
    println!("| --- | ---: | ---: |");
    for (name, median) in ["mc-template", "minijinja", "str::replace, nothing escaped"]
        .iter()
        .zip(medians)
    {
        let ratio = medians[0].as_secs_f64() / median.as_secs_f64();
        println!("| {name} | {median:?} | {ratio:.2} |");
    }
}

fn timed(mut render: impl FnMut() -> String) -> Duration {
    let since = Instant::now();
    for _ in 0..EACH {
        black_box(render());
    }
    since.elapsed() / EACH
}
