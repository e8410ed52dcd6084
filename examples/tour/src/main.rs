#![doc = include_str!("../README.md")]

mod broker;
mod crm;
mod jtel;
mod programs;
mod screen_pop;
mod settings;
mod steps;
mod story;

use std::process::ExitCode;
use story::Story;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    if arguments.next().as_deref() == Some(screen_pop::NAME) {
        return screen_pop::main(arguments.collect());
    }
    let mut story = Story::begin();
    match steps::all(&mut story) {
        Ok(()) => {
            story.end();
            ExitCode::SUCCESS
        }
        Err(reason) => {
            story.fail(&reason);
            ExitCode::FAILURE
        }
    }
}
