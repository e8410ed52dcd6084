//! The hooks: the vendor's two automatic ones, and any number of `[[hook]]`.

use mc_hooks::{Action, EventKind, Hook, When};
use mc_template::Names;

use super::actions::{ExecSettings, Ground, program_with};
use super::keys::nearest;
use super::reader::Reader;
use super::section::Section;
use super::tree::{Place, Table, Value};

/// What reports call the two automatic hooks, and `fire --hook` knows them by.
pub const AUTOMATIC_REST: &str = "AutomaticREST";
/// See [`AUTOMATIC_REST`].
pub const AUTOMATIC_EXE: &str = "AutomaticEXE";

/// The REST call that is made when only `AutomaticRESTCRMUrl` is given.
const DEFAULT_REST_COMMAND: &str = "curl -sS \"$crmurl\"";

/// Everything but what it does: when a hook runs, and how.
#[derive(Debug)]
struct Rules {
    on: Option<Vec<EventKind>>,
    when: When,
    timeout: Option<std::time::Duration>,
    max_parallel: Option<usize>,
}

impl Rules {
    fn of(reader: &mut Reader, section: &Section<'_>, names: &Names) -> Self {
        Self {
            on: on(reader, section),
            when: when(reader, section, names),
            timeout: section.duration(reader, "timeout"),
            max_parallel: section
                .number(reader, "max_parallel", 1..=64)
                .and_then(|number| usize::try_from(number).ok()),
        }
    }

    fn hook(&self, name: &str, action: Action) -> Hook {
        let mut hook = Hook::new(name, action);
        hook.when = self.when.clone();
        hook.timeout = self.timeout;
        if let Some(on) = &self.on {
            hook.on.clone_from(on);
        }
        if let Some(max_parallel) = self.max_parallel {
            hook.max_parallel = max_parallel;
        }
        hook
    }
}

/// The two automatic hooks, as the vendor's four keys describe them.
pub(super) fn automatic(
    reader: &mut Reader,
    top: &Section<'_>,
    vendor: Option<&Section<'_>>,
    ground: &Ground,
    names: &Names,
) -> Vec<Hook> {
    let (rules, settings) = match vendor {
        Some(section) => (
            Some(Rules::of(reader, section, names)),
            ExecSettings::of(reader, section),
        ),
        None => (None, ExecSettings::default()),
    };
    let hook = |name, action| match &rules {
        Some(rules) => rules.hook(name, action),
        None => Hook::new(name, action),
    };
    let rest =
        automatic_rest(reader, top, ground, names).map(|action| hook(AUTOMATIC_REST, action));
    let exe = automatic_exe(reader, top, settings, names).map(|action| hook(AUTOMATIC_EXE, action));
    rest.into_iter().chain(exe).collect()
}

fn automatic_rest(
    reader: &mut Reader,
    top: &Section<'_>,
    ground: &Ground,
    names: &Names,
) -> Option<Action> {
    const KEY: &str = "CurlRESTCommand";
    let switched_on = top.boolean(reader, "AutomaticRESTCRMUrl") == Some(true);
    if !top.has(KEY) {
        let text = reader.built_in(DEFAULT_REST_COMMAND);
        return switched_on
            .then(|| ground.rest(reader, KEY, text, names))
            .flatten();
    }
    let before = reader.problem_count();
    let action = top
        .filled(reader, KEY)
        .and_then(|text| ground.rest(reader, KEY, text, names));
    if switched_on {
        return action;
    }
    reader.soften(before);
    if !top.has("AutomaticRESTCRMUrl") {
        reader.warning(
            top.key_place(KEY),
            "`CurlRESTCommand` does nothing without AutomaticRESTCRMUrl = true",
        );
    }
    None
}

fn automatic_exe(
    reader: &mut Reader,
    top: &Section<'_>,
    settings: ExecSettings,
    names: &Names,
) -> Option<Action> {
    const PROGRAM: &str = "AutomaticEXECallCommand";
    const PARAMETERS: &str = "AutomaticEXECallParameters";
    let program = top.text(reader, PROGRAM);
    let parameters = top.text(reader, PARAMETERS);
    // An empty command is how the vendor's configuration says "none".
    let Some(program) = program.filter(|text| !text.value.trim().is_empty()) else {
        if let Some(parameters) = parameters.filter(|text| !text.value.trim().is_empty()) {
            reader.warning(
                parameters.place,
                "`AutomaticEXECallParameters` does nothing without AutomaticEXECallCommand",
            );
        }
        return None;
    };
    program_with(
        reader,
        (PROGRAM, program),
        (PARAMETERS, parameters),
        settings,
        names,
    )
}

