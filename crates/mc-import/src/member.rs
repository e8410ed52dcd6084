//! Members and methods, and what .NET knows.

use crate::bind::placed;
use crate::command::BLOCK;
use crate::names::has;
use crate::object::NO_WEB;
use crate::reader::Reader;
use crate::start::STARTED;
use crate::syntax::{Expr, Flow, Step};
use crate::value::{Fact, Piece, Value};

/// Methods that only give something.
const PURE: &str = "tostring tolower toupper tolowerinvariant toupperinvariant trim trimend trimstart replace split \
    substring clone startswith endswith contains containskey getbytes getstring newguid gethostname gethostaddresses \
    gethostentry getcurrent getenvironmentvariable combine getdirectoryname getfilename getfullpath exists format \
    join isnullorempty isnullorwhitespace tobase64string frombase64string adddays addseconds addminutes padleft \
    padright getfolderpath getallnetworkinterfaces getipproperties escapedatastring escapeuristring urlencode new \
    indexof match matches ismatch isinrole getenumerator readalltext readalllines parse tryparse gettype equals \
    getvalue getcurrentprocess create toarray getrandomfilename compareto startnew dispose close refresh flush \
    beep sourceexists toobject readkey getproperties toint32 getnetworkcredential getunicastaddresses isloopback concat \
    getencoding securestringtobstr ptrtostringauto ptrtostringbstr ptrtostringuni zerofreebstr loadwithpartialname \
    expandenvironmentvariables getsystemwebproxy getproxy waitone findone getresponsestream readtoend discardbuffereddata where foreach";

/// How methods begin that make requests.
const NET: &str = "upload download getresponse getasync getstringasync getbytearray getstreamasync openread openwrite \
    getrequest sendasync postas putas patchas deleteasync";

/// Of what is set without a name that can be seen.
pub(crate) const UNREAD: &str = "something is set in a way that is not read";

const LATE: &str = "it is found out when the script runs";

impl Reader {
    /// Members, one behind the other.
    pub(crate) fn walk(&mut self, root: &Expr, steps: &[Step]) -> Value {
        let (shows, session) = match root {
            Expr::Type(kind) => (kind.ends_with("console"), false),
            Expr::Variable(name) => (name == "host", name == "executioncontext"),
            _ => (false, false),
        };
        if (shows || session)
            && let Some(last @ Step::Member(_, Some(given))) = steps.last()
        {
            let name = self.named(last);
            if session && name == "set" {
                self.lost(self.line, UNREAD);
                self.forget(UNREAD);
            } else if shows && ["write", "writeline"].contains(&name.as_str()) {
                for value in given {
                    self.eval(value);
                }
                return Value::Null;
            }
        }
        let (mut value, steps) = match (root, steps) {
            (Expr::Type(kind), [first, rest @ ..]) => (self.of_type(kind, first), rest),
            (Expr::Variable(name), [first, second, rest @ ..]) if name == "myinvocation" => {
                let names = (self.named(first), self.named(second));
                let path = ["path", "definition", "source"].contains(&names.1.as_str());
                if names.0 == "mycommand" && path && self.functions_deep == 0 {
                    (Value::fact(Fact::Script), rest)
                } else {
                    (self.unknown(LATE), rest)
                }
            }
            (Expr::Variable(name), [first, rest @ ..])
                if name == "myinvocation"
                    && self.named(first) == "invocationname"
                    && self.functions_deep == 0 =>
            {
                (Value::fact(Fact::Called), rest)
            }
            _ => (self.eval(root), steps),
        };
        for step in steps {
            value = self.step(value, step);
        }
        value
    }

    /// A step's name in small letters.
    fn named(&mut self, step: &Step) -> String {
        match step {
            Step::Member(name, _) => self.eval(name).lower(),
            Step::Index(_) => String::new(),
        }
    }

