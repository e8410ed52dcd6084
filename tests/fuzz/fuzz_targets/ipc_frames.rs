//! What a peer of the socket or pipe sends: frames that are the same when they are sent on, or a refusal.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| mc_ipc::fuzzing::frames(bytes));
