//! Hooks that come after others: which ones, when, and which names their answers bring.

use mc_cli::nearest;
use mc_cli::settings::{Reader, Section, Text};
use mc_hooks::{After, Answers, Chains, EventKind, Hook};
use mc_template::{Names, variables};

/// What the headings of all hooks say of each other.
#[derive(Debug)]
pub(super) struct Links<'s, 't> {
    listed: &'s [Section<'t>],
    automatic: &'s [Hook],
    /// The automatic hooks and then those listed.
    chains: Chains,
    names: &'s Names,
}

impl<'s, 't> Links<'s, 't> {
    /// Reads `after` and `after_failed` of all hooks. `names` are those of every call.
    pub(super) fn new(listed: &'s [Section<'t>], automatic: &'s [Hook], names: &'s Names) -> Self {
        let first = automatic.iter().map(|hook| (hook.name.as_str(), None));
        let then = listed.iter().map(|section| {
            let before = before(section).map(|(_, text)| text.value);
            (called(section), before)
        });
        Self {
            chains: Chains::of(first.chain(then)),
            listed,
            automatic,
            names,
        }
    }

    /// The names that a hook's texts and rules may use: those of every call, and what the answers before it bring.
    pub(super) fn names(&self, hook: usize) -> Names {
        let names = self.names.clone().with_extra(self.brought(hook));
        names.unwrap_or_else(|_| self.names.clone())
    }

    /// What the answers before a hook bring. An answer that failed brings nothing to what comes after.
    fn brought(&self, hook: usize) -> Vec<&'t str> {
        let mut brought = Vec::new();
        let mut next = self.automatic.len() + hook;
        for before in self.chains.all_before(next) {
            let succeeds = self.section(next).is_some_and(|next| next.has("after"));
            let answer = self.section(before).filter(|_| succeeds);
            brought.extend(answer.into_iter().flat_map(answered));
            next = before;
        }
        brought
    }

    /// The heading of a hook of a chain, unless it is an automatic one.
    fn section(&self, hook: usize) -> Option<&'s Section<'t>> {
        self.listed.get(hook.checked_sub(self.automatic.len())?)
    }

    /// The events that a hook of a chain is for.
    fn events(&self, hook: usize) -> Vec<EventKind> {
        let mut path = vec![hook];
        path.extend(self.chains.all_before(hook));
        for hook in path {
            match self.section(hook) {
                Some(section) if section.has("on") => return on(section).collect(),
                Some(_) => {}
                None => return self.automatic[hook].on.clone(),
            }
        }
        vec![EventKind::default()]
    }

    /// Tells what cannot be of a hook's place in its chain, and of the names it uses. Whether all of it can.
    pub(super) fn check(&self, reader: &mut Reader, hook: usize) -> bool {
        let problems = reader.problem_count();
        let section = &self.listed[hook];
        if let Some((key, text)) = before(section) {
            self.check_place(reader, hook, key, text);
        }
        self.check_names(reader, hook);
        let place = self.automatic.len() + hook;
        let is_followed = self.chains.after(place).next().is_some();
        if section.has("answer") && !is_followed {
            let text = "`answer` does nothing: it is for hooks that come after this one, and none does; write `after` into them";
            reader.warning(section.key_place("answer"), text);
        }
        let in_chain = before(section).is_some() || is_followed;
        if in_chain
            && section
                .duration("timeout")
                .is_some_and(|time| time > Chains::LIMIT)
        {
            let text = format!(
                "hooks that come after one another have {} s together; write timeout = \"{0}s\" or less",
                Chains::LIMIT.as_secs()
            );
            reader.problem(section.key_place("timeout"), text);
        }
        reader.problem_count() == problems
    }

    fn check_place(&self, reader: &mut Reader, hook: usize, key: &str, text: Text<'_>) {
        let section = &self.listed[hook];
        if section.has("after") && section.has("after_failed") {
            let text = "a hook comes after one other; write `after` or `after_failed`, and make two hooks for both ways";
            reader.problem(section.key_place("after_failed"), text);
        }
        let place = self.automatic.len() + hook;
        let Some(before) = self.chains.before(place) else {
            let automatic = self.automatic.iter().map(|hook| hook.name.as_str());
            let known = automatic.chain(self.listed.iter().map(called));
            let advice = match nearest(text.value, known.filter(|name| !name.is_empty())) {
                Some(right) => format!("did you mean `{right}`?"),
                None => "write the `name` of another hook".to_owned(),
            };
            let name = text.value.escape_debug();
            reader.problem(
                text.place,
                format!("`{key}`: no hook is called `{name}`; {advice}"),
            );
            return;
        };
        if self.chains.is_circle(place) {
            let path = self.chains.all_before(place).into_iter();
            let path: Vec<_> = path
                .filter_map(|hook| {
                    Some(format!("`{}`", called(self.section(hook)?).escape_debug()))
                })
                .collect();
            let text = format!(
                "`{key}`: `{}` comes after {}, so that none of them is the first; take `{key}` out of one",
                called(section).escape_debug(),
                path.join(", that after ")
            );
            reader.problem(section.key_place(key), text);
            return;
        }
        let earlier = self.events(before);
        let never = on(section).filter(|event| section.has("on") && !earlier.contains(event));
        if let Some(event) = never.into_iter().next() {
            let name = text.value.escape_debug();
            let text = format!(
                "`on`: `{name}` does not run for {event}, so this hook never would; leave `on` out"
            );
            reader.problem(section.key_place("on"), text);
        }
    }

    /// A name that another hook's answer brings is an ordinary text here, and hardly meant so.
    fn check_names(&self, reader: &mut Reader, hook: usize) {
        let section = &self.listed[hook];
        let texts = ["rest", "parameters", "open"];
        let texts = texts
            .into_iter()
            .filter_map(|key| Some((key, section.text(key)?)));
        let sentence = |name: &str, from: &str| {
            format!(
                "`{name}` comes from the answer to `{from}`, and this hook does not come after the success of that one; \
                 write after = \"{from}\""
            )
        };
        let names = self.names(hook);
        misplaced(reader, self.listed, section, texts, &names, &sentence);
    }

    /// What a hook takes from its answer.
    pub(super) fn answers(&self, reader: &mut Reader, hook: usize) -> Answers {
        let mut answers = Answers::default();
        let brought = self.brought(hook);
        for (name, pointer) in self.listed[hook].pairs("answer") {
            if let Some(earlier) = brought
                .iter()
                .find(|other| variables::same_name(other, name))
            {
                let text = format!(
                    "`answer`: `{earlier}` comes from the answer to a hook before this one already; choose another name"
                );
                reader.problem(pointer.place, text);
                continue;
            }
            let more = |pointer: &str| answers.clone().and(name, pointer, self.names);
            if let Some(more) = reader.parsed("answer", Some(*pointer), more) {
                answers = more;
            }
        }
        answers
    }

    /// Gives a hook its place. Without `on` it is for the events of the one before.
    pub(super) fn place(&self, number: usize, hook: &mut Hook) {
        let Some((key, text)) = before(&self.listed[number]) else {
            return;
        };
        let name = text.value.to_owned();
        hook.after = Some(if key == "after" {
            After::Ok(name)
        } else {
            After::Failed(name)
        });
        hook.on = self.events(self.automatic.len() + number);
    }
}

