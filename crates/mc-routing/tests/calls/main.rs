//! Calls over real sockets: what goes out, and what each kind of answer or silence becomes.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that cannot help fails its test"
)]

mod answers;
mod messages;
mod outcomes;
mod requests;
mod retries;
mod verdicts;
mod wire;

use mc_routing::{BaseUrl, Body, Client, ClientOptions, Error, Origin, ProxySetting, Token};
use testkit::Recorder;

const TOKEN: &str = "s3cret-t0ken";

fn base(server: &Recorder) -> BaseUrl {
    BaseUrl::parse(&server.url("/rest/v1.0/1")).unwrap()
}

fn options() -> ClientOptions {
    // Straight to the server, whatever proxy the machine that runs the tests uses; and no waits.
    ClientOptions::default()
        .proxy(ProxySetting::None)
        .random(|| 0.0)
}

fn client(options: ClientOptions) -> Client {
    let token = Token::new(TOKEN, Origin::Env("API_TOKEN".to_owned())).unwrap();
    Client::new(token, options).unwrap()
}

fn body(fields: &[(&str, &str)]) -> Body {
    fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).into()))
        .collect()
}

async fn run(server: &Recorder, options: ClientOptions) -> Result<mc_routing::RunAnswer, Error> {
    client(options)
        .run(&base(server).run(1234), &body(&[("Action", "dial")]))
        .await
}
