//! The body of a request, read as a call event.

use std::borrow::Cow;

use http::{HeaderMap, HeaderValue, StatusCode, header};
use mc_hooks::{CallEvent, EventError};
use mc_secret::text::shown;

use crate::intake::{NOTHING, says_nothing};
use crate::push::form;
use crate::web::Denial;

/// The names under which text in UTF-8 comes.
const UTF8: [&str; 4] = ["utf-8", "utf8", "us-ascii", "ascii"];

/// How a call is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Json,
    Form,
}

impl Kind {
    /// By the Content-Type.
    pub(crate) fn of(headers: &HeaderMap) -> Result<Self, Denial> {
        let refused = |text: String| {
            Err(Denial::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "type",
                text,
            ))
        };
        let given = |value: &HeaderValue| shown(&String::from_utf8_lossy(value.as_bytes()));
        // A packed body is another type, too (RFC 9110, section 15.5.16).
        let mut codings = headers.get_all(header::CONTENT_ENCODING).iter();
        let plain = |coding: &HeaderValue| coding.as_bytes().eq_ignore_ascii_case(b"identity");
        if let Some(coding) = codings.find(|coding| !plain(coding)) {
            let coding = given(coding);
            return refused(format!(
                "the body is packed (Content-Encoding `{coding}`); send it as it is"
            ));
        }
        let mut types = headers.get_all(header::CONTENT_TYPE).iter();
        let (Some(value), None) = (types.next(), types.next()) else {
            return refused(
                "there must be one Content-Type: application/json or application/x-www-form-urlencoded"
                    .to_owned(),
            );
        };
        let mut parts = value.to_str().unwrap_or_default().split(';').map(str::trim);
        let kind = match parts.next().unwrap_or_default() {
            name if name.eq_ignore_ascii_case("application/json") => Self::Json,
            name if name.eq_ignore_ascii_case("application/x-www-form-urlencoded") => Self::Form,
            _ => {
                let given = given(value);
                return refused(format!(
                    "the Content-Type must be application/json or application/x-www-form-urlencoded, not `{given}`"
                ));
            }
        };
        for parameter in parts {
            let (name, charset) = parameter.split_once('=').unwrap_or((parameter, ""));
            let charset = charset.trim_matches(['"', ' ']);
            let known = |one: &&str| one.eq_ignore_ascii_case(charset);
            if name.trim().eq_ignore_ascii_case("charset") && !UTF8.iter().any(known) {
                let charset = shown(charset);
                return refused(format!("the text must be UTF-8, not `{charset}`"));
            }
        }
        Ok(kind)
    }

    /// The call in a body.
    pub(crate) fn event(self, body: &[u8]) -> Result<CallEvent, Denial> {
        let event = match self {
            Self::Json => CallEvent::from_json(body),
            Self::Form => CallEvent::from_pairs(form::read(body).map_err(no_event)?),
        };
        let event = event.map_err(|error| match error {
            EventError::TooLarge { .. } => too_large(),
            other => no_event(other.to_string()),
        })?;
        if says_nothing(&event) {
            return Err(no_event(NOTHING));
        }
        Ok(event)
    }
}

fn no_event(text: impl Into<Cow<'static, str>>) -> Denial {
    Denial::new(StatusCode::BAD_REQUEST, "event", text)
}

