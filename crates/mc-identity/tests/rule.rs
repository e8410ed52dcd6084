//! Rules for choosing an address, as they are written.

use mc_identity::IpRule;

#[test]
fn the_four_forms_are_read_and_written_alike() {
    for text in [
        "route",
        "first",
        "interface:Ethernet 2",
        "cidr:10.0.0.0/8",
        "cidr:2001:db8::/32",
    ] {
        assert_eq!(text.parse::<IpRule>().unwrap().to_string(), text);
    }
}

#[test]
fn an_interface_name_may_hold_a_colon() {
    assert_eq!(
        "interface:eth0:1".parse(),
        Ok(IpRule::Interface("eth0:1".to_owned()))
    );
}

#[test]
fn what_is_wrong_is_said_with_what_to_write() {
    for (text, part) in [
        ("dhcp", "\"route\""),
        ("", "\"route\""),
        ("cidr:10.0.0.0/64", "cidr:10.0.0.0/8"),
        ("interface: ", "interface:Ethernet"),
    ] {
        let error = text.parse::<IpRule>().unwrap_err().to_string();
        assert!(error.contains(part), "{text}: {error}");
    }
}
