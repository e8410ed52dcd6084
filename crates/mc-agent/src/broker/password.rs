//! The password for the broker, looked up anew for each connection: one that was changed counts at once.

use std::sync::Arc;

use mc_secret::{Provider, Secret, SecretRef};

/// The password, if there is to be one.
///
/// # Errors
/// Why it is not to be had.
pub(crate) async fn password(
    setting: Option<&SecretRef>,
    provider: Option<Arc<dyn Provider>>,
) -> Result<Option<Secret>, String> {
    let name = match setting {
        None => return Ok(None),
        Some(SecretRef::Given(secret)) => return Ok(Some(secret.clone())),
        Some(SecretRef::Named(name)) => format!("secret.{name}"),
    };
    let provider = provider.ok_or("there are no secrets to look the password up in")?;
    let found = provider.get(&name).await;
    found.map(Some).map_err(|error| error.to_string())
}
