//! `fire`: runs the hooks once, in this process.

use std::pin::pin;
use std::time::Duration;

use mc_desktop::EndWatch;
use mc_hooks::{
    Action, After, CallEvent, Chains, Hook, Outcome, Plan, Planned, Programs, Report, Runner,
};
use mc_template::{Numbers, Scope, Values};

use crate::cli::FireArguments;
use crate::{App, Exit, event};
use mc_cli::Output;

/// Runs the command.
pub(crate) async fn run(app: &App, arguments: &FireArguments) -> Exit {
    let mut event = match event::read(&arguments.event) {
        Ok(event) => event,
        Err(error) => {
            app.output.note(&error);
            return Exit::Failed;
        }
    };
    let mut config = match app.load() {
        Ok(loaded) => loaded.config,
        Err(exit) => return exit,
    };
    if let Some(users_uid) = &config.users_uid {
        event.set_default("UsersUID", users_uid);
    }
    let mut hooks = std::mem::take(&mut config.hooks);
    if let Some(name) = &arguments.hook
        && let Err(known) = keep_only(&mut hooks, name)
    {
        app.output.note(&format!(
            "there is no hook called {name:?}; there are: {known}"
        ));
        return Exit::Usage;
    }
    let station = mc_agent::station_values(config.jtel.as_ref()).await;
    let values = values(&event, &station);
    let meant: Vec<&Hook> = hooks
        .iter()
        .filter(|hook| hook.after.is_none() && hook.is_for_call(event.kind(), &values))
        .collect();
    if hooks.is_empty() {
        app.output.note(crate::advice::NO_HOOK);
    } else if meant.is_empty() {
        app.output
            .note(&format!("no hook is for this event ({})", event.kind()));
    }
    let engine = config
        .engine()
        .secrets(config.vault.clone())
        .advice(crate::advice::run);
    let runner = Runner::new(hooks, engine, |_: &Report| {});
    runner.set_station(station);
    if arguments.as_curl {
        return as_curl(
            app.output,
            &runner,
            &event,
            &values,
            &config.numbers,
            arguments.hook.as_deref(),
        );
    }
    if arguments.dry_run {
        let plans = runner.plan(&event);
        if arguments.json {
            app.output.json(&plans);
        } else {
            app.output.text(
                &plans
                    .iter()
                    .map(|plan| shown(plan, app.output))
                    .collect::<Vec<_>>()
                    .join("\n"),
            );
        }
        return verdict(app.output, plans.iter().filter_map(unplanned));
    }
    let reports = run_until_end(&runner, event).await;
    if arguments.json {
        app.output.json(&reports);
    } else {
        for report in &reports {
            app.output.line(report);
        }
    }
    verdict(
        app.output,
        reports
            .iter()
            .filter(|report| !report.outcome.is_success())
            .map(|report| {
                (
                    report.hook.as_str(),
                    report.error.as_deref().unwrap_or(report.outcome.as_str()),
                )
            }),
    )
}

/// Runs the hooks. Asked to end before they have, this process takes along what it would have ended in time.
async fn run_until_end(runner: &Runner, event: CallEvent) -> Vec<Report> {
    /// For requests that are under way.
    const GRACE: Duration = Duration::from_secs(1);
    // Where signals cannot be caught, they end this process as ever.
    let mut watch = EndWatch::new().ok();
    let mut reports = pin!(runner.run(event));
    tokio::select! {
        reports = &mut reports => return reports,
        Some(_) = async { Some(watch.as_mut()?.requested().await) } => {}
    }
    runner.shutdown(Programs::ByTimeout, GRACE).await;
    reports.await
}

/// Keeps the hook of this name, and those of its chain before and after it; the error lists the names there are.
fn keep_only(hooks: &mut Vec<Hook>, name: &str) -> Result<(), String> {
    let wanted = |hook: &Hook| hook.name.to_lowercase() == name.to_lowercase();
    if !hooks.iter().any(wanted) {
        let names: Vec<&str> = hooks.iter().map(|hook| hook.name.as_str()).collect();
        return Err(if names.is_empty() {
            "none".to_owned()
        } else {
            names.join(", ")
        });
    }
    let links = hooks.iter().map(|hook| {
        let before = hook.after.as_ref().map(After::hook);
        (hook.name.as_str(), before)
    });
    let chains = Chains::of(links);
    let found = hooks.iter().position(wanted).unwrap_or_default();
    let before = chains.all_before(found);
    let mut number = 0..;
    hooks.retain(|_| {
        number.next().is_some_and(|hook| {
            hook == found || before.contains(&hook) || chains.all_before(hook).contains(&found)
        })
    });
    Ok(())
}

/// The values that a run of the hooks would see.
fn values(event: &CallEvent, station: &Values) -> Values {
    let mut values = event.values().clone();
    for (name, value) in station.iter() {
        values.set(name, value);
    }
    values
}

/// Done, if nothing went wrong; else the reasons, one line each.
fn verdict<'a>(output: &Output, failures: impl Iterator<Item = (&'a str, &'a str)>) -> Exit {
    let mut exit = Exit::Done;
    for (hook, reason) in failures {
        output.note(&format!("{hook}: {reason}"));
        exit = Exit::Failed;
    }
    exit
}

