//! The pipelines by which scripts pick an address of the computer.

use crate::syntax::{Argument, Body, Command, Expr, Kind, Part, Stage, Step};

/// Addresses that `Get-NetIPAddress` lists, and what has become of the list since.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[allow(clippy::struct_excessive_bools)] // Each is one thing that a pipeline may do, in any order.
pub(crate) struct Addresses {
    v4: bool,
    no_loopback: bool,
    no_link_local: bool,
    /// `interface:..` or `cidr:..`.
    only: Option<String>,
    first: bool,
    /// The addresses' texts, no longer the objects.
    texts: bool,
}

const OTHERS: &str = "it picks an address in a way that no setting does; choose with ip (\"first\", \"route\", \"interface:NAME\" or \"cidr:NETWORK\")";

impl Addresses {
    /// `Get-NetIPAddress` with its parameters.
    pub(crate) fn listed(command: &Command) -> Result<Self, &'static str> {
        let mut found = Self::default();
        let mut arguments = command.arguments.iter();
        while let Some(argument) = arguments.next() {
            let Argument::Name(name, given) = argument else {
                return Err(OTHERS);
            };
            let value = match given {
                Some(value) => value,
                None => match arguments.next() {
                    Some(Argument::Value(value)) => value,
                    _ => return Err(OTHERS),
                },
            };
            let property = match name.as_str() {
                "ea" | "erroraction" => continue,
                "addressstate" if is(value, "Preferred") => continue,
                name => name,
            };
            found.keep(property, "in", value)?;
        }
        Ok(found)
    }

    /// The setting that picks the same address.
    pub(crate) fn rule(&self) -> Result<String, &'static str> {
        match &self.only {
            _ if !self.v4 || !self.texts => Err(OTHERS),
            Some(only) if self.first || only.starts_with("interface:") => Ok(only.clone()),
            None if self.first && self.no_loopback && self.no_link_local => Ok("first".to_owned()),
            _ => Err(OTHERS),
        }
    }

    /// A stage of the pipeline, by the command's full name.
    pub(crate) fn stage(mut self, name: &str, command: &Command) -> Result<Self, &'static str> {
        match (name, command.arguments.as_slice()) {
            ("where-object", [Argument::Value(Expr::Block(parameters, body))])
                if parameters.is_empty() =>
            {
                self.filter(body)?;
            }
            (
                "where-object",
                [
                    Argument::Value(property),
                    Argument::Name(operator, None),
                    Argument::Value(value),
                ],
            ) => {
                self.keep(
                    &word(property).ok_or(OTHERS)?.to_lowercase(),
                    operator,
                    value,
                )?;
            }
            ("select-object", arguments) => {
                let mut arguments = arguments.iter();
                while let Some(argument) = arguments.next() {
                    match (argument, arguments.next()) {
                        (
                            Argument::Name(name, None),
                            Some(Argument::Value(Expr::Number(number))),
                        ) if name == "first" && number == "1" => {
                            self.first = true;
                        }
                        (Argument::Name(name, None), Some(Argument::Value(value)))
                            if name.starts_with("exp") && is(value, "IPAddress") =>
                        {
                            self = self.text()?;
                        }
                        _ => return Err(OTHERS),
                    }
                }
            }
            ("foreach-object", [Argument::Value(value)]) if is(value, "IPAddress") => {
                self = self.text()?;
            }
            ("foreach-object", [Argument::Value(Expr::Block(_, body))]) if matches!(only(body), Some(value) if property(value).as_deref() == Some("ipaddress")) =>
            {
                self = self.text()?;
            }
            _ => return Err(OTHERS),
        }
        Ok(self)
    }

    /// `.IPAddress` of each.
    pub(crate) fn text(self) -> Result<Self, &'static str> {
        if self.texts {
            Err(OTHERS)
        } else {
            Ok(Self {
                texts: true,
                ..self
            })
        }
    }

    /// `[0]`.
    pub(crate) fn first(self) -> Self {
        Self {
            first: true,
            ..self
        }
    }

    fn filter(&mut self, body: &Body) -> Result<(), &'static str> {
        let condition = only(body).ok_or(OTHERS)?;
        match condition {
            Expr::Group('(', inner) => self.filter(inner),
            Expr::Chain(first, rest) if rest.iter().all(|(operator, _)| operator == "and") => {
                for part in std::iter::once(&**first).chain(rest.iter().map(|(_, part)| part)) {
                    self.part(part)?;
                }
                Ok(())
            }
            part => self.part(part),
        }
    }

    fn part(&mut self, part: &Expr) -> Result<(), &'static str> {
        match part {
            Expr::Group('(', inner) => self.filter(inner),
            Expr::Chain(left, rest) => match rest.as_slice() {
                [(operator, value)] if operator != "or" => {
                    self.keep(&property(left).ok_or(OTHERS)?, operator, value)
                }
                // The two origins that are left when the system's own addresses are out.
                _ if rest.iter().all(|(operator, _)| operator == "or") => {
                    let mut origins = Vec::new();
                    for part in std::iter::once(&**left).chain(rest.iter().map(|(_, part)| part)) {
                        match part {
                            Expr::Chain(left, rest)
                                if property(left).as_deref() == Some("prefixorigin")
                                    && rest.len() == 1
                                    && rest[0].0 == "eq" =>
                            {
                                origins.push(rest[0].1.clone());
                            }
                            _ => return Err(OTHERS),
                        }
                    }
                    self.keep("prefixorigin", "in", &Expr::List(origins))
                }
                _ => Err(OTHERS),
            },
            _ => Err(OTHERS),
        }
    }

    /// Only what compares so is kept.
    fn keep(&mut self, property: &str, operator: &str, value: &Expr) -> Result<(), &'static str> {
        if self.first {
            return Err(OTHERS);
        }
        let mut values = match value {
            Expr::List(values) => values
                .iter()
                .map(word)
                .collect::<Option<Vec<_>>>()
                .ok_or(OTHERS)?,
            Expr::Number(number) => vec![number.clone()],
            value => vec![word(value).ok_or(OTHERS)?],
        };
        for value in &mut values {
            value.make_ascii_lowercase();
        }
        values.sort();
        let one = values[0].clone();
        let single = values.len() == 1;
        let equal = single && operator == "eq" || operator == "in";
        match property {
            "addressfamily"
                if single && equal && ["ipv4", "internetwork", "2"].contains(&one.as_str()) =>
            {
                self.v4 = true;
            }
            "prefixorigin"
                if operator == "in" && values == ["dhcp", "manual"]
                    || single && operator == "ne" && one == "wellknown" =>
            {
                (self.no_loopback, self.no_link_local) = (true, true);
            }
            "addressstate" if equal && single && one == "preferred" => {}
            "interfacealias" if equal && single => {
                self.narrow(format!("interface:{}", word(value).ok_or(OTHERS)?))?;
            }
            "interfacealias"
                if matches!(operator, "notlike" | "notmatch")
                    && single
                    && one.trim_matches('*').starts_with("loopback") =>
            {
                self.no_loopback = true;
            }
            "ipaddress"
                if single
                    && matches!(
                        (operator, one.as_str()),
                        ("ne" | "notlike" | "notmatch", "127.0.0.1")
                            | ("notlike", "127.*")
                            | ("notmatch", "^127")
                    ) =>
            {
                self.no_loopback = true;
            }
            "ipaddress"
                if single
                    && matches!(
                        (operator, one.as_str()),
                        ("notlike", "169.*" | "169.254.*")
                            | (
                                "notmatch",
                                "^169" | r"^169\." | r"^169\.254" | r"^169\.254\."
                            )
                    ) =>
            {
                self.no_link_local = true;
            }
            "ipaddress" if single && operator == "like" => {
                let start = one.strip_suffix(".*").ok_or(OTHERS)?;
                let parts: Option<Vec<u8>> =
                    start.split('.').map(|part| part.parse().ok()).collect();
                let mut parts = parts.filter(|parts| parts.len() < 4).ok_or(OTHERS)?;
                let length = parts.len() * 8;
                parts.resize(4, 0);
                let [a, b, c, d] = parts[..] else {
                    return Err(OTHERS);
                };
                self.narrow(format!("cidr:{a}.{b}.{c}.{d}/{length}"))?;
            }
            _ => return Err(OTHERS),
        }
        Ok(())
    }

    fn narrow(&mut self, only: String) -> Result<(), &'static str> {
        if self.only.is_some() || only.contains(['*', '?', '[']) {
            return Err(OTHERS);
        }
        self.only = Some(only);
        Ok(())
    }
}

/// The one expression that a block consists of.
fn only(body: &Body) -> Option<&Expr> {
    match body.as_slice() {
        [statement] => match &statement.kind {
            Kind::Pipeline(stages) => match stages.as_slice() {
                [Stage::Value(value)] => Some(value),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// `$_.Name`, as `name`.
fn property(value: &Expr) -> Option<String> {
    match value {
        Expr::Path(root, steps) if matches!(&**root, Expr::Variable(name) if name == "_" || name == "psitem") => {
            match steps.as_slice() {
                [Step::Member(name, None)] => word(name).map(|name| name.to_lowercase()),
                _ => None,
            }
        }
        _ => None,
    }
}

fn word(value: &Expr) -> Option<String> {
    match value {
        Expr::Text(parts) => match parts.as_slice() {
            [Part::Text(text)] => Some(text.clone()),
            [Part::Code(inner)] => word(inner),
            _ => None,
        },
        _ => None,
    }
}

fn is(value: &Expr, text: &str) -> bool {
    word(value).is_some_and(|word| word.eq_ignore_ascii_case(text))
}
