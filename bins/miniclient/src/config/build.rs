//! From the sections to the settings: every heading once, then what holds between them.

use std::net::{IpAddr, SocketAddr};
use std::path::Path;

use ipnet::IpNet;
use mc_cli::settings::{Reader, Section, Table};
use mc_routing::{BaseUrl, Token};
use mc_template::{Bare, Names, Numbers};

use super::actions::{Actions, hosts};
use super::model::{Config, Jtel, Keep, Listen, Notify, Register, Retention};
#[cfg(feature = "broker")]
use super::subscribe;
use super::{dial, hooks, oauth, secrets};

/// Reads everything there is; what is wrong is in the reader afterwards.
pub(super) fn build(reader: &mut Reader, root: &Table) -> Config {
    let top = Section::top(reader, root);
    let secrets = secrets::secrets(reader, root);
    let tokens = oauth::names(root);
    let hidden = |names: Names| {
        let secrets = secrets.iter().map(|secret| &secret.name);
        // Their names are good: the others have been told.
        let names = names.with_hidden("secret", secrets).unwrap_or_default();
        names.with_hidden("oauth", &tokens).unwrap_or_default()
    };
    let (variables, names) = variables(reader, &top);
    let names = hidden(names);
    let mut under = |name| Section::under(reader, root, name);
    let vendor = under("vendor");
    let numbers_section = under("numbers");
    let jtel_section = under("jtel");
    let register_section = under("register");
    let dial_section = under("dial");
    let listen_section = under("listen");
    let subscribe_section = under("subscribe");
    let journal_section = under("journal");
    let notify_section = under("notify");

    let numbers = numbers_section
        .map(|section| numbers(reader, &section))
        .unwrap_or_default();
    let jtel = jtel_section
        .as_ref()
        .and_then(|section| jtel(reader, section));
    let actions = Actions::new(reader, jtel_section.as_ref());
    let oauth = oauth::oauth(reader, root, &secrets, actions.sender());
    let mut hooks = hooks::automatic(reader, &top, vendor.as_ref(), &actions, &names, &numbers);
    let dial_names = hidden(dial::names(&variables));
    let elsewhere = no_chain(
        &top,
        vendor.as_ref(),
        &names,
        dial_section.as_ref(),
        &dial_names,
    );
    let listed = hooks::listed(reader, root, &hooks, &actions, &names, &numbers, &elsewhere);
    hooks.extend(listed);
    let has_jtel = jtel_section.is_some();
    let dial = dial_section
        .as_ref()
        .and_then(|section| dial::dial(reader, section, &actions, &dial_names, has_jtel));
    let register = register_section
        .as_ref()
        .and_then(|section| register(reader, section));
    let listen = listen_section
        .as_ref()
        .and_then(|section| listen(reader, section));
    #[cfg(feature = "broker")]
    let subscribe = subscribe_section.and_then(|section| {
        let known = top.has("UsersUID") || register.is_some();
        let surroundings = subscribe::Surroundings {
            secrets: &secrets,
            dials: dial_section.is_some(),
            user: known,
        };
        subscribe::subscribe(reader, &section, &surroundings)
    });
    let config = Config {
        hooks,
        numbers,
        users_uid: top.text("UsersUID").map(|text| text.value.to_owned()),
        variables,
        names,
        jtel,
        register,
        dial,
        listen,
        #[cfg(feature = "broker")]
        subscribe,
        secrets,
        oauth,
        journal: journal_section.map_or_else(Retention::default, |section| journal(&section)),
        notify: notify_section.map_or_else(Notify::default, |section| notify(&section)),
        ..Config::default()
    };

    if let Some(section) = register_section.filter(|_| !has_jtel) {
        let text = "[register] needs to know where jtel is; add [jtel] with base_url";
        reader.problem(section.place, text);
    }
    #[cfg(not(feature = "broker"))]
    if let Some(section) = subscribe_section {
        let text = "this miniclient was built without the broker (feature `broker`), so no calls would come through [subscribe]; \
                    take [subscribe] out, or install a miniclient that has it";
        reader.problem(section.place, text);
    }
    if let Some(section) = &dial_section {
        deny_everywhere(reader, section, &config);
    }
    if let Some(section) = &listen_section {
        listen_token(reader, section, &config);
    }
    config
}

