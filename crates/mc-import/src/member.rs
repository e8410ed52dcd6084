//! Members and methods, and what .NET knows.

use crate::reader::Reader;
use crate::syntax::{Expr, Step};
use crate::value::{Fact, Piece, Test, Value, formatted, path};

/// Methods that only give something.
const PURE: &str = " tostring tolower toupper tolowerinvariant toupperinvariant trim trimend trimstart replace split substring startswith endswith contains \
    containskey getbytes getstring newguid gethostname gethostaddresses gethostentry getcurrent getenvironmentvariable combine getdirectoryname \
    getfilename getfullpath exists format join isnullorempty isnullorwhitespace tobase64string frombase64string adddays addseconds addminutes \
    padleft padright getfolderpath getallnetworkinterfaces getipproperties escapedatastring escapeuristring urlencode new indexof match matches \
    ismatch isinrole getenumerator readalltext readalllines parse tryparse clone gettype equals getvalue getcurrentprocess create toarray \
    gettempfilename getrandomfilename compareto next restart startnew start_new dispose close refresh collect flush writeline write beep \
    readkey getproperties getrange toint32 getnetworkcredential getunicastaddresses isloopback now ";

const WHOLE_NAME: &str =
    "it gives DOMAIN\\user, which no field of mc-start is; WindowsLoginName is the name alone";
const HOST_NAME: &str =
    "it is the name in the DNS, which may differ; ComputerName is what %COMPUTERNAME% holds";

impl Reader {
    /// Members, one behind the other.
    pub(crate) fn walk(&mut self, root: &Expr, steps: &[Step]) -> Value {
        if let Expr::Type(name) = root {
            return self.of_type(name.trim_start_matches("system."), steps);
        }
        if let (Expr::Variable(name), [Step::Member(first, None), Step::Member(second, None)]) =
            (root, steps)
            && name == "myinvocation"
        {
            let (first, second) = (
                self.eval(first).known().unwrap_or_default(),
                self.eval(second).known().unwrap_or_default(),
            );
            if first.eq_ignore_ascii_case("mycommand")
                && ["path", "definition", "source"].contains(&second.to_lowercase().as_str())
                && self.is_outside()
            {
                return Value::fact(Fact::Script);
            }
        }
        let mut value = self.eval(root);
        for step in steps {
            value = self.step(value, step);
        }
        value
    }

    pub(crate) fn step(&mut self, value: Value, step: &Step) -> Value {
        match step {
            Step::Index(index) => {
                let index = self.eval(index);
                match (value, index) {
                    (Value::Addresses(addresses), Value::Number(0)) => {
                        Value::Addresses(addresses.first())
                    }
                    (Value::Table(table), index) => self.entry(table, index.known()),
                    (Value::List(values), Value::Number(at)) => usize::try_from(at)
                        .ok()
                        .and_then(|at| values.get(at).cloned())
                        .unwrap_or(Value::Null),
                    (unknown @ Value::Unknown(_), _) => unknown,
                    _ => self.vague("it is taken out of something else"),
                }
            }
            Step::Member(name, arguments) => {
                let name = self.eval(name).known();
                let arguments: Option<Vec<_>> = arguments.as_ref().map(|arguments| {
                    arguments
                        .iter()
                        .map(|argument| self.eval(argument))
                        .collect()
                });
                let Some(name) = name else {
                    return self.vague("a member is chosen when the script runs");
                };
                match arguments {
                    None => self.member(value, &name),
                    Some(arguments) => self.method(value, &name.to_lowercase(), arguments),
                }
            }
        }
    }

    pub(crate) fn entry(&mut self, table: usize, name: Option<String>) -> Value {
        let found = &self.state.tables[table];
        let Some(name) = name.filter(|_| found.doubt.is_none()) else {
            return self.vague("it is taken out of a table that is not certain");
        };
        let entry = found
            .entries
            .iter()
            .find(|entry| entry.name.eq_ignore_ascii_case(&name));
        entry.map_or(Value::Null, |entry| entry.value.clone())
    }

    pub(crate) fn member(&mut self, value: Value, name: &str) -> Value {
        let lower = name.to_lowercase();
        match (value, lower.as_str()) {
            (Value::Table(table), _) => match self.entry(table, Some(lower.clone())) {
                Value::Null => self.unknown("it is not in the table"),
                value => value,
            },
            (Value::Addresses(addresses), "ipaddress") => match addresses.text() {
                Ok(addresses) => Value::Addresses(addresses),
                Err(why) => self.unknown(why),
            },
            (Value::OwnProcess, "sessionid") => Value::fact(Fact::Session),
            (text @ Value::Text(_), "ipaddresstostring" | "originalstring") => text,
            (Value::Unknown(unknown), _) => Value::Unknown(unknown),
            _ => self.unknown("it is found out when the script runs"),
        }
    }

