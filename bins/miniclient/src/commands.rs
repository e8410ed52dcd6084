//! The commands, one file each: arguments in, exit code out.

pub(crate) mod check;
pub(crate) mod curl;
pub(crate) mod dial;
pub(crate) mod doctor;
pub(crate) mod fire;
pub(crate) mod history;
pub mod init;
pub(crate) mod install;
pub(crate) mod manual;
pub(crate) mod open;
pub(crate) mod reload;
pub(crate) mod ring;
pub(crate) mod running;
pub(crate) mod secret;
mod starting;
pub(crate) mod status;
pub(crate) mod stop;
