//! A number to dial, as it comes through a broker: `{"DialNumber":"+49 30 1234567","Time":"..."}`.

use jiff::Timestamp;
use mc_hooks::CallEvent;
use mc_secret::text::shown;
use mc_template::DialNumber;
use serde_json::Value;

use crate::broker::refusal::Refusal;
use crate::clock::ServerClock;

/// The longest order that is read.
const LONGEST: usize = 4096;

/// The number of an order, if it is one for this user and was given just now, as it is with calls.
pub(crate) fn read(
    payload: &[u8],
    user: Option<&str>,
    clock: &ServerClock,
) -> Result<DialNumber, Refusal> {
    if payload.len() > LONGEST {
        return Err(Refusal::new("size", "an order to dial has at most 4 KiB"));
    }
    // Names and values are those of an event: what a call says is not read otherwise here.
    let order =
        CallEvent::from_json(payload).map_err(|error| Refusal::new("order", error.to_string()))?;
    if let (Some(theirs), Some(user)) = (order.get("UsersUID"), user)
        && !theirs.is_empty()
        && theirs != user
    {
        let text = "the order to dial is for another user than the one at this workstation";
        return Err(Refusal::new("user", text));
    }
    // One that cannot be read was refused above.
    let given = order.get("Time").and_then(|time| time.parse().ok());
    if given.is_some_and(|given: Timestamp| clock.is_late(given)) {
        let text = "the order to dial was given too long ago, by its Time";
        return Err(Refusal::new("stale", text));
    }
    let number = order.get("DialNumber").unwrap_or_default();
    DialNumber::typed(number).map_err(|error| Refusal::new("number", error.to_string()))
}

/// The number that an order names, or what should have been one, as it is told of one that is refused.
pub(crate) fn given(payload: &[u8]) -> String {
    let order = serde_json::from_slice::<serde_json::Map<_, Value>>(payload).unwrap_or_default();
    let mut names = order.iter();
    let number = names.find(|(name, _)| name.eq_ignore_ascii_case("DialNumber"));
    match number {
        Some((_, Value::String(number))) => shown(number),
        Some((_, other)) => shown(&other.to_string()),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    fn code(payload: &str, clock: &ServerClock) -> Result<String, &'static str> {
        read(payload.as_bytes(), Some("agent.17"), clock)
            .map(|number| number.as_str().to_owned())
            .map_err(|refusal| refusal.code)
    }

    #[test]
    fn an_order_is_a_number_for_this_user_given_now() {
        let (now, clock) = (Timestamp::now(), ServerClock::default());
        clock.heard(now.into());
        let at = |seconds| now - SignedDuration::from_secs(seconds);
        for (payload, expected) in [
            (
                r#"{"DialNumber":"+49 30 1"}"#.to_owned(),
                Ok("+49301".to_owned()),
            ),
            (
                r#"{"dialnumber":"110","UsersUID":"agent.17"}"#.to_owned(),
                Ok("110".to_owned()),
            ),
            (
                format!(r#"{{"DialNumber":"110","Time":"{}"}}"#, at(5)),
                Ok("110".to_owned()),
            ),
            (
                format!(r#"{{"DialNumber":"110","Time":"{}"}}"#, at(31)),
                Err("stale"),
            ),
            (
                r#"{"DialNumber":"110","Time":"soon"}"#.to_owned(),
                Err("order"),
            ),
            (
                r#"{"DialNumber":"110","UsersUID":"agent.18"}"#.to_owned(),
                Err("user"),
            ),
            (r#"{"DialNumber":110}"#.to_owned(), Ok("110".to_owned())),
            (
                r#"{"DialNumber":"110","Time":1500000000}"#.to_owned(),
                Err("order"),
            ),
            (
                r#"{"DialNumber":"110","Time":{"at":1}}"#.to_owned(),
                Err("order"),
            ),
            (
                r#"{"DialNumber":"110","UsersUID":18}"#.to_owned(),
                Err("user"),
            ),
            (
                r#"{"DialNumber":"110","useruid":"agent.18"}"#.to_owned(),
                Err("user"),
            ),
            (
                r#"{"DialNumber":"110","UsersUID":["18"]}"#.to_owned(),
                Err("order"),
            ),
            (
                r#"{"DialNumber":"110","dialnumber":"112"}"#.to_owned(),
                Err("order"),
            ),
            (r#"{"UsersUID":"agent.17"}"#.to_owned(), Err("number")),
            (r#"{"DialNumber":"1; rm"}"#.to_owned(), Err("number")),
            ("110".to_owned(), Err("order")),
            (
                format!(r#"{{"DialNumber":"{}"}}"#, "1".repeat(5000)),
                Err("size"),
            ),
        ] {
            assert_eq!(code(&payload, &clock), expected, "{payload}");
        }
    }

    /// The clocks of this computer and of the telephone system differ, and not always one knows by how much.
    #[test]
    fn the_age_of_an_order_is_that_by_the_clock_of_who_gives_it() {
        for (ahead, age, taken) in [
            (None, 31, true),
            (None, 301, false),
            (Some(-60), 65, true),
            (Some(-60), 95, false),
            (Some(60), 0, false),
            (Some(60), -55, true),
        ] {
            let (now, clock) = (Timestamp::now(), ServerClock::default());
            if let Some(ahead) = ahead {
                clock.heard((now + SignedDuration::from_secs(ahead)).into());
            }
            let given = now - SignedDuration::from_secs(age);
            let order = format!(r#"{{"DialNumber":"110","Time":"{given}"}}"#);
            assert_eq!(code(&order, &clock).is_ok(), taken, "{ahead:?} {age}");
        }
    }
}
