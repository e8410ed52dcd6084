//! Any text as miniclient.toml: settings, or sentences that name its lines.
#![no_main]

#[path = "../../../bins/miniclient/tests/any_text/checks.rs"]
mod checks;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| checks::reading_ends_with_sentences(text));
