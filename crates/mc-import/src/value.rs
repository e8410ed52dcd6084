//! What the expressions of a script come to, as far as that is certain without running it.

use crate::address::Addresses;
use crate::names::has;
use crate::syntax::Code;

/// Something that only the workstation knows, or that .NET holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fact {
    Environment(String),
    /// The script's folder.
    Folder,
    /// The script's own path.
    Script,
    /// What the script was called by: its path or `&`, and a dot when it is only read in.
    Called,
    /// The address that this rule picks.
    Address(String),
    /// The script's own process, and its number.
    Process,
    Pid,
    /// The terminal session's number.
    Session,
    /// What the file with this path holds.
    File(String),
    /// `[Text.Encoding]::UTF8`.
    Utf8,
    /// Something that is not known.
    Late(Unknown),
}

/// What every session on Windows has.
pub(crate) const ALWAYS: &str = "USERNAME COMPUTERNAME USERDOMAIN";

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    Text(String),
    Fact(Fact),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) value: Value,
    pub(crate) line: usize,
}

/// Why a value is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Unknown {
    pub(crate) line: usize,
    pub(crate) why: String,
    /// It is nothing that the script holds under another name.
    pub(crate) fresh: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Text(Vec<Piece>),
    Number(i64),
    Bool(bool),
    Null,
    List(Vec<Value>),
    /// A table, which may be held under several names.
    Table(usize),
    /// A table that has become JSON.
    Json(Vec<Entry>),
    /// A text as a `SecureString`, which is no text for anything but the cmdlets that take one.
    Secure(Vec<Piece>),
    Addresses(Addresses),
    Block(Code),
    Unknown(Unknown),
}

/// A text longer than this is nothing that a launcher sends.
const LONGEST: usize = 64 * 1024;

impl Value {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(vec![Piece::Text(text.into())])
    }

    pub(crate) fn fact(fact: Fact) -> Self {
        Self::Text(vec![Piece::Fact(fact)])
    }

    pub(crate) fn environment(name: &str) -> Self {
        Self::fact(Fact::Environment(name.to_uppercase()))
    }

    /// The text, when every part of it is known.
    pub(crate) fn known(&self) -> Option<String> {
        match self {
            Self::Text(pieces) => match pieces.as_slice() {
                [] => Some(String::new()),
                [Piece::Text(text)] => Some(text.clone()),
                _ => None,
            },
            Self::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// The text in small letters, for what PowerShell compares without regard to case; empty when it is not known.
    pub(crate) fn lower(&self) -> String {
        self.known().unwrap_or_default().to_lowercase()
    }

    /// What it is inside a text.
    pub(crate) fn pieces(&self) -> Option<Vec<Piece>> {
        Some(match self {
            Self::Text(pieces) => pieces.clone(),
            Self::Number(_) => vec![Piece::Text(self.known()?)],
            Self::Bool(true) => vec![Piece::Text("True".to_owned())],
            Self::Bool(false) => vec![Piece::Text("False".to_owned())],
            Self::Null => Vec::new(),
            Self::Addresses(addresses) => vec![Piece::Fact(Fact::Address(addresses.rule().ok()?))],
            _ => return None,
        })
    }

    /// How many values it consists of.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Self::List(values) => values.iter().map(Self::weight).sum::<usize>() + 1,
            Self::Json(entries) => entries.iter().map(|e| e.value.weight()).sum::<usize>() + 1,
            _ => 1,
        }
    }

    /// Whether it may be, or hold, a table that the script holds under another name.
    pub(crate) fn holds(&self) -> bool {
        match self {
            Self::Table(_) | Self::Addresses(_) => true,
            Self::List(values) => values.iter().any(Self::holds),
            Self::Unknown(unknown) => !unknown.fresh,
            _ => false,
        }
    }

    /// Whether it can be changed where it is held, besides a table.
    pub(crate) fn is_changeable(&self) -> bool {
        matches!(self, Self::List(_) | Self::Secure(_) | Self::Addresses(_))
    }

    /// Whether it is something that is not known, but nothing that the script holds.
    pub(crate) fn is_foreign(&self) -> bool {
        match self {
            Self::Unknown(unknown) => unknown.fresh,
            Self::Text(pieces) => {
                matches!(pieces.first(), Some(Piece::Fact(Fact::Late(late))) if late.fresh)
            }
            _ => false,
        }
    }

    /// Whether it is the path of something else than a variable, a function or another name, for certain.
    pub(crate) fn is_elsewhere(&self) -> bool {
        const NAMES: [&str; 5] = [
            "env:",
            "variable:",
            "function:",
            "alias:",
            "microsoft.powershell.",
        ];
        match (self, self.pieces().as_deref()) {
            (Self::List(paths), _) => paths.iter().all(Self::is_elsewhere),
            (_, Some([Piece::Text(start), rest @ ..])) => {
                let start = start.to_lowercase();
                let whole = rest.is_empty() || start.contains([':', '\\', '/']);
                whole && !NAMES.iter().any(|name| start.starts_with(name))
            }
            (_, Some([Piece::Fact(fact), ..])) => {
                matches!(fact, Fact::Environment(_) | Fact::Folder | Fact::Script)
            }
            (_, pieces) => pieces.is_some(),
        }
    }

    /// Whether it counts as true in a condition, where that is certain.
    pub(crate) fn truth(&self) -> Option<bool> {
        match self {
            Self::Bool(truth) => Some(*truth),
            Self::Number(number) => Some(*number != 0),
            Self::Null => Some(false),
            Self::Text(pieces) if pieces.iter().any(is_something) => Some(true),
            _ => self.known().map(|text| !text.is_empty()),
        }
    }

    /// Why it is not known, and where.
    pub(crate) fn reason(&self) -> Option<(usize, String)> {
        match self {
            Self::Unknown(unknown) => Some((unknown.line, unknown.why.clone())),
            Self::Text(pieces) => pieces.iter().find_map(|piece| match piece {
                Piece::Fact(Fact::Late(unknown)) => Some((unknown.line, unknown.why.clone())),
                _ => None,
            }),
            _ => None,
        }
    }
}

