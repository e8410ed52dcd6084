//! Hostile values in every place of a command. What they must become is computed here, by rules that
//! are written down independently of the crate.

use crate::corpus::Case;

/// Values that try to be more than a value.
pub(crate) const VALUES: [&str; 24] = [
    "two words",
    "\"quoted\"",
    "it's",
    "a&b=c",
    "100%",
    "%41%00",
    "$CRMLink",
    "${ANumber}",
    "$$",
    "$(id)",
    "`id`",
    "Jürgen Größe",
    "日本 🎉",
    "@lines.txt",
    "<lines.txt",
    "-X",
    "--next",
    "a;type=text/html;filename=x",
    "[1-3]{a,b}",
    "a,b",
    "a/b?c#d",
    "back\\slash\\",
    "; rm -rf / | > nul",
    "+1 (2) *3*",
];

type Encode = fn(&str) -> String;

/// Places: the line, and what the real curl is told, with `@@` for the encoded value.
const PLACES: [(&str, &str, Encode); 15] = [
    ("curl {url}/x/$GroupName/y", "curl -g {url}/x/@@/y", percent),
    (
        "curl \"{url}/x?a=$GroupName&b=2\"",
        "curl -g '{url}/x?a=@@&b=2'",
        percent,
    ),
    (
        "curl \"$crmurl?a=$GroupName\"",
        "curl -g '{url}/c?a=@@'",
        percent,
    ),
    (
        "curl -d \"a=$GroupName&b=2\" {url}/",
        "curl --data-raw 'a=@@&b=2' {url}/",
        form,
    ),
    (
        "curl -G -d \"a=$GroupName\" {url}/",
        "curl -g -G --data-raw 'a=@@' {url}/",
        percent,
    ),
    (
        "curl --data-urlencode \"$GroupName\" {url}/",
        "curl --data-urlencode '=@@' {url}/",
        shell,
    ),
    (
        "curl --data-urlencode \"a=$GroupName\" {url}/",
        "curl --data-urlencode 'a=@@' {url}/",
        shell,
    ),
    (
        "curl --url-query \"a=$GroupName\" {url}/",
        "curl --url-query 'a=@@' {url}/",
        shell,
    ),
    (
        "curl --json '{\"a\":\"$GroupName\"}' {url}/",
        "curl --json '{\"a\":\"@@\"}' {url}/",
        json,
    ),
    (
        "curl -H 'Content-Type: text/plain' -d '$GroupName' {url}/",
        "curl -H 'Content-Type: text/plain' --data-raw '@@' {url}/",
        shell,
    ),
    (
        "curl -H \"X-Group: $GroupName\" {url}/",
        "curl -H 'X-Group: @@' {url}/",
        shell,
    ),
    (
        "curl -A \"$GroupName\" -u \"agent:$GroupName\" {url}/",
        "curl -A '@@' -u 'agent:@@' {url}/",
        shell,
    ),
    (
        "curl -F \"a=$GroupName\" -F b=c {url}/",
        "curl --form-string 'a=@@' -F b=c {url}/",
        shell,
    ),
    (
        "curl -F \"a=x;filename=$GroupName\" {url}/",
        "curl -F 'a=x;filename=\"@@\"' {url}/",
        form_quoted,
    ),
    (
        "curl -e \"$GroupName\" {url}/",
        "curl -H 'Referer: @@' {url}/",
        shell,
    ),
];

pub(crate) fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for value in VALUES {
        for (line, sh, encode) in PLACES {
            let mut case = Case::default();
            case.name = format!("{value:?} in a hostile place");
            line.clone_into(&mut case.line);
            case.sh = sh.replace("@@", &encode(value));
            case.values = vec![
                ("CRMLink".to_owned(), "{url}/c".to_owned()),
                ("ANumber".to_owned(), "49".to_owned()),
                ("GroupName".to_owned(), value.to_owned()),
            ];
            cases.push(case);
        }
    }
    cases
}

/// Inside single quotes of a POSIX shell.
fn shell(value: &str) -> String {
    value.replace('\'', r"'\''")
}

fn bytes(value: &str, encode: impl Fn(u8) -> Option<String>) -> String {
    value
        .bytes()
        .map(|byte| encode(byte).unwrap_or_else(|| format!("%{byte:02X}")))
        .collect()
}

/// RFC 3986, 2.1: all but unreserved characters.
fn percent(value: &str) -> String {
    bytes(value, |byte| {
        (byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
            .then(|| char::from(byte).to_string())
    })
}

/// `application/x-www-form-urlencoded` (WHATWG URL, 5.2).
fn form(value: &str) -> String {
    bytes(value, |byte| match byte {
        b' ' => Some("+".to_owned()),
        byte if byte.is_ascii_alphanumeric() || b"*-._".contains(&byte) => {
            Some(char::from(byte).to_string())
        }
        _ => None,
    })
}

/// Inside a JSON string, inside single quotes of a shell.
fn json(value: &str) -> String {
    let quoted = serde_json::to_string(value).unwrap();
    shell(&quoted[1..quoted.len() - 1])
}

/// Inside double quotes of `-F`, inside single quotes of a shell.
fn form_quoted(value: &str) -> String {
    shell(&value.replace('\\', "\\\\").replace('"', "\\\""))
}
