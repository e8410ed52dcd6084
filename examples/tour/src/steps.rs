//! The mission, step by step. Each is told after it was checked.

use crate::crm::Crm;
use crate::programs::{Programs, wait_for};
use crate::screen_pop;
use crate::story::{Story, detail, say};
use jtel_sandbox::{IncomingCall, Options, Sandbox, User};
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// The user of the telephone system who sits at this computer.
const AGENT: &str = "agent.17";
const CALLER: &str = "49199123456789";
const DIALLED: &str = "+498912345678";

struct World {
    sandbox: Sandbox,
    crm: Crm,
    programs: Programs,
    pop_file: std::path::PathBuf,
    login: String,
    computer: String,
    runtime: Runtime,
}

pub(crate) fn all(story: &mut Story) -> Result<(), String> {
    let folder = TempDir::new().map_err(|e| format!("there is no temporary folder: {e}"))?;
    say("miniclient, the whole mission on loopback.\n");
    let programs = Programs::install(
        &folder.path().join("MiniClient"),
        &folder.path().join("home"),
    )?;
    story.restart_clock();

    let world = set_up(story, folder.path(), programs)?;
    morning(story, &world)?;
    registered(story, &world)?;
    call(story, &world)?;
    dial(story, &world)?;
    nick_name(story, &world)?;
    evening(story, world)
}

fn set_up(story: &mut Story, folder: &Path, programs: Programs) -> Result<World, String> {
    let begun = Instant::now();
    let runtime = Runtime::new().map_err(|e| format!("no runtime: {e}"))?;
    let identity = mc_identity::collect(&mc_identity::Query::default());
    let login = identity
        .login_name
        .ok_or("nobody is logged in: there is no login name")?;
    let computer = identity.computer_name.ok_or("this computer has no name")?;
    let crm = Crm::start(runtime.handle())?;

    let mut options = Options::default();
    // Wine, too, trusts a certificate without an issuer; with one it misses a revocation list.
    options.self_signed = true;
    options.users.push(User::new(AGENT, &login));
    let crm_url = format!(
        "{}/customer?id=${{CustomerNumber}}&group=${{groupname}}&from=$CallerNumber",
        crm.url()
    );
    options.groups.push(("Sales EU".to_owned(), crm_url));
    let sandbox = runtime
        .block_on(Sandbox::start(options))
        .map_err(|e| format!("the sandbox does not start: {e}"))?;
    let base_url = sandbox.https_base_url().ok_or("the sandbox has no HTTPS")?;
    let ca_file = sandbox
        .ca_file()
        .ok_or("the sandbox has no root certificate")?
        .display()
        .to_string();

    let pop_file = folder.join("screen-pop.json");
    let me = std::env::current_exe().map_err(|e| format!("where am I? {e}"))?;
    let token = programs.write("token", sandbox.token())?;
    only_mine(&token)?;
    programs.write("mc-start.toml", &mc_start_toml(&base_url, &ca_file))?;
    programs.configure(&miniclient_toml(
        &base_url, &ca_file, &token, &me, &pop_file,
    ))?;
    story.step(
        "A telephone system (the sandbox) and a CRM are up, both programs are installed.",
        begun.elapsed(),
    );
    detail("jtel", &base_url);
    detail("CRM", &crm.url());
    detail(
        "user",
        &format!("{AGENT}, logged in as {login} on {computer}"),
    );
    Ok(World {
        sandbox,
        crm,
        programs,
        pop_file,
        login,
        computer,
        runtime,
    })
}

/// A token that others may read is refused: it is made the user's alone, as an administrator would.
fn only_mine(token: &Path) -> Result<(), String> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mine = fs::Permissions::from_mode(0o600);
        fs::set_permissions(token, mine).map_err(|e| format!("{}: {e}", token.display()))?;
    }
    #[cfg(not(unix))]
    let _ = token;
    Ok(())
}

fn mc_start_toml(base_url: &str, ca_file: &str) -> String {
    format!(
        "url = '{base_url}/routingApplications/run/1234'
token_file = 'token'
ca_file = '{ca_file}'
client = 'miniclient'
proxy = 'none'
"
    )
}

fn miniclient_toml(
    base_url: &str,
    ca_file: &str,
    token: &Path,
    program: &Path,
    pop_file: &Path,
) -> String {
    let (token, program, pop_file) = (token.display(), program.display(), pop_file.display());
    let word = screen_pop::NAME;
    format!(
        r#"AutomaticRESTCRMUrl = true
CurlRESTCommand = 'curl -sS "$crmurl"'
AutomaticEXECallCommand = '{program}'
AutomaticEXECallParameters = '{word} "{pop_file}" /number:$ANumber "/group:$GroupName" /customer:$CustomerNumber'
Variables = ["CustomerNumber"]

[jtel]
base_url = '{base_url}'
ca_file = '{ca_file}'
token_file = '{token}'

[register]
application = 1235
fields = ["Action", "WindowsLoginName", "ComputerName", "IPAddress", "SessionID", "ListenPort", "ListenToken"]
users_uid_from = "/usersuid"

[dial]
application = 5678

[listen]
address = "127.0.0.1:0"
"#
    )
}

