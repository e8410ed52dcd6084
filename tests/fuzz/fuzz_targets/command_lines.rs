//! Any text as a program's parameters, with any values: as many parameters as the text has, each a whole one.
#![no_main]

#[path = "../../../crates/mc-hooks/tests/suite/checks.rs"]
mod checks;

use libfuzzer_sys::fuzz_target;

// The first line of the input is the parameters, the lines behind it are the values.
fuzz_target!(|text: &str| {
    let mut lines = text.split('\n');
    let parameters = lines.next().unwrap_or_default();
    checks::values_add_no_parameter(parameters, &lines.collect::<Vec<_>>());
});
