//! Commands: what each of them means for the request and the client.

use crate::address::Addresses;
use crate::reader::Reader;
use crate::syntax::{Argument, Command, Expr};
use crate::value::{Fact, Test, Value, path};

use crate::names::{ALIASES, HARMLESS, SAFE};

impl Reader {
    pub(crate) fn command(&mut self, command: &Command, input: Option<Value>) -> Value {
        self.line = command.line;
        if command.redirected {
            self.lost(command.line, "output is written into a file");
        }
        if let Expr::Block(parameters, body) = &command.name {
            if command.operator == ' ' {
                return self.unknown("a block of code");
            }
            let at_once =
                command.arguments.is_empty() && parameters.is_empty() && command.operator == '.';
            if at_once {
                return self.bodys_value(body);
            }
            self.blocks(std::slice::from_ref(&command.name));
            self.arguments(command);
            return self.vague("it comes from a block of code");
        }
        let name = self.eval(&command.name);
        let Some(word) = name
            .known()
            .filter(|name| command.operator == ' ' || !name.contains(['\\', '/', ' ', ':']))
        else {
            return self.invoked(command, name);
        };
        let lower = word.to_lowercase();
        let lower = lower.rsplit('\\').next().unwrap_or_default().to_owned();
        let own = self.aliases.get(&lower).cloned();
        let alias = || {
            ALIASES
                .split_whitespace()
                .filter_map(|pair| pair.rsplit_once(':'))
                .find(|(short, _)| *short == lower)
                .map(|(_, full)| full.to_owned())
        };
        let full = own.or_else(alias).unwrap_or_else(|| lower.clone());
        if self.functions.contains_key(&full) {
            let given = if input.is_some() {
                None
            } else {
                self.handed(&full, command)
            };
            if given.is_none() {
                self.spoil(command, input);
            }
            return self.function(&full, given.as_deref());
        }
        self.outer_variables(command);
        if !SAFE.contains(&format!(" {full} ")) {
            self.risk = true;
        }
        match full.as_str() {
            "invoke-restmethod" | "invoke-webrequest" => self.request(command, input, &lower),
            "curl.exe"
            | "wget.exe"
            | "bitsadmin"
            | "bitsadmin.exe"
            | "start-bitstransfer"
            | "invoke-webserviceproxy"
            | "new-webserviceproxy" => {
                self.arguments(command);
                self.foreign_call(&full);
                self.unknown("it is an answer")
            }
            "start-process" => self.start_process(command, input),
            "invoke-item" => {
                let bound = self.bound(command, &["path"], "path literalpath", "");
                let program = bound
                    .ok()
                    .and_then(|mut bound| bound.remove("path").or(bound.remove("literalpath")))
                    .or(input);
                let program = program.unwrap_or_else(|| self.unknown("it is not read"));
                self.start(program, None, None);
                Value::Nothing
            }
            "unblock-file" => {
                self.arguments(command);
                self.irrelevant(
                    command.line,
                    "Unblock-File: mc-start unblocks the client by itself",
                );
                Value::Nothing
            }
            "start-sleep" | "timeout" | "timeout.exe" => {
                self.arguments(command);
                self.irrelevant(
                    command.line,
                    "mc-start waits for nothing, and repeats a failed report for 30 seconds",
                );
                Value::Nothing
            }
            "start-transcript" | "stop-transcript" => {
                self.arguments(command);
                self.irrelevant(command.line, "mc-start keeps a log of its own");
                Value::Nothing
            }
            "set-location" | "push-location" => {
                let folder = self.arguments(command).into_iter().next_back();
                self.folder_is_current =
                    folder == Some(Value::fact(Fact::Folder)) && self.under.is_none();
                self.irrelevant(command.line, "the client is started in its own folder");
                Value::Nothing
            }
            "stop-process" if self.arguments(command).contains(&Value::OwnId) => {
                self.irrelevant(command.line, "ends the shell");
                Value::Nothing
            }
            "get-netipaddress" => {
                self.arguments(command);
                match Addresses::listed(command) {
                    Ok(addresses) => Value::Addresses(addresses),
                    Err(why) => self.unknown(why),
                }
            }
            "where-object" | "select-object" | "foreach-object"
                if matches!(input, Some(Value::Addresses(_))) =>
            {
                let Some(Value::Addresses(addresses)) = input else {
                    return Value::Nothing;
                };
                addresses
                    .stage(&full, command)
                    .map_or_else(|why| self.unknown(why), Value::Addresses)
            }
            "out-null" => {
                self.arguments(command);
                Value::Nothing
            }
            "out-string"
                if command.arguments.is_empty() && matches!(input, Some(Value::Text(_))) =>
            {
                input.unwrap_or(Value::Nothing)
            }
            "convertto-json" => self.json(command, input),
            "convertto-securestring" => {
                match self.bound(command, &["string"], "string", "asplaintext force") {
                    Ok(mut bound) if bound.contains_key("asplaintext") => {
                        bound.remove("string").or(input).unwrap_or(Value::Null)
                    }
                    _ => self.unknown("it is kept encrypted"),
                }
            }
            "join-path" => match self.bound(
                command,
                &["path", "childpath", "additionalchildpath"],
                "path childpath additionalchildpath",
                "resolve",
            ) {
                Ok(mut bound) => {
                    let (Some(folder), Some(name)) =
                        (bound.remove("path").or(input), bound.remove("childpath"))
                    else {
                        return self.unknown("it is a path that is not read");
                    };
                    let whole = self.under_path(folder, name);
                    match bound.remove("additionalchildpath") {
                        Some(more) => self.under_path(whole, more),
                        None => whole,
                    }
                }
                Err(_) => self.unknown("it is a path that is not read"),
            },
            "split-path" => {
                match self.bound(command, &["path"], "path literalpath", "parent resolve") {
                    Ok(bound)
                        if bound
                            .get("path")
                            .or(bound.get("literalpath"))
                            .or(input.as_ref())
                            == Some(&Value::fact(Fact::Script)) =>
                    {
                        Value::fact(Fact::Folder)
                    }
                    _ => self.unknown("it is a path that is not read"),
                }
            }
            "resolve-path" | "convert-path"
                if matches!(command.arguments.as_slice(), [Argument::Value(_)]) =>
            {
                self.unknown("it is a path that depends on the current folder")
            }
            "test-path" => match self.bound(command, &["path"], "path literalpath pathtype", "") {
                Ok(mut bound) => match bound
                    .remove("path")
                    .or(bound.remove("literalpath"))
                    .or(input)
                {
                    Some(Value::Text(pieces)) => Value::Test(Test::Exists(pieces), false),
                    _ => self.unknown("it is looked up when the script runs"),
                },
                Err(_) => self.unknown("it is looked up when the script runs"),
            },
            "get-content" => match self.bound(
                command,
                &["path"],
                "path literalpath encoding totalcount first head",
                "raw",
            ) {
                Ok(mut bound) => {
                    let file = bound.remove("path").or(bound.remove("literalpath"));
                    match file
                        .as_ref()
                        .and_then(Value::pieces)
                        .as_deref()
                        .and_then(path)
                    {
                        Some(file) => Value::fact(Fact::File(file)),
                        None => self.unknown("it is read from a file"),
                    }
                }
                Err(_) => self.unknown("it is read from a file"),
            },
            "get-process" => match self.arguments(command).as_slice() {
                [Value::OwnId] => Value::OwnProcess,
                _ => self.unknown("it is looked up when the script runs"),
            },
            "new-object" => {
                let kind = match command.arguments.first() {
                    Some(Argument::Value(kind)) => {
                        self.eval(kind).known().unwrap_or_default().to_lowercase()
                    }
                    _ => String::new(),
                };
                if command.arguments.len() == 1
                    && (kind.contains("dictionary[") || kind.ends_with("hashtable"))
                {
                    return self.new_table(Vec::new(), false);
                }
                let given = self.arguments(command);
                if let ("psobject" | "pscustomobject", Some(Value::Table(_))) =
                    (kind.as_str(), given.last())
                {
                    return self.cast(
                        "pscustomobject",
                        given.last().cloned().unwrap_or(Value::Null),
                    );
                }
                self.unknown("it is an object of .NET")
            }
            "add-member" => {
                let bound = self.bound(
                    command,
                    &["membertype", "name", "value"],
                    "membertype name value notepropertyname notepropertyvalue inputobject",
                    "force passthru",
                );
                let held = input.unwrap_or(Value::Null);
                let Ok(mut bound) = bound else {
                    self.put(&held, None, Value::Null);
                    return self.vague("it is changed by Add-Member");
                };
                let held = bound.remove("inputobject").unwrap_or(held);
                let name = bound
                    .remove("notepropertyname")
                    .or(bound.remove("name"))
                    .and_then(|name| name.known());
                let value = bound
                    .remove("notepropertyvalue")
                    .or(bound.remove("value"))
                    .unwrap_or(Value::Null);
                let plain = bound.remove("membertype").is_none_or(|kind| {
                    kind.known()
                        .is_some_and(|kind| kind.to_lowercase().ends_with("noteproperty"))
                });
                if let Value::Table(table) = held {
                    let fixed = std::mem::replace(&mut self.state.tables[table].fixed, false);
                    let there = name.as_ref().is_some_and(|name| {
                        self.state.tables[table]
                            .entries
                            .iter()
                            .any(|entry| entry.name.eq_ignore_ascii_case(name))
                    });
                    // A hashtable takes a property, which is no entry of it.
                    let key = name.filter(|_| plain && fixed && !there);
                    self.put(&held, key, value);
                    self.state.tables[table].fixed = fixed;
                } else {
                    self.put(&held, None, value);
                }
                if bound.contains_key("passthru") {
                    held
                } else {
                    Value::Nothing
                }
            }
            "set-variable" | "new-variable" => {
                let bound = self.bound(
                    command,
                    &["name", "value"],
                    "name value description option visibility",
                    "force",
                );
                match bound.ok().and_then(|mut bound| {
                    Some((
                        bound.remove("name")?.known()?,
                        bound.remove("value").unwrap_or(Value::Null),
                    ))
                }) {
                    Some((name, value)) => self.set(&name.to_lowercase(), value),
                    None => self.forget("a variable was set that is not certain"),
                }
                Value::Nothing
            }
            "set-item" | "new-item" | "remove-item" | "clear-item" => {
                let given = self.arguments(command);
                let drive = given
                    .first()
                    .and_then(Value::known)
                    .unwrap_or_default()
                    .to_lowercase();
                let variable = drive
                    .strip_prefix("env:")
                    .map(|name| name.trim_start_matches(['\\', '/']).to_owned());
                match (variable, given.get(1), full.as_str()) {
                    (Some(name), Some(value), "set-item") if given.len() == 2 => {
                        self.set(&format!("env:{name}"), value.clone());
                    }
                    (Some(name), ..) => {
                        let value = self.vague("it was changed before");
                        self.set(&format!("env:{name}"), value);
                    }
                    _ if given.is_empty()
                        || ["variable:", "function:", "alias:"]
                            .iter()
                            .any(|kind| drive.starts_with(kind))
                        || drive.is_empty() =>
                    {
                        self.forget("something was set that is not certain");
                        self.lost(command.line, format!("{full} is not carried over"));
                    }
                    _ => self.lost(
                        command.line,
                        format!("{full} is not carried over: mc-start does not do it"),
                    ),
                }
                Value::Nothing
            }
            "set-alias" | "new-alias" => {
                let bound = self.bound(
                    command,
                    &["name", "value"],
                    "name value option scope description",
                    "force",
                );
                match bound.ok().and_then(|mut bound| {
                    Some((
                        bound.remove("name")?.known()?,
                        bound.remove("value")?.known()?,
                    ))
                }) {
                    Some((name, value)) if self.under.is_none() => {
                        self.aliases
                            .insert(name.to_lowercase(), value.to_lowercase());
                    }
                    _ => self.lost(
                        command.line,
                        "gives a command another name, which is not certain",
                    ),
                }
                Value::Nothing
            }
            "invoke-expression" => {
                self.arguments(command);
                self.lost(command.line, "runs a text as code, which is not read");
                self.forget("Invoke-Expression may have changed it");
                self.vague("it comes from Invoke-Expression")
            }
            "set-executionpolicy" => {
                self.arguments(command);
                self.irrelevant(command.line, "mc-start needs no execution policy");
                Value::Nothing
            }
            "import-module" => {
                let given = self.arguments(command);
                let known = |value: &Value| {
                    value.known().is_some_and(|name| {
                        ["nettcpip", "netadapter", "cimcmdlets", "dnsclient"]
                            .contains(&name.to_lowercase().as_str())
                            || name.to_lowercase().starts_with("microsoft.powershell.")
                    })
                };
                if !given.iter().all(known) {
                    self.lost(command.line, "loads a module, in which anything may be");
                    self.forget("a module was loaded before");
                }
                Value::Nothing
            }
            _ => self.other(command, input.as_ref(), &full),
        }
    }

