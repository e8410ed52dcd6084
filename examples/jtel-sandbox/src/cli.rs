//! The command line: `serve` until Ctrl-C or `stop`; `call` and `fault` against a sandbox that runs; `query` its
//! database.

#![expect(clippy::doc_markdown, reason = "these comments are what --help prints")]

use crate::rest::chain;
use crate::{Broker, Fault, Options, Sandbox, User};
use clap::{Args, Parser, Subcommand};
use rusqlite::OpenFlags;
use rusqlite::types::ValueRef;
use serde_json::{Map, Value, json};
use std::error::Error;
use std::io::{self, Write};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

#[derive(Parser)]
#[command(
    name = "jtel-sandbox",
    about = "A stand-in for the jtel REST side",
    args_conflicts_with_subcommands = true
)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    serve: Serve,
}

#[derive(Subcommand)]
enum Command {
    /// Starts a sandbox and runs until Ctrl-C (this is what happens without a command)
    Serve(Box<Serve>),
    /// Lets a call come in at a sandbox that runs, and with --ring live through to its end
    Call(Call),
    /// Sets a fault at a sandbox that runs, or clears them all
    Fault(SetFault),
    /// Asks the database, which nothing can change this way; prints one line of JSON for each row
    Query(Query),
    /// Ends a sandbox that runs
    Stop(Stop),
}

#[derive(Args)]
struct Serve {
    /// Where to listen for HTTP
    #[arg(long, default_value = "127.0.0.1:8017")]
    http: SocketAddr,
    /// Where to listen for HTTPS
    #[arg(long, default_value = "127.0.0.1:8018")]
    https: SocketAddr,
    /// A further host name or address in the HTTPS certificate
    #[arg(long, value_name = "NAME")]
    host: Vec<String>,
    /// Let the HTTPS certificate sign itself, in place of a test authority
    #[arg(long)]
    self_signed: bool,
    /// Where the test root certificate is written (else: a temporary folder)
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// The database file (else: a temporary one)
    #[arg(long, value_name = "FILE")]
    database: Option<PathBuf>,
    /// The ClientsID
    #[arg(long, default_value_t = 1)]
    client: i64,
    /// The token (else: a random one, printed)
    #[arg(long)]
    token: Option<String>,
    /// A user: UID=LDAP-user-name (else: agent.17 with your login name)
    #[arg(long, value_name = "UID=LOGIN", value_parser = user)]
    user: Vec<User>,
    /// A group and its CRM URL: NAME=URL, variables such as ${CallerNumber} in it
    #[arg(long, value_name = "NAME=URL", value_parser = pair)]
    group: Vec<(String, String)>,
    /// A folder of further workflows
    #[arg(long, value_name = "FOLDER")]
    workflows: Option<PathBuf>,
    /// Behave as a system that many tenants share: no stored procedures
    #[arg(long)]
    multi_tenant: bool,
    /// Seconds that a caller waits for an application that returns nothing
    #[arg(long, value_name = "SECONDS", default_value_t = 10.0)]
    result_wait: f64,
    /// The token for workstations that register none
    #[arg(long, value_name = "TOKEN")]
    listen_token: Option<String>,
    /// Publish calls to this message broker in place of pushing them: mqtt://HOST:PORT
    #[arg(long, value_name = "URL")]
    broker: Option<Broker>,
    /// A fault from the start, such as status=503,times=2
    #[arg(long, value_name = "FAULT", value_parser = Fault::parse)]
    fault: Vec<Fault>,
    /// Print one line of JSON once it runs, in place of the text
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct Call {
    /// The sandbox
    #[arg(long, default_value = "http://127.0.0.1:8017")]
    url: String,
    /// Whom the call is for
    #[arg(long, value_name = "UID", default_value = "agent.17")]
    user: String,
    /// Who calls
    #[arg(long, value_name = "NUMBER", default_value = "49199123456789")]
    a_number: String,
    /// The ACD group
    #[arg(long, value_name = "NAME")]
    group: Option<String>,
    /// The CRM URL, variables such as ${CallerNumber} in it (else: the group's)
    #[arg(long, value_name = "URL")]
    crm_link: Option<String>,
    /// Any other value of the call event
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = pair)]
    values: Vec<(String, String)>,
    /// Hang up when it has rung for so long: missed, unless it is answered then to --talk (else: it rings on)
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    ring: Option<Duration>,
    /// Have it answered after --ring, and ended after so long
    #[arg(long, value_name = "SECONDS", value_parser = seconds, requires = "ring")]
    talk: Option<Duration>,
}

