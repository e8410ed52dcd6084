//! The REST call and the start of the client: what each of them says.

use std::collections::HashMap;

use serde_json::Value as Json;

use crate::found::{Call, Start, Target, Token};
use crate::reader::Reader;
use crate::syntax::Command;
use crate::value::{Entry, Fact, Piece, Test, Unknown, Value, reason};

const VALUED: &str = "uri method headers body contenttype timeoutsec connectiontimeoutseconds operationtimeoutseconds proxy proxycredential credential certificate \
    certificatethumbprint useragent websession sessionvariable maximumredirection outfile infile authentication token transferencoding maximumretrycount \
    retryintervalsec responseheadersvariable rhv statuscodevariable sslprotocol httpversion custommethod form";
const SWITCHES: &str = "usebasicparsing skipcertificatecheck usedefaultcredentials proxyusedefaultcredentials noproxy disablekeepalive skipheadervalidation \
    preserveauthorizationonredirect allowunencryptedauthentication skiphttperrorcheck passthru followrellink";

impl Reader {
    /// A call by something that is not read: it may be the one.
    pub(crate) fn foreign_call(&mut self, by: &str) {
        let line = self.line;
        self.counted(true);
        self.calls.push(Call {
            line,
            under: self.under,
            target: Target::Unknown,
            problem: Some((line, format!("a call is made by {by}, which is not read"))),
            token: Token::Environment,
            entries: Vec::new(),
            proxy: None,
            losses: Vec::new(),
        });
    }

    /// `Invoke-RestMethod` and `Invoke-WebRequest`.
    pub(crate) fn request(
        &mut self,
        command: &Command,
        input: Option<Value>,
        written: &str,
    ) -> Value {
        let line = command.line;
        let mut bound = match self.bound(command, &["uri"], VALUED, SWITCHES) {
            Ok(bound) if !matches!(written, "curl" | "wget") || bound.contains_key("method") => {
                bound
            }
            Ok(_) => {
                self.line = line;
                self.foreign_call(written);
                return self.unknown("it is an answer");
            }
            Err(name) => {
                self.line = line;
                self.foreign_call(&format!("{written} with {name}"));
                return self.unknown("it is an answer");
            }
        };
        self.line = line;
        self.counted(true);
        let under = self.under.or(self
            .guards
            .iter()
            .find(|(test, _)| *test != Test::Token)
            .map(|(_, line)| *line));
        let mut call = Call {
            line,
            under,
            target: Target::Unknown,
            problem: None,
            token: Token::Unknown(line, "no token is sent along".to_owned()),
            entries: Vec::new(),
            proxy: None,
            losses: Vec::new(),
        };
        let uri = bound.remove("uri").unwrap_or(Value::Null);
        match (uri.known(), reason(&uri)) {
            (Some(url), _) if url.to_lowercase().contains("/routingapplications/run/") => {
                call.target = Target::Run(url);
            }
            (Some(_), _) => call.target = Target::Other,
            (None, Some((line, why))) => call.problem = Some((line, format!("the URL: {why}"))),
            (None, None) => {
                call.problem = Some((
                    line,
                    "the URL is put together from what only the workstation knows".to_owned(),
                ));
            }
        }
        let method = bound.remove("method").unwrap_or(Value::Null);
        if !method
            .known()
            .is_some_and(|method| method.eq_ignore_ascii_case("post"))
        {
            call.problem = call.problem.or(Some((
                line,
                "its method is not POST for certain, and mc-start sends nothing else".to_owned(),
            )));
        }
        let mut is_json = true;
        if let Some(kind) = bound.remove("contenttype") {
            is_json = kind
                .known()
                .is_some_and(|kind| kind.to_lowercase().contains("json"));
        }
        self.headers(&mut call, bound.remove("headers"), &mut is_json);
        self.authentication(&mut call, &mut bound);
        if !matches!(call.token, Token::Environment) {
            // What asks for a token asks for another one.
            call.under = call.under.or(self.guards.first().map(|guard| guard.1));
        }
        if !is_json {
            call.problem = call.problem.or(Some((
                line,
                "its content is declared as something else than JSON".to_owned(),
            )));
        }
        let body = bound.remove("body").or(input).unwrap_or(Value::Null);
        match Self::entries(body, line) {
            Ok(entries) => call.entries = entries,
            Err(problem) => call.problem = call.problem.or(Some(problem)),
        }
        match (bound.remove("proxy"), bound.remove("noproxy")) {
            (None, Some(_)) => call.proxy = Some("none".to_owned()),
            (Some(proxy), None) if proxy.known().is_some() => call.proxy = proxy.known(),
            (None, None) => {}
            _ => call.losses.push((
                line,
                "the proxy is not certain; write it into proxy".to_owned(),
            )),
        }
        for name in bound.into_keys() {
            let text = match name.as_str() {
                "timeoutsec" | "connectiontimeoutseconds" | "operationtimeoutseconds" | "maximumretrycount" | "retryintervalsec" => {
                    self.irrelevant(line, "mc-start has time limits and repetitions of its own");
                    continue;
                }
                "usebasicparsing" | "disablekeepalive" | "useragent" | "maximumredirection" | "sessionvariable" | "responseheadersvariable" | "rhv" | "statuscodevariable" | "sslprotocol"
                | "httpversion" | "skipheadervalidation" | "skiphttperrorcheck" | "passthru" | "allowunencryptedauthentication" | "verbose" | "debug" => {
                    continue;
                }
                name if name.contains("variable") || name.contains("action") || ["ea", "ev", "wa", "ov", "wv", "iv", "pv"].contains(&name) => continue,
                "skipcertificatecheck" => "certificates are not checked; name the company's root certificate in ca_file instead".to_owned(),
                "usedefaultcredentials" | "credential" | "certificate" | "certificatethumbprint" | "proxycredential" | "proxyusedefaultcredentials" => {
                    format!("-{name}: mc-start logs in with the token alone")
                }
                name => {
                    call.problem.get_or_insert((line, format!("-{name} is not read")));
                    continue;
                }
            };
            call.losses.push((line, text));
        }
        self.calls.push(call);
        self.unknown("it is an answer")
    }

