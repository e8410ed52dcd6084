//! A program that was started and is supervised.

use std::io;

use crate::exit::Ended;
use crate::output::{Capture, Captured};
use crate::sys;

/// A program under supervision.
///
/// Dropping it leaves the program alone, unless [`Launch::end_on_drop`](crate::Launch::end_on_drop) says otherwise.
#[derive(Debug)]
pub struct Child {
    pub(crate) program: sys::Child,
    pub(crate) capture: Option<Capture>,
    pub(crate) end_on_drop: bool,
}

impl Child {
    /// Its process id.
    pub fn id(&self) -> u32 {
        self.program.id()
    }

    /// Waits for it to end. Its own children may go on.
    ///
    /// # Cancellation
    ///
    /// Dropping the future loses nothing: the program runs on, and can be waited for again.
    ///
    /// # Errors
    ///
    /// An I/O error if the system cannot say.
    pub async fn wait(&mut self) -> io::Result<Ended> {
        self.program.wait().await
    }

    /// Ends it and everything it started, at once. On Unix that is its session's process group: a
    /// program that made a session of its own has left the tree.
    ///
    /// # Errors
    ///
    /// An I/O error if the system refuses. That it has ended already is none.
    pub fn kill_tree(&mut self) -> io::Result<()> {
        self.program.kill_tree()
    }

    /// Leaves the program alone, whatever [`Launch::end_on_drop`](crate::Launch::end_on_drop) says.
    pub fn leave(mut self) {
        self.end_on_drop = false;
        self.program.unbind();
    }

    /// Waits until everybody who could write to its outputs has ended, and gives what was kept of them
    /// ([`Launch::capture`](crate::Launch::capture)). A program that it started and that lives on may hold them open:
    /// bound the wait, and ask for what there is [so far](Self::output_so_far).
    ///
    /// # Cancellation
    ///
    /// Dropping the future loses nothing.
    pub async fn output(&mut self) -> Captured {
        if let Some(capture) = &mut self.capture {
            capture.ended().await;
        }
        self.output_so_far()
    }

    /// What was kept of its outputs until now.
    pub fn output_so_far(&self) -> Captured {
        self.capture
            .as_ref()
            .map(Capture::so_far)
            .unwrap_or_default()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        if self.end_on_drop && !self.program.has_exited() {
            // There is nobody to tell.
            let _ = self.program.kill_tree();
        }
    }
}
