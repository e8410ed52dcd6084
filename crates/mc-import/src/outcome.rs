//! From what was found in a script to settings.

use crate::address::CHOOSE;
use crate::found::{Start, Target};
use crate::names::has;
use crate::note::{Fate, Note};
use crate::reader::Reader;
use crate::refusal::Refusal;
use crate::script::{Fixed, Script, ScriptField, ScriptToken};
use crate::value::{ALWAYS, Entry, Fact, Piece, Value, path};

/// What Windows opens with another program.
const NO_PROGRAMS: &str = "lnk url appref-ms cmd bat ps1 vbs vbe js jse wsf hta msi jar";

/// The settings, when there is exactly one call that is certain.
pub(crate) fn outcome(mut reader: Reader) -> Result<Script, Refusal> {
    let calls = std::mem::take(&mut reader.calls);
    let (others, mut calls): (Vec<_>, Vec<_>) = calls
        .into_iter()
        .partition(|call| call.target == Target::Other);
    for call in others {
        reader.lost(
            call.line,
            "another call than that of the routing application; mc-start makes one",
        );
    }
    for call in &calls {
        let at = call.line;
        if calls.len() > 1 {
            reader.lost(
                at,
                "one of several calls that could be the one; write url and fields by hand",
            );
        }
        if let Some((line, why)) = &call.problem {
            reader.lost(
                *line,
                format!("the call in line {at} is not carried over: {why}"),
            );
        } else if let Some(line) = call.under {
            reader.lost(
                line,
                format!("the call in line {at} is made only under a condition, or several times"),
            );
        }
    }
    let missing = calls.is_empty();
    let one = calls
        .pop()
        .filter(|call| calls.is_empty() && call.problem.is_none() && call.under.is_none());
    let Some((Target::Run(url), call)) =
        one.map(|mut call| (std::mem::replace(&mut call.target, Target::Other), call))
    else {
        if let Some(line) = reader.ended.filter(|_| missing) {
            reader.lost(line, "the script ends here, before any call that is read");
        }
        if missing {
            // One that was started may make the call.
            let starts = std::mem::take(&mut reader.starts);
            for start in starts.iter().filter(|start| start.arguments.is_some()) {
                reader.lost(
                    start.line,
                    "starts a program; if that makes the call, what it sends is not read here",
                );
            }
        }
        return Err(Refusal::NoCall {
            notes: ordered(reader.notes),
        });
    };
    let mut script = Script {
        line: call.line,
        url,
        token: ScriptToken::Unknown,
        fields: Vec::new(),
        ip: None,
        extra: Vec::new(),
        proxy: call.proxy,
        client: None,
        client_args: Vec::new(),
        notes: Vec::new(),
    };
    reader.note(Fate::Carried, call.line, "the call: url");
    match call.token {
        Ok(token) => script.token = token,
        Err((line, why)) => {
            let advice = "use API_TOKEN, token_file or `mc-start token set`";
            reader.lost(line, format!("the token: {why}; {advice}"));
        }
    }
    for (line, text) in call.losses {
        reader.lost(line, text);
    }
    for entry in call.entries {
        let (name, line) = (&entry.name, entry.line);
        let place = match sent(&entry) {
            Ok(Sent::Field(field, rule)) => {
                let place = rule.as_ref().map(|rule| format!("fields, ip = \"{rule}\""));
                script.ip = rule.or(script.ip);
                script.fields.push(field);
                place.unwrap_or_else(|| "fields".to_owned())
            }
            Ok(Sent::Fixed(value)) => {
                script.extra.push((name.clone(), value));
                "[extra]".to_owned()
            }
            Err(why) => {
                reader.lost(line, format!("{name} is not sent: {why}"));
                if let Some(instead) = instead(name) {
                    reader.lost(line, instead);
                }
                continue;
            }
        };
        reader.note(Fate::Carried, line, format!("{name}: {place}"));
    }
    client(&mut script, &mut reader);
    script.notes = ordered(reader.notes);
    Ok(script)
}

/// The field that is sent with this.
fn field(fact: &Fact) -> Option<ScriptField> {
    Some(match fact {
        Fact::Address(_) => ScriptField::IpAddress,
        Fact::Session => ScriptField::SessionId,
        Fact::Environment(name) => match name.as_str() {
            "USERNAME" => ScriptField::WindowsLoginName,
            "COMPUTERNAME" => ScriptField::ComputerName,
            "USERDOMAIN" => ScriptField::DomainName,
            "SESSIONNAME" => ScriptField::SessionName,
            "CLIENTNAME" => ScriptField::ClientName,
            _ => return None,
        },
        _ => return None,
    })
}

