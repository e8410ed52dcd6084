//! Any values in every place of a command: no more requests, headers or fields, and no other server.
#![no_main]

#[path = "../../../crates/mc-curl/tests/curl/checks.rs"]
#[expect(dead_code, reason = "the other target uses the rest")]
mod checks;

use libfuzzer_sys::fuzz_target;

// One value on each line of the input.
fuzz_target!(|text: &str| {
    let values = checks::VARIABLES.iter().zip(text.split('\n')).map(|(name, value)| (*name, value)).collect();
    checks::values_change_no_shape(&values);
});
