//! What each system documents: its endpoints with the requests that it takes and what it answers, and for calls of each kind
//! what is to be asked and opened.

mod contacts;
mod messages;
mod tickets;

/// A system and its recipe.
pub(super) struct System {
    pub(super) recipe: &'static str,
    /// The hosts that the server stands for.
    pub(super) hosts: &'static [&'static str],
    /// Files that the recipe starts.
    pub(super) programs: &'static [&'static str],
    /// What else has to be filled in.
    pub(super) changed: fn(&str) -> String,
    pub(super) endpoints: &'static [Endpoint],
    pub(super) calls: &'static [Call],
}

/// A request that the system takes.
pub(super) struct Endpoint {
    pub(super) method: &'static str,
    pub(super) target: &'static str,
    pub(super) headers: &'static [(&'static str, &'static str)],
    pub(super) body: Body,
    pub(super) answer: &'static str,
}

/// What a request has to have in its body.
pub(super) enum Body {
    None,
    Text(&'static str),
    /// The same members, as `application/json`; `LOGIN` is who runs the tests.
    Json(&'static str),
    /// These fields in the order of their names; any value where none is given.
    Form(&'static [(&'static str, &'static str)]),
    /// The call, with a signature by this key.
    Signed(&'static str),
}

/// A call, the endpoints that it asks, and the pages that it opens.
pub(super) struct Call {
    pub(super) event: &'static [(&'static str, &'static str)],
    pub(super) sends: &'static [usize],
    pub(super) opens: &'static [&'static str],
}

fn as_it_is(text: &str) -> String {
    text.to_owned()
}

const KNOWN: (&str, &str) = ("ANumber", "4930123456");
const UNKNOWN: (&str, &str) = ("ANumber", "4930999999");
const WITHHELD: (&str, &str) = ("ANumber", "anonymous");
const SERVICE: (&str, &str) = ("ServiceName", "Shop \"A\"");
const ANSWERED: (&str, &str) = ("Event", "answered");
const ENDED: (&str, &str) = ("Event", "ended");
const MISSED: (&str, &str) = ("Event", "missed");

const TO: (&str, &str) = ("ServiceNumber", "498912345");
const ID: (&str, &str) = ("CallID", "a1");
const QUEUE: (&str, &str) = ("GroupName", "Sales");

/// All that have a recipe.
pub(super) fn all() -> impl Iterator<Item = &'static System> {
    [tickets::SYSTEMS, contacts::SYSTEMS, messages::SYSTEMS]
        .into_iter()
        .flatten()
}