    pub(crate) fn method(&mut self, value: Value, name: &str, arguments: Vec<Value>) -> Value {
        let known: Vec<_> = arguments.iter().map(Value::known).collect();
        let text = value.known();
        match (&value, name, known.as_slice()) {
            (Value::Table(table), "add" | "set_item" | "item", [key, _]) => {
                let twice = name == "add"
                    && key.as_ref().is_some_and(|key| {
                        self.state.tables[*table]
                            .entries
                            .iter()
                            .any(|entry| entry.name.eq_ignore_ascii_case(key))
                    });
                let key = key.clone().filter(|_| !twice);
                let given = arguments.into_iter().next_back().unwrap_or(Value::Null);
                self.put(&value, key, given);
                return Value::Nothing;
            }
            (Value::Table(table), "remove", [Some(key)]) => {
                self.state.tables[*table]
                    .entries
                    .retain(|entry| !entry.name.eq_ignore_ascii_case(key));
                return Value::Nothing;
            }
            (Value::Table(table), "clone", []) => {
                let copy = self.state.tables[*table].clone();
                self.state.tables.push(copy);
                return Value::Table(self.state.tables.len() - 1);
            }
            (Value::Table(_), "containskey" | "tostring" | "getenumerator" | "gettype", _) => {
                return self.vague("it is found out when the script runs");
            }
            (Value::Table(_), ..) => {
                self.put(&value, None, Value::Null);
                return self.vague("it is taken out of a table");
            }
            (Value::Text(pieces), "trim", [])
                if matches!(pieces.as_slice(), [Piece::Fact(Fact::File(_))]) =>
            {
                return value;
            }
            (Value::Text(_) | Value::Number(_), "tostring", []) => {
                return value.pieces().map_or(Value::Null, Value::Text);
            }
            (Value::Addresses(_), "tostring", []) => return value,
            (Value::Text(_), name, arguments) => {
                if let Some(text) = text {
                    let done = match (name, arguments) {
                        ("trim", []) => Some(text.trim().to_owned()),
                        ("trimend", []) => Some(text.trim_end().to_owned()),
                        ("trimstart", []) => Some(text.trim_start().to_owned()),
                        ("trimend", [Some(end)]) if end.chars().count() == 1 => {
                            Some(text.trim_end_matches(end.as_str()).to_owned())
                        }
                        ("trimstart", [Some(end)]) if end.chars().count() == 1 => {
                            Some(text.trim_start_matches(end.as_str()).to_owned())
                        }
                        ("replace", [Some(from), Some(to)])
                            if !from.is_empty() && to.len() <= from.len() * 8 =>
                        {
                            Some(text.replace(from.as_str(), to))
                        }
                        ("tolower" | "tolowerinvariant", []) if text.is_ascii() => {
                            Some(text.to_lowercase())
                        }
                        ("toupper" | "toupperinvariant", []) if text.is_ascii() => {
                            Some(text.to_uppercase())
                        }
                        _ => None,
                    };
                    if let Some(done) = done {
                        return self.text(vec![Piece::Text(done)]);
                    }
                }
            }
            _ => {}
        }
        let changes = ["add", "remove", "clear", "insert", "set_item", "addrange"].contains(&name);
        if changes {
            self.put(&value, None, Value::Null);
        } else {
            self.effect(name, &arguments);
        }
        match value {
            Value::Unknown(unknown) => Value::Unknown(unknown),
            _ => self.vague("it is changed by a method when the script runs"),
        }
    }

    /// A method that may do something.
    pub(crate) fn effect(&mut self, name: &str, arguments: &[Value]) {
        self.risk = true;
        if PURE.contains(&format!(" {name} ")) {
            return;
        }
        for argument in arguments {
            self.put(argument, None, Value::Null);
        }
        if [
            "upload",
            "download",
            "post",
            "send",
            "put",
            "getresponse",
            "getasync",
            "getstring",
            "openread",
            "openwrite",
            "getrequest",
            "open",
        ]
        .iter()
        .any(|net| name.starts_with(net))
        {
            self.foreign_call(&format!("{name}() of .NET"));
        } else {
            self.lost(self.line, format!("{name}() is not carried over"));
        }
    }

