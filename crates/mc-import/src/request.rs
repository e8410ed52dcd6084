//! The REST call: where it goes and what it sends.

use serde_json::Value as Json;

use crate::bind::Signature;
use crate::command::IN_A_FILE;
use crate::found::{Call, Target};
use crate::names::{has, in_order};
use crate::reader::Reader;
use crate::repeat::{LONGER, PATIENCE};
use crate::script::ScriptToken;
use crate::syntax::Command;
use crate::value::{Entry, Fact, Piece, Unknown, Value, joined};

const TAKES: Signature = Signature(
    "uri",
    "method headers body contenttype timeoutsec connectiontimeoutseconds operationtimeoutseconds proxy proxycredential \
     credential certificate certificatethumbprint useragent websession maximumredirection outfile infile authentication \
     token transferencoding maximumretrycount retryintervalsec sslprotocol httpversion custommethod form",
    "usebasicparsing skipcertificatecheck usedefaultcredentials proxyusedefaultcredentials noproxy disablekeepalive \
     skipheadervalidation preserveauthorizationonredirect allowunencryptedauthentication skiphttperrorcheck passthru \
     followrellink",
);

/// Parameters that change nothing of what is sent, or that mc-start has for itself.
const NEEDLESS: &str = "timeoutsec connectiontimeoutseconds operationtimeoutseconds \
    usebasicparsing disablekeepalive maximumredirection sslprotocol httpversion skipheadervalidation \
    skiphttperrorcheck passthru allowunencryptedauthentication verbose debug erroraction ea warningaction wa outbuffer \
    informationaction progressaction sessionvariable sv responseheadersvariable rhv statuscodevariable outvariable ov \
    errorvariable ev warningvariable wv informationvariable iv pipelinevariable pv";

const LOGIN: &str = "usedefaultcredentials credential certificate certificatethumbprint proxycredential \
    proxyusedefaultcredentials";

const OWN_AGENT: &str = "the User-Agent: mc-start sends its own";

impl Reader {
    fn new_call(&mut self) -> Call {
        self.counted(true);
        Call {
            line: self.line,
            under: self.under,
            target: Target::Unknown,
            problem: None,
            token: Err((self.line, "no token is sent along".to_owned())),
            entries: Vec::new(),
            proxy: None,
            losses: Vec::new(),
        }
    }

    /// A call by something that is not read: it may be the one, unless what it is given says otherwise.
    pub(crate) fn foreign_call(&mut self, by: &str, given: &[Value]) {
        let mut call = self.new_call();
        let mut found = false;
        if goes_elsewhere(given, &mut found) && found {
            call.target = Target::Other;
        } else {
            call.refuse(
                self.line,
                format!("a call is made by {by}, which is not read"),
            );
        }
        self.calls.push(call);
    }

