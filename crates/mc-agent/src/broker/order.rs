//! A number to dial, as it comes through a broker: `{"DialNumber":"+49 30 1234567","Time":"..."}`.

use jiff::{SignedDuration, Timestamp};
use mc_template::DialNumber;
use serde_json::{Map, Value};

use crate::broker::refusal::Refusal;

/// The longest order that is read.
const LONGEST: usize = 4096;
/// An order that was given longer ago is dialled no more.
const LATE: SignedDuration = SignedDuration::from_secs(30);

/// The number of an order, if it is one for this user and was given just now.
pub(crate) fn read(payload: &[u8], user: Option<&str>) -> Result<DialNumber, Refusal> {
    if payload.len() > LONGEST {
        return Err(Refusal::new("size", "an order to dial has at most 4 KiB"));
    }
    let order: Map<String, Value> = serde_json::from_slice(payload)
        .map_err(|_| Refusal::new("order", "an order to dial is a JSON object with DialNumber"))?;
    let text = |name: &str| {
        let found = order.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
        found.and_then(|(_, value)| value.as_str())
    };
    if let (Some(theirs), Some(user)) = (text("UsersUID"), user)
        && !theirs.is_empty()
        && theirs != user
    {
        let text = "the order to dial is for another user than the one at this workstation";
        return Err(Refusal::new("user", text));
    }
    if let Some(time) = text("Time") {
        let given: Timestamp = time
            .parse()
            .map_err(|_| Refusal::new("order", "Time is no time (RFC 3339)"))?;
        if Timestamp::now().duration_since(given) > LATE {
            let text = "the order to dial was given more than 30 s ago";
            return Err(Refusal::new("stale", text));
        }
    }
    let number = text("DialNumber").unwrap_or_default();
    DialNumber::typed(number).map_err(|error| Refusal::new("number", error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(payload: &str) -> Result<String, &'static str> {
        read(payload.as_bytes(), Some("agent.17"))
            .map(|number| number.as_str().to_owned())
            .map_err(|refusal| refusal.code)
    }

    #[test]
    fn an_order_is_a_number_for_this_user_given_now() {
        let now = Timestamp::now();
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
            (r#"{"DialNumber":110}"#.to_owned(), Err("number")),
            (r#"{"DialNumber":"1; rm"}"#.to_owned(), Err("number")),
            ("110".to_owned(), Err("order")),
            (
                format!(r#"{{"DialNumber":"{}"}}"#, "1".repeat(5000)),
                Err("size"),
            ),
        ] {
            assert_eq!(code(&payload), expected, "{payload}");
        }
    }
}
