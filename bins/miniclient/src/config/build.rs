//! From the tree to the settings: every heading once, then what holds between them.

use mc_template::Names;

use super::actions::Ground;
use super::model::{Config, Journal};
use super::reader::Reader;
use super::section::Section;
use super::tree::{Table, Value};
use super::{dial, hooks, sections};

/// Reads everything there is; what is wrong is in the reader afterwards.
pub(super) fn build(reader: &mut Reader, root: &Table) -> Config {
    let start = reader.start();
    let top = Section::enter(reader, "", root, start);
    let users_uid = top
        .filled(reader, "UsersUID")
        .map(|text| text.value.to_owned());
    let (variables, names) = variables(reader, &top);

    let numbers = section(reader, root, "numbers")
        .map(|section| sections::numbers(reader, &section))
        .unwrap_or_default();
    let jtel_section = section(reader, root, "jtel");
    let jtel = jtel_section
        .as_ref()
        .and_then(|section| sections::jtel(reader, section));
    let ca_file = jtel.as_ref().and_then(|jtel| jtel.ca_file.as_deref());
    let ground = Ground::new(reader, ca_file, jtel_section.as_ref());
    let vendor = section(reader, root, "vendor");
    let mut hooks = hooks::automatic(reader, &top, vendor.as_ref(), &ground, &names);
    hooks.extend(hooks::listed(reader, root, &ground, &names));
    let dial = section(reader, root, "dial").and_then(|section| {
        dial::dial(
            reader,
            &section,
            &ground,
            &variables,
            jtel_section.is_some(),
        )
    });
    let register_section = section(reader, root, "register");
    let register = register_section
        .as_ref()
        .and_then(|section| sections::register(reader, section));
    let listen_section = section(reader, root, "listen");
    let listen = listen_section
        .as_ref()
        .and_then(|section| sections::listen(reader, section));
    let journal = section(reader, root, "journal").map_or_else(Journal::default, |section| {
        sections::journal(reader, &section)
    });

    if let Some(section) = &register_section
        && jtel_section.is_none()
    {
        reader.problem(
            section.place,
            "[register] needs to know where jtel is; add [jtel] with base_url",
        );
    }
    let config = Config {
        hooks,
        numbers,
        users_uid,
        variables,
        names,
        jtel,
        register,
        dial,
        listen,
        journal,
        ..Config::default()
    };
    if let Some(section) = &listen_section {
        listen_token(reader, section, &config);
    }
    config
}

/// A heading of the file, entered.
pub(super) fn section<'t>(
    reader: &mut Reader,
    root: &'t Table,
    name: &'static str,
) -> Option<Section<'t>> {
    let entry = root.get(name)?;
    let Value::Table(table) = &entry.node.value else {
        let advice = match &entry.node.value {
            Value::Array(_) => format!("write [{name}], with single brackets"),
            _ => format!("write it as a heading, [{name}], with its settings below"),
        };
        reader.problem(
            entry.key_place,
            format!("`{name}` is not a setting; {advice}"),
        );
        return None;
    };
    Some(Section::enter(reader, name, table, entry.key_place))
}

fn variables(reader: &mut Reader, top: &Section<'_>) -> (Vec<String>, Names) {
    let mut variables = Vec::new();
    for text in top.texts(reader, "Variables").unwrap_or_default() {
        match Names::call().with_extra([text.value]) {
            Ok(_) => variables.push(text.value.to_owned()),
            Err(error) => reader.problem(text.place, format!("`Variables`: {error}")),
        }
    }
    let names = Names::call().with_extra(&variables).unwrap_or_default();
    (variables, names)
}

/// A random token that nobody is told lets nobody in.
fn listen_token(reader: &mut Reader, section: &Section<'_>, config: &Config) {
    if section.has("token_file") || config.listen.is_none() {
        return;
    }
    let text = match (&config.register, &config.jtel) {
        (Some(_), Some(jtel)) if jtel.base_url.is_https() => return,
        (Some(_), _) => {
            "the token of [listen] is random and is registered over https only, so nobody will know it; give [listen] a \
             token_file, or [jtel] an https base_url"
        }
        (None, _) => {
            "the token of [listen] is random and nobody will know it; give [listen] a token_file, or add [register], \
             which tells it to the telephone system"
        }
    };
    reader.warning(section.place, text);
}
