#![doc = include_str!("../README.md")]

mod application;
#[cfg(feature = "notify")]
mod boxes;
mod change;
#[cfg(feature = "clipboard")]
mod clipboard;
#[cfg(feature = "session-end")]
mod end;
mod hand_over;
mod hand_over_error;
#[cfg(feature = "session-end")]
mod hang_up;
mod hotkey;
mod install;
mod message;
#[cfg(feature = "notify")]
mod notice;
#[cfg(feature = "notify")]
mod notifier;
#[cfg(feature = "session-end")]
mod reason;
mod scope;
mod sys;
mod undone;

pub use application::{Application, Shortcut};
pub use change::{Change, InstallError};
#[cfg(feature = "clipboard")]
pub use clipboard::{ClipboardError, clipboard_text};
#[cfg(feature = "session-end")]
pub use end::EndWatch;
pub use hand_over::hand_over;
pub use hand_over_error::HandOverError;
#[cfg(feature = "session-end")]
pub use hang_up::HangUp;
pub use hotkey::{Hotkey, HotkeyError};
pub use install::opener;
#[cfg(feature = "notify")]
pub use message::notify;
pub use message::{errors_are_seen, show_error};
#[cfg(feature = "notify")]
pub use notice::{Notice, NoticeKind};
#[cfg(feature = "notify")]
pub use notifier::Notifier;
#[cfg(feature = "session-end")]
pub use reason::EndReason;
pub use scope::InstallScope;
