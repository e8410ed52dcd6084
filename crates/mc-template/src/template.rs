use crate::context::Context;
use crate::encode::{self, Length, Sink, Then};
use crate::error::{RenderError, TemplateError, TemplateFault, Warning};
use crate::names::Names;
use crate::values::{Hidden, Scope};

mod json;
mod modifier;
mod scan;
mod url;

pub use scan::outside_variables;

use modifier::{Encoding, Reference};
use scan::{Scanner, Token};

/// A text with variables in it, parsed once and rendered for every call.
///
/// ```
/// use mc_template::{Context, Names, Numbers, Scope, Template, Values};
///
/// let url = "https://crm.example/find?group=$GroupName&number=${ANumber:plus}";
/// let template = Template::parse(url, Context::Url, &Names::call())?;
///
/// let values = Values::from([("GroupName", "Sales EU"), ("ANumber", "49199123456")]);
/// let numbers = Numbers::default();
/// assert_eq!(
///     template.render(&Scope::new(&values, &numbers))?,
///     "https://crm.example/find?group=Sales%20EU&number=%2B49199123456"
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Template {
    text: Box<str>,
    context: Context,
    pieces: Box<[Piece]>,
    /// Of a URL: where its path, query or fragment begins in the first piece.
    path_start: Option<usize>,
    warnings: Box<[Warning]>,
}

#[derive(Clone, PartialEq, Eq)]
enum Piece {
    Text(String),
    Value(Reference, Place),
}

/// How a value is written where its variable stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    AsIs,
    /// With this encoding, unless the value's last modifier applied it already.
    Encoded(Encoding),
    /// A form field, where percent-encoding serves as well.
    Form,
    /// Outside every string of a JSON document.
    JsonLiteral,
    /// In a string of a JSON document that stands in a string of another: escaped for each.
    JsonNested {
        strings: u8,
    },
    /// In a JSON document that is a field: escaped for each string that it is inside, and encoded for what it stands in.
    JsonField {
        strings: u8,
        form: bool,
    },
    /// In an XML document that is a field.
    XmlField {
        encoding: Encoding,
        form: bool,
    },
    /// Where no line break may occur.
    Header,
    /// The URL itself.
    WholeUrl,
}

impl Template {
    /// Parses a template for a context.
    ///
    /// # Errors
    ///
    /// A `${..}` that is not one, an unknown name in it, an unknown modifier, a variable where the context
    /// allows none. The error says where and what to write instead.
    pub fn parse(text: &str, context: Context, names: &Names) -> Result<Self, TemplateError> {
        let mut scanner = Scanner::new(text, names);
        let mut pieces: Vec<Piece> = Vec::new();
        let mut places = Places::new(context);
        while let Some((offset, token)) = scanner.token()? {
            match token {
                Token::Text(own) => {
                    places.text(own);
                    match pieces.last_mut() {
                        Some(Piece::Text(last)) => last.push_str(own),
                        _ => pieces.push(Piece::Text(own.into())),
                    }
                }
                Token::Value(reference) => {
                    let place = places.value(&reference, &pieces);
                    let place = place.map_err(|fault| TemplateError { offset, fault })?;
                    pieces.push(Piece::Value(reference, place));
                }
            }
        }
        let path_start = match pieces.first() {
            Some(Piece::Text(own)) if context == Context::Url => url::path_start(own),
            _ => None,
        };
        Ok(Self {
            path_start,
            text: text.into(),
            context,
            pieces: pieces.into(),
            warnings: scanner.into_warnings().into(),
        })
    }

    /// The result for these values.
    ///
    /// Without modifiers this allocates the output, once, and nothing else; except that a CRM link whose
    /// authority is more than a host name and a port, or goes on in the template, is checked by the `url` crate.
    ///
    /// # Errors
    ///
    /// A value that cannot stand where its variable stands; see [`RenderError`].
    pub fn render(&self, scope: &Scope<'_>) -> Result<String, RenderError> {
        let mut out = String::with_capacity(self.capacity(scope));
        let mut guard = self.guard();
        for piece in &self.pieces {
            match piece {
                Piece::Text(own) => {
                    out.push_str(own);
                    if let Some(guard) = &mut guard {
                        guard.text(&out)?;
                    }
                }
                Piece::Value(reference, place) => {
                    reference.write(*place, scope, &mut out)?;
                    if let Some(guard) = &mut guard {
                        guard.value(&out, &reference.name, *place == Place::WholeUrl)?;
                    }
                }
            }
        }
        if let Some(guard) = guard {
            guard.finish(&out)?;
        }
        Ok(out)
    }

