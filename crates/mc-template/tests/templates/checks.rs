//! What must hold for every template and all values; the fuzz target for templates asks the same.

use mc_template::{Context, Names, Numbers, Scope, Template, Values};

/// The variables that templates of these checks have.
const VARIABLES: [&str; 4] = ["ANumber", "GroupName", "CRMLink", "CustomerNumber"];

const CONTEXTS: [Context; 7] = [
    Context::Plain,
    Context::Url,
    Context::UrlQuery,
    Context::Form,
    Context::Json,
    Context::Xml,
    Context::Header,
];

/// A text is read or refused with a place in it; what is read is rendered or refused, and no value changes what the
/// place around it is.
pub(crate) fn a_text_is_read_and_rendered(text: &str, values: &[&str]) {
    let Ok(names) = Names::call().with_extra(["CustomerNumber"]) else {
        return;
    };
    let numbers = Numbers::of_region("DE").unwrap_or_default();
    let given: Values = VARIABLES.into_iter().zip(values.iter().copied()).collect();
    let plain: Values = VARIABLES.into_iter().map(|name| (name, "1")).collect();
    for context in CONTEXTS {
        let template = match Template::parse(text, context, &names) {
            Ok(template) => template,
            Err(error) => {
                assert!(
                    error.offset <= text.len() && !error.to_string().is_empty(),
                    "{text:?}"
                );
                continue;
            }
        };
        let Ok(rendered) = template.render(&Scope::new(&given, &numbers)) else {
            continue;
        };
        // What is taken as it is may do anything, and so may a link that is a whole address.
        if text.contains("${{") || template.begins_with_variable().is_some() {
            continue;
        }
        let Ok(expected) = template.render(&Scope::new(&plain, &numbers)) else {
            continue;
        };
        let count = |text: &str, c: char| text.matches(c).count();
        let marks: &[char] = match context {
            Context::Url => &['?', '#', '/', '&', ' '],
            Context::UrlQuery | Context::Form => &['&', '=', '#', ' '],
            // In a section of bare characters a value has no references.
            Context::Xml if text.contains("<![CDATA[") => &[],
            Context::Xml => &['<', '>', '"'],
            _ => &[],
        };
        for &mark in marks {
            // `default(..)` is the administrator's text, and stands there when a value is empty.
            if !text.contains("default(") {
                assert_eq!(
                    count(&rendered, mark),
                    count(&expected, mark),
                    "{text:?} in {context:?}: {rendered:?}"
                );
            }
        }
        let json = |text: &str| serde_json::from_str::<serde_json::Value>(text).is_ok();
        if context == Context::Json && json(&expected) && !text.contains("default(") {
            assert!(json(&rendered), "{text:?}: {rendered:?}");
        }
    }
}
