//! Any bytes as a launcher script: read or refused in time, and what is told of it names lines of it.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(script) = mc_import::read(bytes) {
        assert!(!script.url.is_empty());
    }
});
