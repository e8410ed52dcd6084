//! Answers of CRMs and of jtel, with any place looked for in them.
#![no_main]

use libfuzzer_sys::fuzz_target;

// The first line of the input is a JSON pointer, the rest the answer.
fuzz_target!(|bytes: &[u8]| {
    let end = bytes.iter().position(|&byte| byte == b'\n').unwrap_or(bytes.len());
    let (pointer, body) = (String::from_utf8_lossy(&bytes[..end]), bytes.get(end + 1..).unwrap_or_default());
    mc_hooks::fuzzing::answer(&pointer, body);
    let answer = mc_routing::RunAnswer::of_text(&String::from_utf8_lossy(body));
    drop(answer.find(&pointer));
    if let mc_routing::Verdict::Refused { reason } = answer.verdict() {
        assert!(!reason.contains(char::is_control), "{reason:?}");
    }
});
