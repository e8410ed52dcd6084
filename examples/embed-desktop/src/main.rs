//! A program of your own on a desktop: installed for `tel:` links, and told when the session ends.
//!
//!     embed-desktop install | uninstall | run
#![allow(clippy::print_stdout, reason = "an example prints")]

use std::error::Error;

use mc_desktop::{Application, EndWatch, InstallScope};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let application = Application::new("Embedded", std::env::current_exe()?)
        .summary("Shows what a desktop does for a program")
        .link_parameters(["link"])
        .schemes(["tel"]);
    let changes = match std::env::args().nth(1).as_deref() {
        Some("install") => application.install(&InstallScope::User)?,
        Some("uninstall") => application.uninstall(&InstallScope::User)?,
        Some("run") => {
            let mut end = EndWatch::new()?;
            println!("waiting");
            println!("the end: {:?}", end.requested().await);
            return Ok(()); // a log-off goes on when `end` is dropped, here
        }
        _ => return Err("say install, uninstall or run".into()),
    };
    for change in changes {
        println!("{change}");
    }
    Ok(())
}