/// Tells which of these texts of a heading, of its `env` and of its `when` use a name that the answer to a hook brings,
/// and that is none of `names` there.
pub(super) fn misplaced<'t>(
    reader: &mut Reader,
    listed: &[Section<'t>],
    section: &Section<'t>,
    texts: impl Iterator<Item = (&'static str, Text<'t>)>,
    names: &Names,
    sentence: &dyn Fn(&str, &str) -> String,
) {
    let env = section.pairs("env").iter().map(|(_, text)| ("env", *text));
    let texts: Vec<_> = texts.chain(env).collect();
    let mut told: Vec<&str> = Vec::new();
    for other in listed {
        for name in answered(other) {
            let known = names.known(name).is_some();
            if known || told.iter().any(|told| variables::same_name(told, name)) {
                continue;
            }
            told.push(name);
            let sentence = sentence(name, &called(other).escape_debug().to_string());
            for (key, text) in &texts {
                if let Some(offset) = used(text.value, name) {
                    let (place, column) = reader.place_in(*text, offset);
                    reader.problem(place, format!("`{key}`, column {column}: {sentence}"));
                }
            }
            let rules = section.pairs("when").iter();
            for (_, pattern) in rules.filter(|(rule, _)| variables::same_name(rule, name)) {
                reader.problem(pattern.place, format!("`when`: {sentence}"));
            }
        }
    }
}

/// The hook before, with the key that names it.
fn before<'t>(section: &Section<'t>) -> Option<(&'static str, Text<'t>)> {
    ["after", "after_failed"]
        .into_iter()
        .find_map(|key| Some((key, section.text(key)?)))
}

fn called<'t>(section: &Section<'t>) -> &'t str {
    section.text("name").map_or("", |text| text.value)
}

/// The names that a hook's answer brings, as far as they are names.
fn answered<'t>(section: &Section<'t>) -> impl Iterator<Item = &'t str> {
    let names = section.pairs("answer").iter().map(|(name, _)| *name);
    let good = names.filter(|name| Names::none().with_extra([name]).is_ok());
    good.collect::<Vec<_>>().into_iter()
}

/// The events under `on`.
pub(super) fn on(section: &Section<'_>) -> impl Iterator<Item = EventKind> {
    let texts = section.texts("on").unwrap_or_default().iter();
    texts.filter_map(|text| text.value.parse().ok())
}

/// Where a text uses a name as a variable: `$name`, `${name` or `${{name`.
fn used(text: &str, name: &str) -> Option<usize> {
    text.match_indices('$').map(|(at, _)| at).find(|&at| {
        let rest = text[at + 1..].trim_start_matches('{');
        let end = rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(rest.len());
        variables::same_name(&rest[..end], name) && !text[..at].ends_with('$')
    })
}
