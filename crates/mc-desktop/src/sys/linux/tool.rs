//! The desktop's own programs.

use mc_process::{Launch, resolve};

/// Holds the telephone system's token, which is none of their business.
pub(super) const TOKEN: &str = "API_TOKEN";

/// One of them, if it is there.
pub(super) fn tool(name: &str) -> Option<Launch> {
    let program = resolve(name, None).ok()?;
    Some(Launch::new(program).env_remove(TOKEN))
}