    fn step(&mut self, value: Value, step: &Step) -> Value {
        let (name, arguments) = match step {
            Step::Index(index) => match (value, self.eval(index)) {
                (Value::Addresses(addresses), Value::Number(0)) => {
                    return Value::Addresses(addresses.first());
                }
                (Value::Table(table), Value::Number(_)) => return self.entry(table, None),
                (Value::Table(table), index) => return self.entry(table, index.known()),
                (Value::List(values), Value::Number(at)) => {
                    let from = if at < 0 { values.len() } else { 0 };
                    let at = isize::try_from(at).ok();
                    let at = at.and_then(|at| from.checked_add_signed(at));
                    let value = at.and_then(|at| values.into_iter().nth(at));
                    return value.unwrap_or(Value::Null);
                }
                (unknown @ Value::Unknown(_), _) => return unknown,
                _ => return self.vague("it is taken out of something else"),
            },
            Step::Member(name, arguments) => (self.eval(name).known(), arguments),
        };
        if let Some(arguments) = arguments {
            let name = name.unwrap_or_default().to_lowercase();
            let runs = ["where", "foreach"].contains(&&*name);
            let arguments = arguments
                .iter()
                .map(|value| {
                    if runs {
                        self.handed_over(value)
                    } else {
                        self.eval(value)
                    }
                })
                .collect();
            return self.method(value, &name, arguments);
        }
        let lower = name.as_deref().unwrap_or_default().to_lowercase();
        match (value, lower.as_str()) {
            (Value::Table(table), _) => self.entry(table, name),
            (Value::Addresses(addresses), "ipaddress") => match addresses.text() {
                Ok(addresses) => Value::Addresses(addresses),
                Err(why) => self.unknown(why),
            },
            (process, "sessionid") if process == Value::fact(Fact::Process) => {
                Value::fact(Fact::Session)
            }
            (unknown @ (Value::Unknown(_) | Value::Null), _) => unknown,
            _ => self.vague(LATE),
        }
    }

    fn entry(&mut self, table: usize, name: Option<String>) -> Value {
        let table = &mut self.state.tables[table];
        let name = name.filter(|_| table.doubt.is_none());
        match name.and_then(|name| table.find(&name)) {
            Some(entry) => entry.value.clone(),
            None => self.vague("it is not for certain in the table"),
        }
    }

    fn method(&mut self, value: Value, name: &str, arguments: Vec<Value>) -> Value {
        let known: Vec<_> = arguments.iter().map(Value::known).collect();
        match (&value, name, known.as_slice()) {
            (Value::Table(table), "add", [Some(key), _]) => {
                let there = self.state.tables[*table].find(key).is_some();
                let key = known[0].clone().filter(|_| !there);
                let given = arguments.into_iter().next_back();
                self.put(&value, key, given.unwrap_or(Value::Null));
                return Value::Null;
            }
            (Value::Text(pieces), "trim", [])
                if matches!(pieces[..], [Piece::Fact(Fact::File(_))]) =>
            {
                return value;
            }
            (
                Value::Text(_) | Value::Number(_) | Value::Bool(_) | Value::Addresses(_),
                "tostring",
                [],
            ) => {
                if let Some(pieces) = value.pieces() {
                    return Value::Text(pieces);
                }
            }
            (Value::Text(_), "trimend" | "trimstart", [Some(end)])
                if end.chars().count() == 1 && value.known().is_some() =>
            {
                let text = value.known().unwrap_or_default();
                let start = name == "trimstart";
                return Value::text(if start {
                    text.trim_start_matches(end.as_str())
                } else {
                    text.trim_end_matches(end.as_str())
                });
            }
            (Value::Block(code), "invoke" | "invokereturnasis", _) => {
                let bound = placed(code.parts().0, arguments);
                return self.run(BLOCK, code, bound);
            }
            (Value::Text(_), "replace", [Some(old), _])
                if !old.is_empty() && value.known().is_some() =>
            {
                let text = value.known().unwrap_or_default();
                let mut whole = Value::Text(Vec::new());
                for (at, part) in text.split(old).enumerate() {
                    if at > 0 {
                        whole = self.add(whole, arguments[1].clone());
                    }
                    whole = self.add(whole, Value::text(part));
                }
                return whole;
            }
            (_, "shouldprocess", _) if !self.confirms => {
                let text = "goes on unless the script is started with -WhatIf or -Confirm";
                self.irrelevant(self.line, text);
                return Value::Bool(true);
            }
            (Value::Text(_), "trim", []) if value.known().is_some() => {
                return Value::text(value.known().unwrap_or_default().trim());
            }
            (Value::Text(pieces), "getbytes", [_]) if pieces[..] == [Piece::Fact(Fact::Utf8)] => {
                match arguments.into_iter().next() {
                    Some(text @ (Value::Json(_) | Value::Text(_) | Value::Unknown(_))) => {
                        return text;
                    }
                    _ => return self.unknown(LATE),
                }
            }
            _ => {}
        }
        if ["add", "remove", "clear", "insert", "addrange"].contains(&name) {
            self.put(&value, None, Value::Null);
            self.touch_all(&mut arguments.iter());
            return self.vague(LATE);
        }
        if !has(PURE, name) {
            self.put(&value, None, Value::Null);
        }
        let web = value.reason().is_none_or(|(_, why)| why != NO_WEB);
        self.effect(name, &arguments, web);
        match value {
            unknown @ Value::Unknown(_) => unknown,
            value => self.late(
                value.holds() || arguments.iter().any(Value::holds),
                "it is changed by a method when the script runs",
            ),
        }
    }