    pub(crate) fn of_type(&mut self, kind: &str, steps: &[Step]) -> Value {
        let mut names = Vec::new();
        let mut arguments = Vec::new();
        for step in steps {
            if let Step::Member(name, given) = step {
                names.push(self.eval(name).known().unwrap_or_default().to_lowercase());
                if let Some(given) = given {
                    arguments.push(
                        given
                            .iter()
                            .map(|argument| self.eval(argument))
                            .collect::<Vec<_>>(),
                    );
                }
            }
        }
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        let given = arguments.first().cloned().unwrap_or_default();
        let known: Vec<_> = given.iter().map(Value::known).collect();
        let unclear = "it is found out when the script runs";
        match (kind, names.as_slice(), given.as_slice()) {
            ("environment", ["username"], _) => Value::environment("USERNAME"),
            ("environment", ["machinename"], _) => Value::environment("COMPUTERNAME"),
            ("environment", ["userdomainname"], _) => Value::environment("USERDOMAIN"),
            ("environment", ["getenvironmentvariable"], [_, scope @ ..]) => {
                match (&known[0], scope.first().map(|_| known[1].as_deref())) {
                    (Some(name), None) => self.get(&format!("env:{}", name.to_lowercase())),
                    (Some(name), Some(Some(scope))) if scope.eq_ignore_ascii_case("process") => {
                        self.get(&format!("env:{}", name.to_lowercase()))
                    }
                    (Some(name), Some(Some(_))) => Value::environment(name),
                    _ => self.unknown(unclear),
                }
            }
            ("environment", ["setenvironmentvariable"], [_, value, scope @ ..]) => {
                let lasting = scope.first().is_some_and(|_| {
                    !known[2]
                        .as_deref()
                        .is_some_and(|scope| scope.eq_ignore_ascii_case("process"))
                });
                match &known[0] {
                    Some(name) if !lasting => {
                        self.set(&format!("env:{}", name.to_lowercase()), value.clone());
                    }
                    Some(_) => self.lost(self.line, "an environment variable is kept for good"),
                    None => self.forget("a variable was set that is not certain"),
                }
                Value::Nothing
            }
            ("environment", ["exit"], _) => {
                self.lost(self.line, "ends the script in a way that is not read");
                Value::Nothing
            }
            ("io.path", ["combine"], [first, rest @ ..]) => {
                let mut whole = first.clone();
                for part in rest {
                    let full = part
                        .known()
                        .is_none_or(|part| part.starts_with(['\\', '/']) || part.contains(':'));
                    whole = if full {
                        self.unknown("it is a path that is not read")
                    } else {
                        self.under_path(whole, part.clone())
                    };
                }
                whole
            }
            ("io.path", ["getdirectoryname"], [value]) if *value == Value::fact(Fact::Script) => {
                Value::fact(Fact::Folder)
            }
            ("io.file", ["readalltext"] | ["readalltext", "trim"], [Value::Text(file), ..]) => {
                match path(file) {
                    Some(file) => Value::fact(Fact::File(file)),
                    None => self.unknown("it is read from a file"),
                }
            }
            ("io.file", ["exists"], [Value::Text(file)]) => {
                Value::Test(Test::Exists(file.clone()), false)
            }
            (
                "text.encoding",
                ["utf8", "getbytes"],
                [value @ (Value::Json(_) | Value::Text(_) | Value::Unknown(_))],
            ) => value.clone(),
            ("string", ["isnullorempty" | "isnullorwhitespace"], [value]) => {
                match (value.known(), Self::question(value)) {
                    (Some(text), _) => Value::Bool(text.trim().is_empty()),
                    (_, Some((test, false))) => Value::Test(test, true),
                    _ => self.unknown("it is decided when the script runs"),
                }
            }
            ("string", ["format"], [_, values @ ..]) => {
                let found = known[0]
                    .as_deref()
                    .and_then(|pattern| formatted(pattern, values));
                found.map_or_else(
                    || self.unknown("it is formatted in a way that is not read"),
                    Value::Text,
                )
            }
            ("diagnostics.process", ["getcurrentprocess", "sessionid"], _) => {
                Value::fact(Fact::Session)
            }
            ("diagnostics.process", ["getcurrentprocess"], _) => Value::OwnProcess,
            ("diagnostics.process", ["start"], [program, arguments @ ..]) => {
                self.start(program.clone(), arguments.first().cloned(), None);
                self.unknown(unclear)
            }
            ("security.principal.windowsidentity", ["getcurrent", ..], _) => {
                self.unknown(WHOLE_NAME)
            }
            ("net.dns", ..) => self.unknown(HOST_NAME),
            (kind, ["new"], [])
                if kind.contains("dictionary")
                    || kind == "hashtable"
                    || kind == "collections.hashtable" =>
            {
                self.new_table(Vec::new(), false)
            }
            (_, names, _) => {
                if let Some(name) = names.last().filter(|_| !arguments.is_empty()) {
                    let given = arguments.concat();
                    let name = (*name).to_owned();
                    self.effect(&name, &given);
                }
                self.vague(unclear)
            }
        }
    }

    /// `[Type]::Name = ..`.
    pub(crate) fn set_static(&mut self, kind: &str, steps: &[Step]) {
        let name = match steps.last() {
            Some(Step::Member(name, None)) => {
                self.eval(name).known().unwrap_or_default().to_lowercase()
            }
            _ => String::new(),
        };
        let line = self.line;
        match name.as_str() {
            "securityprotocol" => {
                self.irrelevant(line, "mc-start uses the newest TLS that both sides know");
            }
            "servercertificatevalidationcallback"
            | "certificatepolicy"
            | "checkcertificaterevocationlist"
                if kind.ends_with("servicepointmanager") =>
            {
                self.lost(line, "certificates are not checked; name the company's root certificate in ca_file instead");
            }
            "expect100continue"
            | "defaultconnectionlimit"
            | "outputencoding"
            | "inputencoding"
            | "title" => self.irrelevant(line, "mc-start needs no such setting"),
            _ => self.lost(
                line,
                format!("[{kind}]::{name} is set, which mc-start does not know"),
            ),
        }
    }
}
