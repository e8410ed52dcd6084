//! The mission, step by step. Each is told after it was checked.

mod calls;

use crate::broker::Broker;
use crate::crm::Crm;
use crate::jtel::Jtel;
use crate::programs::{Programs, wait_for};
use crate::story::{Story, detail, say};
use crate::{screen_pop, settings};
use serde_json::{Value, json};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The user of the telephone system who sits at this computer.
const AGENT: &str = "agent.17";
const GROUP: &str = "Sales EU";
const DIALLED: &str = "+498912345678";

struct World {
    jtel: Jtel,
    crm: Crm,
    programs: Programs,
    broker: Option<Broker>,
    sandbox: PathBuf,
    crm_link: String,
    pop_file: PathBuf,
    login: String,
    computer: String,
}

impl World {
    /// A reason with what miniclient has to say to it.
    fn with_words(&self, reason: &str, command: &str) -> String {
        let said = self.programs.run("miniclient", &[command]);
        let said = said.map_or_else(
            |e| e,
            |finished| format!("{}{}", finished.stdout, finished.stderr),
        );
        format!("{reason}; miniclient {command} says:\n{said}")
    }
}

pub(crate) fn all(story: &mut Story) -> Result<(), String> {
    let folder = TempDir::new().map_err(|e| format!("there is no temporary folder: {e}"))?;
    let told = mission(story, folder.path());
    clear(&folder);
    told
}

fn mission(story: &mut Story, folder: &Path) -> Result<(), String> {
    say("miniclient: the whole mission, on loopback.\n");
    let built = testkit::find_programs_aloud(&["miniclient", "mc-start", "jtel-sandbox"])?;
    story.restart_clock();

    let world = set_up(story, folder, &built)?;
    morning(story, &world)?;
    registered(story, &world)?;
    let taken = calls::comes_in(story, &world)?;
    calls::is_taken(story, &world, &taken)?;
    calls::comes_by_broker(story, &world)?;
    calls::is_missed(story, &world)?;
    dial(story, &world)?;
    nick_name(story, &world)?;
    evening(story, world)
}