    /// A method that may do something.
    fn effect(&mut self, name: &str, arguments: &[Value], web: bool) {
        for argument in arguments {
            self.may_run(argument);
        }
        if has(PURE, name) {
            return;
        }
        self.touch_all(&mut arguments.iter());
        let verb = || arguments.len() > 1 && arguments.first().is_some_and(may_be_verb);
        let begins = |net: &str| name.starts_with(net);
        if web
            && (matches!(name, "post" | "send")
                || NET.split_whitespace().any(begins)
                || name == "open" && verb())
        {
            self.foreign_call(&format!("{name}() of .NET"), arguments);
        } else {
            self.lost(self.line, format!("{name}() is not carried over"));
        }
    }

    /// `[Type]::Name`, or `[Type]::Name(..)`.
    fn of_type(&mut self, kind: &str, step: &Step) -> Value {
        let kind = kind.trim_start_matches("system.");
        let name = self.named(step);
        let given: Option<Vec<_>> = match step {
            Step::Member(_, Some(given)) => Some(given.iter().map(|v| self.eval(v)).collect()),
            _ => None,
        };
        match (kind, name.as_str(), given.as_deref()) {
            ("environment", "username", None) => Value::environment("USERNAME"),
            ("environment", "machinename", None) => Value::environment("COMPUTERNAME"),
            ("environment", "userdomainname", None) => Value::environment("USERDOMAIN"),
            ("environment", "getenvironmentvariable", Some([name, scope @ ..])) => {
                let name = name.lower();
                match scope.first().map(Value::lower).as_deref() {
                    _ if name.is_empty() => self.unknown(LATE),
                    None | Some("process") => self.get(&format!("env:{name}")),
                    Some("user" | "machine") if name == "api_token" => Value::environment(&name),
                    Some("user" | "machine") => self.unknown("it is a variable of the user or the machine, which may hold something else than the session's"),
                    _ => self.unknown(LATE),
                }
            }
            ("environment", "setenvironmentvariable", Some([name, value, scope @ ..]))
                if !name.lower().is_empty() && scope.iter().all(|scope| scope.known().is_some()) =>
            {
                if scope.first().is_none_or(|scope| scope.lower() == "process") {
                    self.set(&format!("env:{}", name.lower()), value.clone());
                } else {
                    let text = "sets an environment variable for good; mc-start sets none (setx does)";
                    self.lost(self.line, text);
                }
                Value::Null
            }
            ("environmentvariabletarget", name, None) => Value::text(name),
            ("environment", "setenvironmentvariable", _) => {
                self.forget_environment();
                Value::Null
            }
            ("environment", "exit", _) => {
                self.leave(Flow::Exit, self.line);
                Value::Null
            }
            ("scriptblock" | "management.automation.scriptblock", "create", _) => {
                self.reaches = true;
                self.vague(LATE)
            }
            ("text.encoding", "utf8", None) => Value::fact(Fact::Utf8),
            ("text.encoding", "getencoding", Some([name])) if ["utf-8", "utf8", "65001"].contains(&name.lower().as_str()) => {
                Value::fact(Fact::Utf8)
            }
            ("io.file", "readalltext", Some([file])) => self.held_by(file.pieces().as_deref()),
            ("io.path", "getdirectoryname", Some([file])) if *file == Value::fact(Fact::Script) => {
                Value::fact(Fact::Folder)
            }
            (_, "new", Some([])) => self.made(kind, None),
            (_, "new", Some([given])) => self.made(kind, Some(given.clone())),
            // An enumeration of an HTTP client.
            (_, "post", None) => Value::text(name),
            ("diagnostics.process", "getcurrentprocess", _) => Value::fact(Fact::Process),
            ("security.principal.windowsidentity", ..) => self.unknown(
                "it gives DOMAIN\\user, which no field of mc-start is; WindowsLoginName is the name alone",
            ),
            ("net.dns", ..) => self.unknown(
                "it comes from the DNS, which may say another name or address than mc-start's own fields hold",
            ),
            ("string", "isnullorempty" | "isnullorwhitespace", Some([value @ (Value::Text(_) | Value::Null)]))
                if value.truth().is_some() =>
            {
                let blank = value.known().is_some_and(|text| text.trim().is_empty());
                Value::Bool(value.truth() == Some(false) || blank && name == "isnullorwhitespace")
            }
            ("string", "format", Some([pattern, values @ ..])) => self.format(pattern, values.to_vec()),
            ("diagnostics.process", "start", Some([program @ Value::Text(_), rest @ ..])) if rest.len() < 2 => {
                self.start(program.clone(), rest.first().cloned(), Vec::new(), None);
                self.unknown(STARTED)
            }
            ("io.path", "combine", Some([folder, rest @ ..])) if !rest.is_empty() && rest.iter().all(is_below) => {
                rest.iter().fold(folder.clone(), |path, name| self.below(path, name.clone()))
            }
            (_, name, None) if !name.is_empty() => self.unknown(LATE),
            (_, name, given) => {
                let given = given.unwrap_or_default();
                let web = !["io.", "microsoft.win32."].iter().any(|no_web| kind.starts_with(no_web));
                self.effect(name, given, web);
                self.late(given.iter().any(Value::holds), LATE)
            }
        }
    }

