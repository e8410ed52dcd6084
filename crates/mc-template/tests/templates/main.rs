//! What templates and command lines promise, sentence by sentence.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test stops at the first surprise"
)]

use mc_template::{Context, Names, Numbers, RenderError, Scope, Template, TemplateError, Values};

mod checks;
mod contexts;
mod forms;
mod hidden;
mod modifiers;
mod names;
mod properties;
mod urls;
mod words;

/// The names of a call, and an extra one.
fn names() -> Names {
    Names::call().with_extra(["CustomerNumber"]).unwrap()
}

fn parse(text: &str, context: Context) -> Result<Template, TemplateError> {
    Template::parse(text, context, &names())
}

fn germany() -> Numbers {
    Numbers::of_region("DE").unwrap()
}

fn try_render(
    text: &str,
    context: Context,
    values: &[(&str, &str)],
) -> Result<String, RenderError> {
    let values: Values = values.iter().copied().collect();
    parse(text, context)
        .unwrap()
        .render(&Scope::new(&values, &germany()))
}

fn render(text: &str, context: Context, values: &[(&str, &str)]) -> String {
    try_render(text, context, values).unwrap()
}

/// The message of the error that a text must be refused with, and where it points.
fn refusal(text: &str, context: Context) -> (usize, String) {
    let error = parse(text, context).expect_err(text);
    (error.offset, error.to_string())
}