    /// `Invoke-RestMethod` and `Invoke-WebRequest`.
    pub(crate) fn request(&mut self, command: &Command, input: Option<Value>, written: &str) {
        let bound = self.bound(command, &TAKES);
        let line = command.line;
        self.line = line;
        let mut bound = match bound {
            Ok(bound) if !["curl", "wget"].contains(&written) || bound.contains_key("method") => {
                bound
            }
            Ok(bound) => {
                let given: Vec<_> = bound.into_values().collect();
                return self.foreign_call(written, &given);
            }
            Err(name) => return self.foreign_call(&format!("{written} with {name}"), &[]),
        };
        let mut call = self.new_call();
        let uri = bound.remove("uri").unwrap_or(Value::Null);
        match (uri.known(), uri.reason()) {
            (Some(url), _) if url.to_lowercase().contains("/routingapplications/run/") => {
                call.target = Target::Run(url);
            }
            (Some(_), _) => call.target = Target::Other,
            (None, Some((line, why))) => call.refuse(line, format!("the URL: {why}")),
            (None, None) => call.refuse(
                line,
                "the URL is put together from what only the workstation knows",
            ),
        }
        if bound
            .remove("method")
            .or(bound.remove("custommethod"))
            .is_none_or(|method| method.lower() != "post")
        {
            call.refuse(
                line,
                "its method is not POST for certain, and mc-start sends nothing else",
            );
        }
        let mut declared = None;
        if let Some(headers) = bound.remove("headers") {
            self.headers(&mut call, &headers, &mut declared);
        }
        // It takes the place of one in the headers.
        match bound.remove("contenttype").or(declared) {
            Some(kind) if kind.lower().contains("json") => {}
            Some(_) => call.refuse(line, "its content is declared as something else than JSON"),
            None => {
                let text = "no content type is declared, so PowerShell calls the JSON a form; mc-start calls it application/json";
                call.losses.push((line, text.to_owned()));
            }
        }
        if let Some(kind) = bound.remove("authentication") {
            let plain = matches!(&call.target, Target::Run(url) if !url.to_lowercase().starts_with("https:"))
                && !bound.contains_key("allowunencryptedauthentication");
            match bound.remove("token") {
                _ if !["bearer", "oauth"].contains(&kind.lower().as_str()) => {
                    call.refuse(line, "-authentication is not read");
                }
                _ if plain => call.refuse(
                    line,
                    "PowerShell sends no token over http without -AllowUnencryptedAuthentication",
                ),
                // It takes the place of one in the headers.
                Some(Value::Secure(text)) => {
                    let (name, bearer) = (String::new(), Value::text("Bearer "));
                    let value = self.add(bearer, Value::Text(text));
                    call.token = token(&Entry { name, value, line });
                }
                Some(Value::Unknown(unknown)) => call.token = Err((unknown.line, unknown.why)),
                _ => call.refuse(line, "-Token takes a SecureString"),
            }
        }
        match entries(bound.remove("body").or(input).unwrap_or(Value::Null), line) {
            Ok(entries) => call.entries = entries,
            Err((line, why)) => call.refuse(line, why),
        }
        match (
            bound.remove("proxy").map(|proxy| proxy.known()),
            bound.remove("noproxy"),
        ) {
            (None, None) => {}
            (None, Some(_)) => call.proxy = Some("none".to_owned()),
            (Some(Some(proxy)), None) if proxy.contains('@') => call.losses.push((
                line,
                "the proxy stands there with a login, which everybody could read in the settings; write it into proxy without one".to_owned(),
            )),
            (Some(Some(proxy)), None) if !proxy.is_empty() => call.proxy = Some(proxy),
            _ => call.losses.push((
                line,
                "the proxy is not certain; write it into proxy".to_owned(),
            )),
        }
        let times = bound.remove("maximumretrycount");
        let every = bound.remove("retryintervalsec");
        if let Some(times) = times
            && !is_patient(&times, &every.unwrap_or(Value::Number(5)))
        {
            call.losses.push((line, LONGER.to_owned()));
        }
        if bound.remove("useragent").is_some() {
            call.losses.push((line, OWN_AGENT.to_owned()));
        }
        let stops = ["erroraction", "ea"].iter().any(|name| {
            bound
                .get(*name)
                .is_some_and(|action| action.lower() == "stop")
        });
        if stops {
            self.tried = Some(line);
        }
        let mut unread: Vec<_> = bound.into_keys().collect();
        // What is said of them is the same at every reading.
        in_order(&mut unread);
        for name in unread.into_iter().filter(|name| !has(NEEDLESS, name)) {
            if name == "skipcertificatecheck" {
                let advice = "certificates are not checked; name the company's root certificate in ca_file instead";
                call.losses.push((line, advice.to_owned()));
            } else if name == "outfile" {
                call.losses.push((line, IN_A_FILE.to_owned()));
            } else if name == "websession" {
                let text = "-websession: what a session holds (cookies, headers, a proxy) is not read, and not sent";
                call.losses.push((line, text.to_owned()));
            } else if has(LOGIN, &name) {
                call.losses.push((
                    line,
                    format!("-{name}: mc-start logs in with the token alone"),
                ));
            } else {
                call.refuse(line, format!("-{name} is not read"));
            }
        }
        self.calls.push(call);
    }

    fn headers(&mut self, call: &mut Call, headers: &Value, declared: &mut Option<Value>) {
        let table = match headers {
            Value::Table(table) => self.state.tables[*table].clone(),
            other => {
                let (line, why) = other
                    .reason()
                    .unwrap_or((call.line, "they are no table".to_owned()));
                return call.refuse(line, format!("the headers: {why}"));
            }
        };
        if let Some(line) = table.doubt {
            return call.refuse(line, "what happens to the headers here is not read");
        }
        for entry in table.entries {
            match entry.name.to_lowercase().as_str() {
                "authorization" => call.token = token(&entry),
                "content-type" => *declared = Some(entry.value),
                "accept" if ["application/json", "*/*"].contains(&&*entry.value.lower()) => {}
                "cache-control" | "connection" => {}
                "user-agent" => call.losses.push((entry.line, OWN_AGENT.to_owned())),
                _ => {
                    let text =
                        format!("the header {}: mc-start sends none of its kind", entry.name);
                    call.losses.push((entry.line, text));
                }
            }
        }
    }

    /// `ConvertTo-Json`.
    pub(crate) fn json(&mut self, command: &Command, input: Option<Value>) -> Value {
        let bound = self.bound(
            command,
            &Signature("inputobject", "depth", "compress enumsasstrings"),
        );
        let Ok(mut bound) = bound else {
            return self.unknown("it is turned into JSON in another way");
        };
        let deep = bound
            .remove("depth")
            .is_none_or(|depth| depth.known().is_some_and(|depth| depth != "0"));
        match input.or(bound.remove("inputobject")) {
            Some(Value::Table(table)) if deep => {
                let table = self.state.tables[table].clone();
                if let Some(line) = table.doubt {
                    self.line = line;
                    return self.unknown("what happens to the body here is not read");
                }
                self.weighed(Value::Json(table.entries))
            }
            Some(unknown @ Value::Unknown(_)) => unknown,
            _ => self.unknown("it is no table that is turned into JSON"),
        }
    }
}

