//! The hooks: the vendor's two automatic ones, and any number of `[[hook]]`.

use mc_cli::settings::{Place, Reader, Section, Table, Text};
use mc_hooks::{Action, Hook, When};
use mc_secret::text::shown;
use mc_template::{Names, Numbers};

use super::actions::Actions;
use super::chain::{Links, misplaced, on};
use super::patterns::unlikely;
use super::program::Program;

/// What reports call the two automatic hooks, and `fire --hook` knows them by.
pub const AUTOMATIC_REST: &str = "AutomaticREST";
/// See [`AUTOMATIC_REST`].
pub const AUTOMATIC_EXE: &str = "AutomaticEXE";

/// The REST call that is made when only `AutomaticRESTCRMUrl` is given.
const DEFAULT_REST_COMMAND: &str = "curl -sS \"$crmurl\"";

/// A hook, with the rules of its section: when it runs, and how.
fn hook(section: &Section<'_>, name: &str, action: Action, when: When) -> Hook {
    let mut hook = Hook::new(name, action);
    hook.when = when;
    hook.timeout = section.duration("timeout");
    if section.texts("on").is_some() {
        hook.on = on(section).collect();
    }
    if let Some(number) = section
        .number("max_parallel")
        .and_then(|number| usize::try_from(number).ok())
    {
        hook.max_parallel = number;
    }
    hook
}

/// Which calls a section's hooks run for.
fn when(reader: &mut Reader, section: &Section<'_>, names: &Names, numbers: &Numbers) -> When {
    let mut when = When::default();
    for (name, pattern) in section.pairs("when") {
        let more = |pattern: &str| {
            let more = when.clone().and(name, pattern, names);
            more.map_err(|error| crate::advice::rule(&error))
        };
        if let Some(more) = reader.parsed("when", Some(*pattern), more) {
            when = more;
            if let Some(told) = unlikely(section, name, pattern.value, names, numbers) {
                let (place, pattern) = (pattern.place, shown(pattern.value));
                reader.warning(place, format!("`when`, {name} = \"{pattern}\": {told}"));
            }
        }
    }
    when
}

/// The two automatic hooks, as the vendor's four keys describe them.
pub(super) fn automatic(
    reader: &mut Reader,
    top: &Section<'_>,
    vendor: Option<&Section<'_>>,
    actions: &Actions,
    names: &Names,
    numbers: &Numbers,
) -> Vec<Hook> {
    let when = vendor
        .map(|section| when(reader, section, names, numbers))
        .unwrap_or_default();
    let problems = reader.problem_count();
    let rest = automatic_rest(reader, top, actions, names).map(|action| (AUTOMATIC_REST, action));
    let exe = automatic_exe(reader, top, vendor, names).map(|action| (AUTOMATIC_EXE, action));
    if let Some(section) = vendor.filter(|_| reader.problem_count() == problems) {
        without_effect(reader, section, rest.is_some(), exe.is_some());
    }
    let named = rest.into_iter().chain(exe);
    let hook = |(name, action)| match vendor {
        Some(section) => hook(section, name, action, when.clone()),
        None => Hook::new(name, action),
    };
    named.map(hook).collect()
}

/// What stands under [vendor] for a hook that there is not.
fn without_effect(reader: &mut Reader, section: &Section<'_>, rest: bool, exe: bool) {
    if !rest && !exe {
        let text = "[vendor] does nothing without the automatic hooks, AutomaticRESTCRMUrl = true or AutomaticEXECallCommand; \
                    what a [[hook]] is to do stands below that heading";
        reader.warning(section.place, text);
        return;
    }
    let of_programs = ["stdin", "env", "AllowScripts", "AllowOptionValues"];
    for key in of_programs.iter().filter(|key| !exe && section.has(key)) {
        let text = format!("`{key}` does nothing without AutomaticEXECallCommand");
        reader.warning(section.key_place(key), text);
    }
}

