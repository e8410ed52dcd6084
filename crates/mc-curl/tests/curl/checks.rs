//! What must hold for every command and every value. Property tests and fuzz targets share it.

use mc_curl::{CurlCommand, Paste, Reading, Request, Shell};
use mc_template::{Names, Numbers, Scope, Values};

/// The variables that commands of these checks have.
pub(crate) const VARIABLES: [&str; 5] = ["CRMLink", "ANumber", "GroupName", "UsersUID", "Extra"];

/// A text is read or refused; what is read can be rendered or is refused; nothing panics. What is printed
/// as a curl command is read again as the same requests.
pub(crate) fn a_text_is_read_and_printed(line: &str, values: &Values) {
    let names = Names::call()
        .with_extra(["Extra"])
        .unwrap_or_else(|_| Names::call());
    let numbers = Numbers::default();
    let scope = Scope::new(values, &numbers);
    for reading in [Reading::template(&names), Reading::literal()] {
        // Nothing of this machine is to be read: every file's name is a folder's.
        let nowhere = |_: &str| Ok(String::from("/"));
        let reading = reading.file_names(&nowhere);
        let command = match CurlCommand::read(line, &reading) {
            Ok(command) => command,
            Err(errors) => {
                assert!(
                    errors.iter().count() > 0,
                    "refused without a reason: {line:?}"
                );
                for error in errors.iter() {
                    assert!(
                        error.offset <= line.len(),
                        "{line:?}: {error} stands behind the end"
                    );
                    assert!(!error.to_string().is_empty());
                }
                continue;
            }
        };
        if let Ok(requests) = command.requests(&scope) {
            for request in &requests {
                drop(request.plan());
            }
            prints_the_same(&command, &requests, &scope);
        }
    }
}

/// A text as a paste of any shell: read or refused. What is read and has nothing open in it becomes a line that a
/// configuration reads as the same words, and, where it is a command, one that no value gives another shape.
pub(crate) fn a_paste_becomes_the_line_that_it_is(text: &str, values: &Values) {
    let names = Names::call()
        .with_extra(["Extra"])
        .unwrap_or_else(|_| Names::call());
    let shells = [
        Shell::Configuration,
        Shell::Bash,
        Shell::Cmd,
        Shell::Batch,
        Shell::PowerShell,
    ];
    for shell in shells {
        let Ok(paste) = Paste::read(text, Some(shell), &names) else {
            continue;
        };
        drop(paste.toml());
        if !paste.open().is_empty() {
            continue;
        }
        let line = paste.line();
        let Ok(again) = Paste::read(&line, Some(Shell::Configuration), &names) else {
            panic!("{text:?} becomes {line:?}, which is no command");
        };
        assert_eq!(
            again.arguments(),
            paste.arguments(),
            "{text:?} becomes {line:?}"
        );
        a_text_is_read_and_printed(&line, values);
        a_good_line_keeps_its_shape(&line, &names, values);
    }
}

/// Of a line that `check` calls good no value changes the number of requests, headers or fields, or the server, and what
/// goes out as JSON is JSON.
fn a_good_line_keeps_its_shape(line: &str, names: &Names, values: &Values) {
    // What is taken as it is may do anything, and a default is the administrator's text.
    if line.contains("${{") || line.contains("default(") {
        return;
    }
    let nowhere = |_: &str| Ok(String::from("/"));
    let reading = Reading::template(names).file_names(&nowhere);
    let Ok(command) = CurlCommand::read(line, &reading) else {
        return;
    };
    if command.try_samples().is_some() {
        return;
    }
    let (numbers, plain) = (Numbers::default(), plain_values());
    let requests = |values: &Values| command.requests(&Scope::new(values, &numbers));
    let (Ok(expected), Ok(given)) = (requests(&plain), requests(values)) else {
        return;
    };
    let link = values
        .get("CRMLink")
        .and_then(|link| url::Url::parse(link).ok());
    assert_eq!(
        shapes(&given, link.as_ref()),
        shapes(&expected, None),
        "{line:?}"
    );
    for request in &given {
        let is_json = |(name, value): &(String, String)| {
            name.eq_ignore_ascii_case("content-type") && value == "application/json"
        };
        let body = request.body().unwrap_or_default();
        if request.headers().iter().any(is_json) && !body.trim_ascii().is_empty() {
            let read = serde_json::from_slice::<serde::de::IgnoredAny>(body);
            assert!(
                read.is_ok(),
                "{line:?}: {:?}",
                String::from_utf8_lossy(body)
            );
        }
    }
}

/// What an ordinary call brings.
fn plain_values() -> Values {
    let names = VARIABLES.iter().map(|name| (*name, "1"));
    names
        .chain([("CRMLink", "http://link.example/c?i=1")])
        .collect()
}

/// Parse, print as curl, parse: the same requests.
pub(crate) fn prints_the_same(command: &CurlCommand, requests: &[Request], scope: &Scope<'_>) {
    let Ok(printed) = command.as_curl(scope) else {
        return;
    };
    let again = match CurlCommand::read(&printed, &Reading::literal()) {
        Ok(again) => again,
        Err(errors) => panic!("{printed:?} is refused: {errors}"),
    };
    let (values, numbers) = (Values::new(), Numbers::default());
    match again.requests(&Scope::new(&values, &numbers)) {
        Ok(read) => assert!(read == requests, "{printed:?} makes other requests"),
        Err(error) => panic!("{printed:?} makes none: {error}"),
    }
}

