//! The calls: one that the agent takes, and one that nobody takes.

use super::{AGENT, GROUP, World};
use crate::jtel::Jtel;
use crate::programs::wait_for;
use crate::story::{Story, detail, say};
use serde_json::{Value, json};
use std::fs;
use std::time::Instant;

const CALLER: &str = "49199123456789";
const CALL: [(&str, &str); 6] = [
    ("UsersUID", AGENT),
    ("ANumber", CALLER),
    ("GroupName", GROUP),
    ("ServiceNumber", "498912345"),
    ("ServiceName", "Hotline"),
    ("CustomerNumber", "4711"),
];
/// Who calls when the agent is out for lunch.
const LATER: &str = "498912345670";

/// The caller's page and program are there before the second ring. The call's id.
pub(super) fn comes_in(story: &mut Story, world: &World) -> Result<String, String> {
    let begun = Instant::now();
    let (pushed, took) = world.jtel.call(&CALL)?;
    story.step(
        &format!("A call from {CALLER} comes in; jtel pushes it to the workstation."),
        took,
    );
    detail(
        "answer",
        &format!(
            "{} {}",
            pushed["status"],
            pushed["answer"].as_str().unwrap_or_default().trim()
        ),
    );

    let (at, request) = visit(world, 1)?;
    story.step(
        "The CRM is on the customer: the CurlRESTCommand reached it.",
        at.duration_since(begun),
    );
    detail("request", request.trim_end_matches(" HTTP/1.1"));

    let parameters = wait_for("the start of the program", || {
        Ok(fs::read_to_string(&world.pop_file).ok())
    });
    let took = begun.elapsed();
    let parameters = parameters.map_err(|reason| world.with_words(&reason, "history"))?;
    let expected = json!([
        format!("/number:{CALLER}"),
        format!("/group:{GROUP}"),
        "/customer:4711"
    ]);
    if serde_json::from_str::<Value>(&parameters).ok().as_ref() != Some(&expected) {
        return Err(format!("the program got {parameters}, not {expected}"));
    }
    story.step(
        "The screen-pop program was started, each parameter in one piece.",
        took,
    );
    detail("parameters", &parameters);
    id(&pushed)
}

/// The customer of this number that the CRM was asked for, and when: the call's, and no other after it.
fn visit(world: &World, number: usize) -> Result<(Instant, String), String> {
    let visits = wait_for("the REST call at the CRM", || {
        let mut visits = world.crm.visits();
        visits.retain(|(_, request)| request.starts_with("GET /customer"));
        Ok(Some(visits).filter(|visits| visits.len() >= number))
    });
    let visits = visits.map_err(|reason| world.with_words(&reason, "history"))?;
    let expected = format!("GET /customer?id=4711&group=Sales%20EU&from={CALLER} HTTP/1.1");
    match &visits[number - 1..] {
        [(at, request)] if *request == expected => Ok((*at, request.clone())),
        [(_, request)] => Err(format!("the CRM was asked {request:?}, not {expected:?}")),
        more => Err(format!(
            "the CRM was asked {} times for one call",
            more.len()
        )),
    }
}

/// The same call by another telephone system, which cannot reach the workstation: both know a broker.
pub(super) fn comes_by_broker(story: &mut Story, world: &World) -> Result<(), String> {
    let Some(broker) = &world.broker else {
        say(
            " -  A call through a message broker is left out: mosquitto is not installed (apt-get install mosquitto).",
        );
        return Ok(());
    };
    let connected = wait_for("the subscription at the broker", || {
        let said = world
            .programs
            .run_well("miniclient", &["status", "--json"])?;
        let status: Value = serde_json::from_str(&said.stdout).map_err(|e| e.to_string())?;
        Ok((status["broker"]["state"] == "connected").then_some(()))
    });
    connected.map_err(|reason| world.with_words(&reason, "status"))?;
    let jtel = Jtel::start(
        &world.sandbox,
        AGENT,
        &world.login,
        GROUP,
        &world.crm_link,
        &["--broker", &broker.inside()],
    )?;
    let begun = Instant::now();
    let (published, _) = jtel.call(&[&CALL[..], &[("CallID", "by-broker")]].concat())?;
    let (at, request) = visit(world, 2)?;
    story.step(
        "The same call through a message broker (Mosquitto, TLS): the CRM is on the customer again.",
        at.duration_since(begun),
    );
    detail("broker", &broker.outside());
    detail(
        "topic",
        published["url"]
            .as_str()
            .and_then(|url| url.strip_prefix(&format!("{}/", broker.inside())))
            .ok_or_else(|| format!("it was not published: {published}"))?,
    );
    detail("request", request.trim_end_matches(" HTTP/1.1"));
    let said = world
        .programs
        .run_well("miniclient", &["history", "--json", "-n", "1"])?;
    if !said.stdout.contains(r#""via":"broker""#) {
        return Err(format!(
            "the journal does not say that the call came through the broker: {}",
            said.stdout
        ));
    }
    jtel.stop()
}

/// The agent answers, and hangs up: the CRM hears of both.
pub(super) fn is_taken(story: &mut Story, world: &World, call: &str) -> Result<(), String> {
    let begun = Instant::now();
    let mut heard = Vec::new();
    for (action, event) in [("answer", "answered"), ("hangup", "ended")] {
        world.jtel.act(call, action)?;
        heard.push(hears(world, call, event, CALLER)?);
    }
    story.step(
        "The agent answers the call, then hangs up: the CRM hears of both.",
        begun.elapsed(),
    );
    for request in heard {
        detail("request", &request);
    }
    Ok(())
}

/// Nobody answers: the CRM hears of that, and the agent finds it later.
pub(super) fn is_missed(story: &mut Story, world: &World) -> Result<(), String> {
    let begun = Instant::now();
    let (pushed, _) = world.jtel.call(&[
        ("UsersUID", AGENT),
        ("ANumber", LATER),
        ("CRMLink", &format!("{}/customer?id=815", world.crm.url())),
    ])?;
    let call = id(&pushed)?;
    world.jtel.act(&call, "hangup")?;
    let request = hears(world, &call, "missed", LATER)?;
    let missed = ["history", "--missed", "--json"];
    let missed = world.programs.run_well("miniclient", &missed)?.stdout;
    let missed: Vec<Value> = missed
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .collect();
    match missed.as_slice() {
        [one] if one["event"]["ANumber"] == LATER => {}
        other => return Err(format!("not the one missed call in the history: {other:?}")),
    }
    story.step(
        "Another call rings, and nobody takes it: missed, for the CRM and in the history.",
        begun.elapsed(),
    );
    detail("request", &request);
    let shown = ["history", "--missed"];
    let shown = world.programs.run_well("miniclient", &shown)?.stdout;
    for line in shown.lines() {
        detail("history", line.trim_end());
    }
    Ok(())
}

/// What the CRM is asked when an event of a call reaches it.
fn hears(world: &World, call: &str, event: &str, from: &str) -> Result<String, String> {
    let expected = format!("GET /log?call={call}&event={event}&from={from}");
    let request = format!("{expected} HTTP/1.1");
    wait_for(&format!("{event} at the CRM"), || {
        let all = world.crm.visits();
        Ok(all.iter().any(|(_, asked)| *asked == request).then_some(()))
    })
    .map_err(|reason| world.with_words(&reason, "history"))?;
    Ok(expected)
}

fn id(pushed: &Value) -> Result<String, String> {
    let id = pushed["UFN"].as_str().map(str::to_owned);
    id.ok_or_else(|| format!("the call has no id: {pushed}"))
}
