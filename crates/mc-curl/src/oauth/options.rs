//! What an access token is asked for with.

use std::fmt;
use std::net::IpAddr;

use mc_secret::SecretRef;
use url::Url;

/// Where an access token comes from.
#[derive(Clone)]
#[non_exhaustive]
pub struct OAuthOptions {
    pub(super) token_url: Url,
    pub(super) client_id: String,
    pub(super) client_secret: SecretRef,
    /// What the token is to be good for, separated by spaces; as the server sees fit without it.
    pub scope: Option<String>,
    /// Whether client and secret go in the body; without it in the `Authorization` header, which every server must take.
    pub in_body: bool,
    /// What some servers want beside: `audience`, `resource`.
    pub parameters: Vec<(String, String)>,
}

impl OAuthOptions {
    /// A token from this address, for this client.
    ///
    /// # Errors
    ///
    /// An address that is none, or is not https; on this computer http will do. The sentence says what to write.
    pub fn new(
        token_url: &str,
        client_id: impl Into<String>,
        client_secret: SecretRef,
    ) -> Result<Self, String> {
        let url =
            Url::parse(token_url).map_err(|error| format!("this is not an address: {error}"))?;
        let local = url.host_str().is_some_and(|host| {
            let host = host.trim_matches(['[', ']']);
            host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
        });
        match url.scheme() {
            "https" => {}
            "http" if local => {}
            _ => return Err("write https://: the client's secret goes there".to_owned()),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(
                "leave the user out of the address; that is what client_id is for".to_owned(),
            );
        }
        Ok(Self {
            token_url: url,
            client_id: client_id.into(),
            client_secret,
            scope: None,
            in_body: false,
            parameters: Vec::new(),
        })
    }
}

impl fmt::Debug for OAuthOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthOptions")
            .field("host", &self.token_url.host_str())
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}