/// What is sent under a name.
enum Sent {
    Field(ScriptField, Option<String>),
    Fixed(Fixed),
}

fn sent(entry: &Entry) -> Result<Sent, String> {
    if let Some((line, why)) = entry.value.reason() {
        return Err(format!("{why} (line {line})"));
    }
    let why = match &entry.value {
        _ if entry.name.contains(char::is_control) => {
            "its name has characters that no setting can hold"
        }
        Value::Number(number) => return Ok(Sent::Fixed(Fixed::Integer(*number))),
        Value::Bool(value) => return Ok(Sent::Fixed(Fixed::Bool(*value))),
        Value::Null | Value::Unknown(_) => "no setting sends null",
        Value::Table(_) | Value::List(_) | Value::Json(_) | Value::Secure(_) | Value::Block(_) => {
            "no setting sends a table or a list inside the body"
        }
        Value::Addresses(addresses) => return named(entry, &Fact::Address(addresses.rule()?)),
        Value::Text(pieces) => match (pieces.as_slice(), extra(pieces)) {
            ([Piece::Fact(fact)], _) if is_own(entry, fact) => return named(entry, fact),
            (_, Ok(Some(text))) => return Ok(Sent::Fixed(Fixed::Text(text))),
            (_, Err(why)) => why,
            ([Piece::Fact(fact)], _) => return named(entry, fact),
            _ => {
                "it is put together from what only the workstation knows; let the routing application do that"
            }
        },
    };
    Err(why.to_owned())
}

/// A text as `[extra]` holds it, where every part of it is certain.
fn extra(pieces: &[Piece]) -> Result<Option<String>, &'static str> {
    let mut whole = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text)
                if text.contains('%') && pieces.len() > 1 || text.matches('%').nth(1).is_some() =>
            {
                return Err("between two % mc-start reads the name of an environment variable");
            }
            Piece::Text(text) if text.contains(char::is_control) => {
                return Err("it has line ends or tabs, which no setting holds");
            }
            Piece::Text(text) => whole.push_str(text),
            Piece::Fact(Fact::Environment(name)) if has(ALWAYS, name) => {
                whole.extend(["%", name, "%"]);
            }
            Piece::Fact(_) => return Ok(None),
        }
    }
    Ok(Some(whole))
}

/// What may be sent under this name instead.
fn instead(name: &str) -> Option<&'static str> {
    const OWN: &str = "windowsloginname computername domainname sessionid sessionname clientname";
    match name.to_lowercase().as_str() {
        "ipaddress" => Some(CHOOSE),
        own if has(OWN, own) => {
            Some("if mc-start's own field of this name will do, write it into fields")
        }
        _ => None,
    }
}

/// Whether a field of mc-start has this name, and sends this.
fn is_own(entry: &Entry, fact: &Fact) -> bool {
    field(fact).is_some_and(|field| field.name().eq_ignore_ascii_case(&entry.name))
}

/// A fact that only a field sends is sent only under the field's own name.
fn named(entry: &Entry, fact: &Fact) -> Result<Sent, String> {
    let rule = match fact {
        Fact::Address(rule) => Some(rule.clone()),
        _ => None,
    };
    match field(fact) {
        Some(field) if is_own(entry, fact) => Ok(Sent::Field(field, rule)),
        Some(field) => Err(format!(
            "mc-start sends this only as {0}; put {0} into fields and let the routing application read that",
            field.name()
        )),
        None => Err("it is known only on the workstation, and no field of mc-start".to_owned()),
    }
}