/// Why a run of this plan would fail.
fn unplanned(plan: &Plan) -> Option<(&str, &str)> {
    match &plan.planned {
        Planned::Nothing { outcome, error, .. } if !outcome.is_success() => {
            Some((&plan.hook, error))
        }
        _ => None,
    }
}

/// A plan for people: what would be done, and with what, each parameter on a line of its own.
fn shown(plan: &Plan, output: &Output) -> String {
    let say = |text| output.translated(text);
    let mut first = format!("{} ({})", plan.hook, plan.action);
    match &plan.after {
        Some(After::Ok(before)) => first.extend([", ", &say("after"), " ", before]),
        Some(after) => first.extend([
            ", ",
            &say("when"),
            " ",
            after.hook(),
            " ",
            &say("was not ok"),
        ]),
        None => {}
    }
    for (name, pattern) in &plan.when {
        first.extend([
            ", ",
            &say("if"),
            " ",
            name,
            " ",
            &say("matches"),
            " \"",
            pattern,
            "\"",
        ]);
    }
    let mut lines = vec![first];
    match &plan.planned {
        Planned::Start {
            program,
            arguments,
            env,
            stdin,
            ..
        } => {
            lines.push(format!("  program  {}", program.display()));
            for (index, argument) in arguments.iter().enumerate() {
                lines.push(format!("  {:>7}  {argument}", index + 1));
            }
            for (name, value) in env {
                lines.push(format!("  env      {name}={value}"));
            }
            if let Some(stdin) = stdin {
                lines.push(format!("  stdin    {stdin}"));
            }
        }
        Planned::Send { requests, .. } => {
            for request in requests {
                lines.push(format!("  {} {}", request.method, request.url));
                for (name, value) in &request.headers {
                    lines.push(format!("  {name}: {value}"));
                }
                if let Some(body) = &request.body {
                    lines.push(String::new());
                    lines.extend(body.lines().map(|line| format!("  {line}")));
                }
            }
        }
        Planned::Open { url, .. } => lines.push(format!("  open  {url}")),
        Planned::Custom { description, .. } => lines.push(format!("  {description}")),
        Planned::Nothing { outcome, error, .. } => {
            lines.push(format!("  {outcome}: {}", say(error)));
        }
        _ => lines.push(format!("  {}", say("(this version cannot show it)"))),
    }
    lines.push(String::new());
    lines.join("\n")
}

/// The REST hooks as curl commands with this call's values, secrets included: they are meant to be run. What an answer
/// would bring stands there by its name, as in a dry run.
fn as_curl(
    output: &Output,
    runner: &Runner,
    event: &CallEvent,
    values: &Values,
    numbers: &Numbers,
    named: Option<&str>,
) -> Exit {
    const NO_CALL: &str = "is no REST call";
    let answered: Vec<&str> = runner
        .hooks()
        .flat_map(|hook| hook.action.answered())
        .filter(|name| values.get(name).is_none())
        .collect();
    let with = |stand_in: fn(&str) -> &str| {
        let mut values = values.clone();
        for name in &answered {
            values.set(name, stand_in(name));
        }
        values
    };
    // Where only a number may be, no name can.
    let stand_ins = [with(|name| name), with(|_| "1")];
    let mut failures = Vec::new();
    for plan in runner.plan(event) {
        let is_named = named.is_some_and(|name| name.to_lowercase() == plan.hook.to_lowercase());
        let hook = runner.hooks().find(|hook| hook.name == plan.hook);
        let Some(Action::Rest(rest)) = hook.map(|hook| &hook.action) else {
            if is_named {
                failures.push((plan.hook, NO_CALL.to_owned()));
            } else {
                output.note(&format!("{}: {NO_CALL}", plan.hook));
            }
            continue;
        };
        if let Planned::Nothing { outcome, error, .. } = plan.planned {
            if outcome == Outcome::Skipped {
                output.note(&format!("{}: {outcome}: {error}", plan.hook));
            } else {
                failures.push((plan.hook, error));
            }
            continue;
        }
        let mut made = stand_ins
            .iter()
            .map(|values| rest.command().as_curl(&Scope::new(values, numbers)));
        match made.find(Result::is_ok).or_else(|| made.next_back()) {
            Some(Ok(command)) => {
                output.data(command);
                if let Some(After::Ok(before)) = &plan.after {
                    output.note(&format!(
                        "{}: comes after `{before}`; write what its answer brings in place of the names of such values",
                        plan.hook
                    ));
                }
                for (name, variable) in rest.command().shell_variables() {
                    output.note(&format!(
                        "{}: ${variable} stands for ${{{name}}}; set it first, to the value as it goes out: encoded, \
                         where it stands in a URL or a form",
                        plan.hook
                    ));
                }
            }
            Some(Err(error)) => failures.push((plan.hook, error.to_string())),
            None => {}
        }
    }
    verdict(
        output,
        failures
            .iter()
            .map(|(hook, error)| (hook.as_str(), error.as_str())),
    )
}