fn automatic_rest(
    reader: &mut Reader,
    top: &Section<'_>,
    actions: &Actions,
    names: &Names,
) -> Option<Action> {
    const KEY: &str = "CurlRESTCommand";
    const SWITCH: &str = "AutomaticRESTCRMUrl";
    // What is neither true nor false has been told, and does not switch off what it stands for.
    let switched_on = top.switch(SWITCH).unwrap_or_else(|| top.has(SWITCH));
    if !top.has(KEY) {
        let text = Text::new(DEFAULT_REST_COMMAND, reader.start());
        return switched_on
            .then(|| actions.rest(reader, KEY, text, names))
            .flatten();
    }
    let before = reader.problem_count();
    let text = top.text(KEY)?;
    let action = if text.value.trim().is_empty() {
        let sentence = format!("`{KEY}` is empty; fill it in or leave the line out");
        reader.refuse(text.place, sentence)
    } else {
        actions.rest(reader, KEY, text, names)
    };
    if switched_on {
        return action;
    }
    reader.soften(before);
    if !top.has(SWITCH) {
        let sentence = format!("`{KEY}` does nothing without {SWITCH} = true");
        reader.warning(top.key_place(KEY), sentence);
    }
    None
}

fn automatic_exe(
    reader: &mut Reader,
    top: &Section<'_>,
    vendor: Option<&Section<'_>>,
    names: &Names,
) -> Option<Action> {
    const PROGRAM: &str = "AutomaticEXECallCommand";
    const PARAMETERS: &str = "AutomaticEXECallParameters";
    // An empty command is how the vendor's configuration says "none".
    let given = |key| top.text(key).filter(|text| !text.value.trim().is_empty());
    let parameters = given(PARAMETERS);
    let Some(program) = given(PROGRAM) else {
        if let Some(parameters) = parameters {
            let sentence = format!("`{PARAMETERS}` does nothing without {PROGRAM}");
            reader.warning(parameters.place, sentence);
        }
        return None;
    };
    let program = Program {
        key: PROGRAM,
        text: program,
        parameters_key: PARAMETERS,
        parameters,
    };
    program.exec(reader, vendor, names)
}

/// A heading that is no hook of a chain, where names of answers mean nothing.
#[derive(Debug)]
pub(super) struct Elsewhere<'s, 't> {
    pub(super) section: &'s Section<'t>,
    pub(super) keys: &'static [&'static str],
    pub(super) names: &'s Names,
    /// What is said of a name and the hook whose answer brings it.
    pub(super) sentence: fn(&str, &str) -> String,
}

/// Every `[[hook]]`.
pub(super) fn listed(
    reader: &mut Reader,
    root: &Table,
    automatic: &[Hook],
    actions: &Actions,
    names: &Names,
    numbers: &Numbers,
    elsewhere: &[Elsewhere<'_, '_>],
) -> Vec<Hook> {
    let mut hooks = Vec::new();
    let mut taken: Vec<(String, Place)> = Vec::new();
    let sections = Section::list(reader, root, "hook", "name");
    for other in elsewhere {
        let texts = other.keys.iter();
        let texts = texts.filter_map(|key| Some((*key, other.section.text(key)?)));
        let (section, names) = (other.section, other.names);
        misplaced(reader, &sections, section, texts, names, &other.sentence);
    }
    let links = Links::new(&sections, automatic, names);
    for (number, section) in sections.iter().enumerate() {
        let name = section
            .text("name")
            .filter(|name| is_free(reader, *name, &mut taken));
        let answers = links.answers(reader, number);
        if !links.check(reader, number) {
            continue;
        }
        let names = links.names(number);
        let when = when(reader, section, &names, numbers);
        let action = match actions.action(reader, section, &names) {
            Some(Action::Rest(rest)) => Some(rest.answers(answers).into()),
            action => action,
        };
        if let (Some(name), Some(action)) = (name, action) {
            let mut hook = hook(section, name.value, action, when);
            links.place(number, &mut hook);
            hooks.push(hook);
        }
    }
    hooks
}

/// Whether no other hook has this name: `fire --hook` and reports know a hook by nothing else.
fn is_free(reader: &mut Reader, name: Text<'_>, taken: &mut Vec<(String, Place)>) -> bool {
    let (called, key) = (name.value, name.value.to_lowercase());
    let fault = if called.chars().any(char::is_control) {
        "a hook's name is one line of plain text".to_owned()
    } else if [AUTOMATIC_REST, AUTOMATIC_EXE]
        .iter()
        .any(|name| name.to_lowercase() == key)
    {
        format!("the name `{called}` belongs to an automatic hook; choose another")
    } else if let Some((_, first)) = taken.iter().find(|(name, _)| *name == key) {
        let line = reader.line(*first);
        format!("the hook in line {line} is called `{called}` too; give each its own name")
    } else {
        taken.push((key, name.place));
        return true;
    };
    reader.problem(name.place, fault);
    false
}