fn morning(story: &mut Story, world: &World) -> Result<(), String> {
    let started = world.programs.run_well("mc-start", &[])?;
    let answer = started
        .stdout
        .lines()
        .find_map(|line| serde_json::from_str::<serde_json::Value>(line.trim()).ok());
    // The answer may be printed over several lines.
    let whole = || serde_json::from_str(started.stdout.trim()).ok();
    let answer: serde_json::Value = answer
        .filter(serde_json::Value::is_object)
        .or_else(whole)
        .ok_or_else(|| {
            format!(
                "mc-start printed no answer of jtel:\n{}{}",
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
        let all = world.sandbox.workstations().map_err(|e| e.to_string())?;
        Ok(all.into_iter().find(|w| w.users_uid == AGENT))
    })
    .map_err(|reason| {
        let status = world.programs.run("miniclient", &["status"]);
        let said = status
            .map(|s| format!("{}{}", s.stdout, s.stderr))
            .unwrap_or_default();
        format!("{reason}; miniclient status says:\n{said}")
    })?;
    if workstation.computer_name != world.computer {
        return Err(format!(
            "{} registered as {}",
            world.computer, workstation.computer_name
        ));
    }
    story.step(
        "miniclient registers the workstation: calls for this user can be pushed to it.",
        begun.elapsed(),
    );
    detail(
        "address",
        &format!("{}:{}", workstation.ip_address, workstation.listen_port),
    );
    Ok(())
}

fn call(story: &mut Story, world: &World) -> Result<(), String> {
    let call = IncomingCall::for_user(AGENT)
        .with("ANumber", CALLER)
        .with("GroupName", "Sales EU")
        .with("ServiceNumber", "498912345")
        .with("ServiceName", "Hotline")
        .with("CustomerNumber", "4711");
    let begun = Instant::now();
    let pushed = world
        .runtime
        .block_on(world.sandbox.call(&call))
        .map_err(|e| format!("the call was not taken: {e}"))?;
    story.step(
        &format!("A call from {CALLER} comes in; jtel pushes it to the workstation."),
        pushed.took,
    );
    detail(
        "answer",
        &format!("{} {}", pushed.status, pushed.answer.trim()),
    );

    let (at, target) = wait_for("the REST call at the CRM", || {
        Ok(world.crm.visits().into_iter().next())
    })?;
    let expected = format!("/customer?id=4711&group=Sales%20EU&from={CALLER}");
    if target != expected {
        return Err(format!(
            "the CRM was asked for {target}, not for {expected}"
        ));
    }
    story.step(
        "The CRM is on the customer: the CurlRESTCommand reached it.",
        at.duration_since(begun),
    );
    detail("request", &format!("GET {target}"));

    let parameters = wait_for("the start of the program", || {
        Ok(fs::read_to_string(&world.pop_file).ok())
    })
    .map_err(|reason| format!("{reason}:\n{}", history(world)))?;
    let took = begun.elapsed();
    let expected = serde_json::json!([
        format!("/number:{CALLER}"),
        "/group:Sales EU",
        "/customer:4711"
    ]);
    if serde_json::from_str::<serde_json::Value>(&parameters)
        .ok()
        .as_ref()
        != Some(&expected)
    {
        return Err(format!("the program got {parameters}, not {expected}"));
    }
    story.step(
        "The screen-pop program was started, each parameter in one piece.",
        took,
    );
    detail("parameters", &parameters);
    if world.crm.visits().len() != 1 {
        return Err(format!(
            "the CRM was asked {} times for one call",
            world.crm.visits().len()
        ));
    }
    Ok(())
}

fn history(world: &World) -> String {
    world
        .programs
        .run("miniclient", &["history"])
        .map(|h| format!("{}{}", h.stdout, h.stderr))
        .unwrap_or_default()
}

fn dial(story: &mut Story, world: &World) -> Result<(), String> {
    let dialled = world
        .programs
        .run_well("miniclient", &["--dial", DIALLED])?;
    let dials = world.sandbox.dials().map_err(|e| e.to_string())?;
    match dials.as_slice() {
        [dial] if dial.users_uid == AGENT && dial.dial_number == DIALLED => {}
        other => return Err(format!("jtel dialled {other:?}, not {DIALLED} once")),
    }
    story.step(
        &format!("miniclient --dial {DIALLED}: the running instance has jtel dial it."),
        dialled.took,
    );
    let said = dialled.stdout.lines().next().unwrap_or_default();
    detail("it says", said);
    Ok(())
}

/// Read by a connection of the tour's own, as any other program would.
fn nick_name(story: &mut Story, world: &World) -> Result<(), String> {
    let begun = Instant::now();
    let sql = "SELECT NickName, LDAPUserName FROM Users WHERE UID = ?1";
    let row = rusqlite::Connection::open(world.sandbox.database()).and_then(|database| {
        database.query_row(sql, [AGENT], |row| Ok((row.get(0)?, row.get(1)?)))
    });
    let (nick_name, login): (String, String) =
        row.map_err(|e| format!("the database cannot be read: {e}"))?;
    if nick_name != world.computer || login != world.login {
        return Err(format!(
            "the NickName of {login} is {nick_name:?}, not {:?}",
            world.computer
        ));
    }
    story.step(
        "jtel's database knows where the agent sits: it is the user's NickName.",
        begun.elapsed(),
    );
    detail(
        "row",
        &format!("UID {AGENT}, LDAPUserName {login}, NickName {nick_name}"),
    );
    Ok(())
}

fn evening(story: &mut Story, world: World) -> Result<(), String> {
    let begun = Instant::now();
    world.programs.run_well("miniclient", &["stop"])?;
    wait_for("the end of miniclient", || {
        // 10: not running.
        Ok((world.programs.run("miniclient", &["status"])?.code == 10).then_some(()))
    })?;
    let left = world.sandbox.workstations().map_err(|e| e.to_string())?;
    if !left.is_empty() {
        return Err(format!(
            "miniclient stopped without taking its registration back: {left:?}"
        ));
    }
    let World {
        sandbox,
        programs,
        runtime,
        ..
    } = world;
    runtime.block_on(sandbox.stop());
    runtime.shutdown_timeout(Duration::from_secs(2));
    story.step(
        "The agent logs off: miniclient takes its registration back and ends; so does the rest.",
        begun.elapsed(),
    );
    drop(programs);
    Ok(())
}
