#![doc = include_str!("../README.md")]

mod agent;
#[cfg(feature = "broker")]
mod broker;
mod client;
mod clock;
mod dial;
mod dial_error;
mod dial_way;
mod feed;
#[cfg(all(fuzzing, feature = "push"))]
pub mod fuzzing;
mod handle;
mod in_force;
mod intake;
pub mod journal;
mod keepers;
mod look;
#[cfg(feature = "page")]
mod page;
mod part;
mod presence;
mod protocol;
#[cfg(feature = "push")]
mod push;
mod random;
mod recent;
mod redial;
#[cfg(any(feature = "broker", feature = "push", feature = "page"))]
mod refusals;
mod reload;
mod rest;
mod service;
pub mod settings;
mod station;
mod stop;
mod sys;
mod timestamp;
mod upkeep;
#[cfg(any(feature = "push", feature = "page"))]
mod web;

pub use agent::{Agent, StartError};
#[cfg(feature = "broker")]
pub use broker::{BrokerCheck, BrokerStep, examine_broker};
pub use client::{AgentClient, AskError};
pub use dial_error::DialError;
pub use feed::{Feed, Happening};
pub use handle::AgentHandle;
pub use intake::{AcceptedCall, CallSource, Freshness, Intake};
#[cfg(feature = "page")]
pub use page::PageError;
pub use protocol::{
    BrokerState, BrokerStatus, DialOrigin, DialOutcome, Dialled, JournalStatus, LastRefused,
    ListenStatus, ListenToken, RESERVED_KINDS, Receipt, Redial, RefusedSettings, Registration,
    Reloaded, Rung, Status,
};
#[cfg(feature = "push")]
pub use push::ListenError;
pub use reload::{ReloadError, SettingsSource};
pub use settings::Settings;
pub use station::{STATION_FIELDS, station_query, station_values};
pub use sys::local_zone;

#[cfg(feature = "push")]
pub use ipnet;
pub use {mc_hooks, mc_identity, mc_ipc, mc_routing, mc_secret, mc_template};