pub(crate) fn too_large() -> Denial {
    Denial::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "size",
        "a call has at most 64 KiB",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(given: &str) -> Option<Kind> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, given.parse().unwrap());
        Kind::of(&headers).ok()
    }

    #[test]
    fn the_type_decides() {
        assert_eq!(kind("application/json"), Some(Kind::Json));
        assert_eq!(
            kind("Application/JSON; charset=\"UTF-8\""),
            Some(Kind::Json)
        );
        assert_eq!(
            kind("application/x-www-form-urlencoded;charset=utf-8"),
            Some(Kind::Form)
        );
        for charset in ["utf8", "UTF8", "us-ascii", "\"ascii\""] {
            let given = format!("application/json; charset={charset}");
            assert_eq!(kind(&given), Some(Kind::Json), "{given}");
        }
        for other in [
            "text/plain",
            "application/json; charset=latin1",
            "",
            "multipart/form-data; boundary=x",
        ] {
            assert_eq!(kind(other), None, "{other}");
        }
        let named = |given: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::CONTENT_TYPE, given.parse().unwrap());
            Kind::of(&headers).unwrap_err().text.into_owned()
        };
        assert!(named("text/plain").contains("`text/plain`"));
        let latin = named("application/json; charset=latin1");
        assert!(latin.contains("`latin1`"), "{latin}");
        assert_eq!(Kind::of(&HeaderMap::new()).unwrap_err().status, 415);
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
        headers.insert(header::CONTENT_ENCODING, "identity".parse().unwrap());
        assert_eq!(Kind::of(&headers), Ok(Kind::Json), "it is not packed");
        headers.insert(header::CONTENT_ENCODING, "gzip".parse().unwrap());
        let denial = Kind::of(&headers).unwrap_err();
        assert!(denial.text.contains("`gzip`"), "{}", denial.text);
        assert_eq!(denial.status, 415, "the body would have to be unpacked");
        headers.remove(header::CONTENT_ENCODING);
        headers.append(header::CONTENT_TYPE, "text/plain".parse().unwrap());
        let denial = Kind::of(&headers).unwrap_err();
        assert_eq!(denial.status, 415, "two types say nothing");
    }

    #[test]
    fn both_ways_give_the_same_call() {
        let json = Kind::Json
            .event(r#"{"ANumber":"+49 1","GroupName":"Müller & Söhne"}"#.as_bytes())
            .unwrap();
        let form = Kind::Form
            .event(b"ANumber=%2B49+1&GroupName=M%C3%BCller%20%26%20S%C3%B6hne")
            .unwrap();
        assert_eq!(json, form);
        for (body, name, value) in [
            ("\u{FEFF}ANumber=1", "ANumber", "1"),
            ("ANumber=1\r\n", "ANumber", "1"),
            ("&ANumber=1&", "ANumber", "1"),
            ("Ticket=4711", "Ticket", "4711"),
            // A plus that is not escaped is a space: no number begins with one.
            ("caller=+49+30", "ANumber", "+49 30"),
            ("GroupName=+Sales+", "GroupName", "Sales"),
            (
                "CRMLink=https://h/?a=1;b=2",
                "CRMLink",
                "https://h/?a=1;b=2",
            ),
        ] {
            let event = Kind::Form.event(body.as_bytes()).unwrap();
            assert_eq!(event.get(name), Some(value), "{body}");
        }
    }

    #[test]
    fn what_is_no_call_is_refused_with_the_reason() {
        for (kind, body) in [
            (Kind::Json, &b"no"[..]),
            (Kind::Json, b"[]"),
            (Kind::Json, br#"{"Event":"exploded"}"#),
            (Kind::Json, b"{}"),
            (Kind::Json, br#"{"Event":"ended"}"#),
            (Kind::Json, br#"{"ANumber ":"1","CallID":"a"}"#),
            (
                Kind::Json,
                br#"{"ANumber":"1","Time":"2020-01-01 10:00:00"}"#,
            ),
            (Kind::Form, b""),
            (Kind::Form, b"Event=missed"),
            (Kind::Form, b"GroupName=M%FCller"),
            (Kind::Form, b"GroupName=M\xfcller&A=%EF%BF%BD"),
            (Kind::Form, b"ANumber=1&caller=2"),
            (Kind::Form, br#"{"ANumber":"49301234567","CallID":"x1"}"#),
            (Kind::Form, br#"CallID=1&{"ANumber":"1=2"}"#),
            (Kind::Form, b"ANumber49&CallID=1"),
            (Kind::Form, b" ANumber = 1&CallID=1"),
            (Kind::Form, b"ANumber=19;CallID=20"),
            (Kind::Form, b"ANumber=%4&CallID=1"),
            (Kind::Form, b"ANumber=%zz&CallID=1"),
        ] {
            let denial = kind.event(body).unwrap_err();
            assert_eq!(
                (denial.status.as_u16(), denial.code),
                (400, "event"),
                "{body:?}"
            );
        }
        let json = Kind::Form.event(br#"{"ANumber":"1"}"#).unwrap_err();
        assert!(json.text.contains("application/json"), "{}", json.text);
        assert!(
            Kind::Form.event("GroupName=%ef%bf%bd".as_bytes()).is_ok(),
            "it was sent so"
        );
    }
}
