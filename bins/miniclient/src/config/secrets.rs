//! `[secrets]`: values that nobody may see, and where each is kept.

use std::path::Path;

use mc_cli::Folders;
use mc_cli::settings::{Reader, Section, Table, Text};
use mc_hooks::curl::{OAuth, Vault};
use mc_secret::{Secret, SecretRef, Source};
use mc_template::Names;

/// A secret that is named in the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Named {
    /// `crm` of `${secret.crm}`.
    pub name: String,
    /// Where it is kept; none for the user's credential store.
    pub place: Option<Source>,
}

impl Named {
    /// Where it is kept, for this user.
    pub fn source(&self, folders: &Folders) -> Option<Source> {
        self.place.clone().or_else(|| {
            let name = self.name.to_lowercase();
            let file = Path::new("secrets").join(&name);
            let store = folders.store(&format!("secret.{name}"), file);
            store.map(Source::Store)
        })
    }
}

/// Reads the section.
pub(super) fn secrets(reader: &mut Reader, root: &Table) -> Vec<Named> {
    let mut named: Vec<Named> = Vec::new();
    for (name, section) in Section::tables(reader, root, "secrets", "{ file = '...' }") {
        if let Err(error) = Names::none().with_hidden("secret", [name]) {
            reader.problem(section.place, error.to_string());
            continue;
        }
        if let Some(other) = named
            .iter()
            .find(|other| other.name.eq_ignore_ascii_case(name))
        {
            let text = format!(
                "`{name}` and `{}` are one name in a template; rename one",
                other.name
            );
            reader.problem(section.place, text);
            continue;
        }
        // A name whose place is wrong is known all the same: the hooks that use it are not at fault.
        let place = place(reader, name, &section);
        named.push(Named {
            name: name.to_owned(),
            place,
        });
    }
    named
}

/// Where one is kept; none for the credential store, and for what is wrong.
fn place(reader: &mut Reader, name: &str, section: &Section<'_>) -> Option<Source> {
    let keys = ["file", "env", "store"];
    let given: Vec<&str> = keys.into_iter().filter(|key| section.has(key)).collect();
    match given[..] {
        ["file"] => {
            let text = section.text("file")?;
            let path = reader.expanded("file", text)?;
            let path = reader.folder(text.place).join(path);
            Some(Source::File(path))
        }
        ["env"] => {
            let variable = |name: &str| {
                let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
                if name.chars().all(plain) {
                    return Ok(Source::Env(name.to_owned()));
                }
                Err(
                    "name a variable of the environment, such as CRM_TOKEN, and not the secret itself",
                )
            };
            reader.parsed("env", section.text("env"), variable)
        }
        ["store"] if section.switch("store") == Some(false) => {
            let text = "`store = false` says nowhere; write store = true, or name a file or env";
            reader.refuse(section.key_place("store"), text)
        }
        [_] => None,
        [] => {
            let text = format!(
                "the secret `{name}` is kept nowhere; write {name} = {{ file = '...' }}, {{ env = '...' }} or {{ store = true }}"
            );
            reader.refuse(section.place, text)
        }
        [first, second, ..] => {
            let text = format!(
                "a secret is kept in one place, and here are `{first}` and `{second}`; keep one"
            );
            reader.refuse(section.key_place(second), text)
        }
    }
}

/// What a key holds that takes a secret: `${secret.NAME}`, or the secret itself.
pub(super) fn reference(
    reader: &mut Reader,
    key: &str,
    text: Text<'_>,
    named: &[Named],
) -> Option<SecretRef> {
    let (text, place) = (text.value, text.place);
    if let Some(name) = text
        .strip_prefix("${secret.")
        .and_then(|text| text.strip_suffix('}'))
    {
        let mut names = named.iter().map(|secret| secret.name.as_str());
        if names.any(|known| known.eq_ignore_ascii_case(name)) {
            return Some(SecretRef::Named(name.to_owned()));
        }
        let names = named.iter().map(|secret| secret.name.as_str());
        let advice = mc_cli::nearest(name, names)
            .map_or_else(String::new, |right| format!(" (did you mean `{right}`?)"));
        let name = name.escape_debug();
        let sentence = format!("`{key}`: `{name}` is not named under [secrets]{advice}");
        return reader.refuse(place, sentence);
    }
    if text.contains(['$', '%']) && text.contains("secret") {
        let sentence = format!("`{key}` is `${{secret.NAME}}` and nothing beside");
        return reader.refuse(place, sentence);
    }
    let sentence = format!(
        "`{key}` stands here for everybody who reads this file; name it under [secrets] and write {key} = '${{secret.NAME}}'"
    );
    reader.warning(place, sentence);
    Some(SecretRef::Given(Secret::new(text)))
}

/// Everything that templates may name, with where its values come from.
pub(super) fn vault(named: &[Named], tokens: &[(String, OAuth)], folders: &Folders) -> Vault {
    let tokens = tokens.iter().cloned();
    let vault = tokens.fold(Vault::new(), |vault, (name, oauth)| {
        vault.token(name, oauth)
    });
    named
        .iter()
        .fold(vault, |vault, secret| match secret.source(folders) {
            Some(source) => vault.secret(&secret.name, source),
            None => vault,
        })
}
