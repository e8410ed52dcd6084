//! Starting programs with care: which file runs, what it inherits, who ends it.
//!
//! This module needs no HTTP client and no call event; a launcher can use it alone.
//!
//! - [`resolve`] finds the file: by full path, in a folder of the caller's, on `PATH`; never in the
//!   current directory.
//! - [`Launch::spawn`] starts a supervised [`Child`]: it can be waited for, and ended together with
//!   everything it started.
//! - [`Launch::detach`] starts a program that outlives its starter, its terminal and its job.
//!
//! Either way the program gets exactly the parameters given, no shell reads them, it inherits
//! no descriptor or handle, no console window appears, and `API_TOKEN` is not in its environment.

mod launch;
mod resolve;

pub use launch::{Child, Exit, Launch, StartError, Stdin};
pub use resolve::{ResolveError, resolve};
