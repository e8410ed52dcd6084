//! The authorities that the system trusts.

use std::env;

use rustls::RootCertStore;
use rustls_pki_types::CertificateDer;

/// The certificates of the authorities that this system trusts, each in DER, and none where it trusts nobody. On Windows the
/// system itself checks a server's certificate, and this is not there.
///
/// What `SSL_CERT_FILE` and `SSL_CERT_DIR` name, where one of them is set; else the system's bundle. Beside it lies a folder
/// with the same certificates in a file each: to read it, too, would cost as much again at each start of a program, so it
/// is read only where there is no bundle. A certificate that cannot be read as one vouches for nobody and is left out.
#[must_use]
pub fn system_certificates() -> Vec<Vec<u8>> {
    let mut found = bundle();
    if found.is_empty() {
        found = rustls_native_certs::load_native_certs().certs;
    }
    found
        .into_iter()
        .filter(|der| RootCertStore::empty().add(der.clone()).is_ok())
        .map(|der| der.to_vec())
        .collect()
}

/// The system's own file of all certificates.
fn bundle() -> Vec<CertificateDer<'static>> {
    let named = ["SSL_CERT_FILE", "SSL_CERT_DIR"];
    if cfg!(target_vendor = "apple") || named.iter().any(|name| env::var_os(name).is_some()) {
        return Vec::new();
    }
    let file = openssl_probe::probe().cert_file;
    rustls_native_certs::load_certs_from_paths(file.as_deref(), None).certs
}