/// Windows keeps the file of a program for a moment after its end. What cannot be removed by then stays.
fn clear(folder: &TempDir) {
    let deadline = Instant::now() + Duration::from_secs(5);
    while fs::remove_dir_all(folder.path()).is_err()
        && folder.path().exists()
        && Instant::now() < deadline
    {
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn set_up(story: &mut Story, folder: &Path, built: &[PathBuf]) -> Result<World, String> {
    let begun = Instant::now();
    let [miniclient, mc_start, sandbox] = built else {
        return Err("three programs were asked for".to_owned());
    };
    let programs = Programs::install(
        &[miniclient, mc_start],
        &folder.join("MiniClient"),
        &folder.join("home"),
    )?;
    let identity = programs.identity()?;
    let text = |name: &str| {
        let value = identity[name]
            .as_str()
            .filter(|text| !text.is_empty())
            .map(str::to_owned);
        value.ok_or_else(|| format!("mc-start does not know the {name}: {identity}"))
    };
    let (login, computer) = (text("WindowsLoginName")?, text("ComputerName")?);

    let crm = Crm::start()?;
    let crm_link = format!(
        "{}/customer?id=${{CustomerNumber}}&group=${{groupname}}&from=$CallerNumber",
        crm.url()
    );
    let jtel = Jtel::start(sandbox, AGENT, &login, GROUP, &crm_link, &[])?;
    let broker = Broker::start(folder)?;

    let pop_file = folder.join("screen-pop.json");
    let me = std::env::current_exe().map_err(|e| format!("where am I? {e}"))?;
    let token = programs.write("token", &jtel.token)?;
    settings::only_mine(&token)?;
    programs.write("mc-start.toml", &settings::mc_start(&jtel))?;
    let call = settings::OnCall {
        program: &me,
        first: screen_pop::NAME,
        file: &pop_file,
        crm: &crm.url(),
    };
    let subscribe = broker.as_ref().map(Broker::settings).unwrap_or_default();
    programs.configure(&settings::miniclient(&jtel, &token, &call, &subscribe))?;
    story.step(
        "A telephone system (the sandbox) and a CRM are up, both programs are installed.",
        begun.elapsed(),
    );
    detail("jtel", &jtel.base_url);
    detail("CRM", &crm.url());
    detail(
        "user",
        &format!("{AGENT}, logged in as {login} on {computer}"),
    );
    Ok(World {
        jtel,
        crm,
        programs,
        broker,
        sandbox: sandbox.clone(),
        crm_link,
        pop_file,
        login,
        computer,
    })
}

fn morning(story: &mut Story, world: &World) -> Result<(), String> {
    let started = world.programs.run_well("mc-start", &[])?;
    let answer: Value = serde_json::from_str(started.stdout.trim()).map_err(|e| {
        format!(
            "mc-start printed no answer of jtel ({e}):\n{}{}",
            started.stdout, started.stderr
        )
    })?;
    if answer["usersuid"] != AGENT {
        return Err(format!("jtel did not find the user: {answer}"));
    }
    story.step(
        "The agent logs on: mc-start starts miniclient and tells jtel who sits where.",
        started.took,
    );
    detail("jtel says", &answer.to_string());
    Ok(())
}

fn registered(story: &mut Story, world: &World) -> Result<(), String> {
    let begun = Instant::now();
    let workstation = wait_for("the registration of miniclient", || {
        Ok(world.jtel.workstations()?.pop())
    });
    let workstation = workstation.map_err(|reason| world.with_words(&reason, "status"))?;
    let text = |name: &str| workstation[name].as_str().unwrap_or_default();
    if text("UsersUID") != AGENT || text("ComputerName") != world.computer {
        return Err(format!(
            "not the workstation of {AGENT} on {}: {workstation}",
            world.computer
        ));
    }
    story.step(
        "miniclient registers the workstation: calls for this user can be pushed to it.",
        begun.elapsed(),
    );
    detail(
        "address",
        &format!("{}:{}", text("IPAddress"), text("ListenPort")),
    );
    Ok(())
}

fn dial(story: &mut Story, world: &World) -> Result<(), String> {
    let dialled = world
        .programs
        .run_well("miniclient", &["--dial", DIALLED])?;
    let dials = world.jtel.dials()?;
    match dials.as_slice() {
        [dial] if dial["UsersUID"] == AGENT && dial["DialNumber"] == DIALLED => {}
        other => return Err(format!("jtel dialled {other:?}, not {DIALLED} once")),
    }
    story.step(
        &format!("miniclient --dial {DIALLED}: the running instance has jtel dial it."),
        dialled.took,
    );
    detail("it says", dialled.stdout.lines().next().unwrap_or_default());
    Ok(())
}

fn nick_name(story: &mut Story, world: &World) -> Result<(), String> {
    let begun = Instant::now();
    let row = world
        .jtel
        .row("SELECT UID, LDAPUserName, NickName FROM Users")?;
    if row != json!({"UID": AGENT, "LDAPUserName": world.login, "NickName": world.computer}) {
        return Err(format!(
            "the database says {row}; the NickName should be {}",
            world.computer
        ));
    }
    story.step(
        "jtel's database knows where the agent sits: it is the user's NickName.",
        begun.elapsed(),
    );
    detail("row", &row.to_string());
    Ok(())
}

fn evening(story: &mut Story, world: World) -> Result<(), String> {
    let begun = Instant::now();
    world.programs.run_well("miniclient", &["stop"])?;
    // 10: not running.
    let status = world.programs.run("miniclient", &["status"])?;
    if status.code != 10 {
        return Err(format!(
            "miniclient still runs after its end:\n{}{}",
            status.stdout, status.stderr
        ));
    }
    let left = world.jtel.workstations()?;
    if !left.is_empty() {
        return Err(format!(
            "miniclient stopped without taking its registration back: {left:?}"
        ));
    }
    world.jtel.stop()?;
    story.step(
        "The agent logs off: miniclient takes its registration back and ends; so does the rest.",
        begun.elapsed(),
    );
    Ok(())
}
