//! Lists that the REST side gives.

use mc_routing::{Records, RoutingApplication};

#[test]
fn an_application_keeps_what_it_does_not_know() {
    let text = r#"{"records":[{"ID":"12","Name":"Login","ClientsID":1,"TestCLI":null}],"count":1,"status":200}"#;
    let page: Records<RoutingApplication> = serde_json::from_str(text).unwrap();
    assert_eq!(
        (page.records[0].id, page.records[0].name.as_str()),
        (12, "Login")
    );
    assert_eq!(page.records[0].more["ClientsID"], 1);
    assert_eq!(page.count, Some(1));
}
