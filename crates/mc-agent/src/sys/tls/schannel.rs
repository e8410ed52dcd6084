//! TLS by Schannel.

use native_tls::{Certificate, TlsConnector};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_native_tls::TlsStream;

use super::{Error, Identity};

/// Makes connections.
pub(crate) struct Connector(tokio_native_tls::TlsConnector);

impl Connector {
    /// Trusts these certificates (DER) beside the system's.
    pub(crate) fn new(extra: Vec<Vec<u8>>, identity: Option<&Identity>) -> Result<Self, Error> {
        let mut builder = TlsConnector::builder();
        for certificate in extra {
            builder.add_root_certificate(Certificate::from_der(&certificate)?);
        }
        if let Some(Identity { certificate, key }) = identity {
            builder.identity(native_tls::Identity::from_pkcs8(certificate, key)?);
        }
        Ok(Self(builder.build()?.into()))
    }

    pub(crate) async fn connect<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        host: &str,
        stream: S,
    ) -> Result<TlsStream<S>, Error> {
        Ok(self.0.connect(host, stream).await?)
    }
}
