//! Identities from a fake computer, and from the real one.

#![expect(
    clippy::unwrap_used,
    reason = "a helper that cannot help fails its test"
)]

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use mc_identity::{
    Field, Identity, IdentitySource, Interface, Query, Server, Session, collect, collect_from,
};

/// A computer as a test describes it.
#[derive(Default)]
struct Fake {
    interfaces: Vec<Interface>,
    resolved: Vec<SocketAddr>,
    route: Option<IpAddr>,
    /// Questions for names hang until the other end is dropped.
    names_hang: Option<Mutex<Receiver<()>>>,
    /// So do questions to the DNS.
    dns_hangs: Option<Mutex<Receiver<()>>>,
}

fn hang(on: Option<&Mutex<Receiver<()>>>) {
    if let Some(gate) = on {
        let _ = gate.lock().unwrap_or_else(PoisonError::into_inner).recv();
    }
}

fn gate() -> (Sender<()>, Option<Mutex<Receiver<()>>>) {
    let (open, closed) = channel();
    (open, Some(Mutex::new(closed)))
}

impl IdentitySource for Fake {
    fn login_name(&self) -> Option<String> {
        hang(self.names_hang.as_ref());
        Some(" müller ".to_owned())
    }

    fn computer_name(&self) -> Option<String> {
        Some("PC-17".to_owned())
    }

    fn domain_name(&self) -> Option<String> {
        Some(" ".to_owned())
    }

    fn dns_name(&self) -> Option<String> {
        hang(self.dns_hangs.as_ref());
        Some("pc-17.example.com".to_owned())
    }

    fn session(&self) -> Session {
        let mut session = Session::default();
        session.id = Some(2);
        session.name = Some("RDP-Tcp#3".to_owned());
        session.client_name = Some("HOME-PC".to_owned());
        session
    }

    fn interfaces(&self) -> Vec<Interface> {
        self.interfaces.clone()
    }

    fn resolve(&self, _host: &str, _port: u16) -> Vec<SocketAddr> {
        hang(self.dns_hangs.as_ref());
        self.resolved.clone()
    }

    fn source_address(&self, target: SocketAddr) -> Option<IpAddr> {
        self.route
            .filter(|route| route.is_ipv4() == target.is_ipv4())
    }
}

fn interface(index: u32, name: &str, address: &str) -> Interface {
    Interface::new(name, index, address.parse().unwrap())
}

/// A laptop: loopback, an unconfigured adapter, two networks, a VPN, one adapter that is down.
fn laptop() -> Vec<Interface> {
    vec![
        interface(9, "VPN", "10.8.0.2"),
        interface(1, "lo", "127.0.0.1"),
        interface(2, "Ethernet 2", "169.254.7.7"),
        interface(4, "Wi-Fi", "192.168.1.20"),
        interface(3, "Ethernet", "10.1.2.30"),
        interface(3, "Ethernet", "10.1.2.3"),
        interface(3, "Ethernet", "fe80::1"),
        interface(4, "Wi-Fi", "2001:db8::20"),
        {
            let mut dock = interface(0, "Dock", "10.9.9.9");
            dock.up = false;
            dock
        },
    ]
}

fn ip(fake: Fake, rule: &str) -> Option<String> {
    let query = Query::default()
        .server(Server::new("acd-lb", 443))
        .ip(rule.parse().unwrap());
    collect_from(Arc::new(fake), &query).get(Field::IpAddress)
}

fn at(address: &str) -> Vec<SocketAddr> {
    vec![address.parse().unwrap()]
}

#[test]
fn f49_the_route_to_the_server_decides() {
    let fake = Fake {
        interfaces: laptop(),
        resolved: at("10.8.0.1:443"),
        route: Some("10.8.0.2".parse().unwrap()),
        ..Fake::default()
    };
    assert_eq!(ip(fake, "route").as_deref(), Some("10.8.0.2"));
}

#[test]
fn without_a_route_it_is_the_first_usable_address_in_a_fixed_order() {
    for resolved in [at("203.0.113.1:443"), Vec::new()] {
        let fake = Fake {
            interfaces: laptop(),
            resolved,
            ..Fake::default()
        };
        assert_eq!(ip(fake, "route").as_deref(), Some("10.1.2.3"));
    }
}

#[test]
fn loopback_counts_only_where_the_server_is_there_too() {
    let local = Some("127.0.0.1".parse().unwrap());
    let here = Fake {
        interfaces: laptop(),
        resolved: at("127.0.0.1:443"),
        route: local,
        ..Fake::default()
    };
    assert_eq!(ip(here, "route").as_deref(), Some("127.0.0.1"));
    let there = Fake {
        interfaces: laptop(),
        resolved: at("203.0.113.1:443"),
        route: local,
        ..Fake::default()
    };
    assert_eq!(ip(there, "route").as_deref(), Some("10.1.2.3"));
}

