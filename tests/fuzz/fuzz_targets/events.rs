//! A call as it is pushed, as JSON and as a form: an event with the same values when it is read again, or a refusal.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    mc_agent::fuzzing::json(body);
    mc_agent::fuzzing::form(body);
});