/// The headings that are no hook of a chain, where names of answers mean nothing.
fn no_chain<'s, 't>(
    top: &'s Section<'t>,
    vendor: Option<&'s Section<'t>>,
    names: &'s Names,
    dial: Option<&'s Section<'t>>,
    dial_names: &'s Names,
) -> Vec<hooks::Elsewhere<'s, 't>> {
    let automatic = |name: &str, from: &str| {
        format!(
            "`{name}` comes from the answer to `{from}`, for which the automatic hooks do not wait; make it a [[hook]] with \
             after = \"{from}\""
        )
    };
    let dialled = |name: &str, from: &str| {
        format!(
            "`{name}` comes from the answer to `{from}`, and what is dialled belongs to no call; $DialNumber is the number"
        )
    };
    let top = hooks::Elsewhere {
        section: top,
        keys: &["CurlRESTCommand", "AutomaticEXECallParameters"],
        names,
        sentence: automatic,
    };
    let vendor = vendor.map(|section| hooks::Elsewhere {
        section,
        keys: &[],
        names,
        sentence: automatic,
    });
    let dial = dial.map(|section| hooks::Elsewhere {
        section,
        keys: &["rest", "parameters"],
        names: dial_names,
        sentence: dialled,
    });
    [Some(top), vendor, dial].into_iter().flatten().collect()
}

fn variables(reader: &mut Reader, top: &Section<'_>) -> (Vec<String>, Names) {
    let mut variables = Vec::new();
    for text in top.texts("Variables").unwrap_or_default() {
        let good = reader.parsed("Variables", Some(*text), |name| {
            Names::call().with_extra([name])
        });
        variables.extend(good.map(|_| text.value.to_owned()));
    }
    let names = Names::call().with_extra(&variables).unwrap_or_default();
    (variables, names)
}

fn numbers(reader: &mut Reader, section: &Section<'_>) -> Numbers {
    let value = |key| section.text(key).map(|text| text.value);
    let (region, code) = (value("region"), value("country_code"));
    let key = if region.is_some() {
        "region"
    } else {
        "country_code"
    };
    let plan = |_: &str| Numbers::of(region, code);
    let mut numbers = reader
        .parsed(key, section.text(key), plan)
        .unwrap_or_default();
    if !section.has("region") && !section.has("country_code") {
        let text =
            "[numbers] without region changes few numbers; add region = \"DE\" (for Germany)";
        reader.warning(section.place, text);
    }
    if let Some(prefix) = value("international_prefix") {
        numbers = numbers.with_international_prefix(prefix);
    }
    if value("bare") == Some("national") {
        numbers = numbers.with_bare(Bare::National);
    }
    let with_trunk = |prefix: &str| {
        let numbers = numbers.clone().with_trunk_prefix(prefix);
        numbers.check().map(|()| numbers)
    };
    reader
        .parsed("trunk_prefix", section.text("trunk_prefix"), with_trunk)
        .unwrap_or(numbers)
}

fn jtel(reader: &mut Reader, section: &Section<'_>) -> Option<Jtel> {
    let base_url = reader.parsed("base_url", section.text("base_url"), BaseUrl::parse)?;
    let mut jtel = Jtel::new(base_url);
    jtel.ca_file = section.file("ca_file");
    jtel.token_file = section.file("token_file");
    Some(jtel)
}

fn register(reader: &mut Reader, section: &Section<'_>) -> Option<Register> {
    let pointer = |text: &str| {
        if text.starts_with('/') {
            return Ok(text.to_owned());
        }
        let right = text.trim_start_matches(['$', '.']).replace('.', "/");
        Err(format!(
            "a JSON pointer (RFC 6901) begins with a slash; write users_uid_from = \"/{right}\""
        ))
    };
    let users_uid_from = reader.parsed("users_uid_from", section.text("users_uid_from"), pointer);
    let mut register = Register::new(section.number("application")?);
    register.users_uid_from = users_uid_from;
    register.refresh = section.duration("refresh");
    if let Some(fields) = section.texts("fields") {
        register.fields = fields.iter().map(|text| text.value.to_owned()).collect();
    }
    Some(register)
}