    fn headers(&mut self, call: &mut Call, headers: Option<Value>, is_json: &mut bool) {
        let line = call.line;
        let table = match headers {
            None => return,
            Some(Value::Table(table)) if self.state.tables[table].doubt.is_none() => {
                self.state.tables[table].clone()
            }
            Some(Value::Table(table)) => {
                let line = self.state.tables[table].doubt.unwrap_or(line);
                call.problem.get_or_insert((
                    line,
                    "what happens to the headers here is not read".to_owned(),
                ));
                return;
            }
            Some(other) => {
                let (line, why) = reason(&other).unwrap_or((line, "they are no table".to_owned()));
                call.problem
                    .get_or_insert((line, format!("the headers: {why}")));
                return;
            }
        };
        for entry in table.entries {
            match entry.name.to_lowercase().as_str() {
                "authorization" => call.token = token(&entry),
                "content-type" => {
                    *is_json = entry
                        .value
                        .known()
                        .is_some_and(|kind| kind.to_lowercase().contains("json"));
                }
                "accept" | "user-agent" | "cache-control" | "connection" => {}
                _ => call.losses.push((
                    entry.line,
                    format!("the header {}: mc-start sends none of its kind", entry.name),
                )),
            }
        }
    }

    /// `-Authentication Bearer -Token ..`.
    fn authentication(&mut self, call: &mut Call, bound: &mut HashMap<String, Value>) {
        let (kind, given) = (bound.remove("authentication"), bound.remove("token"));
        match (kind.and_then(|kind| kind.known()), given) {
            (None, None) => {}
            (Some(kind), Some(value))
                if kind.eq_ignore_ascii_case("bearer") || kind.eq_ignore_ascii_case("oauth") =>
            {
                let bearer = Value::text("Bearer ");
                let value = self.add(bearer, value);
                call.token = token(&Entry {
                    name: String::new(),
                    value,
                    line: call.line,
                });
            }
            _ => {
                call.problem.get_or_insert((
                    call.line,
                    "it logs in by something else than a token".to_owned(),
                ));
            }
        }
    }

