//! Runs a routing application without a runtime of one's own.
//!
//!     API_TOKEN=... cargo run -p mc-routing --features blocking --example run -- https://acd-lb/rest/v1.0/1 1234

use std::env;
use std::error::Error;
use std::io::{self, Write as _};

use mc_routing::{BaseUrl, Body, ClientOptions, Search, Token, Verdict, blocking};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = env::args().skip(1);
    let (Some(base), Some(application)) = (arguments.next(), arguments.next()) else {
        return Err("usage: run BASE_URL APPLICATION".into());
    };
    let url = BaseUrl::parse(&base)?.run(application.parse()?);
    let token = Token::find(&Search::new("token").env("API_TOKEN"))?;
    let client = blocking::Client::new(token, ClientOptions::default())?;
    let answer = client.run(&url, &Body::new())?;
    match answer.verdict() {
        Verdict::Refused { reason } => Err(reason.into()),
        _ => Ok(writeln!(io::stdout(), "{}", answer.text)?),
    }
}
