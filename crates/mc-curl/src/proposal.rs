//! What a line that worked once needs before it may stand in a configuration: its secrets under names, and variables in
//! place of what one call had.

use mc_template::Names;
use mc_template::foreign::identifier;

use crate::fields::{self, Field, Kind};
use crate::hints;
use crate::paste::Paste;
use crate::secret::{MASK, is_mere_key, is_secret};

/// What to make of a paste.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Proposal {
    /// The paste with `${secret.NAME}` in the places of its secrets.
    pub paste: Paste,
    /// The secrets that were taken out.
    pub secrets: Vec<ProposedSecret>,
    /// What looks as if it came from the one call for which the line was written: a sentence each.
    pub look_at: Vec<String>,
    /// Passwords that stand where none can be named, masked in the paste: a sentence each.
    pub masked: Vec<String>,
}

/// A secret that stood in a paste. The value itself is not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProposedSecret {
    /// `crm_token` of `${secret.crm_token}`.
    pub name: String,
    /// Where it stood, for a person who has the line before their eyes.
    pub place: String,
}

impl Paste {
    /// The paste with its secrets taken out, and what else should not stay as it is.
    ///
    /// ```
    /// use mc_curl::{Names, Paste};
    ///
    /// let paste = Paste::read("curl -H 'X-Api-Key: 47110815' https://crm.example/?from=4930123456", None, &Names::call())?;
    /// let proposal = paste.propose();
    /// assert_eq!(proposal.paste.line(), "curl -H 'X-Api-Key: ${secret.crm_key}' 'https://crm.example/?from=4930123456'");
    /// assert_eq!(proposal.secrets[0].name, "crm_key");
    /// assert!(proposal.look_at[0].contains("$ANumber"));
    /// # Ok::<(), mc_curl::PasteError>(())
    /// ```
    pub fn propose(&self) -> Proposal {
        let mut maker = Maker {
            paste: self.clone(),
            host: host(self.arguments()),
            secrets: Vec::new(),
            masked: Vec::new(),
        };
        maker.variables();
        maker.literals();
        let mut look_at = hints::look_at(maker.paste.arguments());
        look_at.extend(self.other_shell());
        look_at.extend(self.odata());
        Proposal {
            look_at,
            secrets: maker
                .secrets
                .into_iter()
                .map(|(secret, _)| secret)
                .collect(),
            masked: maker.masked,
            paste: maker.paste,
        }
    }
}

struct Maker {
    paste: Paste,
    host: String,
    /// With what it is in the line, so that a secret that stands twice has one name.
    secrets: Vec<(ProposedSecret, String)>,
    masked: Vec<String>,
}

impl Maker {
    /// A shell's variables that hold secrets, by their names or by where they stand.
    fn variables(&mut self) {
        for variable in self.paste.variables() {
            let forms = variable.forms();
            let holds = |field: &Field| {
                let text = &self.paste.arguments()[field.argument][field.range.clone()];
                forms.iter().any(|form| text.contains(form))
            };
            let placed = fields::fields(self.paste.arguments())
                .into_iter()
                .any(|field| field.kind != Kind::Segment && speaks_of_one(&field) && holds(&field));
            if !(placed || is_secret(variable.name())) {
                continue;
            }
            let name = variable.secret_name();
            let written = format!("${{secret.{name}}}");
            let place = format!("the value of {}", forms[0]);
            self.secrets
                .push((ProposedSecret { name, place }, written.clone()));
            self.paste.resolve(&variable, &written);
        }
    }

    /// Secrets that stand there as they are. From the end, so that places before stay what they are.
    fn literals(&mut self) {
        let mut login = None;
        let mut named = Vec::new();
        for field in &fields::fields(self.paste.arguments()) {
            let text = self.paste.arguments()[field.argument][field.range.clone()].to_owned();
            if !is_literal(field, &text) {
                continue;
            }
            let written = match field.kind {
                Kind::Literal => {
                    self.masked.push(format!(
                        "--{}: no secret can be named here, so {MASK} stands for the password; write it in the setting, in a \
                         file that nobody else can read",
                        field.name
                    ));
                    MASK.to_owned()
                }
                Kind::UrlLogin => {
                    let (user, password) = text.split_once(':').unwrap_or((&text, ""));
                    let name = self.named(field, password);
                    login = Some(format!("{user}:${{secret.{name}}}"));
                    String::new()
                }
                _ => format!("${{secret.{}}}", self.named(field, &text)),
            };
            named.push((field.argument, field.range.clone(), written));
        }
        for (argument, range, written) in named.into_iter().rev() {
            // The `@` behind a login goes with it.
            let end = range.end + usize::from(written.is_empty());
            self.paste.replace(argument, range.start..end, &written);
        }
        if let Some(login) = login {
            self.paste.add(&["-u", &login]);
        }
    }

