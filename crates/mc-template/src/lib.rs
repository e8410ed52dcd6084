#![doc = include_str!("../README.md")]

mod context;
mod dial_number;
mod dial_plan;
mod encode;
mod error;
pub mod foreign;
mod names;
pub mod numbers;
mod suggest;
mod template;
mod values;
pub mod variables;
pub mod words;

pub use context::Context;
pub use dial_number::DialNumber;
pub use dial_plan::DialPlan;
pub use error::{NameError, RenderError, TemplateError, TemplateFault, Warning};
pub use names::Names;
pub use numbers::{Bare, LeftOut, NumberError, Numbers, PlanError};
pub use template::{Template, outside_variables};
pub use values::{Scope, Values};
