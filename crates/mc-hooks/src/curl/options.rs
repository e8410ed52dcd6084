//! The one table of options: the reader, the refusals and the documentation come from it.

/// One option of curl that is understood here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Definition {
    /// The long name, without the dashes.
    pub long: &'static str,
    /// The short name.
    pub short: Option<char>,
}

/// Every option that is understood.
pub const TABLE: &[Definition] = &[];