    /// The name for a secret: the host's with what the secret is, each value with one name.
    fn named(&mut self, field: &Field, value: &str) -> String {
        if let Some((known, _)) = self.secrets.iter().find(|(_, text)| text == value) {
            return known.name.clone();
        }
        let what = match field.kind {
            Kind::Login | Kind::UrlLogin => "password",
            Kind::Cookie => "cookie",
            _ if field.name.to_ascii_lowercase().contains("key") => "key",
            _ if field.name.to_ascii_lowercase().contains("pass") => "password",
            _ => "token",
        };
        let base = format!("{}_{what}", self.host);
        let taken = |name: &str| self.secrets.iter().any(|(known, _)| known.name == name);
        let mut name = base.clone();
        for number in 2.. {
            if !taken(&name) {
                break;
            }
            name = format!("{base}_{number}");
        }
        let encoded = matches!(field.kind, Kind::Pair | Kind::UrlLogin | Kind::Segment)
            && value.contains(['%', '+']);
        let place = format!(
            "{}{}",
            place(field),
            if encoded {
                ", without its percent-encoding"
            } else {
                ""
            }
        );
        let secret = ProposedSecret {
            name: name.clone(),
            place,
        };
        self.secrets.push((secret, value.to_owned()));
        name
    }
}

/// Whether a text of this name and kind is a secret, whatever it is.
fn speaks_of_one(field: &Field) -> bool {
    match field.kind {
        Kind::Login | Kind::UrlLogin | Kind::Literal | Kind::Bearer => true,
        Kind::Cookie => false,
        Kind::Header | Kind::Pair | Kind::Json | Kind::Segment => is_secret(&field.name),
    }
}

/// Whether this is a secret that stands there as it is.
fn is_literal(field: &Field, text: &str) -> bool {
    if text.is_empty() || is_named(text) {
        return false;
    }
    match field.kind {
        Kind::UrlLogin => text.contains(':'),
        // Session cookies are long or say what they are; preferences are short.
        Kind::Cookie => {
            text.len() >= 12
                || is_secret(&field.name)
                || field.name.to_ascii_lowercase().contains("sess")
        }
        // `key=number=..` of a telephone.
        Kind::Pair => is_token(text) && is_jwt(text) || speaks_of_one(field) && !text.contains('='),
        Kind::Segment => is_segment(text),
        // The short name of a project; and what SAP is asked for a token with.
        Kind::Json if is_mere_key(&field.name) && text.len() < 12 => false,
        Kind::Header if text.eq_ignore_ascii_case("fetch") => false,
        Kind::Header | Kind::Json => speaks_of_one(field) || is_jwt(text),
        _ => true,
    }
}

/// Whether a variable of ours stands there already. Any other `$` is a character of a password.
fn is_named(text: &str) -> bool {
    let names = Names::call();
    let known = |name: &str| (1..=name.len()).any(|end| names.known(&name[..end]).is_some());
    text.contains("${secret.")
        || text.contains("${oauth.")
        || text
            .strip_prefix('$')
            .is_some_and(|rest| known(identifier(rest.trim_start_matches('{'))))
}

/// A JSON web token begins with a JSON object in base64.
fn is_jwt(text: &str) -> bool {
    text.starts_with("eyJ") && text.matches('.').count() == 2
}

fn is_token(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_ascii_alphanumeric() || "-_.~:".contains(c))
}

/// A segment of a path that only a random generator writes: long, letters and digits, and neither a UUID nor one of
/// Salesforce's ids.
fn is_segment(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let uuid = text.len() == 36 && text.matches('-').count() == 4;
    let record =
        matches!(text.len(), 15 | 18) && (text.starts_with("00") || text.starts_with("a0"));
    // A name of several words has few digits, all of them at its end.
    let mixed = text
        .trim_end_matches(|c: char| c.is_ascii_digit())
        .bytes()
        .filter(u8::is_ascii_digit)
        .count()
        >= 2;
    is_token(text)
        && !text.contains('.')
        && text.len() >= 16
        && digits >= 2
        && letters >= 4
        && mixed
        && !uuid
        && !record
}

fn place(field: &Field) -> String {
    let name = &field.name;
    match field.kind {
        Kind::Header => format!("what the header {name} has"),
        Kind::Cookie => format!(
            "what the cookie {name} has; a browser's session ends, so log in with a key if there is one"
        ),
        Kind::Login => "what -u has".to_owned(),
        Kind::UrlLogin => "the password in the URL".to_owned(),
        Kind::Segment => "the long part of the URL's path".to_owned(),
        Kind::Bearer | Kind::Literal => format!("what --{name} has"),
        Kind::Pair | Kind::Json => format!("what the field {name} has"),
    }
}

/// What a secret of this command is called: the host's own name.
fn host(arguments: &[String]) -> String {
    let url = fields::urls(arguments).next().unwrap_or_default();
    let address = url.split_once("://").map_or(url, |(_, address)| address);
    let address = address.split(['/', '?', '#']).next().unwrap_or_default();
    let address = address.rsplit('@').next().unwrap_or_default();
    let host = address.split(':').next().unwrap_or_default();
    let labels: Vec<&str> = host.split('.').collect();
    let own = match labels[..] {
        [.., own, _] | [own] => own,
        [] => "",
    };
    let numeric = labels
        .iter()
        .all(|label| label.bytes().all(|b| b.is_ascii_digit()));
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
    if own.is_empty() || numeric || !own.chars().all(plain) {
        return "crm".to_owned();
    }
    own.to_ascii_lowercase()
}
