//! `[oauth.NAME]`: access tokens that are fetched.

use mc_cli::settings::{Reader, Section, Table};
use mc_hooks::curl::{OAuth, OAuthOptions, Sender};
use mc_template::Names;

use super::secrets::{self, Named};

/// The names of the headings, those included that are not right otherwise: the hooks that use them are not at fault.
pub(super) fn names(root: &Table) -> Vec<String> {
    let good = |name: &&str| Names::none().with_hidden("oauth", [name]).is_ok();
    let names = Section::names(root, "oauth");
    names.filter(good).map(str::to_owned).collect()
}

/// Reads the headings.
pub(super) fn oauth(
    reader: &mut Reader,
    root: &Table,
    named: &[Named],
    sender: Option<&Sender>,
) -> Vec<(String, OAuth)> {
    let mut tokens = Vec::new();
    for (name, section) in Section::tables(reader, root, "oauth", "{ token_url = '...' }") {
        if let Err(error) = Names::none().with_hidden("oauth", [name]) {
            reader.problem(section.place, error.to_string());
            continue;
        }
        let secret = section
            .text("client_secret")
            .and_then(|text| secrets::reference(reader, "client_secret", text, named));
        let (Some(secret), Some(id)) = (secret, section.text("client_id")) else {
            continue;
        };
        let options = |url: &str| OAuthOptions::new(url, id.value, secret.clone());
        let Some(mut options) = reader.parsed("token_url", section.text("token_url"), options)
        else {
            continue;
        };
        options.scope = section.text("scope").map(|text| text.value.to_owned());
        options.in_body = section
            .text("client_auth")
            .is_some_and(|text| text.value == "body");
        let pairs = section.pairs("parameters").iter();
        options.parameters = pairs
            .map(|(name, text)| ((*name).to_owned(), text.value.to_owned()))
            .collect();
        if let Some(sender) = sender {
            tokens.push((name.to_owned(), OAuth::new(options, sender.clone())));
        }
    }
    tokens
}