/// Whether none of these can be the address of a routing application, or name a file with one; `found` when one is
/// another address.
fn goes_elsewhere(given: &[Value], found: &mut bool) -> bool {
    given.iter().all(|value| {
        let pieces = match value {
            Value::List(values) => return goes_elsewhere(values, found),
            value => value.pieces().unwrap_or_default(),
        };
        let text = match (pieces.as_slice(), value) {
            ([Piece::Text(text)], _) => text.to_lowercase(),
            // A path.
            (
                [
                    Piece::Fact(Fact::Environment(_) | Fact::Folder),
                    Piece::Text(rest),
                ],
                _,
            ) => {
                return rest.starts_with('\\');
            }
            (_, Value::Null) => return true,
            _ => return false,
        };
        let mut words = text.split([' ', '"', '\'']);
        *found |= words.clone().any(|word| {
            let starts = ["http://", "https://", "\\\\"];
            starts.iter().any(|start| word.starts_with(start))
        });
        !text.contains("routingapplications") && !words.any(names_file)
    })
}

/// Whether it is an option of curl or wget by which a file says where to.
fn names_file(word: &str) -> bool {
    let short = word.len() <= 4 && word.starts_with('-') && word.contains(['k', 'i']);
    short
        || ["-k", "-i", "--conf", "--input"]
            .iter()
            .any(|option| word.starts_with(option))
}

/// Whether a call is repeated no longer than mc-start does it.
fn is_patient(times: &Value, every: &Value) -> bool {
    match (times, every) {
        (Value::Number(times), Value::Number(every)) => {
            times.saturating_mul(*every).unsigned_abs() <= PATIENCE
        }
        _ => false,
    }
}

/// What a body says.
fn entries(body: Value, line: usize) -> Result<Vec<Entry>, (usize, String)> {
    let reason = body.reason();
    let why = match body {
        Value::Json(entries) => return Ok(entries),
        Value::Text(pieces) => match from_json(&pieces, line) {
            Some(entries) => return Ok(entries),
            None => match reason {
                Some((line, why)) => return Err((line, format!("the body: {why}"))),
                None => "the body is a text that is no JSON object for certain",
            },
        },
        Value::Table(_) => "the body is sent as a form, since it is not turned into JSON",
        Value::Unknown(unknown) => {
            return Err((unknown.line, format!("the body: {}", unknown.why)));
        }
        Value::Null => "it has no body",
        _ => "the body is no table",
    };
    Err((line, why.to_owned()))
}

/// The token in an `Authorization` header.
fn token(entry: &Entry) -> Result<ScriptToken, (usize, String)> {
    let bearer = |text: &str| {
        text.get(..7)
            .is_some_and(|start| start.eq_ignore_ascii_case("bearer "))
    };
    let (line, why) = match (entry.value.reason(), entry.value.pieces().as_deref()) {
        (Some(reason), _) => reason,
        (_, Some([Piece::Text(text)])) if bearer(text) && !text[7..].trim().is_empty() => {
            return Ok(ScriptToken::Text(text[7..].trim().to_owned()));
        }
        (_, Some([Piece::Text(text), Piece::Fact(fact)]))
            if bearer(text) && text.trim().len() == 6 =>
        {
            match fact {
                Fact::Environment(name) if name == "API_TOKEN" => {
                    return Ok(ScriptToken::Environment);
                }
                Fact::File(path) => return Ok(ScriptToken::File(path.clone())),
                Fact::Environment(name) => (
                    entry.line,
                    format!(
                        "it is in the environment variable {name}, which mc-start does not read"
                    ),
                ),
                _ => (
                    entry.line,
                    "it is put together when the script runs".to_owned(),
                ),
            }
        }
        _ => (
            entry.line,
            "it is no bearer token, or put together when the script runs".to_owned(),
        ),
    };
    Err((line, why))
}

/// The entries of a JSON object that is written as a text, with facts inside its texts.
fn from_json(pieces: &[Piece], line: usize) -> Option<Vec<Entry>> {
    const MARK: char = '\u{E000}';
    let (mut text, mut facts) = (String::new(), Vec::new());
    for piece in pieces {
        match piece {
            Piece::Text(part) if part.contains(MARK) => return None,
            Piece::Text(part) => text.push_str(part),
            Piece::Fact(fact) => {
                text.push(MARK);
                facts.push(Piece::Fact(fact.clone()));
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
                        pieces.push(facts.next()?);
                    }
                    pieces.push(Piece::Text(part.to_owned()));
                }
                Value::Text(joined(pieces)?)
            }
            Json::Bool(value) => Value::Bool(value),
            Json::Null => Value::Null,
            Json::Number(number) => {
                let why = "a number of another kind".to_owned();
                let fresh = true;
                let other = Value::Unknown(Unknown { line, why, fresh });
                number.as_i64().map_or(other, Value::Number)
            }
            inner @ (Json::Array(_) | Json::Object(_)) => {
                for _ in inner.to_string().matches(MARK) {
                    facts.next()?;
                }
                Value::List(Vec::new())
            }
        };
        (!name.contains(MARK)).then_some(Entry { name, value, line })
    });
    let entries: Option<Vec<_>> = entries.collect();
    entries.filter(|_| facts.next().is_none())
}
