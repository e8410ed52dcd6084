//! Settings in TOML files, read with the position of everything, so that whatever is wrong has its line and a sentence
//! that says what to do.
//!
//! A program describes its settings once, as a table of [`Key`]s. A [`Reader`] lays the [`Layer`]s (files, flags, a
//! policy) over each other key by key, and every [`Section`] is checked against the table when it is entered: unknown
//! keys, wrong types, numbers out of range, paths. What is left to the program is to take the typed values, and to say
//! what only it can know.

mod duration;
mod expand;
mod habit;
mod key;
mod layer;
mod misplaced;
mod offset;
mod policy;
mod problem;
mod provenance;
mod reader;
mod section;
mod syntax;
mod tree;
mod value;

pub use habit::Habit;
pub use key::{Key, Kind, Missing, Schema};
pub use layer::{Layer, cannot_read};
pub use mc_secret::trust::Trusted;
pub use misplaced::misplaced;
pub use problem::{Problems, SettingsProblem};
pub use provenance::{Provenance, SettingOrigin};
pub use reader::{Reader, Review};
pub use section::Section;
pub use tree::{Array, Place, Table, Text, Value};
