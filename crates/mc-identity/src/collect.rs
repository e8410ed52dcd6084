//! Asks for all facts at once and takes what comes in time.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::thread;
use std::time::{Duration, Instant};

use crate::{Field, Identity, IdentitySource, Interface, IpRule, Session, System};

/// The server to which the identity is to be reported: it decides which of the computer's
/// addresses is the right one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    host: String,
    port: u16,
}

impl Server {
    /// A host name or address (an IPv6 address may stand in brackets, as in a URL) and a port.
    #[must_use]
    pub fn new(host: &str, port: u16) -> Self {
        let bare = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        Self {
            host: bare.unwrap_or(host).to_owned(),
            port,
        }
    }
}

/// What to find out.
#[derive(Debug, Clone)]
pub struct Query {
    server: Option<Server>,
    ip: IpRule,
    fields: Vec<Field>,
    limit: Duration,
}

impl Default for Query {
    /// Everything, by the rule [`IpRule::Route`], in at most two seconds.
    fn default() -> Self {
        Self {
            server: None,
            ip: IpRule::default(),
            fields: Field::ALL.to_vec(),
            limit: Duration::from_secs(2),
        }
    }
}

impl Query {
    /// The server that [`IpRule::Route`] asks for the route to. Without one that rule is
    /// [`IpRule::First`].
    #[must_use]
    pub fn server(mut self, server: Server) -> Self {
        self.server = Some(server);
        self
    }

    /// Which address to take.
    #[must_use]
    pub fn ip(mut self, rule: IpRule) -> Self {
        self.ip = rule;
        self
    }

    /// Asks for these fields only: what is not wanted costs no time. The others stay `None`.
    #[must_use]
    pub fn fields(mut self, fields: impl IntoIterator<Item = Field>) -> Self {
        self.fields = fields.into_iter().collect();
        self
    }

    /// The longest that [`collect`] may take; what is not known by then stays `None`.
    #[must_use]
    pub fn limit(mut self, limit: Duration) -> Self {
        self.limit = limit;
        self
    }
}

/// Finds out who and where this workstation is.
///
/// Blocks for at most the query's [`limit`](Query::limit), usually a few milliseconds; in an
/// async program it belongs into `spawn_blocking`.
#[must_use]
pub fn collect(query: &Query) -> Identity {
    collect_from(Arc::new(System), query)
}

/// The same from another source than the operating system.
#[must_use]
#[expect(
    clippy::needless_pass_by_value,
    reason = "callers make the Arc for this call"
)]
pub fn collect_from<S: IdentitySource>(source: Arc<S>, query: &Query) -> Identity {
    let deadline = Instant::now() + query.limit;
    let wanted = |fields: &[Field]| fields.iter().any(|field| query.fields.contains(field));
    let (facts, arriving) = mpsc::channel();
    let ask = |ask: fn(&S) -> Fact| spawn(&source, &facts, ask);

    if wanted(&[Field::WindowsLoginName]) {
        ask(|source| Fact::LoginName(source.login_name()));
    }
    if wanted(&[Field::ComputerName]) {
        ask(|source| Fact::ComputerName(source.computer_name()));
    }
    if wanted(&[Field::DomainName]) {
        ask(|source| Fact::DomainName(source.domain_name()));
    }
    if wanted(&[Field::DnsName]) {
        ask(|source| Fact::DnsName(source.dns_name()));
    }
    if wanted(&[Field::SessionId, Field::SessionName, Field::ClientName]) {
        ask(|source| Fact::Session(source.session()));
    }
    let addresses = wanted(&[Field::IpAddress, Field::Ipv6Address]);
    if addresses {
        ask(|source| Fact::Interfaces(source.interfaces()));
        if let (IpRule::Route, Some(server)) = (&query.ip, query.server.clone()) {
            spawn(&source, &facts, move |source: &S| {
                Fact::Route(Route::find(source, &server))
            });
        }
    }
    drop(facts);

    let mut identity = Identity::default();
    let mut interfaces = Vec::new();
    // With a server the rule is the route to it; the first address would be another answer.
    let asked = query.ip == IpRule::Route && query.server.is_some();
    let mut route = (!asked).then(Route::default);
    // Ends when every thread has answered and dropped its end, or when the time is up.
    while let Ok(fact) = arriving.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
        match fact {
            Fact::LoginName(name) => identity.login_name = filled(name),
            Fact::ComputerName(name) => identity.computer_name = filled(name),
            Fact::DomainName(name) => identity.domain_name = filled(name),
            Fact::DnsName(name) => identity.dns_name = filled(name),
            Fact::Session(session) => {
                identity.session_id = session.id;
                identity.session_name = filled(session.name);
                identity.client_name = filled(session.client_name);
            }
            Fact::Interfaces(found) => interfaces = found,
            Fact::Route(found) => route = Some(found),
        }
    }
    if let Some(route) = route.filter(|_| addresses) {
        // By index, then by address: the same computer gives the same answer every time.
        interfaces.sort_by_key(|interface| (interface.index, interface.address));
        identity.ip_address = route.v4.or_else(|| first(&interfaces, &query.ip, v4));
        identity.ipv6_address = route.v6.or_else(|| first(&interfaces, &query.ip, v6));
    }
    identity
}