/// The start of the client, when it is certain which one that is.
fn client(script: &mut Script, reader: &mut Reader) {
    const DEFAULT: &str = "name it with client; without it mc-start starts ACDMiniClient.exe beside itself, or miniclient";
    let starts = std::mem::take(&mut reader.starts);
    // The one named like the client, else the one there is.
    let (mut candidates, mut others): (Vec<_>, Vec<_>) = starts
        .into_iter()
        .partition(|start| file(start).is_none_or(|name| name.contains("miniclient")));
    if candidates.is_empty() {
        let may_be = |start: &Start| {
            file(start).is_none_or(|name| name.rsplit('.').next() == Some("exe")) && !is_bare(start)
        };
        (candidates, others) = others.into_iter().partition(may_be);
    }
    let what = if candidates.is_empty() {
        "starts a program that is not certain to be the client: its path is not full"
    } else {
        "starts another program than the client; mc-start starts one"
    };
    for start in others {
        reader.lost(start.line, what);
    }
    if candidates.is_empty() {
        reader.lost(
            1,
            format!("nowhere a client is started for certain: {DEFAULT}"),
        );
    }
    let [start] = candidates.as_slice() else {
        for start in &candidates {
            reader.lost(
                start.line,
                format!("one of several starts that could be the client's: {DEFAULT}"),
            );
        }
        return;
    };
    let program = match (
        start.under,
        start
            .program
            .pieces()
            .as_deref()
            .and_then(path)
            // Which of several files is started, Windows finds out.
            .filter(|path| {
                path.rsplit('\\')
                    .next()
                    .is_some_and(|name| name.contains('.'))
            }),
    ) {
        (None, Some(program)) => program,
        (Some(line), _) => {
            let text = format!(
                "the client in line {} is started only under a condition: {DEFAULT}",
                start.line
            );
            return reader.lost(line, text);
        }
        (None, None) => {
            let unclear = "its path is not certain, or depends on the current folder";
            let (line, why) = start
                .program
                .reason()
                .unwrap_or((start.line, unclear.to_owned()));
            return reader.lost(
                line,
                format!("the client in line {}: {why}: {DEFAULT}", start.line),
            );
        }
    };
    let kind = program
        .rsplit('.')
        .next()
        .unwrap_or_default()
        .to_lowercase();
    if has(NO_PROGRAMS, &kind) {
        let text = format!(
            "the client in line {} is a link or a script, and mc-start starts programs: {DEFAULT}",
            start.line
        );
        return reader.lost(start.line, text);
    }
    reader.note(Fate::Carried, start.line, "the client: client");
    script.client = Some(program);
    for loss in &start.losses {
        reader.lost(start.line, loss.clone());
    }
    match start.arguments.as_ref().map(parameters) {
        None => {}
        Some(Some(parameters)) => script.client_args = parameters,
        Some(None) => reader.lost(
            start.line,
            "the client's parameters are not certain; write them into client_args",
        ),
    }
}

/// The name of the program's file, in small letters.
pub(crate) fn file(start: &Start) -> Option<String> {
    match start.program.pieces()?.last()? {
        Piece::Text(text) => Some(text.rsplit(['\\', '/']).next()?.to_lowercase()),
        Piece::Fact(_) => None,
    }
}

fn is_bare(start: &Start) -> bool {
    start
        .program
        .known()
        .is_some_and(|path| !path.contains(['\\', '/']))
}

/// The parameters, as a program on Windows reads them; none when a quote stands where its meaning varies.
fn parameters(arguments: &Value) -> Option<Vec<String>> {
    let line = match arguments {
        // `Start-Process` puts them together so.
        Value::List(values) => values
            .iter()
            .map(Value::known)
            .collect::<Option<Vec<_>>>()?
            .join(" "),
        value => value.known()?,
    };
    let (mut parameters, mut rest) = (Vec::new(), line.trim());
    while !rest.is_empty() {
        let (parameter, tail) = match rest.strip_prefix('"') {
            Some(inside) => inside
                .split_once('"')
                .filter(|(inside, _)| !inside.ends_with('\\'))?,
            None => rest.split_at(rest.find([' ', '\t']).unwrap_or(rest.len())),
        };
        if parameter.contains('"') || !tail.is_empty() && !tail.starts_with([' ', '\t']) {
            return None;
        }
        parameters.push(parameter.to_owned());
        rest = tail.trim_start();
    }
    Some(parameters)
}

/// The notes by line; what is carried or lost there outweighs that it would be irrelevant.
fn ordered(notes: Vec<Note>) -> Vec<Note> {
    let last = notes.iter().map(|note| note.line).max().unwrap_or(0);
    let mut lines = Vec::new();
    lines.resize_with(last + 1, Vec::new);
    for note in notes {
        lines[note.line].push(note);
    }
    let mut ordered = Vec::new();
    for mut line in lines {
        if line.iter().any(|note| note.fate != Fate::Irrelevant) {
            line.retain(|note| note.fate != Fate::Irrelevant);
        }
        line.dedup();
        ordered.append(&mut line);
    }
    ordered
}