    /// The text that variables give the result to begin with: that of the variables before the template's
    /// own first character, joined. Empty if the template begins with text of its own.
    ///
    /// A program may take what its parameter begins with for an option; a template's author cannot see it.
    ///
    /// # Errors
    ///
    /// As for [`Template::render`].
    pub fn leading_values(&self, scope: &Scope<'_>) -> Result<String, RenderError> {
        let mut out = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(_) => break,
                Piece::Value(reference, place) => reference.write(*place, scope, &mut out)?,
            }
        }
        Ok(out)
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

    /// The canonical names of the variables, in the order of the text, each as often as it occurs; without those of
    /// [`Template::hidden`].
    pub fn variables(&self) -> impl Iterator<Item = &str> {
        self.references(false)
    }

    /// The names of the values in it that nobody may see (`secret.NAME`), in the order of the text, each as often as it
    /// occurs.
    pub fn hidden(&self) -> impl Iterator<Item = &str> {
        self.references(true)
    }

    fn references(&self, hidden: bool) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(move |piece| match piece {
            Piece::Value(reference, _) if reference.hidden == hidden => {
                Some(reference.name.as_ref())
            }
            _ => None,
        })
    }

    /// The canonical name of the variable with which the template begins, if it begins with one.
    pub fn begins_with_variable(&self) -> Option<&str> {
        match self.pieces.first() {
            Some(Piece::Value(reference, _)) => Some(&reference.name),
            _ => None,
        }
    }

    /// Whether there is no variable in it, so that every rendering is the same.
    pub fn is_constant(&self) -> bool {
        matches!(*self.pieces, [] | [Piece::Text(_)])
    }

    /// The text that is no variable's, in its order.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(own) => Some(&**own),
            Piece::Value(..) => None,
        })
    }

    /// The text before the first variable, with `$$` read as `$` where it means that; of a constant
    /// template, the whole result.
    pub fn prefix(&self) -> &str {
        match self.pieces.first() {
            Some(Piece::Text(own)) => own,
            _ => "",
        }
    }

    /// The length of the output; with modifiers, roughly.
    fn capacity(&self, scope: &Scope<'_>) -> usize {
        self.pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(own) => own.len(),
                Piece::Value(reference, place) => reference.length(*place, scope),
            })
            .sum()
    }

    /// Watches over the URL, if this is one with a variable in it.
    fn guard(&self) -> Option<url::Guard<'_>> {
        (self.context == Context::Url && !self.is_constant())
            .then(|| url::Guard::new(self.path_start.unwrap_or(0)))
    }
}

impl Reference {
    fn write(&self, place: Place, scope: &Scope<'_>, out: &mut String) -> Result<(), RenderError> {
        let name = || self.name.clone().into_owned();
        if self.hidden {
            let bare = self.bare(scope);
            match scope.hidden {
                Some(Hidden::StandIns(_)) => {
                    let (before, after) = match place {
                        Place::WholeUrl => ("https://", "/"),
                        _ => ("", ""),
                    };
                    out.extend([before, bare, after]);
                    return Ok(());
                }
                Some(Hidden::Values(_)) if !bare.is_empty() => {}
                // Never an empty text in its place: it would look like a refusal of the server's.
                _ => return Err(RenderError::NoHidden { name: name() }),
            }
        }
        let (value, encoded) = self.value(scope);
        match place {
            Place::JsonLiteral | Place::JsonField { strings: 0, .. }
                if !encode::is_json_literal(&value) =>
            {
                return Err(RenderError::NotJsonLiteral { name: name() });
            }
            Place::Header if value.contains(['\r', '\n', '\0']) => {
                return Err(RenderError::LineBreak { name: name() });
            }
            Place::WholeUrl if value.is_empty() => return Err(RenderError::NoUrl { name: name() }),
            _ => put(&value, encoded, place, out),
        }
        Ok(())
    }

    /// The length of what [`Reference::write`] adds; with modifiers, that of the bare value.
    fn length(&self, place: Place, scope: &Scope<'_>) -> usize {
        let mut length = Length(0);
        put(self.bare(scope), None, place, &mut length);
        length.0
    }
}

fn put(value: &str, encoded: Option<Encoding>, place: Place, out: &mut impl Sink) {
    match place {
        Place::Encoded(wanted) if encoded != Some(wanted) => wanted.write(value, out),
        Place::Form if encoded != Some(Encoding::Url) => encode::form(value, out),
        Place::JsonNested { strings } => out.put(&escaped(value, encoded, strings)),
        Place::XmlField { encoding, form } => {
            let mut out = Then(out, outer(form));
            if encoded == Some(encoding) {
                out.put(value);
            } else {
                encoding.write(value, &mut out);
            }
        }
        Place::JsonField { strings, form } => {
            let mut out = Then(out, outer(form));
            match strings {
                1 if encoded != Some(Encoding::Json) => encode::json(value, &mut out),
                2.. => out.put(&escaped(value, encoded, strings)),
                _ => out.put(value),
            }
        }
        _ => out.put(value),
    }
}

