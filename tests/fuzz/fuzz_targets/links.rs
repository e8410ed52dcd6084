//! Any link, and anything typed: what comes out of it is a number that can be dialled, or an error.
#![no_main]

#[path = "../../../crates/mc-template/tests/numbers/checks.rs"]
#[expect(dead_code, reason = "the other target uses the rest")]
mod checks;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| checks::dials_nothing_else(text));
