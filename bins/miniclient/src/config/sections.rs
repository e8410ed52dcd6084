//! The headings that describe this workstation: `[numbers]`, `[jtel]`, `[register]`, `[listen]`, `[journal]`.

use std::net::SocketAddr;

use ipnet::IpNet;
use mc_identity::Field;
use mc_routing::BaseUrl;
use mc_template::{Bare, Numbers};

use super::keys::nearest;
use super::model::{Journal, Jtel, Keep, Listen, Register};
use super::reader::{Reader, Text};
use super::section::Section;

/// What registration sends when `fields` is not given.
const DEFAULT_FIELDS: [&str; 6] = [
    "Action",
    "WindowsLoginName",
    "ComputerName",
    "IPAddress",
    "SessionID",
    "ListenPort",
];

/// The names that `fields` may hold: those of the workstation's identity, and those of this program.
pub fn field_names() -> impl Iterator<Item = &'static str> {
    ["Action"]
        .into_iter()
        .chain(Field::ALL.iter().map(|field| field.name()))
        .chain(["UsersUID", "ListenPort", "ListenToken", "Version"])
}

pub(super) fn numbers(reader: &mut Reader, section: &Section<'_>) -> Numbers {
    let mut digits = |key: &str| {
        let text = section.text(reader, key)?;
        if text.value.chars().all(|c| c.is_ascii_digit()) {
            return Some(text.value.to_owned());
        }
        let right: String = text.value.chars().filter(char::is_ascii_digit).collect();
        reader.problem(
            text.place,
            format!("`{key}` takes digits only; write {key} = \"{right}\""),
        );
        None
    };
    let mut numbers = Numbers {
        country_code: digits("country_code").unwrap_or_default(),
        trunk_prefix: digits("trunk_prefix").unwrap_or_default(),
        international_prefix: digits("international_prefix").unwrap_or_default(),
        bare: Bare::E164,
    };
    if let Some(text) = section.text(reader, "bare") {
        match text.value {
            "e164" => {}
            "national" => numbers.bare = Bare::National,
            _ => one_of(reader, "bare", text, &["e164", "national"]),
        }
    }
    if numbers.country_code.is_empty() && !section.has("country_code") {
        reader.warning(
            section.place,
            "[numbers] without country_code changes few numbers; add country_code = \"49\" (for Germany)",
        );
    }
    numbers
}

pub(super) fn jtel(reader: &mut Reader, section: &Section<'_>) -> Option<Jtel> {
    let ca_file = section.file(reader, "ca_file");
    let otherwise = "the environment's API_TOKEN is used, else the system's credential store";
    let token_file = section.file_if_any(reader, "token_file", otherwise);
    let Some(text) = section.filled(reader, "base_url") else {
        if !section.has("base_url") {
            reader.problem(
                section.place,
                "[jtel] needs base_url = \"https://SERVER/rest/v1.0/CLIENTSID\"",
            );
        }
        return None;
    };
    match BaseUrl::parse(text.value) {
        Ok(base_url) => Some(Jtel {
            base_url,
            ca_file,
            token_file,
        }),
        Err(error) => {
            reader.problem(text.place, format!("`base_url`: {error}"));
            None
        }
    }
}

pub(super) fn register(reader: &mut Reader, section: &Section<'_>) -> Option<Register> {
    let fields = match section.texts(reader, "fields") {
        None => DEFAULT_FIELDS.map(str::to_owned).to_vec(),
        Some(texts) => fields(reader, &texts),
    };
    let users_uid_from = section.filled(reader, "users_uid_from");
    if let Some(pointer) = users_uid_from
        && !pointer.value.starts_with('/')
    {
        reader.problem(
            pointer.place,
            format!(
                "`users_uid_from` is a JSON pointer (RFC 6901) and begins with a slash; write users_uid_from = \"/{}\"",
                pointer.value.trim_start_matches(['$', '.']).replace('.', "/")
            ),
        );
    }
    let application = application(reader, section)?;
    Some(Register {
        application,
        fields,
        users_uid_from: users_uid_from.map(|text| text.value.to_owned()),
    })
}

/// The routing application's number, which `[register]` needs and `[dial]` may have.
fn application(reader: &mut Reader, section: &Section<'_>) -> Option<u64> {
    let found = section.number(reader, "application", 1..=u64::from(u32::MAX));
    if found.is_none() && !section.has("application") {
        reader.problem(
            section.place,
            "[register] needs application = 1234, the ID of the routing application that takes the registration",
        );
    }
    found
}

