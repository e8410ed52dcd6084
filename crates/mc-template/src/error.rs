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
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{fault}")]
#[non_exhaustive]
pub struct TemplateError {
    /// Where the fault begins: bytes from the start of the template's text.
    pub offset: usize,
    /// What it is and what to write instead.
    pub fault: TemplateFault,
}

/// The faults of a template's text. Each says what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TemplateFault {
    /// `${Name}` with a name that is not known.
    #[error("`{name}` is not a known name")]
    UnknownName {
        /// The name as written.
        name: String,
    },
}

/// Why a template could not be rendered with these values. No variant holds a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// The URL begins with a variable that has no value in this call.
    #[error("${name} has no value, so there is no URL")]
    NoUrl {
        /// The canonical name.
        name: String,
    },
}
