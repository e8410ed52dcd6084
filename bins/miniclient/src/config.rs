//! The configuration: found, read, checked as a whole, and turned into what the agent runs on.
//!
//! Everything that is wrong is told at once, each with file, line and a sentence that says what to do, and nothing
//! starts half-configured.

mod actions;
mod build;
mod chain;
mod dial;
mod foreign;
mod habits;
mod hooks;
pub mod keys;
pub mod model;
mod oauth;
mod patterns;
mod placeholders;
mod program;
mod secrets;
#[cfg(feature = "broker")]
mod subscribe;

pub(crate) use actions::USER_AGENT;
pub(crate) use foreign::instead;
pub use hooks::{AUTOMATIC_EXE, AUTOMATIC_REST};
pub use keys::FILE_NAME;
pub use mc_cli::settings::{Problems, Provenance, SettingOrigin, SettingsProblem};
pub use mc_cli::{ConfigPlace, Folders};
#[cfg(feature = "broker")]
pub use model::Subscribe;
pub use model::{Config, Dial, DialAction, Jtel, Keep, Listen, Notify, Register, Retention};
pub use secrets::Named;

use std::path::Path;
use std::sync::Arc;

use mc_cli::settings::{Layer, Reader, Trusted, misplaced};

/// The name of the policy in the machine's folder.
pub const POLICY_FILE_NAME: &str = "miniclient.policy.toml";

/// A configuration that was read, with what is worth saying about it.
#[derive(Debug)]
#[non_exhaustive]
pub struct Loaded {
    /// The settings.
    pub config: Config,
    /// What works but is probably not meant.
    pub warnings: Vec<SettingsProblem>,
    /// What stands in it for something of one's own, such as a host of nobody's.
    pub to_fill_in: Vec<SettingsProblem>,
}

/// Finds, reads and checks the configuration, and the machine's policy with it.
///
/// # Errors
///
/// Every problem there is, in the order of the files' lines.
pub fn load(folders: &Folders, config_file: Option<&Path>) -> Result<Loaded, Problems> {
    // Both are looked for before either is given up, so that both can be told.
    let found = find(folders, config_file);
    let policy = match folders.machine_file(POLICY_FILE_NAME) {
        Some(file) => Layer::read(&file, false, Some(Trusted::Administrators)),
        None => Ok(None),
    };
    let (found, policy) = match (found, policy) {
        (Ok(found), Ok(policy)) => (found, policy),
        (found, policy) => {
            let problems = found.err().into_iter().chain(policy.err()).collect();
            return Err(Problems::of(problems).unwrap_or_else(|| nothing_found(folders)));
        }
    };
    let policies = Layer::policies(&keys::SCHEMA, folders.executable.as_deref());
    let (file, place) = match found {
        Some((file, place)) => (Some(file), place),
        None if policy.is_some() || !policies.is_empty() => (None, ConfigPlace::Nowhere),
        None => return Err(nothing_found(folders)),
    };
    let path = |layer: &Option<Layer>| layer.as_ref().and_then(Layer::path).map(Path::to_owned);
    let (file_path, policy_path) = (path(&file), path(&policy));
    let policy_names = policies.iter().map(Layer::name).collect();
    let layers = file.into_iter().chain(policy).chain(policies);
    let mut loaded = read_layers(layers.collect())?;
    loaded.config.file = file_path;
    loaded.config.policy = policy_path;
    loaded.config.policies = policy_names;
    loaded.config.found = place;
    if let Some(jtel) = &mut loaded.config.jtel {
        jtel.token_store = folders.token_store();
    }
    loaded.config.vault = Arc::new(secrets::vault(
        &loaded.config.secrets,
        &loaded.config.oauth,
        folders,
    ));
    Ok(loaded)
}

/// Reads a configuration from a text, as if it stood in `path`: relative paths start at the folder of `path`.
///
/// # Errors
///
/// As for [`load`].
pub fn read(path: &Path, text: &str) -> Result<Loaded, Problems> {
    read_layers(vec![Layer::of_text(path, text)])
}

/// The first layer, with the others laid over it.
fn read_layers(layers: Vec<Layer>) -> Result<Loaded, Problems> {
    let (mut reader, root) = Reader::new(&keys::SCHEMA, layers);
    let mut config = build::build(&mut reader, &root);
    let to_fill_in = placeholders::placeholders(&reader, &root);
    let review = reader.finish();
    config.provenance = review.provenance;
    match Problems::of(review.problems) {
        Some(problems) => Err(problems),
        None => Ok(Loaded {
            config,
            warnings: review.warnings,
            to_fill_in,
        }),
    }
}

/// The configuration that counts, and why; none when there is no such file anywhere.
fn find(
    folders: &Folders,
    config_file: Option<&Path>,
) -> Result<Option<(Layer, ConfigPlace)>, SettingsProblem> {
    for candidate in folders.candidates(FILE_NAME, config_file) {
        let place = candidate.place;
        // Whoever can write it runs programs as this user.
        let trusted = match place {
            ConfigPlace::Machine => Trusted::Administrators,
            _ => Trusted::User,
        };
        if let Some(layer) = Layer::read(&candidate.file, place.is_named(), Some(trusted))? {
            return Ok(Some((layer, place)));
        }
    }
    Ok(None)
}

fn nothing_found(folders: &Folders) -> Problems {
    let candidates = folders.candidates(FILE_NAME, None);
    let elsewhere = candidates
        .iter()
        .filter_map(|candidate| misplaced(&candidate.file));
    if let Some(problems) = Problems::of(elsewhere.collect()) {
        return problems;
    }
    let places: Vec<String> = candidates
        .iter()
        .map(|candidate| candidate.file.display().to_string())
        .collect();
    let text = format!(
        "there is no configuration; `miniclient init` writes one to begin with (looked for {})",
        places.join(", ")
    );
    SettingsProblem::general(text).into()
}