/// One answer of a source.
enum Fact {
    LoginName(Option<String>),
    ComputerName(Option<String>),
    DomainName(Option<String>),
    DnsName(Option<String>),
    Session(Session),
    Interfaces(Vec<Interface>),
    Route(Route),
}

/// Asks on a thread of its own, because the DNS and directory services can hang for longer than
/// anybody waits, and such a call cannot be cancelled: it is left behind, and its answer dropped.
fn spawn<S: IdentitySource>(
    source: &Arc<S>,
    facts: &Sender<Fact>,
    ask: impl FnOnce(&S) -> Fact + Send + 'static,
) {
    let (source, facts) = (Arc::clone(source), facts.clone());
    // A thread that cannot be started is one more fact that is not known.
    let _ = thread::Builder::new()
        .name("identity".to_owned())
        .spawn(move || {
            let _ = facts.send(ask(&source));
        });
}

/// The source addresses of the routes to the server.
#[derive(Default)]
struct Route {
    v4: Option<Ipv4Addr>,
    v6: Option<Ipv6Addr>,
}

impl Route {
    fn find(source: &impl IdentitySource, server: &Server) -> Self {
        let mut route = Self::default();
        for target in source.resolve(&server.host, server.port) {
            let from = source.source_address(target).filter(|from| {
                // Such an address means something only where the server is in the same place.
                (!from.is_loopback() || target.ip().is_loopback())
                    && (!link_local(from) || link_local(&target.ip()))
            });
            match from {
                Some(IpAddr::V4(from)) => route.v4 = route.v4.or(Some(from)),
                Some(IpAddr::V6(from)) => route.v6 = route.v6.or(Some(from)),
                None => {}
            }
        }
        route
    }
}

/// The first address by a rule, among interfaces in order.
fn first<T>(interfaces: &[Interface], rule: &IpRule, family: fn(IpAddr) -> Option<T>) -> Option<T> {
    interfaces
        .iter()
        .filter(|interface| interface.is_reachable())
        .filter(|interface| match rule {
            IpRule::Interface(name) => interface.name.eq_ignore_ascii_case(name),
            IpRule::Cidr(net) => net.contains(&interface.address),
            IpRule::Route | IpRule::First => true,
        })
        .find_map(|interface| family(interface.address))
}

fn v4(ip: IpAddr) -> Option<Ipv4Addr> {
    match ip {
        IpAddr::V4(ip) => Some(ip),
        IpAddr::V6(_) => None,
    }
}

fn v6(ip: IpAddr) -> Option<Ipv6Addr> {
    match ip {
        IpAddr::V6(ip) => Some(ip),
        IpAddr::V4(_) => None,
    }
}

fn link_local(ip: &IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    }
}

fn filled(name: Option<String>) -> Option<String> {
    name.map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
}
