//! The call: where it goes, what it is authorised with, what it says.

use mc_identity::Field;

use super::Reader;
use crate::import::pieces::{Argument, arguments};
use crate::import::tokens::{Kind, Token};
use crate::import::values::{Entry, Value};

impl Reader {
    /// `Invoke-RestMethod` and its like.
    pub(super) fn call(&mut self, rest: &[Token], line: usize) {
        let mut parameters: Vec<(String, Value)> = Vec::new();
        for argument in arguments(rest) {
            match argument {
                Argument {
                    tokens:
                        [
                            Token {
                                kind: Kind::Splat(name),
                                ..
                            },
                        ],
                    ..
                } => {
                    let table = self.variables.get(name);
                    let entries = table
                        .entries()
                        .iter()
                        .map(|entry| (entry.name.to_lowercase(), entry.value.clone()));
                    parameters.extend(entries);
                }
                Argument {
                    name: Some(name),
                    tokens,
                } => {
                    parameters.push((name.to_lowercase(), self.variables.eval(tokens)));
                }
                Argument { name: None, tokens } => {
                    parameters.push(("uri".to_owned(), self.variables.eval(tokens)));
                }
            }
        }
        if self.sent {
            return self.say(
                line,
                "A second call is not carried over: mc-start makes one.",
            );
        }
        self.sent = true;
        for (name, value) in parameters {
            match name.as_str() {
                "uri" => self.url(&value, line),
                "headers" => self.headers(&value, line),
                "body" => self.body(&value, line),
                "method" if value.text().is_none_or(|method| method.eq_ignore_ascii_case("post")) => {}
                "method" => self.say(line, "The method is not carried over: mc-start sends POST."),
                "timeoutsec" => self.say(line, "The time limit is left out: mc-start waits 3 s for a connection and 15 s for an answer, and tries again within 30 s."),
                "skipcertificatecheck" => self.unchecked(line),
                "proxy" => match value {
                    Value::Text(proxy) => {
                        self.say(line, "The proxy became proxy.");
                        self.script.proxy = Some(proxy);
                    }
                    _ => self.say(line, "The proxy is not carried over: it is known only when the script runs; write it into proxy."),
                },
                "usedefaultcredentials" | "credential" => {
                    self.say(line, "Credentials other than the token are not carried over.");
                }
                _ => {}
            }
        }
    }

    fn url(&mut self, value: &Value, line: usize) {
        match value {
            Value::Text(url) => {
                self.say(line, "The URL became url.");
                self.script.url = Some(url.clone());
            }
            _ => self.say(
                line,
                "The URL is put together when the script runs; write it into url.",
            ),
        }
    }

    fn headers(&mut self, value: &Value, line: usize) {
        for entry in value.entries() {
            match entry.name.to_lowercase().as_str() {
                "authorization" => self.authorization(&entry.value, entry.line),
                "content-type" | "accept" => {}
                name => {
                    let text = format!(
                        "The header {name} is not carried over: mc-start sends Authorization and Content-Type."
                    );
                    self.say(entry.line, &text);
                }
            }
        }
        if value.entries().is_empty() {
            self.say(
                line,
                "The headers are put together when the script runs; mc-start makes its own.",
            );
        }
    }

    fn authorization(&mut self, value: &Value, line: usize) {
        let parts = match value {
            Value::Joined(parts) => parts.as_slice(),
            value => std::slice::from_ref(value),
        };
        // "Bearer " and the token, in one text or in two pieces.
        let bearer = |text: &str| {
            text.get(..7)
                .is_some_and(|start| start.eq_ignore_ascii_case("bearer "))
        };
        match parts {
            [Value::Text(text)] if bearer(text) && text.trim().len() > 7 => {
                self.script.token = Some(text[7..].trim().to_owned());
                let line = self.variables.line("env:API_TOKEN").or(self.variables.line("token")).unwrap_or(line);
                self.say(line, "The token was taken out of the script and into a file of its own.");
            }
            [Value::Text(text), Value::Environment(name)] if bearer(text) => {
                let text = if name == "API_TOKEN" {
                    "The token comes from API_TOKEN; mc-start takes it from there, too.".to_owned()
                } else {
                    format!("The token comes from the environment variable {name}, which mc-start does not read: use API_TOKEN, token_file or `mc-start token set`.")
                };
                self.say(line, &text);
            }
            _ => self.say(line, "The token is put together when the script runs; use API_TOKEN, token_file or `mc-start token set`."),
        }
    }

    fn body(&mut self, value: &Value, line: usize) {
        if value.entries().is_empty() {
            return self.say(line, "The body is put together when the script runs; mc-start sends its fields, see fields.");
        }
        for Entry { name, value, line } in value.entries() {
            let known = name.parse::<Field>().ok();
            match (known, value) {
                // What is reported under its usual name; how the script comes by it is its own affair.
                (
                    Some(field),
                    Value::Identity(_) | Value::Unknown | Value::Environment(_) | Value::Joined(_),
                ) => {
                    self.script.fields.push(field);
                    if *value == Value::Identity(field) && field == Field::IpAddress {
                        self.say(*line, "IPAddress is in fields. The script takes the first address it finds; mc-start takes the one that leads to the server. For the first one, write ip = \"first\".");
                    } else if *value == Value::Identity(field) {
                        self.say(*line, &format!("{} is in fields.", field.name()));
                    } else {
                        self.say(
                            *line,
                            &format!(
                                "{} is in fields; mc-start finds the value in its own way.",
                                field.name()
                            ),
                        );
                    }
                    if name != field.name() {
                        self.say(*line, &format!("It is spelled {} there, not {name}; jtel does not tell the two apart.", field.name()));
                    }
                }
                (_, Value::Text(text)) => {
                    self.script.extra.push((name.clone(), text.clone()));
                    self.say(
                        *line,
                        &format!("{name} is a fixed value and went into [extra]."),
                    );
                }
                (None, Value::Identity(field)) => {
                    self.say(*line, &format!("{name} is not carried over: mc-start reports this value as {}. Put that into fields and let the routing application read it.", field.name()));
                }
                _ => self.say(
                    *line,
                    &format!("{name} is not carried over: it is known only when the script runs."),
                ),
            }
        }
    }

    fn unchecked(&mut self, line: usize) {
        self.say(line, "That certificates are not checked is not carried over: name the company's root certificate in ca_file.");
    }
}