#[derive(Args)]
struct SetFault {
    /// The sandbox
    #[arg(long, default_value = "http://127.0.0.1:8017")]
    url: String,
    /// Pairs of path, times, delay_ms, status, retry_after, html, drop (before, after), truncate; none: clears all
    #[arg(value_parser = Fault::parse)]
    fault: Option<Fault>,
}

#[derive(Args)]
struct Query {
    /// The database file
    #[arg(long, value_name = "FILE")]
    database: PathBuf,
    /// One SELECT
    sql: String,
}

#[derive(Args)]
struct Stop {
    /// The sandbox
    #[arg(long, default_value = "http://127.0.0.1:8017")]
    url: String,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("it must be NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

fn seconds(text: &str) -> Result<Duration, String> {
    let number: f64 = text.parse().map_err(|_| "it must be a number of seconds")?;
    Duration::try_from_secs_f64(number).map_err(|error| error.to_string())
}

fn user(text: &str) -> Result<User, String> {
    pair(text).map(|(uid, login)| User::new(&uid, &login))
}

type Failure = Box<dyn Error>;

/// Runs the program: exit code 0 when done, 1 when it failed, 2 for a wrong command line.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    let runtime = match tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return complain(&error),
    };
    let done = runtime.block_on(async {
        match cli.command {
            None => serve(cli.serve).await,
            Some(Command::Serve(options)) => serve(*options).await,
            Some(Command::Call(call)) => call_in(call).await,
            Some(Command::Fault(fault)) => set_fault(fault).await,
            Some(Command::Query(query)) => rows(&query),
            Some(Command::Stop(stop)) => {
                let stop = format!("{}/sandbox/stop", stop.url);
                admin(|client| client.post(stop)).await.map(drop)
            }
        }
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => complain(error.as_ref()),
    }
}

fn complain(error: &dyn Error) -> ExitCode {
    let _ = writeln!(io::stderr(), "jtel-sandbox: {}", chain(error));
    ExitCode::FAILURE
}

/// A reader that has gone is no reason to stop serving.
fn say(text: &str) {
    let _ = writeln!(io::stdout(), "{text}");
}

async fn serve(args: Serve) -> Result<(), Failure> {
    let mut options = Options {
        http: args.http,
        https: Some(args.https),
        self_signed: args.self_signed,
        ca_file: args.ca_file,
        database: args.database,
        client: args.client,
        token: args.token,
        users: args.user,
        groups: args.group,
        workflows: args.workflows,
        multi_tenant: args.multi_tenant,
        result_wait: Duration::try_from_secs_f64(args.result_wait)?,
        listen_token: args.listen_token,
        broker: args.broker,
        ..Options::default()
    };
    options.hosts.extend(args.host);
    if options.users.is_empty() {
        let login = std::env::var("USERNAME").or_else(|_| std::env::var("USER"));
        options.users.push(User::new(
            "agent.17",
            &login.unwrap_or_else(|_| "agent17".to_owned()),
        ));
    }
    let users = options.users.clone();
    let sandbox = Sandbox::start(options).await?;
    args.fault
        .into_iter()
        .for_each(|fault| sandbox.faults().add(fault));
    let https = sandbox.https_base_url().unwrap_or_default();
    let ca_file = sandbox
        .ca_file()
        .map(|path| path.display().to_string())
        .unwrap_or_default();
    let database = sandbox.database().display().to_string();
    let applications = sandbox.applications();
    if args.json {
        let applications: Map<String, Value> = applications
            .into_iter()
            .map(|(id, name)| (id.to_string(), name.into()))
            .collect();
        let line = json!({
            "url": sandbox.root_url(), "http": sandbox.base_url(), "https": https, "ca_file": ca_file,
            "token": sandbox.token(), "database": database, "applications": applications,
        });
        say(&line.to_string());
    } else {
        say(&format!(
            "http      {}\nhttps     {https}\nca_file   {ca_file}",
            sandbox.base_url()
        ));
        say(&format!(
            "token     {}\ndatabase  {database}",
            sandbox.token()
        ));
        for user in users {
            say(&format!(
                "user      {} with the login name {}",
                user.uid, user.ldap_user_name
            ));
        }
        for (id, name) in applications {
            say(&format!("run/{id:<5} {name}"));
        }
        say(&format!(
            "Ctrl-C stops it; `jtel-sandbox call --url {}` lets a call come in.",
            sandbox.root_url()
        ));
    }
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        () = sandbox.asked_to_stop() => {}
    }
    sandbox.stop().await;
    Ok(())
}

