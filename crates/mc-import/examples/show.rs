//! Shows what becomes of a script: `cargo run --example show FILE.ps1`.
#![allow(clippy::print_stdout)]

fn main() -> std::io::Result<()> {
    for path in std::env::args_os().skip(1) {
        match mc_import::read(&std::fs::read(&path)?) {
            Ok(script) => println!("{script:#?}"),
            Err(refusal) => println!("{refusal}: {refusal:#?}"),
        }
    }
    Ok(())
}
