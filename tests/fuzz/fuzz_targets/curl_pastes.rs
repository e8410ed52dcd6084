//! Any text as a paste of any shell: read or refused, and written as what it is.
#![no_main]

#[path = "../../../crates/mc-curl/tests/curl/checks.rs"]
#[expect(dead_code, reason = "the other targets use the rest")]
mod checks;

use libfuzzer_sys::fuzz_target;

// The first line of the input is the paste, the lines behind it are the values, NUL for a line break.
fuzz_target!(|text: &str| {
    let mut lines = text.split('\n');
    let line = lines.next().unwrap_or_default().replace('\0', "\n");
    let values = checks::VARIABLES.iter().zip(lines).map(|(name, value)| (*name, value)).collect();
    checks::a_paste_becomes_the_line_that_it_is(&line, &values);
});
