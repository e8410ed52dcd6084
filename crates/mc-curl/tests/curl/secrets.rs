//! Secrets stay out of plans, errors and debug output.

use mc_curl::CurlCommand;
use mc_template::{Names, Numbers, Scope, Values};

use crate::{header, read, request};

const SECRET: &str = "geheim4711";

#[test]
fn a_plan_shows_the_request_with_its_secrets_masked() {
    let line = format!(
        "curl -u agent:{SECRET} -b sid={SECRET} -H 'X-Api-Key: {SECRET}' -H 'X-Other: seen' \
         -d 'name=seen&password={SECRET}' 'https://h.example/p?token={SECRET}&q=seen'"
    );
    let plan = read(&line)
        .plan(&Scope::new(&Values::new(), &Numbers::default()))
        .unwrap();
    let json = serde_json::to_string(&plan).unwrap();
    assert!(!json.contains(SECRET), "{json}");
    let sent = &plan[0];
    assert_eq!(sent.method, "POST");
    assert_eq!(sent.url, "https://h.example/p?token=***&q=seen");
    assert_eq!(sent.body.as_deref(), Some("name=seen&password=***"));
    assert_eq!(header(&sent.headers, "Authorization"), Some("Basic ***"));
    assert_eq!(header(&sent.headers, "Cookie"), Some("***"));
    assert_eq!(header(&sent.headers, "X-Api-Key"), Some("***"));
    assert_eq!(header(&sent.headers, "X-Other"), Some("seen"));
    assert_eq!(header(&sent.headers, "Host"), Some("h.example"));
}

#[test]
fn json_and_form_bodies_are_masked_by_their_names() {
    let scope_values = Values::new();
    let numbers = Numbers::default();
    let scope = Scope::new(&scope_values, &numbers);
    let json = read(r#"curl --json '{"a":{"api_key":"geheim4711"},"b":["c"]}' http://h/"#);
    let body = json.plan(&scope).unwrap().swap_remove(0).body.unwrap();
    assert_eq!(body, r#"{"a":{"api_key":"***"},"b":["c"]}"#);
    let form = read("curl -F secret=geheim4711 -F name=seen http://h/");
    let body = form.plan(&scope).unwrap().swap_remove(0).body.unwrap();
    assert!(body.contains("seen") && !body.contains(SECRET), "{body}");
    let binary = read("curl --oauth2-bearer geheim4711 http://user:geheim4711@h/");
    let plan = format!("{:?}", binary.plan(&scope).unwrap());
    assert!(!plan.contains(SECRET), "{plan}");
}

#[test]
fn secrets_are_masked_wherever_a_document_names_them() {
    for line in [
        r#"curl -F 'payload={"token":"geheim4711"}' http://h/"#,
        r#"curl -d 'seen=1&payload={"token":"geheim4711"}' http://h/"#,
        r#"curl --data-urlencode 'payload={"token":"geheim4711"}' http://h/"#,
        r#"curl -G -d 'payload={"token":"geheim4711"}' http://h/"#,
        r#"curl -G -d '{"token":"geheim4711"}' http://h/"#,
        r#"curl --json '{"token":["geheim4711","geheim4711"],"b":1}' http://h/"#,
        r#"curl --json '{"credentials":{"value":"geheim4711"}}' http://h/"#,
        r#"curl --json '{"v":"{\"token\":\"geheim4711\"}"}' http://h/"#,
        "curl --data-binary '{\"a\":1}\n{\"token\":\"geheim4711\"}' http://h/",
        "curl -d '<a><s:password>geheim4711</s:password><b>seen</b></a>' http://h/",
        "curl -d '<a password=\"geheim4711\" b=\"seen\"/>' http://h/",
        "curl -F 'x= <a><password>geheim4711</password></a>' http://h/",
        "curl -H 'Ocp-Apim-Subscription-Key: geheim4711' http://h/",
        "curl -H 'X-Key: geheim4711' http://h/",
        r#"curl -H 'X-Context: {"token":"geheim4711"}' http://h/"#,
        "curl 'http://h/?subscriptionKey=geheim4711'",
    ] {
        let plan = read(line)
            .plan(&Scope::new(&Values::new(), &Numbers::default()))
            .unwrap();
        let shown = serde_json::to_string(&plan).unwrap();
        assert!(!shown.contains(SECRET), "{line}: {shown}");
        assert!(shown.contains("***") || shown.contains("%2A"), "{shown}");
        assert_eq!(line.contains("seen"), shown.contains("seen"), "{shown}");
    }
    let plan = read(r#"curl -F 'monkey={"keyword":"seen"}' http://h/"#)
        .plan(&Scope::new(&Values::new(), &Numbers::default()))
        .unwrap();
    assert!(
        plan[0]
            .body
            .as_ref()
            .unwrap()
            .contains(r#"{"keyword":"seen"}"#)
    );
}

#[test]
fn debug_output_holds_no_secrets() {
    let line = format!("curl -u a:{SECRET} -H 'Cookie: {SECRET}' -d {SECRET} http://h/?t={SECRET}");
    let command = read(&line);
    let request = request(&line, &[]);
    let shown = format!("{command:?} {request:?}");
    assert!(!shown.contains(SECRET), "{shown}");
}

#[test]
fn faults_of_a_command_repeat_none_of_its_texts() {
    for line in [
        "curl -H 'Authorization: Bearer geheim4711",
        "curl geheim4711 http://h/",
        "curl -u geheim4711 http://h/",
        "curl --data=geheim4711 http://h/",
        "curl -H geheim4711 http://h/",
        "curl -b '$GroupName-geheim4711' http://h/",
        "curl -m geheim4711 http://h/",
        "curl 'http://u:geheim4711@h:port/'",
    ] {
        let errors = CurlCommand::parse(line, &Names::call()).unwrap_err();
        let shown = format!("{errors} {errors:?}");
        assert!(!shown.contains(SECRET), "{shown}");
    }
}

#[test]
fn a_serialised_request_has_secrets_only_by_choice() {
    let line =
        "curl -u me:geheim -H 'X-Api-Key: geheim' -d 'token=geheim&a=b' 'http://h/?sig=geheim'";
    let request = request(line, &[]);
    let masked = serde_json::to_string(&request).unwrap();
    assert!(
        !masked.contains("geheim") && masked.contains("a=b"),
        "{masked}"
    );
    let exposed = serde_json::to_value(request.exposed()).unwrap();
    assert_eq!(exposed["url"], "http://h/?sig=geheim");
    assert_eq!(exposed["body"], "token=geheim&a=b");
    assert!(
        exposed.to_string().contains("Basic bWU6Z2VoZWlt"),
        "{exposed}"
    );
}

#[test]
fn an_own_client_gets_the_whole_request() {
    let line = "curl -X PATCH -u me:geheim -H 'X: 1' -H 'X: 2' --json '{}' 'http://h:81/p?q=1#f'";
    let own = request(line, &[]).to_http().unwrap();
    assert_eq!(
        (own.method().as_str(), own.uri().to_string().as_str()),
        ("PATCH", "http://h:81/p?q=1")
    );
    assert_eq!(own.headers().get_all("x").iter().count(), 2);
    assert_eq!(own.headers()["content-type"], "application/json");
    assert!(own.headers()["authorization"].is_sensitive());
    assert_eq!(own.body().as_ref(), b"{}");
    // What the wire cannot carry is an error, and not left out.
    let broken = request("curl -H 'X: ü\u{7f}' http://h/", &[]);
    assert!(broken.to_http().is_err());
}
