//! A certificate authority made for the test, and certificates from it.

use rcgen::{
    BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::server::WebPkiClientVerifier;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A root certificate that nobody trusts until a test says so. Nothing of it outlives the test.
pub struct TestCa {
    issuer: CertifiedIssuer<'static, KeyPair>,
}

/// A certificate with its key, for [`Recorder::start_tls`](crate::Recorder::start_tls).
pub struct ServerCertificate {
    config: Arc<ServerConfig>,
    pem: String,
    key_pem: String,
}

impl TestCa {
    /// A new authority with a key of its own.
    pub fn new() -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::default();
        // A name of its own: two roots of one name and two keys are a bad signature, not an unknown issuer.
        let mark = key
            .public_key_raw()
            .iter()
            .fold(0_u64, |hash, &b| hash.rotate_left(7) ^ u64::from(b));
        params.distinguished_name = name(&format!("Test root {mark:016x}"));
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        Self {
            issuer: CertifiedIssuer::self_signed(params, key).expect("a root certificate"),
        }
    }

    /// The root certificate, as a `ca_file` holds it.
    pub fn pem(&self) -> String {
        self.issuer.pem()
    }

    /// The same in DER.
    pub fn der(&self) -> Vec<u8> {
        self.issuer.der().to_vec()
    }

    /// Writes the root certificate to `ca.pem` in this folder.
    pub fn write_pem(&self, folder: &Path) -> PathBuf {
        let path = folder.join("ca.pem");
        std::fs::write(&path, self.pem()).expect("the CA file can be written");
        path
    }

    /// A valid certificate for `localhost` and `127.0.0.1`, where recorders listen.
    pub fn server(&self) -> ServerCertificate {
        self.issue(&["localhost", "127.0.0.1"], |_| ())
    }

    /// A certificate for these host names and addresses: with others than the server's, the "wrong host".
    pub fn server_for(&self, names: &[&str]) -> ServerCertificate {
        self.issue(names, |_| ())
    }

    /// A certificate for `localhost` and `127.0.0.1` that ended years ago.
    pub fn expired(&self) -> ServerCertificate {
        self.issue(&["localhost", "127.0.0.1"], |params| {
            params.not_before = date_time_ymd(2019, 1, 1);
            params.not_after = date_time_ymd(2020, 1, 1);
        })
    }

    /// [`Self::server`], which accepts only clients that show a certificate of this authority.
    pub fn server_for_clients(&self) -> ServerCertificate {
        let mut server = self.server();
        let mut roots = rustls::RootCertStore::empty();
        roots
            .add(CertificateDer::from(self.der()))
            .expect("a root certificate");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider))
                .build()
                .expect("a root certificate");
        let (certificate, key) = (server.pem.as_bytes(), server.key_pem.as_bytes());
        let chain = CertificateDer::from_pem_slice(certificate).expect("a certificate");
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring knows TLS 1.2 and 1.3")
            .with_client_cert_verifier(verifier)
            .with_single_cert(
                vec![chain],
                PrivateKeyDer::from_pem_slice(key).expect("a key"),
            )
            .expect("a key that fits the certificate");
        server.config = Arc::new(config);
        server
    }

    /// A certificate for a client, and its key, both in PEM.
    pub fn client(&self) -> (String, String) {
        let client = self.issue(&["client.example"], |params| {
            params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        });
        (client.pem, client.key_pem)
    }

    fn issue(
        &self,
        names: &[&str],
        change: impl FnOnce(&mut CertificateParams),
    ) -> ServerCertificate {
        let mut params = server(names);
        params.use_authority_key_identifier_extension = true;
        change(&mut params);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        ServerCertificate::new(&certificate, &key)
    }
}

fn server(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|&n| n.to_owned()).collect();
    let mut params = CertificateParams::new(names).expect("host names and addresses");
    params.distinguished_name = name("Test server");
    params.key_usages = vec![
        KeyUsagePurpose::DigitalSignature,
        KeyUsagePurpose::KeyEncipherment,
    ];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params
}

impl Default for TestCa {
    fn default() -> Self {
        Self::new()
    }
}

impl ServerCertificate {
    /// A certificate for `localhost` and `127.0.0.1` that nobody else signed: it is its own `ca_file`.
    ///
    /// For Wine 8, whose TLS takes every certificate with an issuer for possibly revoked.
    pub fn self_signed() -> Self {
        Self::self_signed_for(&["localhost", "127.0.0.1"])
    }

    /// The same for these host names and addresses.
    pub fn self_signed_for(names: &[&str]) -> Self {
        let key = KeyPair::generate().expect("a key");
        let certificate = server(names).self_signed(&key).expect("a certificate");
        Self::new(&certificate, &key)
    }

    fn new(certificate: &Certificate, key: &KeyPair) -> Self {
        let chain = vec![CertificateDer::from(certificate.der().to_vec())];
        let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        // The provider is named, for a process may link several and then has no default.
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("ring knows TLS 1.2 and 1.3")
            .with_no_client_auth()
            .with_single_cert(chain, private)
            .expect("a key that fits the certificate");
        Self {
            config: Arc::new(config),
            pem: certificate.pem(),
            key_pem: key.serialize_pem(),
        }
    }

    /// Writes the certificate to `server.pem` in this folder.
    pub fn write_pem(&self, folder: &Path) -> PathBuf {
        let path = folder.join("server.pem");
        std::fs::write(&path, &self.pem).expect("the certificate file can be written");
        path
    }

    /// The configuration for a rustls server.
    pub fn config(&self) -> Arc<ServerConfig> {
        Arc::clone(&self.config)
    }

    /// The certificate in PEM.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Its private key in PEM.
    pub fn key_pem(&self) -> &str {
        &self.key_pem
    }
}

impl std::fmt::Debug for TestCa {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TestCa")
    }
}

impl std::fmt::Debug for ServerCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ServerCertificate")
    }
}

fn name(common: &str) -> DistinguishedName {
    let mut name = DistinguishedName::new();
    name.push(DnType::CommonName, common);
    name
}
