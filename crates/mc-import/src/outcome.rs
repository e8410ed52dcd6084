//! From what was found in a script to settings.

use std::collections::HashSet;

use crate::found::{Call, Start, Target, Token as Found};
use crate::note::{Fate, Note};
use crate::reader::Reader;
use crate::refusal::Refusal;
use crate::script::{Field, Fixed, Script, Token};
use crate::value::{Entry, Fact, Piece, Value, path};

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
    let several = calls.len() > 1;
    for call in &calls {
        if several {
            reader.lost(
                call.line,
                "one of several calls that could be the one; write url and fields by hand",
            );
        }
        if let Some((line, why)) = &call.problem {
            reader.lost(
                *line,
                format!("the call in line {} is not carried over: {why}", call.line),
            );
        } else if let Some(line) = call.under {
            reader.lost(
                line,
                format!(
                    "the call in line {} is made only under a condition, or several times",
                    call.line
                ),
            );
        }
    }
    let clean = |call: &Call| !several && call.problem.is_none() && call.under.is_none();
    let Some((call, url)) =
        calls.pop().filter(clean).and_then(|mut call| {
            match std::mem::replace(&mut call.target, Target::Other) {
                Target::Run(url) => Some((call, url)),
                _ => None,
            }
        })
    else {
        return Err(Refusal::NoCall {
            notes: ordered(reader.notes),
        });
    };
    let mut script = Script {
        url,
        token: Token::Unknown,
        fields: Vec::new(),
        ip: None,
        extra: Vec::new(),
        proxy: call.proxy,
        client: None,
        client_args: Vec::new(),
        notes: Vec::new(),
    };
    reader.note(Fate::Carried, call.line, "the call: url");
    script.token = match call.token {
        Found::Text(text) => Token::Text(text),
        Found::Environment => Token::Environment,
        Found::File(path) => Token::File(path),
        Found::Unknown(line, why) => {
            reader.lost(
                line,
                format!("the token: {why}; use API_TOKEN, token_file or `mc-start token set`"),
            );
            Token::Unknown
        }
    };
    for (line, text) in call.losses {
        reader.lost(line, text);
    }
    for entry in &call.entries {
        sent(entry, &mut script, &mut reader);
    }
    client(&mut script, &mut reader);
    script.notes = ordered(reader.notes);
    Ok(script)
}

/// The field that is sent with this.
fn field(fact: &Fact) -> Option<Field> {
    Some(match fact {
        Fact::Address(_) => Field::IpAddress,
        Fact::Session => Field::SessionId,
        Fact::Environment(name) => match name.as_str() {
            "USERNAME" => Field::WindowsLoginName,
            "COMPUTERNAME" => Field::ComputerName,
            "USERDOMAIN" => Field::DomainName,
            "SESSIONNAME" => Field::SessionName,
            "CLIENTNAME" => Field::ClientName,
            _ => return None,
        },
        _ => return None,
    })
}

fn sent(entry: &Entry, script: &mut Script, reader: &mut Reader) {
    let Entry { name, value, line } = entry;
    let loss = match value {
        _ if name.contains(char::is_control) => Some("its name has characters that no setting can hold".to_owned()),
        Value::Number(number) => {
            script.extra.push((name.clone(), Fixed::Integer(*number)));
            None
        }
        Value::Bool(value) => {
            script.extra.push((name.clone(), Fixed::Bool(*value)));
            None
        }
        Value::Null => Some("no setting sends null".to_owned()),
        Value::Table(_) | Value::List(_) => Some("no setting sends a table or a list inside the body".to_owned()),
        Value::Unknown(unknown) if unknown.line == *line => Some(unknown.why.clone()),
        Value::Unknown(unknown) => Some(format!("{} (line {})", unknown.why, unknown.line)),
        Value::Addresses(addresses) if addresses.rule().is_err() => addresses.rule().err().map(str::to_owned),
        value => match value.pieces().as_deref() {
            Some([Piece::Fact(fact)]) => match field(fact) {
                Some(field) if field.name().eq_ignore_ascii_case(name) => {
                    if let Fact::Address(rule) = fact {
                        script.ip = Some(rule.clone());
                    }
                    script.fields.push(field);
                    None
                }
                Some(field) => Some(format!("mc-start sends this only as {0}; put {0} into fields and let the routing application read that", field.name())),
                None => Some("it is known only on the workstation, and no field of mc-start".to_owned()),
            },
            Some(_) if value.known().is_some() => {
                script.extra.push((name.clone(), Fixed::Text(value.known().unwrap_or_default())));
                None
            }
            _ => Some("it is put together from what only the workstation knows; let the routing application do that".to_owned()),
        },
    };
    match loss {
        None => {
            let place = match (
                script
                    .fields
                    .iter()
                    .find(|field| field.name().eq_ignore_ascii_case(name)),
                &script.ip,
            ) {
                (Some(Field::IpAddress), Some(rule)) => format!("fields, ip = \"{rule}\""),
                (Some(_), _) => "fields".to_owned(),
                (None, _) => "[extra]".to_owned(),
            };
            reader.note(Fate::Carried, *line, format!("{name}: {place}"));
        }
        Some(why) => reader.lost(*line, format!("{name} is not sent: {why}")),
    }
}

