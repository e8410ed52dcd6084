//! The pipelines by which scripts pick an address of the computer.

use crate::syntax::{Argument, Command, Expr, Step, only, word};

/// Addresses that `Get-NetIPAddress` lists, and what has become of the list since.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Addresses {
    /// What is certain about those that are left.
    certain: u8,
    /// `interface:..` or `cidr:..`.
    only: Option<String>,
    first: bool,
    /// The addresses' texts, no longer the objects.
    texts: bool,
}

pub(crate) const OTHERS: &str = "it picks an address in a way that no setting does";
pub(crate) const CHOOSE: &str = "write IPAddress into fields, and choose with ip (\"first\", \"route\", \"interface:NAME\" or \"cidr:NETWORK\")";

const V4: u8 = 1;
const NO_LOOPBACK: u8 = 2;
const NO_LINK_LOCAL: u8 = 4;
const ALL: u8 = V4 | NO_LOOPBACK | NO_LINK_LOCAL;

/// What a comparison makes certain.
const COMPARISONS: [(&str, u8); 23] = [
    ("addressstate eq preferred", 0),
    ("addressfamily eq ipv4", V4),
    ("addressfamily eq internetwork", V4),
    ("addressfamily eq 2", V4),
    ("prefixorigin ne wellknown", NO_LOOPBACK | NO_LINK_LOCAL),
    ("prefixorigin in dhcp,manual", NO_LOOPBACK | NO_LINK_LOCAL),
    ("prefixorigin in manual,dhcp", NO_LOOPBACK | NO_LINK_LOCAL),
    ("interfacealias notlike loopback*", NO_LOOPBACK),
    ("interfacealias notlike *loopback*", NO_LOOPBACK),
    ("interfacealias notlike loopback pseudo*", NO_LOOPBACK),
    ("interfacealias notmatch loopback", NO_LOOPBACK),
    ("ipaddress ne 127.0.0.1", NO_LOOPBACK),
    ("ipaddress notlike 127.0.0.1", NO_LOOPBACK),
    ("ipaddress notlike 127.*", NO_LOOPBACK),
    ("ipaddress notmatch 127.0.0.1", NO_LOOPBACK),
    ("ipaddress notmatch ^127", NO_LOOPBACK),
    (r"ipaddress notmatch ^127\.", NO_LOOPBACK),
    ("ipaddress notlike 169.*", NO_LINK_LOCAL),
    ("ipaddress notlike 169.254.*", NO_LINK_LOCAL),
    ("ipaddress notmatch ^169", NO_LINK_LOCAL),
    (r"ipaddress notmatch ^169\.", NO_LINK_LOCAL),
    (r"ipaddress notmatch ^169\.254", NO_LINK_LOCAL),
    (r"ipaddress notmatch ^169\.254\.", NO_LINK_LOCAL),
];

type Kept<T = ()> = Result<T, &'static str>;

impl Addresses {
    /// `Get-NetIPAddress` with its parameters.
    pub(crate) fn listed(command: &Command) -> Kept<Self> {
        let mut found = Self::default();
        let mut arguments = command.arguments.iter();
        while let Some(argument) = arguments.next() {
            let (name, value) = match (argument, argument_value(argument)) {
                (Argument::Name(name, Some(value)), _) => (name, value),
                (Argument::Name(name, None), _) => {
                    let next = arguments.next().and_then(argument_value);
                    (name, next.ok_or(OTHERS)?)
                }
                _ => return Err(OTHERS),
            };
            if !["ea", "erroraction"].contains(&name.as_str()) {
                found.keep(name, "in", words(value))?;
            }
        }
        Ok(found)
    }

    /// The setting that picks the same address.
    pub(crate) fn rule(&self) -> Kept<String> {
        match &self.only {
            _ if self.certain & V4 == 0 || !self.texts => Err(OTHERS),
            Some(only) if self.first || only.starts_with("interface:") => Ok(only.clone()),
            None if self.first && self.certain == ALL => Ok("first".to_owned()),
            _ => Err(OTHERS),
        }
    }

    /// A stage of the pipeline, by the command's full name.
    pub(crate) fn stage(mut self, name: &str, command: &Command) -> Kept<Self> {
        let arguments = command.arguments.as_slice();
        match (name, arguments) {
            ("where-object", [Argument::Value(Expr::Block(code))]) => {
                self.filter(only(code.parts().1).ok_or(OTHERS)?)?;
            }
            (
                "where-object",
                [
                    Argument::Value(property),
                    Argument::Name(operator, None),
                    Argument::Value(value),
                ],
            ) => self.keep(&word(property).ok_or(OTHERS)?, operator, words(value))?,
            ("select-object", arguments) => {
                for pair in arguments.chunks(2) {
                    match pair {
                        [
                            Argument::Name(name, None),
                            Argument::Value(Expr::Number(number)),
                        ] if name == "first" && number == "1" => {
                            self.first = true;
                        }
                        [Argument::Name(name, None), Argument::Value(value)]
                            if name.starts_with("exp") && is_address(value) =>
                        {
                            self = self.text()?;
                        }
                        _ => return Err(OTHERS),
                    }
                }
            }
            ("foreach-object", [Argument::Value(Expr::Block(code))])
                if only(code.parts().1).and_then(property).as_deref() == Some("ipaddress") =>
            {
                self = self.text()?;
            }
            ("foreach-object", [Argument::Value(value)]) if is_address(value) => {
                self = self.text()?;
            }
            _ => return Err(OTHERS),
        }
        Ok(self)
    }

