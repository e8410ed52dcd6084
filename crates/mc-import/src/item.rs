//! Commands about what has a path: files, keys of the registry, variables.

use crate::bind::Signature;
use crate::reader::Reader;
use crate::syntax::Command;
use crate::value::{Piece, Value};

impl Reader {
    /// `Set-Item`, `New-Item`, `Remove-Item` and `Clear-Item`.
    pub(crate) fn set_item(&mut self, command: &Command, input: Option<Value>, name: &str) {
        let (file, value) = self.item(command, input).unwrap_or_default();
        let name_of = file.as_ref().map(Value::lower).unwrap_or_default();
        if let Some(variable) = name_of.strip_prefix("env:")
            && !variable.contains(['*', '?', '['])
        {
            let variable = variable.trim_start_matches('\\');
            self.set(&format!("env:{variable}"), value.unwrap_or(Value::Null));
            return;
        }
        let begins = |file: &Value| matches!(file.pieces().as_deref(), Some([Piece::Text(start), ..]) if start.to_lowercase().starts_with("env:"));
        if file.as_ref().is_some_and(begins) {
            self.forget_environment();
        } else if file
            .is_some_and(|file| file.is_elsewhere() || name == "remove-item" && file.is_foreign())
        {
            self.lost(
                command.line,
                format!("{name} is not carried over: mc-start does not do it"),
            );
        } else {
            self.distrust("sets something that may be a variable or a command");
        }
    }

    /// `Remove-Variable` and `Clear-Variable`.
    pub(crate) fn removed(&mut self, command: &Command, is_piped: bool) {
        const WHY: &str = "a command may have set it";
        let mut bound = self
            .bound(command, &Signature("name", "", "force passthru"))
            .unwrap_or_default();
        let names = match bound.remove("name") {
            Some(Value::List(names)) => names,
            name => name.into_iter().collect(),
        };
        let known: Vec<_> = names.iter().map(Value::lower).collect();
        let is_plain = |name: &String| !name.is_empty() && !name.contains(['*', '?', '[', ':']);
        if is_piped || known.is_empty() || !known.iter().all(is_plain) {
            return self.forget(WHY);
        }
        for name in known {
            let value = self.vague(WHY);
            self.set(&name, value);
        }
    }

    /// The file, or whatever else has a path, that a command makes, sets or takes away.
    fn item(
        &mut self,
        command: &Command,
        input: Option<Value>,
    ) -> Option<(Option<Value>, Option<Value>)> {
        const TAKES: Signature = Signature(
            "path value",
            "literalpath name itemtype type target filter include exclude stream",
            "force recurse confirm whatif",
        );
        let Ok(mut bound) = self.bound(command, &TAKES) else {
            self.arguments(command);
            return None;
        };
        let file = bound.remove("path").or(bound.remove("literalpath"));
        if bound.contains_key("name") {
            let file = file.filter(|file| !file.lower().starts_with("env:"));
            return file.map(|file| (Some(file), None));
        }
        Some((file.or(input), bound.remove("value")))
    }
}
