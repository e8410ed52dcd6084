//! Runs a routing application and shows its result, or what to do instead.
//!
//!     API_TOKEN=... cargo run -p embed-routing -- https://acd-lb/rest/v1.0/1 1234 Action=dial DialNumber=4989123
//!
//! Ends with 0 when the application ran, 1 when it certainly did not, 13 when that is not known.

use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;

use mc_routing::{BaseUrl, Body, Client, ClientOptions, Delivery, Search, Token};

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(error) => complain(&*error),
    }
}

fn complain(error: &dyn Error) -> ExitCode {
    let _ = writeln!(io::stderr(), "{error}");
    ExitCode::FAILURE
}

fn run() -> Result<ExitCode, Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(base), Some(application)) = (arguments.next(), arguments.next()) else {
        return Err("usage: embed-routing BASE_URL APPLICATION [NAME=VALUE ...]".into());
    };
    let url = BaseUrl::parse(&base)?.run(application.parse()?);
    let body: Body = arguments
        .filter_map(|field| {
            field
                .split_once('=')
                .map(|(name, value)| (name.to_owned(), value.into()))
        })
        .collect();

    // The token: from API_TOKEN here; a file or the system's credential store are as easy.
    let token = Token::find(&Search::new("token").env("API_TOKEN"))?;
    let client = Client::new(token, ClientOptions::default())?;

    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    match runtime.block_on(client.run(&url, &body)) {
        Ok(answer) => {
            writeln!(io::stdout(), "{}", answer.text)?;
            Ok(ExitCode::SUCCESS)
        }
        // The one distinction that matters for a call with an effect: may it be made again?
        Err(error) if error.delivery() == Delivery::Unknown => {
            complain(&error);
            Ok(ExitCode::from(13))
        }
        Err(error) => Err(error.into()),
    }
}