#[test]
fn rules_choose_among_usable_addresses() {
    for (rule, expected) in [
        ("first", Some("10.1.2.3")),
        ("interface:wi-fi", Some("192.168.1.20")),
        ("interface:Ethernet 2", None),
        ("interface:Dock", None),
        ("interface:Missing", None),
        ("cidr:10.8.0.0/16", Some("10.8.0.2")),
        ("cidr:10.0.0.0/8", Some("10.1.2.3")),
        ("cidr:127.0.0.0/8", None),
        ("cidr:172.16.0.0/12", None),
    ] {
        let fake = Fake {
            interfaces: laptop(),
            route: Some("192.168.1.20".parse().unwrap()),
            ..Fake::default()
        };
        assert_eq!(ip(fake, rule).as_deref(), expected, "{rule}");
    }
}

#[test]
fn both_families_have_their_own_route() {
    let fake = Fake {
        interfaces: laptop(),
        resolved: at("[2001:db8::1]:443"),
        route: Some("2001:db8::99".parse().unwrap()),
        ..Fake::default()
    };
    let query = Query::default().server(Server::new("[2001:db8::1]", 443));
    let identity = collect_from(Arc::new(fake), &query);
    assert_eq!(
        identity.get(Field::Ipv6Address).as_deref(),
        Some("2001:db8::99")
    );
    assert_eq!(identity.get(Field::IpAddress).as_deref(), Some("10.1.2.3"));
}

#[test]
fn names_are_trimmed_and_empty_ones_are_none() {
    let identity = collect_from(Arc::new(Fake::default()), &Query::default());
    assert_eq!(identity.login_name.as_deref(), Some("müller"));
    assert_eq!(identity.domain_name, None);
    assert_eq!(identity.session_id, Some(2));
    assert_eq!(identity.client_name.as_deref(), Some("HOME-PC"));
}

#[test]
fn f48_f50_what_hangs_costs_its_own_field_and_no_more_than_the_limit() {
    let ((_names, names_hang), (_dns, dns_hangs)) = (gate(), gate());
    let fake = Fake {
        interfaces: laptop(),
        names_hang,
        dns_hangs,
        ..Fake::default()
    };
    let query = Query::default()
        .server(Server::new("acd-lb", 443))
        .limit(Duration::from_millis(200));
    let started = Instant::now();
    let identity = collect_from(Arc::new(fake), &query);
    assert!(started.elapsed() < Duration::from_secs(10));
    assert_eq!((identity.login_name, identity.dns_name), (None, None));
    assert_eq!(identity.computer_name.as_deref(), Some("PC-17"));
    assert_eq!(
        identity.ip_address, None,
        "the route hangs: the first would be another address"
    );
}

#[test]
fn what_is_not_asked_for_is_not_waited_for() {
    let ((_names, names_hang), (_dns, dns_hangs)) = (gate(), gate());
    let fake = Fake {
        names_hang,
        dns_hangs,
        ..Fake::default()
    };
    let query = Query::default()
        .fields([Field::ComputerName])
        .limit(Duration::from_mins(1));
    let started = Instant::now();
    let identity = collect_from(Arc::new(fake), &query);
    assert!(started.elapsed() < Duration::from_secs(30));
    let mut expected = Identity::default();
    expected.computer_name = Some("PC-17".to_owned());
    assert_eq!(identity, expected);
}

#[test]
fn this_computer_knows_who_and_where_it_is() {
    let server = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let identity = collect(
        &Query::default()
            .server(Server::new("127.0.0.1", server.port()))
            .limit(Duration::from_secs(20)),
    );
    assert_eq!(
        identity.get(Field::IpAddress).as_deref(),
        Some("127.0.0.1"),
        "the server is here"
    );
    let computer = identity.computer_name.unwrap();
    assert!(!computer.contains('.'), "{computer}");
    if cfg!(windows) {
        assert_eq!(Some(computer), std::env::var("COMPUTERNAME").ok());
        assert_eq!(identity.login_name, std::env::var("USERNAME").ok());
        assert!(identity.session_id.is_some());
    } else {
        assert_eq!(
            (
                identity.session_id,
                identity.session_name,
                identity.client_name
            ),
            (None, None, None)
        );
        assert_eq!(identity.domain_name, None);
    }
}

#[cfg(unix)]
#[test]
fn f48_the_login_name_is_the_accounts_whatever_the_environment_says() {
    let output = std::process::Command::new("id")
        .args(["-run"])
        .output()
        .unwrap();
    let account = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        collect(&Query::default()).login_name.as_deref(),
        Some(account.trim())
    );
}
