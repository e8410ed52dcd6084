//! How an integrator uses mc-process: a program with parameters that nothing may read, its output, and a tree that is
//! ended when its time is up.
//!
//! `cargo run -p embed-process` plays all parts: it starts itself. It exits with 1 unless everything went as it says.
#![expect(clippy::print_stdout, reason = "a program that shows something")]

use std::error::Error;
use std::process::ExitCode;
use std::time::{Duration, Instant};
use std::{env, thread};

use mc_process::Launch;

const HOSTILE: &str = "\" & calc %PATH% $(id)";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["echo", text] => {
            println!("{text}");
            return Ok(ExitCode::SUCCESS);
        }
        ["sleep"] => {
            thread::sleep(Duration::from_mins(1));
            return Ok(ExitCode::SUCCESS);
        }
        _ => {}
    }
    let me = env::current_exe()?;

    // A value that every shell would read arrives as it is.
    let mut echo = Launch::new(&me)
        .args(["echo", HOSTILE])
        .capture(1024)
        .spawn()?;
    let exit = echo.wait().await?;
    let output = echo.output().await;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    println!("it ended with {:?} and said {said:?}", exit.code);

    // One that takes too long is ended with all that it started.
    let begun = Instant::now();
    let mut sleep = Launch::new(&me).arg("sleep").spawn()?;
    let limit = Duration::from_millis(200);
    if tokio::time::timeout(limit, sleep.wait()).await.is_err() {
        sleep.kill_tree()?;
    }
    let ended = sleep.wait().await?;
    println!("ended after {} ms: {ended:?}", begun.elapsed().as_millis());

    let fine = exit.success() && said.trim_end() == HOSTILE && !ended.success();
    Ok(if fine {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
