//! How an integrator uses mc-hooks: a program is started for a call, and its run is reported.
//!
//! `cargo run -p embed-hooks` plays both sides: it starts itself as the CRM, with a call whose group was named by
//! somebody with bad intentions. It exits with 1 unless the CRM received every value exactly.
#![expect(clippy::print_stdout, reason = "a program that shows something")]

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;
use std::{env, fs};

use mc_hooks::{CallEvent, Engine, Exec, ExecOptions, Hook, Programs, Report, Runner, When};
use mc_template::{Names, Numbers};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [role, note, received @ ..] = arguments.as_slice()
        && role == "as-crm"
    {
        // This is the CRM: it notes what it was started with.
        fs::write(note, received.join("\n"))?;
        return Ok(ExitCode::SUCCESS);
    }

    let note = env::temp_dir().join(format!("embed-hooks-{}.txt", std::process::id()));
    let crm = env::current_exe()?.display().to_string();

    // What an administrator would write: a program, a line of parameters, and for which calls.
    let parameters = format!(
        r#"as-crm "{}" /number:$ANumber "/group:$GroupName""#,
        note.display()
    );
    let names = Names::call();
    let exec =
        Exec::parse(&crm, &parameters, &ExecOptions::default(), &names).map_err(|errors| {
            let all: Vec<String> = errors.iter().map(ToString::to_string).collect();
            all.join("\n")
        })?;
    let hook = Hook::new("pop the CRM", exec)
        .when(When::default().and("ANumber", "regex:^49", &names)?)
        .timeout(Duration::from_secs(30));

    // Every report goes to the observer, here to the screen.
    let observer = |report: &Report| println!("{report}");
    let runner = Runner::new(vec![hook], Engine::new(Numbers::default()), observer);

    // What the telephone system says. It may say it twice; the second time runs nothing.
    let document =
        br#"{"CallID": "a1", "caller": 49199123456789, "GroupName": "x\" /delete & calc %PATH%"}"#;
    let accepted = runner.submit(CallEvent::from_json(document)?);
    let again = runner.submit(CallEvent::from_json(document)?);
    println!(
        "call {}: {} hook; again: duplicate {}",
        accepted.id,
        accepted.hooks.len(),
        again.duplicate
    );

    let reports = accepted.reports().await;
    runner
        .shutdown(Programs::ByTimeout, Duration::from_secs(1))
        .await;
    let received = fs::read_to_string(&note)?;
    fs::remove_file(&note)?;
    println!("the CRM received:\n{received}");

    let expected = "/number:49199123456789\n/group:x\" /delete & calc %PATH%";
    let fine = again.duplicate
        && reports.iter().all(|report| report.outcome.is_success())
        && received == expected;
    Ok(if fine {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