/// Every `[[hook]]`.
pub(super) fn listed(
    reader: &mut Reader,
    root: &Table,
    ground: &Ground,
    names: &Names,
) -> Vec<Hook> {
    let Some(entry) = root.get("hook") else {
        return Vec::new();
    };
    let Value::Array(items) = &entry.node.value else {
        let advice = "write [[hook]], with double brackets, for each hook";
        reader.problem(
            entry.key_place,
            format!("`hook` is not a setting; {advice}"),
        );
        return Vec::new();
    };
    let mut hooks = Vec::with_capacity(items.len());
    let mut taken: Vec<(String, Place)> = Vec::with_capacity(items.len());
    for item in items {
        let Value::Table(table) = &item.value else {
            reader.problem(
                item.place,
                "a hook is a heading, [[hook]], with its settings below",
            );
            continue;
        };
        let mut section = Section::enter(reader, "hook", table, item.place);
        let name = name(reader, &section, &mut taken);
        section = section.called(name.unwrap_or_default());
        let rules = Rules::of(reader, &section, names);
        let action = ground.action(reader, &section, names);
        if let (Some(name), Some(action)) = (name, action) {
            hooks.push(rules.hook(name, action));
        }
    }
    hooks
}

/// A hook's name, which no other has: `fire --hook` and reports know it by nothing else.
fn name<'t>(
    reader: &mut Reader,
    section: &Section<'t>,
    taken: &mut Vec<(String, Place)>,
) -> Option<&'t str> {
    let Some(text) = section.filled(reader, "name") else {
        if !section.has("name") {
            reader.problem(section.place, "this hook has no name; add name = '...'");
        }
        return None;
    };
    if text.value.chars().any(char::is_control) {
        reader.problem(text.place, "a hook's name is one line of plain text");
        return None;
    }
    let key = text.value.to_lowercase();
    if [AUTOMATIC_REST, AUTOMATIC_EXE]
        .iter()
        .any(|name| name.to_lowercase() == key)
    {
        reader.problem(
            text.place,
            format!(
                "the name `{}` belongs to an automatic hook; choose another",
                text.value
            ),
        );
    } else if let Some((_, first)) = taken.iter().find(|(name, _)| *name == key) {
        let line = reader.line(*first);
        reader.problem(
            text.place,
            format!(
                "the hook in line {line} is called `{}` too; give each its own name",
                text.value
            ),
        );
    } else {
        taken.push((key, text.place));
    }
    Some(text.value)
}

fn on(reader: &mut Reader, section: &Section<'_>) -> Option<Vec<EventKind>> {
    let texts = section.texts(reader, "on")?;
    if texts.is_empty() {
        reader.problem(
            section.key_place("on"),
            "a hook with on = [] never runs; name events, or leave the line out for [\"ringing\"]",
        );
    }
    let mut kinds = Vec::with_capacity(texts.len());
    for text in texts {
        let known = || EventKind::ALL.iter().map(|kind| kind.as_str());
        match text.value.parse::<EventKind>() {
            Ok(kind) if kinds.contains(&kind) => {}
            Ok(kind) => kinds.push(kind),
            Err(_) => {
                let advice = match nearest(text.value, known()) {
                    Some(right) => format!("write \"{right}\""),
                    None => format!("known are {}", known().collect::<Vec<_>>().join(", ")),
                };
                reader.problem(
                    text.place,
                    format!(
                        "`on`: \"{}\" is not an event; {advice}",
                        text.value.escape_debug()
                    ),
                );
            }
        }
    }
    Some(kinds)
}

fn when(reader: &mut Reader, section: &Section<'_>, names: &Names) -> When {
    let mut when = When::default();
    for (name, pattern) in section.pairs(reader, "when") {
        match when.clone().and(name, pattern.value, names) {
            Ok(more) => when = more,
            Err(error) => reader.problem(pattern.place, format!("`when`: {error}")),
        }
    }
    when
}
