//! Where this program writes.

use mc_cli::Output;

/// Standard output and standard error.
pub(crate) const OUTPUT: Output = Output::new("mc-start");
