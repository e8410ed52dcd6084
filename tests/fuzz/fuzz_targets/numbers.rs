//! Anything as a number of a call: every form of it is read again as the same number.
#![no_main]

#[path = "../../../crates/mc-template/tests/numbers/checks.rs"]
#[expect(dead_code, reason = "the other target uses the rest")]
mod checks;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| checks::forms_are_one_number(text));