/// The sandbox's own endpoints, without any proxy between: what is answered, printed and returned.
async fn admin(
    request: impl FnOnce(&reqwest::Client) -> reqwest::RequestBuilder,
) -> Result<String, Failure> {
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(15))
        .build()?;
    let response = request(&client).send().await?;
    let (status, body) = (response.status(), response.text().await?);
    if !status.is_success() {
        return Err(format!("{status}: {body}").into());
    }
    say(&body);
    Ok(body)
}

async fn call_in(call: Call) -> Result<(), Failure> {
    let mut event: Map<String, Value> = call
        .values
        .into_iter()
        .map(|(n, v)| (n, v.into()))
        .collect();
    event.insert("UsersUID".to_owned(), call.user.into());
    event.insert("ANumber".to_owned(), call.a_number.into());
    for (name, value) in [("GroupName", call.group), ("CRMLink", call.crm_link)] {
        if let Some(value) = value {
            event.insert(name.to_owned(), value.into());
        }
    }
    let calls = format!("{}/sandbox/calls", call.url);
    let rings = admin(|client| client.post(&calls).json(&event)).await?;
    let Some(ring) = call.ring else {
        return Ok(());
    };
    let rings: Value = serde_json::from_str(&rings)?;
    let ufn = rings["UFN"].as_str().unwrap_or_default();
    tokio::time::sleep(ring).await;
    if let Some(talk) = call.talk {
        let answer = format!("{calls}/{ufn}/answer");
        let _ = admin(|client| client.post(answer)).await?;
        tokio::time::sleep(talk).await;
    }
    let hang_up = format!("{calls}/{ufn}/hangup");
    admin(|client| client.post(hang_up)).await.map(drop)
}

async fn set_fault(set: SetFault) -> Result<(), Failure> {
    let url = format!("{}/sandbox/faults", set.url);
    match set.fault {
        Some(fault) => admin(|client| client.post(url).json(&fault)).await,
        None => admin(|client| client.delete(url)).await,
    }
    .map(drop)
}

fn rows(query: &Query) -> Result<(), Failure> {
    let database =
        rusqlite::Connection::open_with_flags(&query.database, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut statement = database.prepare(&query.sql)?;
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let mut line = Map::new();
        for (index, name) in names.iter().enumerate() {
            let value = match row.get_ref(index)? {
                ValueRef::Null => Value::Null,
                ValueRef::Integer(number) => number.into(),
                ValueRef::Real(number) => number.into(),
                ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
                    String::from_utf8_lossy(bytes).into()
                }
            };
            line.insert(name.clone(), value);
        }
        say(&Value::Object(line).to_string());
    }
    Ok(())
}