fn listen(reader: &mut Reader, section: &Section<'_>) -> Option<Listen> {
    let networks = section.texts("allow_from").unwrap_or_default();
    let networks = networks
        .iter()
        .map(|text| reader.parsed("allow_from", Some(*text), network));
    let allow_from = networks.collect::<Vec<_>>().into_iter().flatten().collect();
    let hosts = hosts(reader, section);
    let address = reader.parsed("address", section.text("address"), |text| {
        text.trim().parse::<SocketAddr>().map_err(|_| {
            format!(
                "write an IP address of this computer and a port, such as \"127.0.0.1:7431\" or \"0.0.0.0:7431\" for all of \
                 its networks, not \"{}\"",
                text.escape_debug()
            )
        })
    })?;
    let mut listen = Listen::new(address);
    listen.token_file = section.file("token_file");
    (listen.allow_from, listen.hosts) = (allow_from, hosts);
    if let Some(rate) = section.number("rate") {
        listen.rate = u32::try_from(rate).unwrap_or(listen.rate);
    }
    Some(listen)
}

/// A network, or a single address.
fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    if let Ok(address) = text.parse::<IpAddr>() {
        return Ok(address.into());
    }
    match text.parse::<IpNet>() {
        Ok(network) if network.trunc() == network => Ok(network),
        // 10.1.2.3/16 says two things; which one is meant decides who may call.
        Ok(network) => Err(format!(
            "{network} has digits behind its /{}; write {} for the network or {} for the one address",
            network.prefix_len(),
            network.trunc(),
            network.addr()
        )),
        Err(_) => Err(format!(
            "\"{}\" is not a network; write \"10.1.0.0/16\", or \"10.1.2.3\" for one computer",
            text.escape_debug()
        )),
    }
}

fn journal(section: &Section<'_>) -> Retention {
    let mut journal = Retention::default();
    if let Some(days) = section.number("days") {
        journal.days = u32::try_from(days).unwrap_or(journal.days);
    }
    journal.keep = match section.text("keep").map(|text| text.value) {
        Some("masked") => Keep::Masked,
        Some("none") => Keep::None,
        _ => Keep::Full,
    };
    journal
}

fn notify(section: &Section<'_>) -> Notify {
    let mut notify = Notify::default();
    for (name, switch) in [
        ("failures", &mut notify.failures),
        ("calls", &mut notify.calls),
        ("missed", &mut notify.missed),
    ] {
        *switch = section.switch(name).unwrap_or(*switch);
    }
    notify
}

/// What may not be dialled is known by its digits alone where nobody knows the country.
fn deny_everywhere(reader: &mut Reader, section: &Section<'_>, config: &Config) {
    let denies = config
        .dial
        .as_ref()
        .is_some_and(|dial| !dial.deny.is_empty());
    if denies && config.numbers.region().is_none() {
        let text = "without a region `deny` cannot hold for every spelling; add [numbers] with region = \"DE\" (for Germany)";
        reader.warning(section.key_place("deny"), text);
    }
}

/// A token that can be guessed or changed lets anybody in, and a random one that nobody is told lets nobody in.
fn listen_token(reader: &mut Reader, section: &Section<'_>, config: &Config) {
    let Some(listen) = &config.listen else {
        return;
    };
    if let Some(file) = &listen.token_file {
        kept_token(reader, section, file);
    }
    if section.has("token_file") {
        return;
    }
    let text = match (&config.register, &config.jtel) {
        (Some(_), Some(jtel)) if jtel.base_url.is_https() => return,
        (Some(_), _) => {
            "the token of [listen] is random and is registered over https only, so nobody will know it; give [listen] a \
             token_file, or [jtel] an https base_url"
        }
        (None, _) => {
            "the token of [listen] is random and nobody will know it; give [listen] a token_file, or add [register], \
             which tells it to the telephone system"
        }
    };
    reader.warning(section.place, text);
}

fn kept_token(reader: &mut Reader, section: &Section<'_>, file: &Path) {
    let place = section.key_place("token_file");
    let token = match Token::from_file(file) {
        Ok(token) => token,
        Err(error) => return reader.problem(place, error.to_string()),
    };
    for warning in token.warnings() {
        reader.warning(place, warning.clone());
    }
    let (length, least) = (token.secret().expose().len(), Listen::SHORTEST_TOKEN);
    if length < least {
        let text = format!(
            "the token in {} has {length} characters; at least {least} are needed, such as 32 random ones",
            file.display()
        );
        reader.problem(place, text);
    }
}
