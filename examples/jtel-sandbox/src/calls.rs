//! A call comes in: what the telephone system knows of it goes to the workstation that the user registered.

use crate::Inner;
use crate::broker::{self, Broker};
use crate::crm_link;
use crate::variables::Variables;
use serde_json::{Map, Value};
use std::net::IpAddr;
use std::time::{Duration, Instant};

/// A workstation that does not answer must not keep the call waiting.
const PATIENCE: Duration = Duration::from_secs(5);

/// A call for a user, before it has an id.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct IncomingCall {
    /// Whom it is for.
    pub users_uid: String,
    /// What else the call event says: `ANumber`, `GroupName`, `ServiceNumber`, `ServiceName`, any other name.
    pub values: Vec<(String, String)>,
    /// The CRM URL with its variables; absent: the group's.
    pub crm_url: Option<String>,
}

impl IncomingCall {
    /// A call for this user, of which nothing else is known.
    pub fn for_user(uid: &str) -> Self {
        Self {
            users_uid: uid.to_owned(),
            ..Self::default()
        }
    }

    /// Adds a value.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.values.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets the CRM URL, in which `${Name}`, `${{Name}}` and the simple variables are expanded.
    #[must_use]
    pub fn crm_url(mut self, template: &str) -> Self {
        self.crm_url = Some(template.to_owned());
        self
    }

    fn value(&self, name: &str) -> Option<&str> {
        self.values
            .iter()
            .find(|(n, _)| n.eq_ignore_ascii_case(name))
            .map(|(_, v)| v.as_str())
    }
}

/// An event of a call that reached its workstation.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Pushed {
    /// The call's id, by which it is answered and hung up.
    pub ufn: String,
    /// What was pushed.
    pub event: Value,
    /// Where to.
    pub url: String,
    /// The workstation's status.
    pub status: u16,
    /// The workstation's answer.
    pub answer: String,
    /// From the push to its answer.
    pub took: Duration,
}

/// Why a call did not reach a workstation. The call itself rings all the same.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CallError {
    /// Nobody has this UID.
    #[error("there is no user {0}")]
    UnknownUser(String),
    /// There is no call with this id, or it is over.
    #[error("Call not found")]
    UnknownCall(String),
    /// The call is in a state in which this cannot be.
    #[error("A call that is {state} cannot be {done}")]
    NotNow {
        /// What it does.
        state: &'static str,
        /// What was wanted of it.
        done: &'static str,
    },
    /// The user has no workstation that could be told.
    #[error(
        "{0} has no workstation registered that listens: run application 1235 with Action, ListenPort and ListenToken"
    )]
    NotRegistered(String),
    /// The workstation did not answer.
    #[error("{url} does not answer")]
    Unreachable {
        /// Where it should be.
        url: String,
        /// What the connection said.
        source: reqwest::Error,
    },
    /// The workstation answered with another status than 202.
    #[error("{url} answered {status}: {answer}")]
    Refused {
        /// Where it is.
        url: String,
        /// Its status.
        status: u16,
        /// Its reason.
        answer: String,
    },
    /// The broker did not take it.
    #[error("{broker} did not take it: {reason}")]
    Unpublished {
        /// The broker.
        broker: String,
        /// What it said.
        reason: String,
    },
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] rusqlite::Error),
}

impl Inner {
    /// Keeps a call and pushes it.
    pub(crate) async fn call(&self, client: i64, call: &IncomingCall) -> Result<Pushed, CallError> {
        let Some(user) = self.database.user_by_uid(client, &call.users_uid)? else {
            return Err(CallError::UnknownUser(call.users_uid.clone()));
        };
        let mut variables = Variables::default();
        for (name, value) in &call.values {
            variables.set(name, value);
        }
        let caller = call.value("ANumber").unwrap_or_default();
        let group = call.value("GroupName").unwrap_or_default();
        variables.set("CallerNumber", caller);
        variables.set("caller", caller);
        variables.set("groupname", group);
        variables.set(
            "username",
            &format!("{} {}", user.first_name, user.last_name),
        );
        variables.set("userfirstname", &user.first_name);
        variables.set("useruid", &user.uid);
        variables.set("UsersUID", &user.uid);
        let crm_url = match &call.crm_url {
            Some(url) => Some(url.clone()),
            None => self.database.crm_url(client, group)?,
        };
        let link = crm_url.map(|template| crm_link::expand(&template, &variables));
        let document = |ufn: &str| {
            let mut event = Map::new();
            event.insert("Event".to_owned(), "ringing".into());
            event.insert(
                "CallID".to_owned(),
                call.value("CallID").unwrap_or(ufn).into(),
            );
            for (name, value) in &call.values {
                if !event.keys().any(|known| known.eq_ignore_ascii_case(name)) {
                    event.insert(name.clone(), value.as_str().into());
                }
            }
            if let Some(link) = &link {
                event.insert("CRMLink".to_owned(), link.as_str().into());
            }
            event.insert("UsersUID".to_owned(), user.uid.as_str().into());
            Value::Object(event)
        };
        let (ufn, event, turn) = self.begin(client, &user.uid, document)?;
        let pushed = self.push(client, &user.uid, ufn, event).await;
        drop(turn);
        pushed
    }

    pub(crate) async fn push(
        &self,
        client: i64,
        uid: &str,
        ufn: String,
        event: Value,
    ) -> Result<Pushed, CallError> {
        if let Some(broker) = &self.broker {
            return publish(broker, uid, ufn, event).await;
        }
        let workstations = self.database.workstations(client)?;
        let registered = workstations
            .into_iter()
            .find(|w| w.users_uid.eq_ignore_ascii_case(uid));
        let address = registered
            .as_ref()
            .and_then(|w| Some((w.ip_address.parse().ok()?, w.listen_port.parse().ok()?)));
        let (Some(workstation), Some((ip, port))) = (registered, address) else {
            return Err(CallError::NotRegistered(uid.to_owned()));
        };
        let url = listen_url(ip, port);
        let agreed = self.listen_token.as_deref().unwrap_or_default();
        let token = if workstation.listen_token.is_empty() {
            agreed
        } else {
            &workstation.listen_token
        };
        let begun = Instant::now();
        let unreachable = |source: reqwest::Error| CallError::Unreachable {
            url: url.clone(),
            source,
        };
        let response = self
            .http
            .post(&url)
            .bearer_auth(token)
            .timeout(PATIENCE)
            .json(&event)
            .send()
            .await
            .map_err(unreachable)?;
        let status = response.status().as_u16();
        let answer = response.text().await.map_err(unreachable)?;
        if status != 202 {
            return Err(CallError::Refused {
                url,
                status,
                answer,
            });
        }
        Ok(Pushed {
            ufn,
            event,
            url,
            status,
            answer,
            took: begun.elapsed(),
        })
    }
}

/// Hands a call to the broker, and so to whichever workstations the user is at.
async fn publish(
    broker: &Broker,
    uid: &str,
    ufn: String,
    event: Value,
) -> Result<Pushed, CallError> {
    let (begun, topic) = (Instant::now(), broker::calls(uid));
    let published = broker.publish(&topic, &event.to_string()).await;
    published.map_err(|reason| CallError::Unpublished {
        broker: broker.to_string(),
        reason,
    })?;
    Ok(Pushed {
        ufn,
        event,
        url: format!("{broker}/{topic}"),
        status: 202,
        answer: "confirmed by the broker".to_owned(),
        took: begun.elapsed(),
    })
}

fn listen_url(ip: IpAddr, port: u16) -> String {
    format!("http://{}/v1/calls", std::net::SocketAddr::new(ip, port))
}
