//! The names under which an identity is reported.

use std::net::Ipv4Addr;

use mc_identity::{Field, Identity};

#[test]
fn every_field_is_found_by_its_name_in_any_case() {
    for field in Field::ALL {
        assert_eq!(field.name().parse(), Ok(*field));
        assert_eq!(field.name().to_lowercase().parse(), Ok(*field));
    }
}

#[test]
fn an_unknown_field_is_named_with_the_known_ones() {
    let error = "HostName".parse::<Field>().unwrap_err().to_string();
    assert!(
        error.contains("\"HostName\"") && error.contains("IPAddress"),
        "{error}"
    );
}

#[test]
fn addresses_and_numbers_are_reported_as_text() {
    let mut identity = Identity::default();
    identity.ip_address = Some(Ipv4Addr::new(10, 1, 2, 3));
    identity.session_id = Some(2);
    assert_eq!(identity.get(Field::IpAddress).as_deref(), Some("10.1.2.3"));
    assert_eq!(identity.get(Field::SessionId).as_deref(), Some("2"));
    assert_eq!(identity.get(Field::ComputerName), None);
    let pairs: Vec<_> = identity
        .iter()
        .map(|(field, value)| (field.name(), value))
        .collect();
    assert_eq!(
        pairs,
        [
            ("IPAddress", "10.1.2.3".to_owned()),
            ("SessionID", "2".to_owned())
        ]
    );
}
