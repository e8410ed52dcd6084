//! Texts of a command: literal ones, and templates; and which of their characters are their own.

use mc_template::{Context, Names, RenderError, Scope, Template, TemplateError, outside_variables};

use crate::percent;

/// A text that may hold variables, read for its context.
#[derive(Clone)]
pub(crate) enum Text {
    /// It holds none, or `$` means nothing in this command.
    Fixed(String),
    Variable(Template),
}

impl Text {
    pub(crate) fn parse(
        text: &str,
        context: Context,
        names: Option<&Names>,
    ) -> Result<Self, TemplateError> {
        match names {
            Some(names) if text.contains('$') => {
                Template::parse(text, context, names).map(Self::Variable)
            }
            _ => Ok(Self::Fixed(text.to_owned())),
        }
    }

    pub(crate) fn render(&self, scope: &Scope<'_>) -> Result<String, RenderError> {
        match self {
            Self::Fixed(text) => Ok(text.clone()),
            Self::Variable(template) => template.render(scope),
        }
    }

    /// The text, if it is the same for every call.
    pub(crate) fn fixed(&self) -> Option<&str> {
        match self {
            Self::Fixed(text) => Some(text),
            Self::Variable(template) if template.is_constant() => Some(template.prefix()),
            Self::Variable(_) => None,
        }
    }

    /// The names of the hidden values in it.
    pub(crate) fn hidden(&self) -> impl Iterator<Item = &str> {
        self.template().into_iter().flat_map(Template::hidden)
    }

    pub(crate) fn template(&self) -> Option<&Template> {
        match self {
            Self::Fixed(_) => None,
            Self::Variable(template) => Some(template),
        }
    }
}

/// A text with the knowledge which of its characters stand outside every variable. Syntax is looked for
/// among those alone, so that no variable, modifier or default text is mistaken for it.
pub(crate) struct Marked<'t> {
    pub(crate) text: &'t str,
    outside: Vec<bool>,
}

impl<'t> Marked<'t> {
    pub(crate) fn new(text: &'t str, names: Option<&Names>) -> Self {
        let Some(names) = names.filter(|_| text.contains('$')) else {
            return Self {
                text,
                outside: vec![true; text.len()],
            };
        };
        let mut outside = vec![false; text.len()];
        for part in outside_variables(text, names) {
            outside[part].fill(true);
        }
        Self { text, outside }
    }

    /// How many bytes of it are its own.
    pub(crate) fn outside_count(&self) -> usize {
        self.outside.iter().filter(|outside| **outside).count()
    }

    pub(crate) fn is_outside(&self, at: usize) -> bool {
        self.outside.get(at).copied().unwrap_or(false)
    }

    pub(crate) fn find(&self, wanted: impl Fn(char) -> bool) -> Option<usize> {
        self.find_from(0, wanted)
    }

    pub(crate) fn find_from(&self, from: usize, wanted: impl Fn(char) -> bool) -> Option<usize> {
        let found = self.text[from..]
            .char_indices()
            .find(|(at, c)| self.outside[from + at] && wanted(*c));
        found.map(|(at, _)| from + at)
    }

    /// A part of it with `0` where variables stand.
    pub(crate) fn skeleton(&self, from: usize, to: usize) -> String {
        let mut out = String::new();
        for (at, c) in self.text[from..to].char_indices() {
            if self.outside[from + at] {
                out.push(c);
            } else if at == 0 || self.outside[from + at - 1] {
                out.push('0');
            }
        }
        out
    }

    pub(crate) fn starts_with(&self, wanted: char) -> bool {
        self.is_outside(0) && self.text.starts_with(wanted)
    }
}

/// What a media type says of a text: that it is JSON, XML or a form, if one of these.
pub(crate) fn declared(media_type: &str) -> Option<Context> {
    let name = media_type.split(';').next().unwrap_or_default();
    let name = name.trim().to_ascii_lowercase();
    if name == "application/x-www-form-urlencoded" {
        return Some(Context::Form);
    }
    // `application/soap+xml`, `application/x-amz-json-1.1`. The strings of GraphQL are those of JSON.
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    words.find_map(|word| match word {
        json if json.contains("json") || json == "graphql" => Some(Context::Json),
        xml if xml.ends_with("xml") => Some(Context::Xml),
        _ => None,
    })
}

/// What a skeleton is, if it is a document.
pub(crate) fn document(skeleton: &str) -> Option<Context> {
    if is_json(skeleton) {
        Some(Context::Json)
    } else {
        (is_xml(skeleton) && skeleton.trim_end().ends_with('>')).then_some(Context::Xml)
    }
}

/// Whether a text begins as an XML document does, and ends one of its elements.
pub(crate) fn is_xml(text: &str) -> bool {
    let name = text.trim_start().strip_prefix('<').unwrap_or_default();
    name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '?' || c == '!')
        && (text.contains("</") || text.contains("/>"))
}

/// Where a variable stands in a comment of XML, whose text may be percent-encoded.
pub(crate) fn in_comment(marked: &Marked<'_>) -> Option<usize> {
    let begins = |at: usize| !marked.is_outside(at) && (at == 0 || marked.is_outside(at - 1));
    let mut variables = (0..marked.text.len()).filter(|at| begins(*at));
    variables.find(|at| {
        let before = percent::decode(&marked.skeleton(0, *at));
        let open = |begin, end| before.rfind(begin) > before.rfind(end);
        open("<!--", "-->") && !open("<![CDATA[", "]]>")
    })
}

/// Whether a skeleton is a JSON object or array.
pub(crate) fn is_json(skeleton: &str) -> bool {
    let value = serde_json::from_str(skeleton);
    value.is_ok_and(|value: serde_json::Value| value.is_object() || value.is_array())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn syntax_inside_variables_is_not_seen() {
        let names = Names::call();
        let text = "a=${ANumber:default(x=y)}=$GroupName=";
        let marked = Marked::new(text, Some(&names));
        let equals: Vec<_> = text
            .char_indices()
            .filter(|(at, c)| *c == '=' && marked.is_outside(*at))
            .collect();
        assert_eq!(equals.len(), 3);
        assert_eq!(marked.find(|c| c == '('), None);
    }

    #[test]
    fn every_character_of_a_literal_text_is_its_own() {
        let marked = Marked::new("${ANumber}=", None);
        assert_eq!(marked.find(|c| c == '{'), Some(1));
    }
}
