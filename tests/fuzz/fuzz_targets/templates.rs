//! Any text as a template, in every context, with any values: read or refused, rendered or refused.
#![no_main]

#[path = "../../../crates/mc-template/tests/templates/checks.rs"]
mod checks;

use libfuzzer_sys::fuzz_target;

// The first line of the input is the template, the lines behind it are the values.
fuzz_target!(|text: &str| {
    let mut lines = text.split('\n');
    let template = lines.next().unwrap_or_default();
    checks::a_text_is_read_and_rendered(template, &lines.collect::<Vec<_>>());
});
