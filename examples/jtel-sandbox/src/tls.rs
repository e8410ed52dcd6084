//! A certificate authority of the sandbox's own, new at every start; its key is never written anywhere.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use std::sync::Arc;

/// A server's TLS configuration, and the root certificate that its clients must trust.
pub(crate) struct Tls {
    pub(crate) config: Arc<ServerConfig>,
    pub(crate) ca_pem: String,
}

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// A host name is not one, or the system gives no random numbers.
    #[error("no certificate could be made")]
    Certificate(#[from] rcgen::Error),
    /// The certificate does not fit the TLS library.
    #[error("no TLS configuration could be made")]
    Configuration(#[from] rustls::Error),
}

impl Tls {
    /// A certificate for these host names and addresses, from a new authority or signed by itself.
    pub(crate) fn new(hosts: &[String], self_signed: bool) -> Result<Self, TlsError> {
        let mut server = CertificateParams::new(hosts)?;
        server
            .distinguished_name
            .push(DnType::CommonName, "jtel-sandbox");
        server.key_usages = vec![
            KeyUsagePurpose::DigitalSignature,
            KeyUsagePurpose::KeyEncipherment,
        ];
        server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate()?;
        let (certificate, ca_pem) = if self_signed {
            let certificate = server.self_signed(&key)?;
            let pem = certificate.pem();
            (certificate, pem)
        } else {
            let authority = authority()?;
            server.use_authority_key_identifier_extension = true;
            (server.signed_by(&key, &authority)?, authority.pem())
        };
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        // The provider is named, for a process may link several and then has no default.
        let config =
            ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                .with_safe_default_protocol_versions()?
                .with_no_client_auth()
                .with_single_cert(vec![certificate.der().clone()], key)?;
        Ok(Self {
            config: Arc::new(config),
            ca_pem,
        })
    }
}

fn authority() -> Result<CertifiedIssuer<'static, KeyPair>, TlsError> {
    let mut root = CertificateParams::default();
    root.distinguished_name
        .push(DnType::CommonName, "jtel-sandbox test root");
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    root.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(CertifiedIssuer::self_signed(root, KeyPair::generate()?)?)
}
