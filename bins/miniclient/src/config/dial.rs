//! `[dial]`: how numbers are dialled, and which are not.

use mc_cli::settings::{Reader, Section};
use mc_hooks::{Action, ExecStdin, Matcher};
use mc_template::Names;
use mc_template::numbers::{self, Form};

use super::actions::{Actions, foreign_keys};
use super::model::{Dial, DialAction};

/// The names that templates may use: those of a call, to which the number comes.
pub(super) fn names(variables: &[String]) -> Names {
    Names::dial()
        .with_extra(variables)
        .unwrap_or_else(|_| Names::dial())
}

/// Reads the section.
pub(super) fn dial(
    reader: &mut Reader,
    section: &Section<'_>,
    actions: &Actions,
    names: &Names,
    has_jtel: bool,
) -> Option<Dial> {
    let deny = patterns(reader, section, "deny");
    let internal = patterns(reader, section, "internal");
    let mut dial = Dial::new(action(reader, section, actions, names, has_jtel)?);
    (dial.deny, dial.internal) = (deny, internal);
    dial.allow_codes = section.switch("allow_codes").unwrap_or(false);
    dial.format = match section.text("format").map(|text| text.value) {
        Some("plus") => Some(Form::Plus),
        Some("e164") => Some(Form::E164),
        Some("national") => Some(Form::National),
        Some("international") => Some(Form::International),
        _ => None,
    };
    let outside_line = section.text("outside_line");
    dial.outside_line = outside_line.map_or_else(String::new, |text| text.value.to_owned());
    if dial.format == Some(Form::Plus) && !dial.outside_line.is_empty() {
        let text = "`outside_line` does nothing with format = \"plus\": it stands before no plus; for a line that needs it write \
                    format = \"national\"";
        reader.warning(section.key_place("outside_line"), text);
    }
    dial.timeout = section.duration("timeout");
    Some(dial)
}

/// A list of patterns for numbers.
fn patterns(reader: &mut Reader, section: &Section<'_>, key: &str) -> Vec<Matcher> {
    let parse = |text: &str| {
        let pattern = numbers::pattern(text).map_err(|error| error.to_string())?;
        Matcher::parse(&pattern).map_err(|error| error.to_string())
    };
    let texts = section.texts(key).unwrap_or_default();
    texts
        .iter()
        .filter_map(|text| reader.parsed(key, Some(*text), parse))
        .collect()
}

fn action(
    reader: &mut Reader,
    section: &Section<'_>,
    actions: &Actions,
    names: &Names,
    has_jtel: bool,
) -> Option<DialAction> {
    let ways = ["application", "rest", "exec"];
    let given: Vec<&str> = ways.into_iter().filter(|key| section.has(key)).collect();
    match given[..] {
        ["application"] => {
            foreign_keys(reader, section, "application", "here is");
            if !has_jtel {
                let text = "`application` needs to know where jtel is; add [jtel] with base_url";
                reader.problem(section.key_place("application"), text);
            }
            section.number("application").map(DialAction::Application)
        }
        [key] => {
            let action = actions.single(reader, section, names, "here is")?;
            if let Some(missing) = without_number(&action) {
                return reader.refuse(section.key_place(key), format!("`{key}`: {missing}"));
            }
            Some(DialAction::Action(action))
        }
        [] => reader.refuse(
            section.place,
            "[dial] says how; add application = 5678, rest = 'curl ...' or exec = 'a program'",
        ),
        [first, second, ..] => {
            let text =
                format!("[dial] dials in one way, and here are `{first}` and `{second}`; keep one");
            reader.refuse(section.key_place(second), text)
        }
    }
}

/// What is said of an action that dials nothing, as the number stands nowhere in it.
fn without_number(action: &Action) -> Option<&'static str> {
    let is_number = |name: &str| matches!(name, "DialNumber" | "GivenNumber");
    match action {
        Action::Exec(exec) => (exec.stdin() == ExecStdin::None && !exec.variables().any(is_number)).then_some(
            "the program is not given the number, so that nothing would be dialled; write $DialNumber into `parameters`, where the program expects it",
        ),
        Action::Rest(rest) => (!rest.command().variables().any(is_number)).then_some(
            "the number is nowhere in the command, so that nothing would be dialled; write $DialNumber where it belongs",
        ),
        _ => None,
    }
}
