//! What the hooks of an event would do, chains included.

use std::collections::BTreeMap;

use super::call::Call;
use super::state::State;
use crate::event::CallEvent;
use crate::fault::Fault;
use crate::hook::After;
use crate::outcome::Outcome;
use crate::plan::{Plan, Planned};
use crate::task::Task;

/// What stands in for a value of an answer where its name cannot: in JSON outside quotes.
const NUMBER: &str = "1";

pub(super) fn plans(state: &State, event: &CallEvent) -> Vec<Plan> {
    let values = state.values(event);
    let first = state.matching(event.kind(), &values);
    let call = Call::new(String::new(), event.kind(), values, event.to_json());
    let mut plans = Vec::new();
    for index in first {
        chain(state, index, &call, &BTreeMap::new(), &mut plans);
    }
    plans
}

/// The plan of a hook, and of those that come after it. `assumed` are the values that answers would have brought by then.
fn chain(
    state: &State,
    index: usize,
    call: &Call,
    assumed: &BTreeMap<String, String>,
    plans: &mut Vec<Plan>,
) {
    let hook = &state.slots[index].hook;
    let is_open = |name: &str| assumed.contains_key(name) && call.values.get(name).is_none();
    let failing = hook.when.iter().find(|(name, pattern)| {
        !is_open(name) && !pattern.matches(call.values.get(name).unwrap_or_default())
    });
    let plan = |values: &BTreeMap<String, String>| {
        let call = call.answered(&values.iter().collect(), None);
        let task = Task::new("", &hook.name, &hook.action, &call.values);
        state.engine.plan(task.document(&call.document))
    };
    let mut plan = match failing {
        None => match plan(assumed) {
            Plan {
                planned:
                    Planned::Nothing {
                        outcome: Outcome::Refused,
                        ..
                    },
                ..
            } if assumed.keys().any(|name| is_open(name)) => {
                let number = |(name, value): (&String, &String)| {
                    let value = if is_open(name) { NUMBER } else { value };
                    (name.clone(), value.to_owned())
                };
                plan(&assumed.iter().map(number).collect())
            }
            plan => plan,
        },
        Some((name, pattern)) => {
            let fault = Fault::Condition {
                name: name.to_owned(),
                pattern: pattern.as_str().to_owned(),
            };
            let task = Task::new("", &hook.name, &hook.action, &call.values);
            state.engine.nothing(&task, Outcome::Skipped, fault)
        }
    };
    plan.after.clone_from(&hook.after);
    let conditions = hook.when.iter().filter(|(name, _)| is_open(name));
    plan.when = conditions
        .map(|(name, pattern)| (name.to_owned(), pattern.as_str().to_owned()))
        .collect();
    plans.push(plan);
    if failing.is_some() {
        return;
    }
    for next in state.next(index, call.kind) {
        let mut assumed = assumed.clone();
        if let Some(After::Ok(_)) = &state.slots[next].hook.after {
            let value = |name: &str| call.values.get(name).unwrap_or(name).to_owned();
            let answered = hook.action.answered();
            assumed.extend(answered.map(|name| (name.to_owned(), value(name))));
        }
        chain(state, next, call, &assumed, plans);
    }
}
