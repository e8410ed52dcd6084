#![doc = include_str!("../README.md")]

mod changes;
mod collect;
mod field;
mod rule;
mod session;
mod source;
mod sys;
mod watch;

pub use changes::AddressChanges;
pub use collect::{Query, Server, collect, collect_from};
pub use field::{Field, Identity, UnknownField};
/// Networks in rules: re-exported, because it is part of [`IpRule`].
pub use ipnet::IpNet;
pub use rule::{IpRule, IpRuleError};
pub use session::Session;
pub use source::{IdentitySource, Interface, System};
pub use watch::Watch;