    pub(crate) fn other(&mut self, command: &Command, input: Option<&Value>, name: &str) -> Value {
        let why = match name {
            "whoami" | "whoami.exe" => {
                "whoami gives DOMAIN\\user, which no field of mc-start is; WindowsLoginName is the name alone"
            }
            "hostname" | "hostname.exe" => {
                "hostname may give another name than %COMPUTERNAME%, which ComputerName holds"
            }
            _ => "it is found out when the script runs",
        };
        let known = HARMLESS.contains(&format!(" {name} "))
            || name.starts_with("get-") && name != "get-credential";
        let given = self.spoil(command, input.cloned());
        if known && name.starts_with("write-") {
            return if name == "write-output" {
                given.into_iter().next().unwrap_or(Value::Null)
            } else {
                Value::Nothing
            };
        }
        // What only passes on may pass on what the script holds.
        if known {
            let passes = [
                "where-object",
                "select-object",
                "foreach-object",
                "sort-object",
                "get-variable",
                "group-object",
            ]
            .contains(&name);
            return if passes {
                self.vague(why)
            } else {
                self.unknown(why)
            };
        }
        if command
            .arguments
            .iter()
            .any(|argument| matches!(argument, Argument::Value(Expr::Block(..))))
        {
            self.lost(command.line, format!("{name} runs a block of code"));
        } else {
            self.lost(
                command.line,
                format!("{name} is not carried over: mc-start does not do it"),
            );
        }
        self.vague(why)
    }
}
