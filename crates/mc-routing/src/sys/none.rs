//! A system without a store that this crate knows.

use super::SystemError;

pub(crate) const NAME: &str = "the credential store";

pub(crate) fn get(_entry: &str) -> Result<Option<String>, SystemError> {
    Err(SystemError::None)
}

pub(crate) fn set(_entry: &str, _secret: &str) -> Result<(), SystemError> {
    Err(SystemError::None)
}

pub(crate) fn clear(_entry: &str) -> Result<bool, SystemError> {
    Err(SystemError::None)
}
