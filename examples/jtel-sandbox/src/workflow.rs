//! Routing applications: small JSON files of objects that lead to one another.

use crate::broker::{self, Broker};
use crate::database::Database;
use crate::procedures::{self, ProcedureCall};
use crate::variables::Variables;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

/// Objects that lead in a circle are stopped after this many.
const MOST_STEPS: usize = 1000;

/// A routing application.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Workflow {
    #[serde(rename = "ID")]
    pub(crate) id: u32,
    #[serde(rename = "Name")]
    pub(crate) name: String,
    /// For the reader of the file.
    #[serde(rename = "description", default)]
    _description: String,
    start: String,
    objects: BTreeMap<String, Object>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "object", rename_all_fields = "camelCase", deny_unknown_fields)]
enum Object {
    /// Finds a user; its data become the variables `$<into>.usersuid` and so on.
    #[serde(rename = "User Search")]
    UserSearch {
        field: Field,
        value: String,
        into: String,
        found: String,
        not_found: String,
    },
    /// Calls a stored procedure; not available on a multi-tenant system. The reason of a failure is `$error.text`.
    #[serde(rename = "Stored Procedure")]
    StoredProcedure {
        call: String,
        ok: String,
        failed: String,
    },
    /// Publishes a message to the broker, an object of JSON; a value in the topic stays within its level. The reason of a
    /// failure is `$error.text`.
    Publish {
        topic: String,
        message: Value,
        ok: String,
        failed: String,
    },
    /// Goes on by a value, compared without regard to case.
    Switch {
        value: String,
        cases: BTreeMap<String, String>,
        otherwise: String,
    },
    /// Hands the caller its result; a workflow may go on behind it.
    Return { result: Value, next: Option<String> },
    /// Ends the workflow, with or without a result.
    End {},
}

#[derive(Clone, Copy, Debug, Deserialize)]
enum Field {
    #[serde(rename = "LDAPUserName")]
    Ldap,
    #[serde(rename = "UID")]
    Uid,
}

/// Where a workflow runs.
pub(crate) struct Surroundings<'a> {
    pub(crate) database: &'a Database,
    pub(crate) client: i64,
    pub(crate) multi_tenant: bool,
    /// Where messages are published, and waited for.
    pub(crate) broker: Option<&'a Broker>,
}

impl Workflow {
    /// Reads a file's text and checks it as a whole: what is wrong is said before anybody calls it.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let workflow: Self = serde_json::from_str(text).map_err(|e| e.to_string())?;
        let known = |name: &String, from: &str| {
            let there = workflow.objects.contains_key(name);
            if there {
                Ok(())
            } else {
                Err(format!(
                    "{from} leads to {name:?}, which is not among the objects"
                ))
            }
        };
        known(&workflow.start, "start")?;
        for (name, object) in &workflow.objects {
            if let Object::StoredProcedure { call, .. } = object {
                ProcedureCall::parse(call).map_err(|e| format!("{name:?}: {e}"))?;
            }
            for next in object.successors() {
                known(next, &format!("{name:?}"))?;
            }
        }
        Ok(workflow)
    }

    /// Runs it to its end; the result, if a Return object gave one.
    pub(crate) fn run(
        &self,
        around: &Surroundings<'_>,
        mut variables: Variables,
    ) -> Result<Option<Value>, String> {
        let mut result = None;
        let mut next = Some(&self.start);
        for _ in 0..MOST_STEPS {
            let Some(object) = next.and_then(|name| self.objects.get(name)) else {
                return Ok(result);
            };
            let expand = |text: &str| variables.expand(text, around.client);
            next = match object {
                Object::UserSearch {
                    field,
                    value,
                    into,
                    found,
                    not_found,
                } => {
                    let value = expand(value);
                    let user = match field {
                        Field::Ldap => around.database.user_by_ldap(around.client, &value),
                        Field::Uid => around.database.user_by_uid(around.client, &value),
                    };
                    match user.map_err(|e| e.to_string())? {
                        None => Some(not_found),
                        Some(user) => {
                            let mut set = |name: &str, value: &str| {
                                variables.set(&format!("{into}.{name}"), value);
                            };
                            set("usersuid", &user.uid);
                            set("LDAPUserName", &user.ldap_user_name);
                            set("FirstName", &user.first_name);
                            set("LastName", &user.last_name);
                            set("NickName", &user.nick_name);
                            Some(found)
                        }
                    }
                }
                Object::StoredProcedure { call, ok, failed } => {
                    let outcome = if around.multi_tenant {
                        Err(
                            "the object Stored Procedure is not available on a multi-tenant system"
                                .to_owned(),
                        )
                    } else {
                        let call = ProcedureCall::parse(call)?;
                        let arguments: Vec<String> =
                            call.arguments.iter().map(|a| expand(a)).collect();
                        procedures::run(around.database, &call.name, &arguments)
                    };
                    match outcome {
                        Ok(()) => Some(ok),
                        Err(reason) => {
                            variables.set("error.text", &reason);
                            Some(failed)
                        }
                    }
                }
                Object::Publish {
                    topic,
                    message,
                    ok,
                    failed,
                } => {
                    let topic = variables.expand_with(topic, around.client, broker::level);
                    let message = fill(message, &expand).to_string();
                    match publish(around.broker, &topic, &message) {
                        Ok(()) => Some(ok),
                        Err(reason) => {
                            variables.set("error.text", &reason);
                            Some(failed)
                        }
                    }
                }
                Object::Switch {
                    value,
                    cases,
                    otherwise,
                } => {
                    let value = expand(value);
                    let case = cases
                        .iter()
                        .find(|(case, _)| case.eq_ignore_ascii_case(&value));
                    Some(case.map_or(otherwise, |(_, next)| next))
                }
                Object::Return {
                    result: template,
                    next,
                } => {
                    // The caller has only one: the first.
                    result.get_or_insert_with(|| fill(template, &expand));
                    next.as_ref()
                }
                Object::End {} => None,
            };
        }
        Err(format!(
            "stopped after {MOST_STEPS} objects: they lead in a circle"
        ))
    }
}

