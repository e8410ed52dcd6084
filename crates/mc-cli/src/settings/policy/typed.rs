//! The types of the registry, and which of them holds which kind of value.

use crate::registry::Data;
use crate::settings::key::{Key, Kind};
use crate::settings::tree::{Place, Value};

/// A value as the file would hold it, or what it must be in the registry.
pub(super) fn value(
    key: &Key,
    member: Option<&str>,
    data: &Data,
    place: Place,
) -> Result<Value, String> {
    let name = key.name;
    let tables = key.kind.is_table();
    if tables != member.is_some() {
        return Err(if tables {
            format!(
                "it is a table: name each value in it, such as {name}.NAME, or make a key {name}"
            )
        } else {
            format!("there is nothing below `{name}`; leave the dot and what follows out")
        });
    }
    match (key.kind, data) {
        (Kind::Switch, Data::Number(number @ (0 | 1))) => Ok(Value::Boolean(*number == 1)),
        (Kind::Switch, Data::Number(number)) => {
            Err(format!("with {number}; write 1 for true or 0 for false"))
        }
        (Kind::Switch, _) => Err("make it REG_DWORD, 1 for true or 0 for false".to_owned()),
        (Kind::Number(..) | Kind::Values, Data::Number(number)) => {
            Ok(Value::Integer(Some(i64::from(*number))))
        }
        (Kind::Number(..), _) => Err("make it REG_DWORD".to_owned()),
        (kind, Data::List(texts)) if kind.is_list() => {
            let mut value = Value::texts(texts.clone());
            value.place_at(place);
            Ok(value)
        }
        (kind, _) if kind.is_list() => Err("make it REG_MULTI_SZ, one entry a line".to_owned()),
        (Kind::Values, Data::Text(text)) => Ok(Value::Text(text.clone())),
        (Kind::Values, _) => Err("make it REG_SZ or REG_DWORD".to_owned()),
        (_, Data::Text(text)) => Ok(Value::Text(text.clone())),
        (_, _) => Err("make it REG_SZ".to_owned()),
    }
}
