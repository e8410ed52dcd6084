//! What the tour prints: one line per step, with what it took, and details below it.

use std::io::{self, Write};
use std::time::{Duration, Instant};

/// The telling. Lines go out at once: a step that hangs is the one after the last line.
pub(crate) struct Story {
    begun: Instant,
    number: u32,
}

impl Story {
    pub(crate) fn begin() -> Self {
        Self {
            begun: Instant::now(),
            number: 0,
        }
    }

    /// A step that happened, and how long it took.
    pub(crate) fn step(&mut self, what: &str, took: Duration) {
        self.number += 1;
        let number = self.number;
        print(&format!("{number:2}. {what}  [{}]", milliseconds(took)));
    }

    pub(crate) fn end(&self) {
        print(&format!(
            "\nThat was everything, in {} after the build.",
            milliseconds(self.begun.elapsed())
        ));
    }

    pub(crate) fn fail(&self, reason: &str) {
        let _ = io::stdout().flush();
        let _ = writeln!(
            io::stderr(),
            "\nStep {} did not happen: {reason}",
            self.number + 1
        );
    }

    /// The clock starts again: what came before is not the tour's time.
    pub(crate) fn restart_clock(&mut self) {
        self.begun = Instant::now();
    }
}

/// A line that is no step.
pub(crate) fn say(text: &str) {
    print(text);
}

/// What was seen of a step.
pub(crate) fn detail(label: &str, what: &str) {
    print(&format!("      {label:<10} {what}"));
}

fn milliseconds(time: Duration) -> String {
    let tenths = time.as_micros() / 100;
    if tenths < 1000 {
        format!("{}.{} ms", tenths / 10, tenths % 10)
    } else {
        format!("{} ms", tenths / 10)
    }
}

/// A reader that has gone is no reason to stop.
fn print(text: &str) {
    let mut out = io::stdout();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}
