//! What the body of a pushed call reaches first, for `tests/fuzz`.

use mc_hooks::CallEvent;

use crate::push::body::Kind;

/// A body as a form: an event that has the same values when it is written as JSON and read again, or a refusal.
pub fn form(body: &[u8]) {
    if let Ok(event) = Kind::Form.event(body) {
        same_as_json(&event);
    }
}

/// A body as JSON, likewise.
pub fn json(body: &[u8]) {
    if let Ok(event) = Kind::Json.event(body) {
        same_as_json(&event);
    }
}

fn same_as_json(event: &CallEvent) {
    for (name, value) in event.iter() {
        assert!(
            !name.is_empty() && name.len() <= CallEvent::MAX_NAME,
            "{name:?}"
        );
        assert!(
            value.len() <= CallEvent::MAX_VALUE && !value.contains(char::is_control),
            "{value:?}"
        );
    }
    let again = CallEvent::from_value(&event.to_json());
    // In another order: `Event` is the first in JSON.
    let same = |again: &CallEvent| {
        again.iter().count() == event.iter().count()
            && event
                .iter()
                .all(|(name, value)| again.get(name) == Some(value))
    };
    assert!(again.is_ok_and(|again| same(&again)), "{event:?}");
}
