//! Lists that the REST side gives.

use serde::Deserialize;
use serde::de::{Deserializer, Error as _};
use serde_json::{Map, Value};

/// A list of records, in the envelope that jtel puts around them.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct Records<T> {
    /// The records.
    pub records: Vec<T>,
    /// How many there are in all, where the server says so.
    #[serde(default)]
    pub count: Option<u64>,
}

/// A routing application.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[non_exhaustive]
pub struct RoutingApplication {
    /// Its id: what `run` takes.
    #[serde(rename = "ID", deserialize_with = "number")]
    pub id: u64,
    /// Its name.
    #[serde(rename = "Name", default)]
    pub name: String,
    /// Everything else the record holds.
    #[serde(flatten)]
    pub more: Map<String, Value>,
}

/// Ids are numbers; some servers write them as text.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let value = Value::deserialize(deserializer)?;
    let number = value
        .as_u64()
        .or_else(|| value.as_str().and_then(|text| text.parse().ok()));
    number.ok_or_else(|| D::Error::custom("an ID is not a number"))
}
