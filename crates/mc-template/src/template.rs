use crate::context::Context;
use crate::error::{RenderError, TemplateError};
use crate::names::Names;
use crate::values::Scope;

/// A text with variables in it, parsed once and rendered for every call.
#[derive(Clone)]
pub struct Template {
    text: Box<str>,
    context: Context,
    warnings: Vec<Warning>,
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

impl Template {
    /// Parses a template for a context.
    ///
    /// # Errors
    ///
    /// A `${..}` that is not one, an unknown name in it, an unknown modifier, a variable where the context
    /// allows none. The error says where and what to write instead.
    pub fn parse(text: &str, context: Context, names: &Names) -> Result<Self, TemplateError> {
        let _ = names;
        Ok(Self {
            text: text.into(),
            context,
            warnings: Vec::new(),
        })
    }

    /// The result for these values.
    ///
    /// # Errors
    ///
    /// A value that cannot stand where its variable stands; see [`RenderError`].
    pub fn render(&self, scope: &Scope<'_>) -> Result<String, RenderError> {
        let _ = scope;
        Ok(self.text.to_string())
    }

    /// The text of the variables with which the result begins, joined; empty if it begins with the
    /// template's own text or with nothing. What it begins with is what a program might take for an option.
    ///
    /// # Errors
    ///
    /// As for [`Template::render`].
    pub fn leading_values(&self, scope: &Scope<'_>) -> Result<String, RenderError> {
        let _ = scope;
        Ok(String::new())
    }

    /// What is allowed but probably not meant, in the order of the text.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// The text that was parsed.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The context that it was parsed for.
    pub fn context(&self) -> Context {
        self.context
    }

    /// The canonical names of the variables, in the order of the text, each as often as it occurs.
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        std::iter::empty()
    }

    /// The canonical name of the variable with which the template begins, if it begins with one.
    pub fn begins_with_variable(&self) -> Option<&str> {
        None
    }

    /// Whether there is no variable in it, so that every rendering is the same.
    pub fn is_constant(&self) -> bool {
        true
    }

    /// The text before the first variable, with `$$` read as `$` where it means that.
    pub fn prefix(&self) -> &str {
        &self.text
    }
}

impl std::fmt::Debug for Template {
    /// Shows the context and the variables. The text stays out: it may hold a password.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Template")
            .field("context", &self.context)
            .field("variables", &self.variables().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// Where a character first occurs in a template's own text, outside every variable; bytes from the start.
///
/// For syntax around templates, as in `name=value`: no variable, modifier or default text is mistaken for it.
pub fn find_outside_variables(text: &str, names: &Names, wanted: char) -> Option<usize> {
    let _ = names;
    text.find(wanted)
}
