//! What is told of a workstation that is there: `{"WindowsLoginName":"..","ComputerName":"..","IPAddress":"..",
//! "SessionID":"..","UsersUID":"..","Version":"..","online":true,"Since":".."}`. What is not known is null.

use mc_template::Values;
use serde_json::{Map, Value};

use crate::station::STATION_FIELDS;
use crate::timestamp::seconds;

/// The message. It is retained: whoever asks later has it, too.
pub(crate) fn online(
    user: &str,
    station: &Values,
    version: &str,
    since: jiff::Timestamp,
) -> Vec<u8> {
    let mut told = Map::new();
    for field in STATION_FIELDS {
        let value = station.get(field.name());
        told.insert(field.name().to_owned(), value.into());
    }
    told.insert("UsersUID".to_owned(), user.into());
    told.insert("Version".to_owned(), version.into());
    told.insert("online".to_owned(), true.into());
    told.insert("Since".to_owned(), seconds(since).into());
    Value::Object(told).to_string().into_bytes()
}
