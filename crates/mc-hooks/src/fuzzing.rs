//! What a server's answer reaches first, for `tests/fuzz`.

use mc_curl::Transfer;
use mc_template::Names;

use crate::answers::Answers;
use crate::event::CallEvent;

/// An answer with any place in it: a value within its limits and without control characters, none, or a fault.
pub fn answer(pointer: &str, body: &[u8]) {
    let names = Names::call();
    let mut answers = Answers::default();
    for (name, pointer) in [
        ("A", pointer),
        ("B", ""),
        ("C", "/0/id"),
        ("D", "/result/a~1b"),
    ] {
        if let Ok(more) = answers.clone().and(name, pointer, &names) {
            answers = more;
        }
    }
    let transfer = Transfer::of_body(body);
    if let Ok(values) = answers.read(&transfer) {
        for (_, value) in values {
            let good = |value: &str| {
                value.len() <= CallEvent::MAX_VALUE && !value.contains(char::is_control)
            };
            assert!(value.as_deref().is_none_or(good), "{value:?}");
        }
    }
}