/// The start of the client, when it is certain which one that is.
fn client(script: &mut Script, reader: &mut Reader) {
    const DEFAULT: &str = "name it with client; without it mc-start starts ACDMiniClient.exe beside itself, or miniclient";
    let starts = std::mem::take(&mut reader.starts);
    let file = |start: &Start| match start.program.pieces().as_deref().and_then(<[Piece]>::last) {
        Some(Piece::Text(text)) => Some(
            text.rsplit(['\\', '/'])
                .next()
                .unwrap_or_default()
                .to_lowercase(),
        ),
        _ => None,
    };
    let is_client = |start: &Start| file(start).is_none_or(|name| name.contains("miniclient"));
    let may_be = |start: &Start| {
        let pieces = start.program.pieces().unwrap_or_default();
        let bare = matches!(pieces.as_slice(), [Piece::Text(text)] if !text.contains(['\\', '/']));
        file(start).is_none_or(|name| name.rsplit('.').next() == Some("exe") && !bare)
    };
    // The one named like the client, else the one there is.
    let named: Vec<_> = starts.iter().filter(|start| is_client(start)).collect();
    let candidates = if named.is_empty() {
        starts.iter().filter(|start| may_be(start)).collect()
    } else {
        named
    };
    for start in &starts {
        if !candidates
            .iter()
            .any(|candidate| std::ptr::eq(*candidate, start))
        {
            reader.lost(
                start.line,
                "starts another program than the client; mc-start starts one",
            );
        }
    }
    let [start] = candidates.as_slice() else {
        for start in &candidates {
            reader.lost(
                start.line,
                format!("one of several starts that could be the client's: {DEFAULT}"),
            );
        }
        if candidates.is_empty() {
            reader.lost(
                1,
                format!("nowhere a client is started for certain: {DEFAULT}"),
            );
        }
        return;
    };
    if let Some(line) = start.under {
        return reader.lost(
            line,
            format!(
                "the client in line {} is started only under a condition: {DEFAULT}",
                start.line
            ),
        );
    }
    let Some(program) = program(start) else {
        let (line, why) = start.program.reason().unwrap_or((
            start.line,
            "its path is not certain, or depends on the current folder".to_owned(),
        ));
        return reader.lost(
            line,
            format!("the client in line {}: {why}: {DEFAULT}", start.line),
        );
    };
    reader.note(Fate::Carried, start.line, "the client: client");
    script.client = Some(program);
    for loss in &start.losses {
        reader.lost(start.line, loss.clone());
    }
    if let Some(arguments) = &start.arguments {
        match line(arguments).as_deref().and_then(parameters) {
            Some(parameters) => script.client_args = parameters,
            None => reader.lost(
                start.line,
                "the client's parameters are not certain; write them into client_args",
            ),
        }
    }
}

fn program(start: &Start) -> Option<String> {
    let Value::Text(pieces) = &start.program else {
        return None;
    };
    match pieces.as_slice() {
        [Piece::Text(text)]
            if start.folder_is_current && (text.starts_with(".\\") || text.starts_with("./")) =>
        {
            path(&[Piece::Fact(Fact::Folder), Piece::Text(text[1..].to_owned())])
        }
        pieces => path(pieces),
    }
}

/// The parameters as one line, as `Start-Process` puts them together.
fn line(arguments: &Value) -> Option<String> {
    match arguments {
        Value::List(values) => values
            .iter()
            .map(Value::known)
            .collect::<Option<Vec<_>>>()
            .map(|values| values.join(" ")),
        value => value.known(),
    }
}

/// The line's parameters, as a program on Windows reads them; none when a quote stands where its meaning varies.
fn parameters(line: &str) -> Option<Vec<String>> {
    let mut parameters = Vec::new();
    let mut rest = line.trim();
    while !rest.is_empty() {
        let end;
        if let Some(inside) = rest.strip_prefix('"') {
            end = inside.find('"')?;
            parameters.push(inside[..end].to_owned());
            rest = &inside[end + 1..];
            if !rest.is_empty() && !rest.starts_with([' ', '\t'])
                || parameters.last()?.ends_with('\\')
            {
                return None;
            }
        } else {
            end = rest.find([' ', '\t']).unwrap_or(rest.len());
            if rest[..end].contains('"') {
                return None;
            }
            parameters.push(rest[..end].to_owned());
            rest = &rest[end..];
        }
        rest = rest.trim_start();
    }
    Some(parameters)
}

/// The notes by line; what is carried or lost there outweighs that it would be irrelevant.
fn ordered(mut notes: Vec<Note>) -> Vec<Note> {
    let weighty: HashSet<_> = notes
        .iter()
        .filter(|note| note.fate != Fate::Irrelevant)
        .map(|note| note.line)
        .collect();
    notes.retain(|note| note.fate != Fate::Irrelevant || !weighty.contains(&note.line));
    notes.sort_by_key(|note| note.line);
    notes.dedup();
    notes
}
