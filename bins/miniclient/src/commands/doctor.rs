//! `doctor`: where settings come from, and whether what they need works.

use crate::cli::DoctorArguments;
use crate::{App, Exit};

/// Runs the command.
pub async fn run(app: &App, _arguments: &DoctorArguments) -> Exit {
    let _ = app;
    Exit::Failed
}