/// What is written once more for the field that it stands in.
fn outer<S: Sink>(form: bool) -> fn(&str, &mut S) {
    if form { encode::form } else { encode::percent }
}

/// A value for a string inside strings.
fn escaped(value: &str, encoded: Option<Encoding>, strings: u8) -> String {
    let mut text = value.to_owned();
    for _ in u8::from(encoded == Some(Encoding::Json))..strings {
        let mut outer = String::new();
        encode::json(&text, &mut outer);
        text = outer;
    }
    text
}

/// Decides from the template's text how each value is written.
struct Places {
    context: Context,
    json: json::State,
    /// Of a URL: the field of its query that is under way.
    field: Option<String>,
    /// Of an XML document: whether a section of bare characters is open.
    cdata: bool,
}

impl Places {
    fn new(context: Context) -> Self {
        Self {
            context,
            json: json::State::default(),
            field: None,
            cdata: false,
        }
    }

    fn text(&mut self, own: &str) {
        match self.context {
            Context::Json => self.json.read(own),
            Context::JsonInForm | Context::JsonInQuery => self.json.read(&decoded(own)),
            Context::Url => {
                for character in decoded(own).chars() {
                    match (character, &mut self.field) {
                        ('?', None) => self.field = Some(String::new()),
                        ('&', Some(field)) => field.clear(),
                        ('#', field) => *field = None,
                        (_, Some(field)) => field.push(character),
                        (_, None) => {}
                    }
                }
            }
            Context::Xml | Context::XmlInForm | Context::XmlInQuery => {
                let own = match self.context {
                    Context::Xml => own.into(),
                    _ => percent_encoding::percent_decode_str(own).decode_utf8_lossy(),
                };
                let opened = own.rfind("<![CDATA[");
                let closed = own.rfind("]]>");
                self.cdata = opened > closed || self.cdata && closed.is_none();
            }
            _ => {}
        }
    }

    /// How the value of a variable is written that comes after these pieces.
    fn value(&self, reference: &Reference, before: &[Piece]) -> Result<Place, TemplateFault> {
        let name = || reference.name.clone().into_owned();
        Ok(match self.context {
            Context::Url if before.is_empty() => Place::WholeUrl,
            Context::Url if matches!(before, [Piece::Text(start)] if url::path_start(start).is_none()) =>
            {
                return Err(TemplateFault::InAuthority { name: name() });
            }
            Context::Header => Place::Header,
            _ if reference.raw => Place::AsIs,
            Context::Plain => Place::AsIs,
            Context::Url => match self.in_document() {
                0 => Place::Encoded(Encoding::Url),
                strings => Place::JsonField {
                    strings,
                    form: false,
                },
            },
            Context::UrlQuery => Place::Encoded(Encoding::Url),
            Context::Form => Place::Form,
            Context::Xml => Place::Encoded(self.in_xml()),
            Context::XmlInForm | Context::XmlInQuery => Place::XmlField {
                encoding: self.in_xml(),
                form: self.context == Context::XmlInForm,
            },
            Context::Json | Context::JsonInForm | Context::JsonInQuery if self.json.in_escape() => {
                return Err(TemplateFault::InJsonEscape { name: name() });
            }
            Context::Json => match self.json.strings() {
                0 => Place::JsonLiteral,
                1 => Place::Encoded(Encoding::Json),
                strings => Place::JsonNested { strings },
            },
            Context::JsonInForm | Context::JsonInQuery => Place::JsonField {
                strings: self.json.strings(),
                form: self.context == Context::JsonInForm,
            },
        })
    }

    const fn in_xml(&self) -> Encoding {
        if self.cdata {
            Encoding::Cdata
        } else {
            Encoding::Xml
        }
    }

    /// How many strings of a JSON document the value of a query's field stands in.
    fn in_document(&self) -> u8 {
        let field = self.field.as_deref().unwrap_or_default();
        // A query may be a document itself.
        let value = field.split_once('=').map_or("", |(_, value)| value);
        let Some(text) = [field, value]
            .into_iter()
            .find(|text| json::is_document(text))
        else {
            return 0;
        };
        let mut state = json::State::default();
        state.read(text);
        state.strings()
    }
}

/// A text of a form or a query; of its characters, quotes and backslashes matter alone.
fn decoded(own: &str) -> String {
    let own = own
        .replace("%22", "\"")
        .replace("%7B", "{")
        .replace("%7b", "{");
    own.replace("%5C", "\\").replace("%5c", "\\")
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
