//! The stores of each operating system.
