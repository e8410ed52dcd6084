//! `dial`: asks the running instance to dial.

use crate::cli::{DialArguments, DialUriArguments};
use crate::{App, Exit};

/// Runs the command.
pub async fn run(app: &App, _arguments: &DialArguments) -> Exit {
    let _ = app;
    Exit::Failed
}

/// Runs `--dial-uri`.
pub async fn run_uri(app: &App, _arguments: &DialUriArguments) -> Exit {
    let _ = app;
    Exit::Failed
}
