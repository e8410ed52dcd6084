//! What a curl command would send for one call: `cargo run -p mc-curl --example dry_run`.
#![expect(clippy::print_stdout, reason = "a program that shows something")]

use std::error::Error;

use mc_curl::CurlCommand;
use mc_template::{Names, Numbers, Scope, Values};

fn main() -> Result<(), Box<dyn Error>> {
    let line = r#"curl -sS -u "api:secret" --json '{"caller":"${ANumber:plus}"}' https://crm.example/calls"#;
    let command = CurlCommand::parse(line, &Names::call())?;
    let values = Values::from_iter([("ANumber", "49199123456789")]);
    let numbers = Numbers::default();
    for request in command.plan(&Scope::new(&values, &numbers))? {
        println!("{} {}", request.method, request.url);
        for (name, value) in &request.headers {
            println!("{name}: {value}");
        }
        println!("\n{}", request.body.unwrap_or_default());
    }
    Ok(())
}