impl Object {
    fn successors(&self) -> Vec<&String> {
        match self {
            Self::UserSearch {
                found, not_found, ..
            } => vec![found, not_found],
            Self::StoredProcedure { ok, failed, .. } | Self::Publish { ok, failed, .. } => {
                vec![ok, failed]
            }
            Self::Switch {
                cases, otherwise, ..
            } => cases.values().chain([otherwise]).collect(),
            Self::Return { next, .. } => next.iter().collect(),
            Self::End {} => vec![],
        }
    }
}

/// Publishes, and waits for the confirmation, on a thread of its own: a workflow goes step by step.
fn publish(broker: Option<&Broker>, topic: &str, message: &str) -> Result<(), String> {
    let broker = broker.ok_or("there is no message broker; start the sandbox with --broker")?;
    let publishing = || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| error.to_string())?;
        runtime.block_on(broker.publish(topic, message))
    };
    std::thread::scope(|scope| {
        let published = scope.spawn(publishing).join();
        published.unwrap_or_else(|_| Err("publishing failed".to_owned()))
    })
}

/// Expands every string in a JSON value.
fn fill(template: &Value, expand: &impl Fn(&str) -> String) -> Value {
    match template {
        Value::String(text) => Value::String(expand(text)),
        Value::Array(items) => items.iter().map(|item| fill(item, expand)).collect(),
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), fill(value, expand)))
            .collect(),
        other => other.clone(),
    }
}