/// Commands with a variable in every place that can have one.
pub(crate) const PLACES: [&str; 25] = [
    "curl $crmurl",
    "curl \"$crmurl&a=$GroupName\"",
    "curl http://crm.example/$GroupName/$ANumber?a=$GroupName#$GroupName",
    "curl 'http://crm.example/{$GroupName,x}?a=[1-2]$ANumber'",
    "curl -d a=$GroupName -d $GroupName http://crm.example/",
    "curl -G -d a=$GroupName --data-urlencode $GroupName http://crm.example/",
    "curl --data-urlencode a=$GroupName --data-urlencode $GroupName=$ANumber http://crm.example/",
    "curl --json '{\"a\":\"$GroupName\",' --json '\"b\":\"$ANumber\"}' http://crm.example/",
    "curl --json '[$ANumber]' http://crm.example/",
    "curl -d 'a=1&p={\"a\":[\"$GroupName\"]}&b=$ANumber' http://crm.example/",
    "curl -H 'Content-Type: text/xml' -d '<a b=\"$GroupName\">$ANumber</a>' http://crm.example/",
    "curl -H 'Content-Type: text/plain' --data-binary $GroupName http://crm.example/",
    "curl -H 'X-Group: $GroupName' -H 'X-Number:$ANumber' http://crm.example/",
    "curl -H 'Authorization: Bearer $GroupName' -H 'Cookie: a=$GroupName' http://crm.example/",
    "curl -A $GroupName -e $GroupName http://crm.example/",
    "curl -e \"$GroupName;auto\" http://crm.example/",
    "curl -u \"$UsersUID:$GroupName\" http://crm.example/",
    "curl --oauth2-bearer $GroupName http://crm.example/",
    "curl -b \"a=$GroupName; b=$ANumber\" -b c=$GroupName http://crm.example/",
    "curl -F a=$GroupName -F b=x$ANumber http://crm.example/",
    "curl -F 'a=\"$GroupName\";filename=$ANumber' -F 'b=x;filename=\"$GroupName\"' http://crm.example/",
    "curl --form-string a=$GroupName -F b=c http://crm.example/",
    "curl --url-query $GroupName --url-query a=$GroupName --url-query +$ANumber http://crm.example/",
    "curl -X PUT -d a=$GroupName http://crm.example/a --next -I http://crm.example/$GroupName --next $crmurl",
    "curl -H 'X-Extra: $Extra' -d a=$Extra -b a=$Extra http://crm.example/?$Extra",
];

/// What no value may change.
#[derive(Debug, PartialEq)]
struct Shape {
    method: String,
    origin: String,
    headers: Vec<String>,
    cookies: usize,
    fields: usize,
    pairs: usize,
}

/// No value of any variable changes the number of requests, headers or form fields, or the server.
pub(crate) fn values_change_no_shape(values: &Values) {
    let names = Names::call()
        .with_extra(["Extra"])
        .unwrap_or_else(|_| Names::call());
    let numbers = Numbers::default();
    let plain = plain_values();
    for line in PLACES {
        let command = match CurlCommand::parse(line, &names) {
            Ok(command) => command,
            Err(errors) => panic!("{line}: {errors}"),
        };
        let expected = match command.requests(&Scope::new(&plain, &numbers)) {
            Ok(expected) => shapes(&expected, None),
            Err(error) => panic!("{line}: {error}"),
        };
        let scope = Scope::new(values, &numbers);
        let Ok(requests) = command.requests(&scope) else {
            continue;
        };
        // The link alone says which server it is.
        let link = values
            .get("CRMLink")
            .and_then(|link| url::Url::parse(link).ok());
        assert_eq!(shapes(&requests, link.as_ref()), expected, "{line}");
        prints_the_same(&command, &requests, &scope);
    }
}

fn shapes(requests: &[Request], link: Option<&url::Url>) -> Vec<Shape> {
    requests
        .iter()
        .map(|request| shape(request, link))
        .collect()
}

fn shape(request: &Request, link: Option<&url::Url>) -> Shape {
    let url = url::Url::parse(request.url()).unwrap_or_else(|error| panic!("no URL: {error}"));
    let is_link = url.host_str() == Some("link.example")
        || link.is_some_and(|link| link.origin() == url.origin());
    let headers = request.headers();
    let named = |name: &'static str| {
        headers
            .iter()
            .filter(move |(given, _)| given.eq_ignore_ascii_case(name))
    };
    let body = request.body().unwrap_or_default();
    let boundary = named("Content-Type")
        .find_map(|(_, value)| value.split_once("boundary="))
        .map(|(_, b)| b.to_owned());
    let form = named("Content-Type")
        .any(|(_, value)| value.starts_with("application/x-www-form-urlencoded"));
    Shape {
        method: request.method().to_owned(),
        origin: if is_link {
            "the link's".to_owned()
        } else {
            url.origin().ascii_serialization()
        },
        // A link may bring a user; that is its affair.
        headers: headers
            .iter()
            .map(|(name, _)| name.clone())
            .filter(|name| !is_link || name != "Authorization")
            .collect(),
        cookies: if is_link {
            0
        } else {
            named("Cookie")
                .map(|(_, value)| value.split(';').count())
                .sum()
        },
        fields: boundary.map_or(0, |boundary| {
            count(body, format!("--{boundary}\r\n").as_bytes())
        }),
        pairs: if form { count(body, b"&") } else { 0 }
            + if is_link {
                0
            } else {
                count(url.query().unwrap_or_default().as_bytes(), b"&")
            },
    }
}

fn count(text: &[u8], part: &[u8]) -> usize {
    text.windows(part.len())
        .filter(|window| *window == part)
        .count()
}
