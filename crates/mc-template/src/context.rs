/// Where a template's result goes, which decides how the values in it are encoded.
///
/// The context, and within a URL or a JSON document the place of each variable, is decided from the
/// template's text alone when it is parsed. No value has a say in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Context {
    /// Nothing is encoded: a program's parameter, a text body, a multipart field.
    Plain,
    /// A whole URL. Values in path, query and fragment are percent-encoded; a variable in scheme, user
    /// info, host or port is an error, unless the URL begins with one variable: that value is a URL
    /// itself and is taken whole.
    Url,
    /// A part of a URL's query (or path) that is joined to a URL later: percent-encoded.
    UrlQuery,
    /// `application/x-www-form-urlencoded`: a space is `+`.
    Form,
    /// A JSON document: inside a string escaped; outside one, a value must be a number, `true`, `false`
    /// or `null`.
    Json,
    /// A JSON document inside a form field: as [`Context::Json`], then form-encoded. The template's own text
    /// may be so encoded already (`%22` is a quote).
    JsonInForm,
    /// A JSON document inside a field of a URL's query: as [`Context::Json`], then percent-encoded.
    JsonInQuery,
    /// An XML document inside a form field: as [`Context::Xml`], then form-encoded.
    XmlInForm,
    /// An XML document inside a field of a URL's query: as [`Context::Xml`], then percent-encoded.
    XmlInQuery,
    /// An XML document: `&`, `<`, `>`, quotes and line breaks become references.
    Xml,
    /// A header's value, a user name: nothing is encoded; CR, LF and NUL fail the run.
    Header,
}