fn fields(reader: &mut Reader, texts: &[Text<'_>]) -> Vec<String> {
    let mut fields: Vec<String> = Vec::with_capacity(texts.len());
    for text in texts {
        if !field_names().any(|name| name == text.value) {
            let advice = match nearest(text.value, field_names()) {
                Some(right) => format!("did you mean \"{right}\"?"),
                None => format!("known are {}", field_names().collect::<Vec<_>>().join(", ")),
            };
            reader.problem(
                text.place,
                format!("`fields`: \"{}\" is not known; {advice}", text.value),
            );
        } else if fields.iter().any(|field| field == text.value) {
            reader.problem(
                text.place,
                format!("`fields`: \"{}\" stands twice; keep one", text.value),
            );
        } else {
            fields.push(text.value.to_owned());
        }
    }
    fields
}

pub(super) fn listen(reader: &mut Reader, section: &Section<'_>) -> Option<Listen> {
    let token_file = section.file(reader, "token_file");
    let mut allow_from = Vec::new();
    for text in section.texts(reader, "allow_from").unwrap_or_default() {
        match network(text.value) {
            Ok(network) => allow_from.push(network),
            Err(advice) => reader.problem(text.place, format!("`allow_from`: {advice}")),
        }
    }
    let mut hosts = Vec::new();
    for text in section.texts(reader, "hosts").unwrap_or_default() {
        host(reader, "hosts", text, &mut hosts);
    }
    let Some(text) = section.filled(reader, "address") else {
        if !section.has("address") {
            reader.problem(section.place, "[listen] needs address = \"127.0.0.1:7431\"");
        }
        return None;
    };
    let Ok(address) = text.value.trim().parse::<SocketAddr>() else {
        reader.problem(
            text.place,
            format!(
                "`address` is an IP address of this computer and a port, such as \"127.0.0.1:7431\" or \
                 \"0.0.0.0:7431\" for all of its networks, not \"{}\"",
                text.value.escape_debug()
            ),
        );
        return None;
    };
    Some(Listen {
        address,
        token_file,
        allow_from,
        hosts,
    })
}

/// A network, or a single address.
fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    if let Ok(address) = text.parse::<std::net::IpAddr>() {
        return Ok(address.into());
    }
    match text.parse::<IpNet>() {
        Ok(network) if network.trunc() == network => Ok(network),
        // 10.1.2.3/16 says two things; which one is meant decides who may call.
        Ok(network) => Err(format!(
            "{network} has digits behind its /{}; write {} for the network or {} for the one address",
            network.prefix_len(),
            network.trunc(),
            network.addr()
        )),
        Err(_) => Err(format!(
            "\"{}\" is not a network; write \"10.1.0.0/16\", or \"10.1.2.3\" for one computer",
            text.escape_debug()
        )),
    }
}

/// A host's name, without anything around it.
pub(super) fn host(reader: &mut Reader, key: &str, text: Text<'_>, hosts: &mut Vec<String>) {
    let name = text.value.trim();
    let plain = name
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))
        || name.parse::<std::net::Ipv6Addr>().is_ok();
    if plain {
        hosts.push(name.to_lowercase());
    } else {
        reader.problem(
            text.place,
            format!(
                "`{key}`: \"{}\" is not a host name; write the name alone, without scheme, port or path",
                name.escape_debug()
            ),
        );
    }
}

pub(super) fn journal(reader: &mut Reader, section: &Section<'_>) -> Journal {
    let mut journal = Journal::default();
    if let Some(days) = section.number(reader, "days", 1..=3650) {
        journal.days = u32::try_from(days).unwrap_or(journal.days);
    }
    if let Some(text) = section.text(reader, "keep") {
        match text.value {
            "full" => journal.keep = Keep::Full,
            "masked" => journal.keep = Keep::Masked,
            "none" => journal.keep = Keep::None,
            _ => one_of(reader, "keep", text, &["full", "masked", "none"]),
        }
    }
    journal
}

/// What to write where only a few words are known.
pub(super) fn one_of(reader: &mut Reader, key: &str, text: Text<'_>, known: &[&str]) {
    let advice = if let Some(right) = nearest(text.value, known.iter().copied()) {
        format!("write {key} = \"{right}\"")
    } else {
        let known: Vec<String> = known.iter().map(|word| format!("\"{word}\"")).collect();
        format!("write one of {}", known.join(", "))
    };
    reader.problem(
        text.place,
        format!(
            "`{key}`: \"{}\" is not known; {advice}",
            text.value.escape_debug()
        ),
    );
}