    /// `.IPAddress` of each.
    pub(crate) fn text(self) -> Kept<Self> {
        let texts = true;
        if self.texts {
            Err(OTHERS)
        } else {
            Ok(Self { texts, ..self })
        }
    }

    /// `[0]`.
    pub(crate) fn first(self) -> Self {
        Self {
            first: true,
            ..self
        }
    }

    /// Only those are kept for which this holds.
    fn filter(&mut self, condition: &Expr) -> Kept {
        let (first, rest) = match condition {
            Expr::Group('(', body) => return self.filter(only(body).ok_or(OTHERS)?),
            Expr::Chain(first, rest) => (first, rest.as_slice()),
            Expr::Path(root, steps) => return self.starts(root, steps),
            _ => return Err(OTHERS),
        };
        let parts = || std::iter::once(&**first).chain(rest.iter().map(|(_, part)| part));
        let all = |word: &str| rest.iter().all(|(operator, _)| operator == word);
        if all("and") {
            return parts().try_for_each(|part| self.filter(part));
        }
        if all("or") {
            // The two origins that are left when the system's own addresses are out.
            let origins = parts().map(origin).collect();
            return self.keep("prefixorigin", "in", origins);
        }
        match rest {
            [(operator, value)] => {
                self.keep(&property(first).ok_or(OTHERS)?, operator, words(value))
            }
            _ => Err(OTHERS),
        }
    }

    /// `$_.IPAddress.StartsWith(..)`.
    fn starts(&mut self, root: &Expr, steps: &[Step]) -> Kept {
        let [before @ .., Step::Member(method, Some(given))] = steps else {
            return Err(OTHERS);
        };
        let (of, method) = (property_of(root, before), word(method));
        let start = given.first().and_then(word);
        match (of, start) {
            (Some(of), Some(start))
                if method.is_some_and(|method| method.eq_ignore_ascii_case("startswith"))
                    && start.ends_with('.') =>
            {
                self.keep(&of, "like", Some(vec![start + "*"]))
            }
            _ => Err(OTHERS),
        }
    }

    /// Only those are kept that compare so.
    fn keep(&mut self, property: &str, operator: &str, values: Option<Vec<String>>) -> Kept {
        let values = values
            .filter(|_| !self.first && self.texts == property.is_empty())
            .ok_or(OTHERS)?;
        let operator = if values.len() == 1 && operator == "in" {
            "eq"
        } else {
            operator
        };
        let property = if property.is_empty() {
            "ipaddress".to_owned()
        } else {
            property.to_lowercase()
        };
        let written = format!("{property} {operator} {}", values.join(",")).to_lowercase();
        if let Some((_, certain)) = COMPARISONS.iter().find(|(known, _)| *known == written) {
            self.certain |= certain;
            return Ok(());
        }
        let only = match (property.as_str(), operator, values.as_slice()) {
            ("interfacealias", "eq", [name]) => format!("interface:{name}"),
            ("ipaddress", "like" | "match", [start]) => {
                let (begin, dot, end) = match operator {
                    "like" => ("", ".", ".*"),
                    _ => ("^", r"\.", r"\."),
                };
                let start = start
                    .strip_prefix(begin)
                    .and_then(|start| start.strip_suffix(end));
                let parts = start.ok_or(OTHERS)?.split(dot);
                let parts: Result<Vec<u8>, _> = parts.map(str::parse).collect();
                let mut parts = parts.ok().filter(|parts| parts.len() < 4).ok_or(OTHERS)?;
                let length = parts.len() * 8;
                parts.resize(4, 0);
                let parts: Vec<_> = parts.iter().map(u8::to_string).collect();
                format!("cidr:{}/{length}", parts.join("."))
            }
            _ => return Err(OTHERS),
        };
        if self.only.is_some() || only.contains(['*', '?', '[']) {
            return Err(OTHERS);
        }
        self.only = Some(only);
        Ok(())
    }
}

/// `$_.PrefixOrigin -eq ..`.
fn origin(part: &Expr) -> Option<String> {
    match part {
        Expr::Chain(left, rest) if property(left)? == "prefixorigin" => match rest.as_slice() {
            [(operator, value)] if operator == "eq" => word(value),
            _ => None,
        },
        _ => None,
    }
}

fn argument_value(argument: &Argument) -> Option<&Expr> {
    match argument {
        Argument::Value(value) | Argument::Name(_, Some(value)) => Some(value),
        _ => None,
    }
}

/// `$_.Name`, as `name`.
fn property(value: &Expr) -> Option<String> {
    match value {
        Expr::Path(root, steps) => property_of(root, steps),
        value => property_of(value, &[]),
    }
}

fn property_of(root: &Expr, steps: &[Step]) -> Option<String> {
    match (root, steps) {
        (Expr::Variable(root), [Step::Member(name, None)]) if root == "_" || root == "psitem" => {
            word(name).map(|name| name.to_lowercase())
        }
        // An address that is a text by now.
        (Expr::Variable(root), []) if root == "_" || root == "psitem" => Some(String::new()),
        _ => None,
    }
}

/// One of them, or all of a list.
fn words(value: &Expr) -> Option<Vec<String>> {
    match value {
        Expr::List(values) => values.iter().map(word).collect(),
        value => word(value).map(|value| vec![value]),
    }
}

fn is_address(value: &Expr) -> bool {
    word(value).is_some_and(|word| word.eq_ignore_ascii_case("ipaddress"))
}
