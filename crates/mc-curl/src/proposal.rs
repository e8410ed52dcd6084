//! What a line that worked once needs before it may stand in a configuration: its secrets under names, and variables in
//! place of what one call had.

use mc_template::Names;
use mc_template::foreign::identifier;

use crate::fields::{self, Field, Kind};
use crate::hints::placeholders;
use crate::paste::Paste;
use crate::secret::{MASK, is_secret};

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
        Proposal {
            look_at: {
                let mut sentences = look_at(maker.paste.arguments());
                sentences.extend(placeholders(maker.paste.arguments()));
                sentences
            },
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

/// Texts that may be those of the one call for which the line was written.
fn look_at(arguments: &[String]) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut told = vec![false; arguments.len()];
    for field in fields::fields(arguments) {
        let text = &arguments[field.argument][field.range.clone()];
        if text.is_empty() || text.contains(['$', '%']) || text == MASK {
            continue;
        }
        let named = variable(&field.name);
        let number = telephone_number(text);
        let (what, write) = match (named, number) {
            (Some(("ServiceNumber", what)), Some(_)) => (what, "$ServiceNumber"),
            (None | Some(("ANumber" | "CallID", _)), Some(write))
                if field.kind != Kind::Header || named.is_some() =>
            {
                ("the caller's number", write)
            }
            (Some(("ANumber" | "ServiceNumber", _)), None) | (None, _) => continue,
            (Some((name, what)), _) => (what, name),
        };
        told[field.argument] = true;
        let write = if write.starts_with('$') {
            write.to_owned()
        } else {
            format!("${write}")
        };
        let place = if field.name.is_empty() {
            format!("`{text}`")
        } else {
            format!("`{}` is `{text}`", field.name)
        };
        sentences.push(format!("{place} here: if that is {what}, write {write}"));
    }
    // A number in the middle of a text.
    for (argument, told) in arguments.iter().zip(told) {
        let run = argument
            .split(|c: char| !(c.is_ascii_digit() || c == '+'))
            .find(|run| !told && telephone_number(run).is_some());
        if let Some(run) = run {
            let write = telephone_number(run).unwrap_or("$ANumber");
            sentences.push(format!(
                "`{run}` looks like a telephone number: for the caller's, write {write}"
            ));
        }
    }
    sentences
}

/// The variable that a field of this name may be meant to have, and what it is.
fn variable(name: &str) -> Option<(&'static str, &'static str)> {
    const NAMES: [(&str, &str, &str); 6] = [
        (
            "ANumber",
            "the caller's number",
            "phone mobile tel telephone number caller callerid callernumber cli from msisdn anumber phonenumber",
        ),
        (
            "ServiceNumber",
            "the number that was called",
            "to called callee did dnis destination servicenumber",
        ),
        (
            "GroupName",
            "the call's group",
            "group groupname queue skill team",
        ),
        (
            "ServiceName",
            "the call's service",
            "service servicename hotline",
        ),
        (
            "UsersUID",
            "the agent",
            "agent agentid login username extension usersuid",
        ),
        (
            "CallID",
            "the call's id",
            "callid calluuid uniqueid sessionid",
        ),
    ];
    let plain: String = name
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    let mut names = NAMES.into_iter();
    let (name, what, _) = names.find(|(.., all)| all.split(' ').any(|one| one == plain))?;
    Some((name, what))
}

/// How a number that is written so would be written as a variable; none for what is no telephone number.
fn telephone_number(text: &str) -> Option<&'static str> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let plain = text
        .char_indices()
        .all(|(at, c)| c.is_ascii_digit() || " -/()".contains(c) || c == '+' && at == 0);
    if !plain
        || !(7..=15).contains(&digits)
        || !text.starts_with(|c: char| c == '+' || c.is_ascii_digit())
    {
        return None;
    }
    // A day, and seconds or milliseconds since 1970.
    let is_time = match text.len() {
        8 => text.starts_with("19") || text.starts_with("20"),
        10 | 13 => text.starts_with('1'),
        _ => false,
    };
    if is_time {
        return None;
    }
    Some(match text.as_bytes() {
        [b'+', ..] => "${ANumber:plus}",
        [b'0', b'0', ..] => "$ANumber",
        [b'0', ..] => "${ANumber:national}",
        _ => "$ANumber",
    })
}
