//! The steps on the way to a broker.

/// A step on the way to a broker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum BrokerStep {
    /// Its name has an address.
    Name,
    /// It takes connections.
    Connection,
    /// A proxy leads to it: in place of the two before.
    Proxy,
    /// Its certificate is trusted.
    Tls,
    /// It speaks MQTT over WebSocket.
    WebSocket,
    /// It lets this workstation in.
    Login,
    /// It takes the subscriptions.
    Subscription,
    /// A message of ours comes back.
    RoundTrip,
}
