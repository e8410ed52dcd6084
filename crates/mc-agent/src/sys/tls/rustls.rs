//! TLS by rustls, with the certificates of the system.

use std::sync::Arc;

use mc_http::system_certificates;
use rustls::crypto::aws_lc_rs;
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::{Error, Identity};

/// Makes connections.
pub(crate) struct Connector(TlsConnector);

impl Connector {
    /// Trusts these certificates (DER) beside the system's.
    pub(crate) fn new(extra: Vec<Vec<u8>>, identity: Option<&Identity>) -> Result<Self, Error> {
        let mut trusted = RootCertStore::empty();
        for certificate in extra.into_iter().chain(system_certificates()) {
            trusted.add(CertificateDer::from(certificate))?;
        }
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(trusted);
        let config = match identity {
            Some(identity) => {
                let chain = CertificateDer::pem_slice_iter(&identity.certificate);
                let chain = chain.collect::<Result<Vec<_>, _>>()?;
                let key = PrivateKeyDer::from_pem_slice(&identity.key)?;
                config.with_client_auth_cert(chain, key)?
            }
            None => config.with_no_client_auth(),
        };
        Ok(Self(TlsConnector::from(Arc::new(config))))
    }

    pub(crate) async fn connect<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        host: &str,
        stream: S,
    ) -> Result<TlsStream<S>, Error> {
        let name = ServerName::try_from(host.to_owned())?;
        Ok(self.0.connect(name, stream).await?)
    }
}
