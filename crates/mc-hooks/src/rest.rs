//! The action that makes REST calls.

use std::sync::Arc;

use crate::curl::{CurlCommand, Sender};

/// A curl command and the sender that carries it out.
#[derive(Clone, Debug)]
pub struct Rest {
    command: Arc<CurlCommand>,
    sender: Sender,
}

impl Rest {
    /// Makes this command's requests through this sender. Clones of one sender share its connections.
    pub fn new(command: CurlCommand, sender: Sender) -> Self {
        Self {
            command: Arc::new(command),
            sender,
        }
    }

    /// The command.
    pub fn command(&self) -> &CurlCommand {
        &self.command
    }

    /// The sender.
    pub fn sender(&self) -> &Sender {
        &self.sender
    }
}
