//! Boxes stand where notifications cannot: about one thing, one at a time.

use std::collections::HashMap;
use std::time::{Duration, Instant};

/// A box closes by itself after this.
const SHOWN: Duration = Duration::from_mins(1);

/// What there are boxes about.
#[derive(Debug, Default)]
pub(crate) struct Boxes(HashMap<String, Instant>);

impl Boxes {
    /// Whether there may be one about this now; then there is.
    pub(crate) fn may_show(&mut self, about: &str) -> bool {
        self.0.retain(|_, since| since.elapsed() < SHOWN);
        let shown = self.0.contains_key(about);
        if !shown {
            self.0.insert(about.to_owned(), Instant::now());
        }
        !shown
    }
}
