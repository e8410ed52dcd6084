//! `[dial]`: how numbers are dialled, and which are not.

use mc_hooks::Matcher;
use mc_template::Names;

use super::actions::{Ground, exec};
use super::model::{Dial, DialAction};
use super::reader::Reader;
use super::section::Section;

/// Reads the section; `names` are those of a call, to which the number comes.
pub(super) fn dial(
    reader: &mut Reader,
    section: &Section<'_>,
    ground: &Ground,
    variables: &[String],
    has_jtel: bool,
) -> Option<Dial> {
    let names = Names::dial()
        .with_extra(variables)
        .unwrap_or_else(|_| Names::dial());
    let mut deny = Vec::new();
    for text in section.texts(reader, "deny").unwrap_or_default() {
        match Matcher::parse(text.value) {
            Ok(matcher) => deny.push(matcher),
            Err(error) => reader.problem(text.place, format!("`deny`: {error}")),
        }
    }
    let allow_codes = section.boolean(reader, "allow_codes").unwrap_or(false);
    let timeout = section.duration(reader, "timeout");
    Some(Dial {
        action: action(reader, section, ground, &names, has_jtel)?,
        deny,
        allow_codes,
        timeout,
    })
}

fn action(
    reader: &mut Reader,
    section: &Section<'_>,
    ground: &Ground,
    names: &Names,
    has_jtel: bool,
) -> Option<DialAction> {
    let given: Vec<&str> = ["application", "rest", "exec"]
        .into_iter()
        .filter(|key| section.has(key))
        .collect();
    if let [kind] = given[..] {
        foreign_keys(reader, section, kind);
    }
    match given[..] {
        ["application"] => {
            if !has_jtel {
                reader.problem(
                    section.key_place("application"),
                    "`application` needs to know where jtel is; add [jtel] with base_url",
                );
            }
            section
                .number(reader, "application", 1..=u64::from(u32::MAX))
                .map(DialAction::Application)
        }
        ["rest"] => {
            let text = section.filled(reader, "rest")?;
            ground
                .rest(reader, "rest", text, names)
                .map(DialAction::Action)
        }
        [_] => exec(reader, section, names).map(DialAction::Action),
        [] => {
            reader.problem(
                section.place,
                "[dial] says how; add application = 5678, rest = 'curl ...' or exec = 'a program'",
            );
            None
        }
        [first, second, ..] => {
            reader.problem(
                section.key_place(second),
                format!("[dial] dials in one way, and here are `{first}` and `{second}`; keep one"),
            );
            None
        }
    }
}

/// Keys that belong to a program do nothing beside another way to dial.
fn foreign_keys(reader: &mut Reader, section: &Section<'_>, kind: &str) {
    let keys = ["parameters", "AllowScripts", "AllowOptionValues"];
    for key in keys
        .into_iter()
        .filter(|key| kind != "exec" && section.has(key))
    {
        reader.problem(
            section.key_place(key),
            format!("`{key}` belongs to `exec`, and here is `{kind}`; leave it out"),
        );
    }
}
