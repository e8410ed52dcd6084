//! A command tried with values as calls bring them, so that what its receiver could not read is seen before a call
//! comes.

use mc_template::{Numbers, Scope, Values};
use serde::de::IgnoredAny;

use crate::command::CurlCommand;
use crate::error::RequestError;
use crate::request::Request;

/// What happens to a command with values as calls bring them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SampleFault {
    /// The run would fail for an ordinary call.
    #[error("with an ordinary call it cannot be sent: {reason}")]
    Refused {
        /// Why.
        reason: RequestError,
    },
    /// Two headers say different things of the body: which of them its receiver goes by, nobody knows.
    #[error(
        "two headers say what the body is, `{first}` and `{second}`: keep the one that is meant"
    )]
    Types {
        /// What the first says, without parameters.
        first: String,
        /// What another says.
        second: String,
    },
    /// The body says that it is JSON and is none.
    #[error(
        "the body is sent as JSON and is none: {reason} (line {line}, column {column} of the body); names and texts stand \
         in double quotes, and in the configuration the whole body in single ones"
    )]
    Json {
        /// What a reader of JSON says.
        reason: String,
        /// Where, the first line being 1.
        line: usize,
        /// Where in the line.
        column: usize,
    },
}

impl CurlCommand {
    /// Tries the command with ordinary, empty and hostile values for all its variables, sending nothing: the first fault
    /// with ordinary values, or a JSON body that its receiver could not read with any.
    ///
    /// A file that it sends and that is not there is no fault here.
    pub fn try_samples(&self) -> Option<SampleFault> {
        const HOSTILE: &str = "x\\\" },&=<![CDATA[ $ANumber %0A ';";
        type Sample = fn(&str) -> &'static str;
        let ordinary: Sample = |name| match name {
            "CRMLink" => "https://crm.example/c?id=4711",
            "GroupName" | "ServiceName" | "WindowsLoginName" | "ComputerName" => "Sample",
            "UsersUID" => "agent.17",
            "Event" => "ringing",
            "IPAddress" => "192.0.2.1",
            // Numbers, and what an administrator's own variables may well be.
            _ => "49891234567",
        };
        let empty: Sample = |_| "";
        let hostile: Sample = |name| {
            if name == "CRMLink" {
                "https://crm.example/"
            } else {
                HOSTILE
            }
        };
        let numbers = Numbers::default();
        let mut hidden = Values::plain();
        for name in self.hidden() {
            // A number stands everywhere but where the address does.
            let targets = self.operations().iter().flat_map(|one| &one.targets);
            let whole = targets
                .filter_map(|target| target.url.template()?.begins_with_variable())
                .any(|first| first == name);
            hidden.set(
                name,
                if whole {
                    "https://crm.example/"
                } else {
                    "49891234567"
                },
            );
        }
        for (must_work, sample) in [(true, ordinary), (false, empty), (false, hostile)] {
            let values: Values = self.variables().map(|name| (name, sample(name))).collect();
            match self.requests(&Scope::new(&values, &numbers).with_hidden(&hidden)) {
                Ok(requests) => {
                    if let Some(fault) = requests.iter().find_map(unreadable) {
                        return Some(fault);
                    }
                }
                Err(RequestError::File { .. } | RequestError::Skipped { .. }) => {}
                Err(reason) if must_work => return Some(SampleFault::Refused { reason }),
                // A value that may not stand where it would fails the run, as it should.
                Err(_) => {}
            }
        }
        None
    }
}

/// What is wrong with a body of which two things are said, or that is said to be JSON or looks like it.
fn unreadable(request: &Request) -> Option<SampleFault> {
    let body = request
        .body()
        .filter(|body| !body.trim_ascii().is_empty())?;
    let headers = request.headers();
    let mut types = headers
        .iter()
        .filter(|(name, _)| name.eq_ignore_ascii_case("content-type"))
        .map(|(_, value)| {
            let media_type = value.split(';').next().unwrap_or_default();
            media_type.trim().to_ascii_lowercase()
        });
    let first = types.next().unwrap_or_default();
    if let Some(second) = types.find(|other| *other != first) {
        return Some(SampleFault::Types { first, second });
    }
    let said = first.ends_with("/json") || first.ends_with("+json");
    let text = body.trim_ascii();
    let looks = matches!(
        (text.first(), text.last()),
        (Some(b'{'), Some(b'}')) | (Some(b'['), Some(b']'))
    );
    // Quotes that a shell took away, or single ones; what curl says of a text of which nothing is said is a form.
    let form = matches!(&*first, "" | "application/x-www-form-urlencoded");
    let names = text.contains(&b'"') || form && text.starts_with(b"{") && text.contains(&b':');
    // Its queries look like JSON, and are none.
    let graphql = first == "application/graphql";
    if !(said || looks && names && !graphql) {
        return None;
    }
    let error = serde_json::from_slice::<IgnoredAny>(body).err()?;
    // One document behind the other, as a database's mass import has them.
    let mut documents = serde_json::Deserializer::from_slice(body).into_iter::<IgnoredAny>();
    if !said && documents.all(|document| document.is_ok()) {
        return None;
    }
    Some(SampleFault::Json {
        reason: error
            .to_string()
            .split(" at line")
            .next()
            .unwrap_or_default()
            .to_owned(),
        line: error.line(),
        column: error.column(),
    })
}
