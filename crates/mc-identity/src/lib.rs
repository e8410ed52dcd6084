#![doc = include_str!("../README.md")]

mod collect;
mod field;
mod rule;
mod source;
mod sys;
mod watch;

pub use collect::{Query, Server, collect, collect_from};
pub use field::{Field, Identity, UnknownField};
pub use rule::{IpRule, IpRuleError};
pub use source::{Interface, Session, Source, System};
pub use watch::Watch;