    /// What a body says.
    fn entries(body: Value, line: usize) -> Result<Vec<Entry>, (usize, String)> {
        match body {
            Value::Json(entries) => Ok(entries),
            Value::Text(pieces) => from_json(&pieces, line).ok_or((
                line,
                "the body is a text that is no JSON object for certain".to_owned(),
            )),
            Value::Table(_) => Err((
                line,
                "the body is sent as a form, since it is not turned into JSON".to_owned(),
            )),
            Value::Null => Err((line, "it has no body".to_owned())),
            other => {
                let (line, why) = reason(&other).unwrap_or((line, "it is no table".to_owned()));
                Err((line, format!("the body: {why}")))
            }
        }
    }

    /// `ConvertTo-Json`.
    pub(crate) fn json(&mut self, command: &Command, input: Option<Value>) -> Value {
        let bound = self.bound(
            command,
            &["inputobject"],
            "inputobject depth",
            "compress enumsasstrings",
        );
        let Ok(mut bound) = bound else {
            return self.unknown("it is turned into JSON in another way");
        };
        let shallow = bound.remove("depth").is_some_and(|depth| {
            depth
                .known()
                .and_then(|depth| depth.parse::<u32>().ok())
                .is_none_or(|depth| depth == 0)
        });
        match input.or(bound.remove("inputobject")).unwrap_or(Value::Null) {
            Value::Table(table) if !shallow => match self.state.tables[table].doubt {
                None => Value::Json(self.state.tables[table].entries.clone()),
                Some(line) => Value::Unknown(Unknown {
                    line,
                    why: "what happens to the body here is not read".to_owned(),
                    fresh: true,
                }),
            },
            unknown @ Value::Unknown(_) => unknown,
            _ => self.unknown("it is no table that is turned into JSON"),
        }
    }

    pub(crate) fn start_process(&mut self, command: &Command, input: Option<Value>) -> Value {
        let valued = "filepath path literalpath argumentlist args workingdirectory windowstyle verb credential redirectstandardoutput redirectstandarderror redirectstandardinput environment";
        let bound = self.bound(
            command,
            &["filepath", "argumentlist"],
            valued,
            "wait passthru nonewwindow loaduserprofile usenewenvironment",
        );
        self.line = command.line;
        let mut losses = Vec::new();
        let mut bound = bound.unwrap_or_else(|name| {
            losses.push(format!("Start-Process with {name} is not read"));
            HashMap::new()
        });
        let passes = bound.remove("passthru").is_some();
        let program = ["filepath", "path", "literalpath"]
            .iter()
            .find_map(|name| bound.remove(*name))
            .or(input);
        let program = program.unwrap_or_else(|| self.unknown("it is not read"));
        let arguments = bound.remove("argumentlist").or(bound.remove("args"));
        if let Some(folder) = bound.remove("workingdirectory") {
            let text = |value: &Value| {
                value
                    .pieces()
                    .as_deref()
                    .and_then(crate::value::path)
                    .unwrap_or_default()
            };
            let own = text(&program)
                .rsplit_once('\\')
                .map(|(folder, _)| folder.to_owned());
            if folder != Value::fact(Fact::Folder)
                && (text(&folder).is_empty()
                    || own.as_deref() != Some(text(&folder).trim_end_matches('\\')))
            {
                losses.push(
                    "-WorkingDirectory: mc-start starts the client in the client's own folder"
                        .to_owned(),
                );
            }
        }
        for (name, value) in bound {
            match name.as_str() {
                "windowstyle"
                    if value
                        .known()
                        .is_some_and(|style| style.eq_ignore_ascii_case("normal")) => {}
                "wait" => losses.push(
                    "-Wait: the client runs on its own, mc-start does not wait for it".to_owned(),
                ),
                "windowstyle"
                | "verb"
                | "credential"
                | "redirectstandardoutput"
                | "redirectstandarderror"
                | "redirectstandardinput"
                | "environment"
                | "usenewenvironment" => {
                    losses.push(format!("-{name}: mc-start starts the client as it is"));
                }
                _ => {}
            }
        }
        self.start(program, arguments, Some(losses));
        if passes {
            self.unknown("it is the client that was started")
        } else {
            Value::Nothing
        }
    }

