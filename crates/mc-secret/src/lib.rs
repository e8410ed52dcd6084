#![doc = include_str!("../README.md")]

mod sys;
pub mod text;
pub mod trust;
