//! A key of the Windows registry as it was read: plain data, so that what is made of it can be tried on every system.

/// A key, with everything below it.
#[derive(Debug, Clone, Default)]
pub(crate) struct RegistryKey {
    /// Its whole name: `HKLM\Software\...`.
    pub(crate) path: String,
    /// Names and values; the default value has an empty name.
    pub(crate) values: Vec<(String, Data)>,
    /// The keys below it, each with its own name.
    pub(crate) keys: Vec<(String, RegistryKey)>,
    /// Why it could not be read, or not wholly.
    pub(crate) fault: Option<String>,
}

/// A value.
#[derive(Debug, Clone)]
#[cfg_attr(not(windows), allow(dead_code, reason = "only Windows has a registry"))]
pub(crate) enum Data {
    /// `REG_SZ`, `REG_EXPAND_SZ`.
    Text(String),
    /// `REG_DWORD`.
    Number(u32),
    /// `REG_MULTI_SZ`.
    List(Vec<String>),
    /// What no setting takes, by its name.
    Other(String),
}

impl Data {
    /// How many bytes of text it holds.
    pub(crate) fn length(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::List(texts) => texts.iter().map(String::len).sum(),
            _ => 0,
        }
    }

    /// The name of its type.
    pub(crate) fn kind(&self) -> &str {
        match self {
            Self::Text(_) => "REG_SZ",
            Self::Number(_) => "REG_DWORD",
            Self::List(_) => "REG_MULTI_SZ",
            Self::Other(name) => name,
        }
    }
}
