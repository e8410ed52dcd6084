/// A name that cannot be a variable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{name}` cannot be a variable: use letters, digits and `_`, and begin with a letter or `_`"
)]
#[non_exhaustive]
pub struct NameError {
    /// The name as it was given.
    pub name: String,
}

/// What is wrong with a template's text, and where.
///
/// The message says what to write instead. It repeats names and modifiers, and nothing else of the
/// text, which may hold a password.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{fault}")]
#[non_exhaustive]
pub struct TemplateError {
    /// Where the fault begins: bytes from the start of the template's text.
    pub offset: usize,
    /// What it is and what to write instead.
    pub fault: TemplateFault,
}

/// Something in a template that is allowed but probably not meant.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Warning {
    /// Where: bytes from the start of the template's text.
    pub offset: usize,
    /// What it is and what to write instead.
    pub text: String,
}

/// The faults of a template's text. Each says what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateFault {
    /// `${Name}` with a name that is not known.
    #[error(
        "`{name}` is not a known name{}; names that events bring are declared under `Variables`, and for the characters `${{` themselves write `$${{`",
        did_you_mean(nearest.as_deref())
    )]
    UnknownName {
        /// The name as written, shortened if it is long.
        name: String,
        /// The known name that was most likely meant.
        nearest: Option<String>,
    },
    /// `${secret.name}` with a name that its group does not have.
    #[error(
        "`{name}` is not known{}; secrets are listed under [secrets], tokens are headings [oauth.NAME]",
        did_you_mean(nearest.as_deref())
    )]
    UnknownHidden {
        /// The name as written, shortened if it is long.
        name: String,
        /// The known name that was most likely meant.
        nearest: Option<String>,
    },
    /// `$secret.name`, without braces.
    #[error("write `${{{name}}}`, with braces: without them this would be text")]
    HiddenWithoutBraces {
        /// The name as written, shortened if it is long.
        name: String,
    },
    /// `${}` or `${:...}`.
    #[error("there is no name after `${{`; for the characters `${{` themselves write `$${{`")]
    NoName,
    /// A `${` without its `}`.
    #[error("`${{` is not closed by `}}`; for the characters `${{` themselves write `$${{`")]
    NotClosed,
    /// A `${{` without its `}}`.
    #[error("`${{{{` is not closed by `}}}}`; for the characters `${{` themselves write `$${{`")]
    RawNotClosed,
    /// A modifier that does not exist.
    #[error(
        "`{modifier}` is not a modifier{}; there are digits, e164, plus, national, international, url, json, xml, base64 and default(text)",
        did_you_mean(nearest.as_deref())
    )]
    UnknownModifier {
        /// The modifier as written, shortened if it is long.
        modifier: String,
        /// The modifier that was most likely meant.
        nearest: Option<String>,
    },
    /// `default` without its text.
    #[error("`default` needs its text: write `default(text)`, or `default()` for none")]
    DefaultWithoutText,
    /// `default(` without its `)`.
    #[error(
        "`default(` is not closed: its text ends at the first `)` without a backslash before it"
    )]
    DefaultNotClosed,
    /// Text in parentheses after a modifier that takes none.
    #[error("`{modifier}` takes no text in parentheses; only `default(text)` does")]
    NoTextTaken {
        /// The modifier.
        modifier: &'static str,
    },
    /// A variable in a URL's scheme, user info, host or port.
    #[error(
        "`{name}` stands in the scheme, user info, host or port of the URL, where a value could choose the server; write these out, or begin the URL with the variable that holds the whole URL"
    )]
    InAuthority {
        /// The canonical name.
        name: String,
    },
    /// A variable right after a backslash, or inside `\u....`, in a JSON string.
    #[error(
        "`{name}` stands inside a backslash escape of a JSON string, which would swallow the value's first character; write `\\\\` for a backslash"
    )]
    InJsonEscape {
        /// The canonical name.
        name: String,
    },
}

fn did_you_mean(nearest: Option<&str>) -> String {
    nearest
        .map(|name| format!(" (did you mean `{name}`?)"))
        .unwrap_or_default()
}

/// Why a template could not be rendered with these values.
///
/// The message names the variable and never holds a value: values are people's numbers and links.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// A value that nobody may see was not given.
    #[error("`{name}` has no value here")]
    NoHidden {
        /// Its name.
        name: String,
    },
    /// The URL begins with a variable that has no value in this call.
    #[error("`{name}` has no value in this call, so there is no URL")]
    NoUrl {
        /// The canonical name.
        name: String,
    },
    /// The URL begins with a variable whose value is not an http or https URL.
    #[error("the value of `{name}` is not a complete http:// or https:// URL")]
    NotHttpUrl {
        /// The canonical name.
        name: String,
    },
    /// What follows the value with which the URL begins would lead to another server.
    #[error(
        "what follows `{name}` would change the scheme, host or port of the URL in its value; put a `/`, `?` or `#` between them"
    )]
    OtherServer {
        /// The canonical name.
        name: String,
    },
    /// A path segment that holds a variable became `.` or `..`.
    #[error(
        "with the value of `{name}` a part of the URL's path is `.` or `..`, which leads to another place"
    )]
    DotSegment {
        /// The canonical name.
        name: String,
    },
    /// A value outside a string of a JSON document that is no JSON literal.
    #[error(
        "the value of `{name}` stands outside quotes in a JSON document, so it must be a number, true, false or null; put the variable in double quotes, or write `${{{name}:default(null)}}` for an absent one"
    )]
    NotJsonLiteral {
        /// The canonical name.
        name: String,
    },
    /// A CR, LF or NUL in a value for a header or a user name.
    #[error(
        "the value of `{name}` holds a line break or NUL, which no header or user name can hold"
    )]
    LineBreak {
        /// The canonical name.
        name: String,
    },
}
