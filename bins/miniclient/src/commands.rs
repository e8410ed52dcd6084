//! The commands, one file each: arguments in, exit code out.

pub mod check;
pub mod curl;
pub mod dial;
pub mod doctor;
pub mod fire;
pub mod history;
pub mod init;
pub mod install;
pub mod manual;
pub mod open;
pub mod reload;
pub mod ring;
mod running;
pub mod secret;
mod starting;
pub mod status;
pub mod stop;