    /// `[Type]::Name = ..`.
    pub(crate) fn set_static(&mut self, kind: &str, step: &Step) {
        let name = self.named(step);
        self.set_member(
            &name,
            &format!("[{kind}]::{name} is set, which mc-start does not know"),
        );
    }

    /// What is set about all calls; `otherwise` is said of what nobody knows.
    pub(crate) fn set_member(&mut self, name: &str, otherwise: &str) {
        let line = self.line;
        match name {
            "securityprotocol" => {
                self.irrelevant(line, "mc-start uses the newest TLS that both sides know");
            }
            "servercertificatevalidationcallback" | "certificatepolicy" => {
                self.lost(line, "certificates are not checked; name the company's root certificate in ca_file instead");
            }
            "defaultwebproxy" | "proxy" => {
                self.lost(line, "a proxy is set for all calls; write it into proxy");
            }
            "credentials" | "usedefaultcredentials" => {
                self.lost(
                    line,
                    "a login is set, at a proxy or a server; mc-start logs in with the token alone",
                );
            }
            "expect100continue"
            | "defaultconnectionlimit"
            | "outputencoding"
            | "title"
            | "position" => {
                self.irrelevant(line, "mc-start needs no such setting");
            }
            _ => self.lost(line, otherwise),
        }
    }
}

/// Whether it is, or may be, a method of HTTP.
fn may_be_verb(value: &Value) -> bool {
    let verbs = ["get", "post", "put", "patch", "delete", "head"];
    value.known().is_none() || verbs.contains(&&*value.lower())
}

/// Whether it is a path that begins at a folder.
fn is_below(name: &Value) -> bool {
    name.known()
        .is_some_and(|name| !name.starts_with(['\\', '/']) && !name.contains(':'))
}
