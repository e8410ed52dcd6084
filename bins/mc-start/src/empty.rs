//! Fields of the report that go out empty: why, and where to set what would fill them.

use std::net::IpAddr;

use mc_identity::{Field, IdentitySource as _, IpRule, System};
use mc_routing::Body;

use crate::settings::Loaded;

/// The fields of a report that have no value.
pub(crate) fn fields(body: &Body) -> Vec<String> {
    let empty = body.iter().filter(|(_, value)| value.is_null());
    empty.map(|(name, _)| name.clone()).collect()
}

/// That a field is empty on this workstation, why, and what to do about it.
pub(crate) fn tell(name: &str, loaded: &Loaded) -> String {
    format!("{name} is empty (null): {}", why(name, loaded))
}

fn why(name: &str, loaded: &Loaded) -> String {
    let text = match name.parse() {
        Ok(Field::IpAddress) => return address("IPv4", IpAddr::is_ipv4, loaded),
        Ok(Field::Ipv6Address) => return address("IPv6", IpAddr::is_ipv6, loaded),
        Ok(Field::DomainName | Field::SessionId | Field::SessionName | Field::ClientName)
            if cfg!(unix) =>
        {
            "only Windows has it; leave it out of `fields`"
        }
        Ok(Field::ClientName) => "this session is not viewed from another computer",
        Ok(Field::DnsName) => "this computer has no name with a domain in the DNS",
        _ => LATE,
    };
    text.to_owned()
}

const LATE: &str = "the system did not say it in time";

fn address(family: &str, is_of_it: fn(&IpAddr) -> bool, loaded: &Loaded) -> String {
    let mut here = System.interfaces();
    here.retain(|interface| interface.is_reachable() && is_of_it(&interface.address));
    let names = here
        .iter()
        .map(|interface| format!("{} {}", interface.name, interface.address));
    let names = names.collect::<Vec<_>>().join(", ");
    let origin = loaded.provenance.of("ip");
    match &loaded.settings.ip {
        _ if here.is_empty() => format!(
            "no interface is up with an {family} address that others could reach; check the network connection"
        ),
        IpRule::Interface(name) => format!(
            "no interface called {name} is up with an {family} address; there are {names}; correct `ip` ({origin})"
        ),
        IpRule::Cidr(net) => {
            format!("no {family} address is in {net}; there are {names}; correct `ip` ({origin})")
        }
        _ => LATE.to_owned(),
    }
}