/// The applications that every sandbox has.
pub(crate) fn shipped() -> Result<Vec<Workflow>, String> {
    [
        include_str!("../workflows/1234-login.json"),
        include_str!("../workflows/1235-workstation.json"),
        include_str!("../workflows/5678-dial.json"),
        include_str!("../workflows/9999-silent.json"),
    ]
    .iter()
    .map(|text| Workflow::parse(text))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::User;
    use serde_json::json;

    fn run(
        workflow: &Workflow,
        multi_tenant: bool,
        body: &[(&str, &str)],
    ) -> (Database, Option<Value>) {
        let database = Database::open(std::path::Path::new(":memory:")).unwrap();
        database.put_client(1, "Test", "t").unwrap();
        database
            .put_user(1, &User::new("agent.17", "jdoe"))
            .unwrap();
        // Without a login name: no search for an empty one may find this user.
        database.put_user(1, &User::new("agent.0", "")).unwrap();
        let mut variables = Variables::default();
        for (name, value) in body {
            variables.set(&format!("workData.{name}"), value);
        }
        let around = Surroundings {
            database: &database,
            client: 1,
            multi_tenant,
            broker: None,
        };
        let result = workflow.run(&around, variables).unwrap();
        (database, result)
    }

    fn number(id: u32) -> Workflow {
        shipped().unwrap().into_iter().find(|w| w.id == id).unwrap()
    }

    #[test]
    fn the_login_example_keeps_the_computer_name() {
        let (database, result) = run(
            &number(1234),
            false,
            &[("windowsloginname", "JDoe"), ("ComputerName", "PC'17")],
        );
        assert_eq!(
            result.unwrap(),
            json!({"result": "OK", "usersuid": "agent.17", "NickName": "PC'17"})
        );
        assert_eq!(
            database
                .user_by_uid(1, "agent.17")
                .unwrap()
                .unwrap()
                .nick_name,
            "PC'17"
        );
    }

    #[test]
    fn it_returns_in_every_branch() {
        let (_, unknown) = run(&number(1234), false, &[("WindowsLoginName", "nobody")]);
        assert_eq!(unknown.unwrap()["usersuid"], "");
        let (_, nameless) = run(&number(1234), false, &[]);
        assert_eq!(nameless.unwrap()["result"], "ERROR");
        let (database, refused) = run(
            &number(1234),
            true,
            &[("WindowsLoginName", "jdoe"), ("ComputerName", "PC17")],
        );
        let refused = refused.unwrap();
        assert_eq!(refused["usersuid"], "agent.17");
        assert!(
            refused["error"].as_str().unwrap().contains("multi-tenant"),
            "{refused}"
        );
        assert_eq!(
            database
                .user_by_uid(1, "agent.17")
                .unwrap()
                .unwrap()
                .nick_name,
            ""
        );
    }

    #[test]
    fn a_workstation_comes_and_goes() {
        let body = |action| {
            [
                ("WindowsLoginName", "jdoe"),
                ("Action", action),
                ("ListenPort", "7431"),
            ]
        };
        let (database, result) = run(&number(1235), false, &body("Register"));
        assert_eq!(result.unwrap()["usersuid"], "agent.17");
        assert_eq!(database.workstations(1).unwrap()[0].listen_port, "7431");
        let (database, result) = run(&number(1235), false, &body("unregister"));
        assert_eq!(result.unwrap()["action"], "unregister");
        assert!(database.workstations(1).unwrap().is_empty());
        let (_, result) = run(&number(1235), false, &body("explode"));
        assert_eq!(result.unwrap()["result"], "ERROR");
    }

    #[test]
    fn a_dial_is_written_down() {
        let (database, result) = run(
            &number(5678),
            false,
            &[("UsersUID", "agent.17"), ("DialNumber", "+4989123")],
        );
        assert_eq!(result.unwrap()["result"], "OK");
        assert_eq!(database.dials(1).unwrap()[0].dial_number, "+4989123");
        let (database, result) = run(
            &number(5678),
            false,
            &[("UsersUID", "agent.99"), ("DialNumber", "1")],
        );
        assert_eq!(result.unwrap()["result"], "ERROR");
        assert!(database.dials(1).unwrap().is_empty());
    }

    #[test]
    fn some_return_nothing() {
        assert_eq!(run(&number(9999), false, &[]).1, None);
    }

    #[test]
    fn a_file_is_checked_as_a_whole() {
        let broken = |objects: Value| {
            Workflow::parse(
                &json!({"ID": 1, "Name": "x", "start": "a", "objects": objects}).to_string(),
            )
            .unwrap_err()
        };
        assert!(broken(json!({})).contains("start leads to \"a\""));
        assert!(
            broken(json!({"a": {"object": "Return", "result": 1, "next": "b"}}))
                .contains("\"a\" leads to \"b\"")
        );
        assert!(
            broken(json!({"a": {"object": "Return", "result": 1, "nxt": "b"}})).contains("nxt")
        );
        let call = json!({"object": "Stored Procedure", "call": "DROP", "ok": "a", "failed": "a"});
        assert!(broken(json!({"a": call})).contains("not a call"));
    }

    #[test]
    fn a_circle_is_left() {
        let text = json!({"ID": 1, "Name": "x", "start": "a", "objects": {
            "a": {"object": "Return", "result": 1, "next": "a"}}});
        let workflow = Workflow::parse(&text.to_string()).unwrap();
        let database = Database::open(std::path::Path::new(":memory:")).unwrap();
        let around = Surroundings {
            database: &database,
            client: 1,
            multi_tenant: false,
            broker: None,
        };
        assert!(
            workflow
                .run(&around, Variables::default())
                .unwrap_err()
                .contains("circle")
        );
    }
}
