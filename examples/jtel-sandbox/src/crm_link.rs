//! The CRM URL as the jtel web server expands it, before the client sees it.

use crate::variables::Variables;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// The variables that may stand without braces.
const SIMPLE: &[&str] = &[
    "RootNumber",
    "ServiceNumber",
    "CustomerNumber",
    "ParentCustomerNumber",
    "ContractNumber",
    "BillingNumber",
    "GroupNumber",
    "groupname",
    "CallerNumber",
    "caller",
    "username",
    "userfirstname",
    "useruid",
];

/// All but the unreserved characters of RFC 3986, 2.3.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// `${Name}` inserts a value URL-encoded, `${{Name}}` and the simple form `$Name` as it is. An unknown name in braces
/// inserts nothing; without braces it is text.
pub(crate) fn expand(template: &str, values: &Variables) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let used = if let Some((name, length)) = braced(rest, "${{", "}}") {
            out.push_str(values.get(name).unwrap_or_default());
            length
        } else if let Some((name, length)) = braced(rest, "${", "}") {
            out.extend(utf8_percent_encode(
                values.get(name).unwrap_or_default(),
                ENCODED,
            ));
            length
        } else if let Some(name) = simple(&rest[1..]) {
            out.push_str(values.get(name).unwrap_or_default());
            1 + name.len()
        } else {
            out.push('$');
            1
        };
        rest = &rest[used..];
    }
    out.push_str(rest);
    out
}

fn braced<'a>(text: &'a str, open: &str, close: &str) -> Option<(&'a str, usize)> {
    let inner = text.strip_prefix(open)?;
    let name = &inner[..inner.find(close)?];
    name.chars()
        .all(|c| c.is_ascii_alphanumeric() || c == '_')
        .then_some((name, open.len() + name.len() + close.len()))
}

/// The longest simple name at the start.
fn simple(text: &str) -> Option<&'static str> {
    let begins = |name: &&&str| {
        text.get(..name.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(name))
    };
    SIMPLE
        .iter()
        .filter(begins)
        .max_by_key(|name| name.len())
        .copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn braces_encode_double_braces_do_not() {
        let mut values = Variables::default();
        values.set("GroupName", "Sales & Service");
        values.set("CallerNumber", "49199123456789");
        values.set("caller", "49199123456789");
        let link = "https://crm/?g=${groupname}&raw=${{GroupName}}&n=$CallerNumber&c=$callers&x=${nobody}&$5";
        assert_eq!(
            expand(link, &values),
            "https://crm/?g=Sales%20%26%20Service&raw=Sales & Service&n=49199123456789&c=49199123456789s&x=&$5"
        );
    }

    #[test]
    fn a_value_is_not_read_again() {
        let mut values = Variables::default();
        values.set("username", "$useruid ${useruid}");
        values.set("useruid", "agent.17");
        assert_eq!(expand("$username", &values), "$useruid ${useruid}");
    }
}