/// Whether it is more than an empty text for certain.
fn is_something(piece: &Piece) -> bool {
    match piece {
        Piece::Text(text) => !text.is_empty(),
        Piece::Fact(Fact::Environment(name)) => has(ALWAYS, name),
        Piece::Fact(fact) => matches!(fact, Fact::Folder | Fact::Script),
    }
}

/// One behind the other, in as few pieces as can be; none when it becomes too long.
pub(crate) fn joined(parts: Vec<Piece>) -> Option<Vec<Piece>> {
    let (mut joined, mut length) = (Vec::new(), 0);
    for part in parts {
        length += if let Piece::Text(text) = &part {
            text.len()
        } else {
            1
        };
        match (joined.last_mut(), part) {
            _ if length > LONGEST => return None,
            (Some(Piece::Text(before)), Piece::Text(text)) => before.push_str(&text),
            (_, Piece::Text(text)) if text.is_empty() => {}
            (_, part) => joined.push(part),
        }
    }
    Some(joined)
}

/// `"{0} {1}" -f $one, $two`, without further format.
pub(crate) fn formatted(pattern: &str, values: &[Value]) -> Option<Vec<Piece>> {
    let mut parts = Vec::new();
    let mut rest = pattern;
    while let Some(at) = rest.find(['{', '}']) {
        parts.push(Piece::Text(rest[..at].to_owned()));
        if ["{{", "}}"]
            .iter()
            .any(|twice| rest[at..].starts_with(twice))
        {
            parts.push(Piece::Text(rest[at..=at].to_owned()));
            rest = &rest[at + 2..];
            continue;
        }
        let (number, tail) = rest[at..].strip_prefix('{')?.split_once('}')?;
        match values.get(number.parse::<usize>().ok()?)? {
            Value::Unknown(unknown) => parts.push(Piece::Fact(Fact::Late(unknown.clone()))),
            value => parts.extend(value.pieces()?),
        }
        rest = tail;
    }
    parts.push(Piece::Text(rest.to_owned()));
    joined(parts)
}

/// A path as the launcher's settings hold it: from the script's folder, `%NAME%` for the environment.
pub(crate) fn path(pieces: &[Piece]) -> Option<String> {
    let (inside, pieces) = match pieces {
        [Piece::Fact(Fact::Folder), rest @ ..] => (true, rest),
        _ => (false, pieces),
    };
    let mut path = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text)
                if text.contains(['%', '"', '*', '?']) || text.contains(char::is_control) =>
            {
                return None;
            }
            Piece::Text(text) => path.push_str(text),
            Piece::Fact(Fact::Environment(name)) => path.extend(["%", name, "%"]),
            Piece::Fact(_) => return None,
        }
    }
    let path = path.replace('/', "\\");
    if inside {
        // `$PSScriptRoot` ends without a backslash: what follows must begin with one.
        let below = path.strip_prefix('\\')?.trim_start_matches('\\');
        return Some(below.trim_start_matches(".\\").to_owned());
    }
    let drive = path.as_bytes();
    let full = path.starts_with("\\\\")
        || drive.len() > 2 && drive[0].is_ascii_alphabetic() && &drive[1..3] == b":\\";
    (full || path.starts_with('%')).then_some(path)
}
