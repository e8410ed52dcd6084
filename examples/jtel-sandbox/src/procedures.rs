//! Stored procedures, by name, in Rust.

use crate::database::{Database, Dial, Workstation};

/// A call such as `{CALL Schema.Name(%Service.ClientsID_%, '$foundUser.usersuid')}`, split before anything is
/// inserted, so that a value can never become another argument or another statement.
#[derive(Debug, PartialEq)]
pub(crate) struct ProcedureCall {
    pub(crate) name: String,
    /// The arguments as templates, without their quotes.
    pub(crate) arguments: Vec<String>,
}

impl ProcedureCall {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let bad =
            || format!("not a call of the form {{CALL Schema.Name(argument, 'argument')}}: {text}");
        let inner = text
            .trim()
            .strip_prefix('{')
            .and_then(|t| t.strip_suffix('}'))
            .ok_or_else(bad)?
            .trim();
        let (call, rest) = inner.split_once(char::is_whitespace).ok_or_else(bad)?;
        let (name, list) = rest
            .trim()
            .strip_suffix(')')
            .and_then(|t| t.split_once('('))
            .ok_or_else(bad)?;
        if !call.eq_ignore_ascii_case("call") {
            return Err(bad());
        }
        let name = name.trim().to_owned();
        if !PROCEDURES
            .iter()
            .any(|(known, _)| known.eq_ignore_ascii_case(&name))
        {
            let known: Vec<&str> = PROCEDURES.iter().map(|(known, _)| *known).collect();
            return Err(format!(
                "there is no stored procedure {name}; there are {}",
                known.join(", ")
            ));
        }
        Ok(Self {
            name,
            arguments: arguments(list).ok_or_else(bad)?,
        })
    }
}

/// Splits at commas outside quotes; `''` inside quotes is a quote.
fn arguments(list: &str) -> Option<Vec<String>> {
    let mut found = Vec::new();
    let mut rest = list.trim();
    while !rest.is_empty() {
        let argument;
        if let Some(quoted) = rest.strip_prefix('\'') {
            let mut text = String::new();
            let mut after = quoted;
            loop {
                let (before, behind) = after.split_once('\'')?;
                text.push_str(before);
                after = behind;
                match behind.strip_prefix('\'') {
                    Some(more) => {
                        text.push('\'');
                        after = more;
                    }
                    None => break,
                }
            }
            (argument, rest) = (text, after.trim_start());
        } else {
            let end = rest.find(',').unwrap_or(rest.len());
            (argument, rest) = (rest[..end].trim().to_owned(), &rest[end..]);
        }
        found.push(argument);
        match rest.strip_prefix(',') {
            Some(more) if !more.trim().is_empty() => rest = more.trim_start(),
            None if rest.is_empty() => {}
            _ => return None,
        }
    }
    Some(found)
}

type Procedure = fn(&Database, &[String]) -> Result<(), String>;

/// Every procedure there is.
const PROCEDURES: &[(&str, Procedure)] = &[
    ("JTELWeb.Users_UpdateNickNameByUID", update_nick_name),
    ("Sandbox.Workstations_Register", register),
    ("Sandbox.Workstations_Unregister", unregister),
    ("Sandbox.Dials_Insert", insert_dial),
];

/// Runs a procedure with its arguments; the error is a sentence for the workflow's result.
pub(crate) fn run(database: &Database, name: &str, arguments: &[String]) -> Result<(), String> {
    match PROCEDURES
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
    {
        Some((_, procedure)) => procedure(database, arguments),
        None => Err(format!("there is no stored procedure {name}")),
    }
}

fn update_nick_name(database: &Database, arguments: &[String]) -> Result<(), String> {
    let [client, uid, nick_name] = exactly(arguments)?;
    match database.update_nick_name(number(client)?, uid, nick_name) {
        Ok(true) => Ok(()),
        Ok(false) => Err(format!("there is no user {uid}")),
        Err(e) => Err(e.to_string()),
    }
}

fn register(database: &Database, arguments: &[String]) -> Result<(), String> {
    let [client, uid, computer, address, session, port, token] = exactly(arguments)?;
    let workstation = Workstation {
        users_uid: uid.clone(),
        computer_name: computer.clone(),
        ip_address: address.clone(),
        session_id: session.clone(),
        listen_port: port.clone(),
        listen_token: token.clone(),
    };
    database
        .register(number(client)?, &workstation)
        .map_err(|e| e.to_string())
}

fn unregister(database: &Database, arguments: &[String]) -> Result<(), String> {
    let [client, uid, computer, address, port] = exactly(arguments)?;
    // One that is not registered any more is what was asked for.
    database
        .unregister(number(client)?, uid, [computer, address, port])
        .map(drop)
        .map_err(|e| e.to_string())
}

fn insert_dial(database: &Database, arguments: &[String]) -> Result<(), String> {
    let [client, uid, dial_number, computer] = exactly(arguments)?;
    if dial_number.is_empty() {
        return Err("there is no number to dial".to_owned());
    }
    let dial = Dial {
        users_uid: uid.clone(),
        dial_number: dial_number.clone(),
        computer_name: computer.clone(),
    };
    database
        .insert_dial(number(client)?, &dial)
        .map_err(|e| e.to_string())
}

fn exactly<const N: usize>(arguments: &[String]) -> Result<&[String; N], String> {
    arguments
        .try_into()
        .map_err(|_| format!("{N} arguments are needed, not {}", arguments.len()))
}

fn number(text: &str) -> Result<i64, String> {
    text.parse().map_err(|_| format!("not a number: {text:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(list: &str) -> Option<Vec<String>> {
        arguments(list)
    }

    #[test]
    fn the_vendors_call_is_understood() {
        let call = "{CALL JTELWeb.Users_UpdateNickNameByUID(\n  %Service.ClientsID_%, '$foundUser.usersuid', '$workdata.ComputerName')}";
        let call = ProcedureCall::parse(call).unwrap();
        assert_eq!(call.name, "JTELWeb.Users_UpdateNickNameByUID");
        assert_eq!(
            call.arguments,
            [
                "%Service.ClientsID_%",
                "$foundUser.usersuid",
                "$workdata.ComputerName"
            ]
        );
    }

    #[test]
    fn quotes_keep_commas_and_quotes() {
        assert_eq!(
            parsed("1, 'a, b', 'it''s', ''"),
            Some(["1", "a, b", "it's", ""].map(str::to_owned).to_vec())
        );
        assert_eq!(parsed(""), Some(vec![]));
        for bad in ["'open", "'a' b", "1,", "'a',"] {
            assert_eq!(parsed(bad), None, "{bad}");
        }
    }

    #[test]
    fn an_unknown_procedure_is_refused_by_name() {
        let error = ProcedureCall::parse("{CALL JTELWeb.DropEverything()}").unwrap_err();
        assert!(error.contains("JTELWeb.DropEverything"), "{error}");
        assert!(ProcedureCall::parse("DROP TABLE Users").is_err());
    }
}
