//! Objects of .NET, and what is put into them.

use crate::bind::Signature;
use crate::reader::Reader;
use crate::syntax::Command;
use crate::value::{Fact, Value};

const OBJECT: &str = "it is an object of .NET";

/// The same, of one that makes no request, whatever it opens or sends.
pub(crate) const NO_WEB: &str = "it is an object of .NET that makes no request";

impl Reader {
    /// `New-Object`.
    pub(crate) fn new_object(&mut self, command: &Command) -> Value {
        const TAKES: Signature = Signature("typename argumentlist", "property comobject", "strict");
        let Ok(mut bound) = self.bound(command, &TAKES) else {
            return self.unknown(OBJECT);
        };
        let kind = bound.remove("typename").unwrap_or(Value::Null).lower();
        let com = bound.remove("comobject").unwrap_or(Value::Null).lower();
        if !com.is_empty() && is_no_web(&com) {
            return self.unknown(NO_WEB);
        }
        match bound.remove("property") {
            Some(table) if kind.ends_with("object") => self.cast("pscustomobject", table),
            Some(_) => self.unknown(OBJECT),
            None => self.made(
                kind.trim_start_matches("system."),
                bound.remove("argumentlist"),
            ),
        }
    }

    /// `$object | Add-Member NoteProperty Name Value`.
    pub(crate) fn add_member(&mut self, command: &Command, table: usize) {
        const TAKES: Signature = Signature(
            "membertype name value",
            "notepropertyname notepropertyvalue",
            "force",
        );
        let mut bound = self.bound(command, &TAKES).unwrap_or_default();
        let kind = bound.remove("membertype");
        let name = bound.remove("notepropertyname").or(bound.remove("name"));
        let value = bound.remove("notepropertyvalue").or(bound.remove("value"));
        if let Some(value) = &value {
            self.may_run(value);
        }
        if let (Some(value), Some(name)) = (value, name.and_then(|name| name.known()))
            && kind.is_none_or(|kind| kind.lower() == "noteproperty")
            && self.state.tables[table].find(&name).is_none()
        {
            self.state.tables[table].fixed = false;
            self.put(&Value::Table(table), Some(name), value);
            self.state.tables[table].fixed = true;
        } else {
            self.touch(&Value::Table(table));
        }
    }

    /// A new object of .NET.
    pub(crate) fn made(&mut self, kind: &str, given: Option<Value>) -> Value {
        if let Some(given) = &given {
            self.may_run(given);
        }
        let table = kind.contains("dictionary") || kind.ends_with("hashtable");
        match given {
            Some(text) if kind == "uri" => self.cast(kind, text),
            None if table => self.new_table(Vec::new(), false),
            None if kind.ends_with("psobject") || kind == "object" => {
                self.new_table(Vec::new(), true)
            }
            _ if kind.ends_with("utf8encoding") => Value::fact(Fact::Utf8),
            given => {
                let why = if is_no_web(kind) { NO_WEB } else { OBJECT };
                self.late(given.is_some_and(|given| given.holds()), why)
            }
        }
    }
}

fn is_no_web(kind: &str) -> bool {
    let kinds = [
        "wscript.",
        "shell.",
        "outlook.",
        "excel.",
        "word.",
        "adodb.",
        "net.mail.",
        "x509store",
        "sqlclient.",
        "networkinformation.",
        "sockets.",
    ];
    kinds.iter().any(|no_web| kind.contains(no_web))
}
