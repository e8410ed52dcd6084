//! A system without a store that this crate knows.

use super::store_failure::StoreFailure;

pub(crate) const NAME: &str = "the credential store";

pub(crate) fn get(_service: &str, _name: &str) -> Result<Option<String>, StoreFailure> {
    Err(StoreFailure::Absent)
}

pub(crate) fn set(_service: &str, _name: &str, _secret: &str) -> Result<(), StoreFailure> {
    Err(StoreFailure::Absent)
}

pub(crate) fn clear(_service: &str, _name: &str) -> Result<bool, StoreFailure> {
    Err(StoreFailure::Absent)
}
