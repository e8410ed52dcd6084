//! `cargo run -p mc-hooks --example caller`: a call comes in, and this program itself says who it is.
#![expect(clippy::print_stdout, reason = "a program that shows something")]

use std::error::Error;

use mc_hooks::{
    Action, CallEvent, CustomAction, CustomCall, CustomFuture, Engine, Hook, Report, Runner,
};
use mc_template::Numbers;

#[derive(Debug)]
struct SayWho;

impl CustomAction for SayWho {
    fn run<'a>(&'a self, call: CustomCall<'a>) -> CustomFuture<'a> {
        Box::pin(async move {
            let number = call.values.get("ANumber").ok_or("the caller is withheld")?;
            println!("{number} is calling");
            Ok("said who".to_owned())
        })
    }

    fn describe(&self, _: CustomCall<'_>) -> String {
        "say who is calling".to_owned()
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let hook = Hook::new("say who", Action::custom(SayWho));
    let engine = Engine::new(Numbers::default());
    let runner = Runner::new(vec![hook], engine, |report: &Report| println!("{report}"));
    runner
        .run(CallEvent::from_json(br#"{"caller": 49199123456789}"#)?)
        .await;
    runner.run(CallEvent::from_json(b"{}")?).await;
    Ok(())
}
