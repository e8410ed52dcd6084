//! The way to the telephone system, step by step: token, name, connection, certificate, answer, applications.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs as _};
use std::time::{Duration, Instant};

use mc_routing::{Client, ClientOptions, Error, RetryPolicy, Token};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::config::{Config, DialAction, Jtel};
use mc_cli::Findings;

/// The longest that finding the name's addresses may take, and a connection to each.
const PATIENCE: Duration = Duration::from_secs(3);

const TOKEN: &str = "token";
const NAME: &str = "name";
const CONNECTION: &str = "connection";
const TLS: &str = "tls";
const REST: &str = "rest";

pub(super) async fn examine(config: &Config, jtel: &Jtel, findings: &mut Findings) {
    let client = token(jtel, findings).await;
    way(jtel, findings).await;
    let options = options(jtel);
    match client {
        Some(client) => ask(config, jtel, &client, findings).await,
        // Without a token the list is refused; whether anybody is there can be seen all the same.
        None => {
            match Client::without_token(options) {
                Ok(client) => {
                    match client.probe(&jtel.base_url).await {
                        Ok(status) => {
                            trusted(jtel, findings);
                            findings.note(REST, format!("{} answers (status {status}); without a token it is asked no more", jtel.base_url), None);
                        }
                        Err(error) => unanswered(&error, findings),
                    }
                }
                Err(error) => findings.fail(TLS, error.to_string(), None),
            }
        }
    }
}

fn options(jtel: &Jtel) -> ClientOptions {
    jtel.options()
        .user_agent(concat!("miniclient/", env!("CARGO_PKG_VERSION")))
        .retry(RetryPolicy::never())
}

/// The token's place, never its text.
async fn token(jtel: &Jtel, findings: &mut Findings) -> Option<Client> {
    let search = jtel.token_search();
    let token = match tokio::task::spawn_blocking(move || Token::find(&search)).await {
        Ok(Ok(token)) => token,
        Ok(Err(error)) => {
            findings.fail(
                TOKEN,
                error.to_string(),
                Some("keep it with `mc-start token set`, or name a file with token_file"),
            );
            return None;
        }
        Err(_) => {
            findings.fail(TOKEN, "it could not be looked for", None);
            return None;
        }
    };
    findings.ok(TOKEN, format!("there is one, in {}", token.origin()));
    for warning in token.warnings() {
        findings.note(TOKEN, warning.clone(), None);
    }
    if !jtel.base_url.is_https() {
        findings.note(
            TOKEN,
            "it crosses the network readable, over http",
            Some("make base_url https where the server has it"),
        );
    }
    match Client::new(token, options(jtel)) {
        Ok(client) => Some(client),
        Err(error) => {
            findings.fail(TLS, error.to_string(), None);
            None
        }
    }
}

/// DNS and TCP.
async fn way(jtel: &Jtel, findings: &mut Findings) {
    let (host, port) = (
        jtel.base_url.host().trim_matches(['[', ']']).to_owned(),
        jtel.base_url.port(),
    );
    let asked = host.clone();
    let began = Instant::now();
    let resolving = tokio::task::spawn_blocking(move || {
        (asked.as_str(), port).to_socket_addrs().map(Vec::from_iter)
    });
    let addresses: Vec<SocketAddr> = match timeout(PATIENCE, resolving).await {
        Ok(Ok(Ok(addresses))) if !addresses.is_empty() => addresses,
        Ok(Ok(Err(error))) => {
            return findings.fail(
                NAME,
                format!("{host} has no address: {error}"),
                Some("check base_url, the DNS and the VPN"),
            );
        }
        Ok(_) => {
            return findings.fail(
                NAME,
                format!("{host} has no address"),
                Some("check base_url, the DNS and the VPN"),
            );
        }
        Err(_) => {
            let text = format!(
                "no answer from the DNS for {host} within {} s",
                PATIENCE.as_secs()
            );
            return findings.fail(NAME, text, Some("check the network, the DNS and the VPN"));
        }
    };
    let list: Vec<_> = addresses
        .iter()
        .map(|address| address.ip().to_string())
        .collect();
    findings.ok(
        NAME,
        match host.parse::<IpAddr>() {
            Ok(_) => format!("{host} is an address; no DNS is needed"),
            Err(_) => format!(
                "{host} is {} ({} ms)",
                list.join(", "),
                began.elapsed().as_millis()
            ),
        },
    );

    let mut refusals = Vec::new();
    for address in &addresses {
        let began = Instant::now();
        match timeout(PATIENCE, TcpStream::connect(address)).await {
            Ok(Ok(_)) => {
                return findings.ok(
                    CONNECTION,
                    format!("{address} takes it ({} ms)", began.elapsed().as_millis()),
                );
            }
            Ok(Err(error)) => refusals.push(format!("{address}: {error}")),
            Err(_) => refusals.push(format!(
                "{address}: no answer within {} s",
                PATIENCE.as_secs()
            )),
        }
    }
    findings.fail(
        CONNECTION,
        refusals.join("; "),
        Some("check that the server runs, the port in base_url and the firewall"),
    );
}

/// TLS and REST in one call.
async fn ask(config: &Config, jtel: &Jtel, client: &Client, findings: &mut Findings) {
    let began = Instant::now();
    let page = match client.applications(&jtel.base_url).await {
        Ok(page) => page,
        Err(error) => {
            if error.status().is_some() || matches!(error, Error::Unexpected { .. }) {
                trusted(jtel, findings);
            }
            return unanswered(&error, findings);
        }
    };
    trusted(jtel, findings);
    findings.soften(
        &[NAME, CONNECTION],
        "the server answers all the same, so a proxy leads there: nothing to do",
    );
    let count = page.records.len();
    findings.ok(
        REST,
        format!(
            "{} lists {count} routing applications ({} ms)",
            jtel.base_url,
            began.elapsed().as_millis()
        ),
    );
    let dial = match config.dial.as_ref().map(|dial| &dial.action) {
        Some(DialAction::Application(application)) => Some(*application),
        _ => None,
    };
    for (section, id) in [
        (
            "[register]",
            config
                .register
                .as_ref()
                .map(|register| register.application),
        ),
        ("[dial]", dial),
    ] {
        let Some(id) = id else { continue };
        match page.records.iter().find(|application| application.id == id) {
            Some(application) => findings.ok(
                "application",
                format!("{section} {id} is {:?}", application.name),
            ),
            None => findings.fail(
                "application",
                format!("{section} {id} is not among them"),
                Some("correct `application`, or the client's id in base_url"),
            ),
        }
    }
}

fn trusted(jtel: &Jtel, findings: &mut Findings) {
    if jtel.base_url.is_https() {
        findings.ok(TLS, "the certificate is trusted");
    }
}

fn unanswered(error: &Error, findings: &mut Findings) {
    let about = if matches!(error, Error::Tls { .. }) {
        TLS
    } else {
        REST
    };
    findings.fail(about, error.to_string(), None);
}