    /// A program is started.
    pub(crate) fn start(
        &mut self,
        program: Value,
        arguments: Option<Value>,
        losses: Option<Vec<String>>,
    ) {
        let open = self.guards.iter().find(|(test, _)| !matches!((test, &program), (Test::Exists(there), Value::Text(program)) if there == program));
        let under = self.under.or(open.map(|(_, line)| *line));
        self.counted(false);
        let (line, from_current) = (self.line, self.folder_is_current);
        self.starts.push(Start {
            line,
            under,
            program,
            arguments,
            losses: losses.unwrap_or_default(),
            from_current,
        });
    }
}

/// The token in an `Authorization` header.
fn token(entry: &Entry) -> Token {
    let bearer = |text: &str| {
        text.get(..7)
            .is_some_and(|start| start.eq_ignore_ascii_case("bearer "))
    };
    if let Some((line, why)) = reason(&entry.value) {
        return Token::Unknown(line, why);
    }
    match entry.value.pieces().as_deref() {
        Some([Piece::Text(text)]) if bearer(text) && !text[7..].trim().is_empty() => {
            Token::Text(text[7..].trim().to_owned())
        }
        Some([Piece::Text(text), Piece::Fact(fact)]) if bearer(text) && text.trim().len() == 6 => {
            match fact {
                Fact::Environment(name) if name == "API_TOKEN" => Token::Environment,
                Fact::File(path) => Token::File(path.clone()),
                Fact::Environment(name) => Token::Unknown(
                    entry.line,
                    format!(
                        "it is in the environment variable {name}, which mc-start does not read"
                    ),
                ),
                _ => Token::Unknown(
                    entry.line,
                    "it is put together when the script runs".to_owned(),
                ),
            }
        }
        _ => Token::Unknown(
            entry.line,
            "it is no bearer token, or put together when the script runs".to_owned(),
        ),
    }
}

/// The entries of a JSON object that is written as a text, with facts inside its texts.
fn from_json(pieces: &[Piece], line: usize) -> Option<Vec<Entry>> {
    const MARK: char = '\u{E000}';
    let mut text = String::new();
    let mut facts = Vec::new();
    for piece in pieces {
        match piece {
            Piece::Text(part) if part.contains(MARK) => return None,
            Piece::Text(part) => text.push_str(part),
            Piece::Fact(fact) => {
                text.push(MARK);
                facts.push(fact.clone());
            }
        }
    }
    let Ok(Json::Object(object)) = serde_json::from_str(&text) else {
        return None;
    };
    let mut facts = facts.into_iter();
    let entries = object.into_iter().map(|(name, value)| {
        let value = match value {
            Json::String(text) => {
                let mut pieces = Vec::new();
                for (at, part) in text.split(MARK).enumerate() {
                    if at > 0 {
                        pieces.push(Piece::Fact(facts.next()?));
                    }
                    pieces.push(Piece::Text(part.to_owned()));
                }
                Value::Text(crate::value::joined(pieces)?)
            }
            Json::Bool(value) => Value::Bool(value),
            Json::Null => Value::Null,
            Json::Number(number) => Value::Number(number.as_i64()?),
            Json::Array(_) | Json::Object(_) => Value::List(Vec::new()),
        };
        (!name.contains(MARK)).then_some(Entry { name, value, line })
    });
    let entries: Option<Vec<_>> = entries.collect();
    entries.filter(|_| facts.next().is_none())
}
