//! `cargo run -p mc-process --example run -- PROGRAM PARAMETER..`: runs it for at most five seconds and shows what it
//! wrote.
#![expect(clippy::print_stdout, reason = "a program that shows something")]

use std::env;
use std::error::Error;
use std::time::Duration;

use mc_process::{Launch, resolve};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let program = arguments.next().unwrap_or_else(|| "hostname".to_owned());
    let mut child = Launch::new(resolve(&program, None)?)
        .args(arguments)
        .capture(64 * 1024)
        .spawn()?;
    if tokio::time::timeout(Duration::from_secs(5), child.wait())
        .await
        .is_err()
    {
        child.kill_tree()?;
    }
    println!("ended: {:?}", child.wait().await?);
    println!("{}", String::from_utf8_lossy(&child.output().await.stdout));
    Ok(())
}
