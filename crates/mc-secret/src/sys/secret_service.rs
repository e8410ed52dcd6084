//! The Secret Service of a Linux desktop (freedesktop.org, "Secret Service API Draft"), over D-Bus.

use std::collections::HashMap;
use std::env;
use std::path::Path;

use dbus_secret_service::{EncryptionType, Error, SecretService};

use super::store_failure::{StoreFailure, text};

pub(crate) const NAME: &str = "the Secret Service";

/// How long a person may take to unlock the keyring when a secret is stored.
const PROMPT_SECONDS: u64 = 60;

pub(crate) fn get(service: &str, name: &str) -> Result<Option<String>, StoreFailure> {
    let bus = connect(0)?;
    let found = bus
        .search_items(attributes(service, name))
        .map_err(refused)?;
    if let Some(item) = found.unlocked.first() {
        let secret = item.get_secret().map_err(refused)?;
        return text(&secret).map(Some);
    }
    if found.locked.is_empty() {
        return Ok(None);
    }
    // Reading happens at logon and in the background, where a password prompt would come from nowhere.
    Err(StoreFailure::Refused(
        "is locked; unlock the login keyring (it opens with the desktop's login)".to_owned(),
    ))
}

pub(crate) fn set(service: &str, name: &str, secret: &str) -> Result<(), StoreFailure> {
    let bus = connect(PROMPT_SECONDS)?;
    let collection = match bus.get_default_collection() {
        // Running, and without a keyring to put anything into.
        Err(Error::NoResult) => return Err(StoreFailure::Absent),
        other => other.map_err(refused)?,
    };
    collection.unlock().map_err(refused)?;
    let label = format!("{service}: {name}");
    collection
        .create_item(
            &label,
            attributes(service, name),
            secret.as_bytes(),
            true,
            "text/plain",
        )
        .map_err(refused)?;
    Ok(())
}

pub(crate) fn clear(service: &str, name: &str) -> Result<bool, StoreFailure> {
    let bus = connect(PROMPT_SECONDS)?;
    let found = bus
        .search_items(attributes(service, name))
        .map_err(refused)?;
    let mut cleared = false;
    for item in found.unlocked.iter().chain(&found.locked) {
        item.unlock().map_err(refused)?;
        item.delete().map_err(refused)?;
        cleared = true;
    }
    Ok(cleared)
}

/// The session without encryption: the bus is a local socket of this user, and whoever could read
/// it could ask the service just as well.
fn connect(prompt_seconds: u64) -> Result<SecretService, StoreFailure> {
    // Without this look libdbus would start a bus of its own through dbus-launch, where no
    // keyring answers.
    let bus = env::var_os("DBUS_SESSION_BUS_ADDRESS").is_some_and(|address| !address.is_empty())
        || env::var_os("XDG_RUNTIME_DIR")
            .is_some_and(|folder| Path::new(&folder).join("bus").exists());
    if !bus {
        return Err(StoreFailure::Absent);
    }
    SecretService::connect_with_max_prompt_timeout(EncryptionType::Plain, prompt_seconds).map_err(
        |error| match error {
            // No bus, or no service on it.
            Error::Unavailable | Error::Dbus(_) => StoreFailure::Absent,
            error => refused(error),
        },
    )
}

fn attributes<'a>(service: &'a str, name: &'a str) -> HashMap<&'a str, &'a str> {
    HashMap::from([("application", service), ("kind", name)])
}

fn refused(error: Error) -> StoreFailure {
    StoreFailure::Refused(match error {
        Error::Prompt | Error::Locked => {
            "stayed locked; unlock the login keyring and try again, or use a file".to_owned()
        }
        error => format!("refused ({error}); restart the desktop session, or use a file"),
    })
}
