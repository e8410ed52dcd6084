//! The way to the message broker, step by step, and a message there and back.

use std::sync::Arc;

use mc_agent::{BrokerStep, examine_broker};
use mc_secret::Provider;

use crate::config::{Config, Subscribe};
use mc_cli::Findings;

const ABOUT: &str = "broker";

pub(super) async fn examine(
    config: &Config,
    subscribe: &Subscribe,
    user: Option<&str>,
    findings: &mut Findings,
) {
    let station = mc_agent::station_values(config.jtel.as_ref()).await;
    let secrets: Arc<dyn Provider> = Arc::clone(&config.vault) as _;
    let checks = examine_broker(subscribe, user, &station, Some(secrets)).await;
    for check in checks {
        let broker = &check.broker;
        let step = match check.step {
            BrokerStep::Name => "name",
            BrokerStep::Connection => "connection",
            BrokerStep::Proxy => "proxy",
            BrokerStep::Tls => "TLS",
            BrokerStep::WebSocket => "WebSocket",
            BrokerStep::Login => "login",
            BrokerStep::Subscription => "subscription",
            _ => "round trip",
        };
        match check.result {
            Ok(text) => findings.ok(ABOUT, format!("{broker}: {step}: {text}")),
            Err(text) => findings.fail(ABOUT, format!("{broker}: {step}: {text}"), None),
        }
    }
    if user.is_none() {
        findings.note(
            ABOUT,
            "no ACD user is known, so what comes after the login was not tried",
            Some("set UsersUID, or start miniclient with [register]"),
        );
    }
}
