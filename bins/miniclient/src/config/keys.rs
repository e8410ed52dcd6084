//! The one table of settings: every key, where it stands, what it takes and what it means.
//!
//! The reader knows no other keys, suggestions for misspelt ones come from here, and a test holds the documentation
//! against it.

use mc_cli::settings::Kind::{
    Choice, Digits, Duration, File, Filled, Names, Number, Pairs, Switch, Text, TextOrTexts, Texts,
};
use mc_cli::settings::{Key, Missing, Schema};
use mc_hooks::EventKind;
use mc_identity::Field;

use super::habits::HABITS;

/// The name of the configuration file in each of the folders.
pub const FILE_NAME: &str = "miniclient.toml";

/// The headings, in the order of the documentation.
pub const SECTIONS: &[&str] = &[
    "vendor",
    "hook",
    "numbers",
    "jtel",
    "register",
    "dial",
    "listen",
    "subscribe",
    "journal",
    "notify",
    "secrets",
    "oauth",
];

/// The settings of `miniclient.toml`.
pub static SCHEMA: Schema = Schema::new(FILE_NAME, TABLE, SECTIONS, Some("hook"))
    .named(&["secrets", "oauth"])
    .foreign("mc-start.toml", LAUNCHERS)
    .habits(HABITS);

/// What mc-start calls its settings: it reads the same policies of the registry.
const LAUNCHERS: &[&str] = &[
    "url",
    "token_file",
    "client",
    "client_args",
    "order",
    "report",
    "ip",
    "fields",
    "ca_file",
    "proxy",
    "extra",
];

const NO_TOKEN_FILE: Missing =
    Missing::Warning("the environment's API_TOKEN is used, else the system's credential store");

/// All settings, in the order of the documentation.
#[rustfmt::skip] // a row each
pub const TABLE: &[Key] = &[
    Key::new("", "AutomaticRESTCRMUrl", Switch, "true or false", "makes a REST call for each incoming call"),
    Key::new("", "CurlRESTCommand", Text, "a curl command", "that REST call; without it `curl -sS \"$crmurl\"`"),
    Key::new("", "AutomaticEXECallCommand", Text, "a program", "is started for each incoming call"),
    Key::new("", "AutomaticEXECallParameters", Text, "parameters", "of that program, with variables"),
    Key::new("", "UsersUID", Filled, "a text", "the ACD user; without it, learnt at registration"),
    Key::new("", "Variables", Texts, "a list of names", "extra names that call events bring"),
    Key::new("vendor", "on", Names(events), "a list of events", "when the two automatic hooks run; without it, `ringing`"),
    Key::new("vendor", "when", Pairs, "a table of patterns", "which calls they run for"),
    Key::new("vendor", "stdin", Choice(&["json"]), "\"json\"", "gives the program the event on standard input"),
    Key::new("vendor", "env", Pairs, "a table of texts", "variables for that program's environment, with variables and secrets in their texts"),
    Key::new("vendor", "AllowScripts", Switch, "true or false", "lets the program be a script or an interpreter"),
    Key::new("vendor", "AllowOptionValues", Switch, "true or false", "lets values begin with `-` or `/` where a parameter begins"),
    Key::new("vendor", "timeout", Duration, "a length of time", "after which a run is ended"),
    Key::new("vendor", "max_parallel", Number(1, 64), "a number", "how many runs may be under way at once, 1 to 64; without it, 4"),
    Key::new("hook", "name", Filled, "a text", "what reports call it; each name once")
        .required("name = '...'"),
    Key::new("hook", "on", Names(events), "a list of events", "when it runs: `ringing`, `answered`, `ended`, `missed`; without it, `ringing`"),
    Key::new("hook", "when", Pairs, "a table of patterns", "which calls it runs for; all must hold"),
    Key::new("hook", "after", Filled, "a hook's name", "runs it when that one was `ok`, with what its answer brought"),
    Key::new("hook", "after_failed", Filled, "a hook's name", "runs it when that one was not `ok`"),
    Key::new("hook", "rest", Filled, "a curl command", "makes a REST call"),
    Key::new("hook", "answer", Pairs, "a table of JSON pointers", "values from the answer, by name, for hooks that come after"),
    Key::new("hook", "exec", Filled, "a program", "starts a program"),
    Key::new("hook", "parameters", Text, "parameters", "of that program, with variables"),
    Key::new("hook", "open", Filled, "a link", "opens it in the browser"),
    Key::new("hook", "hosts", Texts, "a list of host names", "the only ones that `open` may open"),
    Key::new("hook", "stdin", Choice(&["json"]), "\"json\"", "gives the program the event on standard input"),
    Key::new("hook", "env", Pairs, "a table of texts", "variables for that program's environment, with variables and secrets in their texts"),
    Key::new("hook", "AllowScripts", Switch, "true or false", "lets the program be a script or an interpreter"),
    Key::new("hook", "AllowOptionValues", Switch, "true or false", "lets values begin with `-` or `/` where a parameter begins"),
    Key::new("hook", "timeout", Duration, "a length of time", "after which a run is ended"),
    Key::new("hook", "max_parallel", Number(1, 64), "a number", "how many runs may be under way at once, 1 to 64; without it, 4"),
    Key::new("numbers", "region", Filled, "two letters", "where numbers are dialled, such as \"DE\""),
    Key::new("numbers", "country_code", Digits, "digits", "the same by the country's calling code, such as \"49\""),
    Key::new("numbers", "trunk_prefix", Digits, "digits", "before a national number, where that is not the region's own"),
    Key::new("numbers", "international_prefix", Digits, "digits", "before a foreign number, where that is not the region's own"),
    Key::new("numbers", "bare", Choice(&["e164", "national"]), "\"e164\" or \"national\"", "what a number without any prefix is; without it, \"e164\""),
    Key::new("jtel", "base_url", Filled, "a URL", "the REST side, with the ClientsID: https://acd-lb/rest/v1.0/1")
        .required("base_url = \"https://SERVER/rest/v1.0/CLIENTSID\""),
    Key::new("jtel", "ca_file", File(Missing::Problem), "a file", "certificates (PEM or DER) to trust beside the system's"),
    Key::new("jtel", "token_file", File(NO_TOKEN_FILE), "a file", "holds the token; without it, API_TOKEN, then the system's credential store"),
    Key::new("register", "application", Number(1, u32::MAX as u64), "a number", "the routing application that takes the registration")
        .required("application = 1234, the ID of the routing application that takes the registration"),
    Key::new("register", "fields", Names(field_names), "a list of names", "what is sent, in this order"),
    Key::new("register", "users_uid_from", Filled, "a JSON pointer", "where the answer says who the ACD user is"),
    Key::new("register", "refresh", Duration, "a length of time", "how often it is repeated; without it, only when something changes"),
    Key::new("dial", "application", Number(1, u32::MAX as u64), "a number", "the routing application that dials"),
    Key::new("dial", "rest", Filled, "a curl command", "dials by a REST call"),
    Key::new("dial", "exec", Filled, "a program", "dials by a program"),
    Key::new("dial", "parameters", Text, "parameters", "of that program, with `$DialNumber`"),
    Key::new("dial", "env", Pairs, "a table of texts", "variables for that program's environment, with variables and secrets in their texts"),
    Key::new("dial", "AllowScripts", Switch, "true or false", "lets the program be a script or an interpreter"),
    Key::new("dial", "AllowOptionValues", Switch, "true or false", "lets values begin with `-` or `/` where a parameter begins"),
    Key::new("dial", "timeout", Duration, "a length of time", "after which dialling is given up"),
    Key::new("dial", "format", Choice(&["as-given", "plus", "e164", "national", "international"]), "a form of numbers", "how the number goes out; without it, as-given"),
    Key::new("dial", "outside_line", Digits, "digits", "before external numbers, such as \"0\""),
    Key::new("dial", "internal", Texts, "a list of patterns", "what is internal here, such as \"2??\""),
    Key::new("dial", "deny", Texts, "a list of patterns", "numbers that are never dialled"),
    Key::new("dial", "allow_codes", Switch, "true or false", "whether `*` and `#` may be in numbers that come from links; without it, false"),
    Key::new("listen", "address", Filled, "an address and port", "where calls are taken; port 0 is any free one")
        .required("address = \"127.0.0.1:7431\""),
    Key::new("listen", "token_file", File(Missing::Problem), "a file", "holds the token that callers send; without it, a random one per start"),
    Key::new("listen", "allow_from", Texts, "a list of networks", "who may call; without it, everyone with the token"),
    Key::new("listen", "hosts", Texts, "a list of host names", "names of this workstation that callers use beside its own"),
    Key::new("listen", "rate", Number(1, 10_000), "a number", "how many calls a second are taken in the long run, 1 to 10000; without it, 10"),
    Key::new("subscribe", "broker", TextOrTexts, "an address, or a list of them", "the message broker, or the nodes of a cluster: mqtts://broker.example:8883 or wss://broker.example/mqtt")
        .required("broker = \"mqtts://broker.example:8883\""),
    Key::new("subscribe", "protocol", Choice(&["5", "3.1.1"]), "\"5\" or \"3.1.1\"", "which MQTT the broker speaks; without it, 5"),
    Key::new("subscribe", "topic", Filled, "a topic", "where calls come; without it, `jtel/calls/$UsersUID`"),
    Key::new("subscribe", "presence", Filled, "a topic", "where it is told that this workstation is there; without it, `jtel/workstations/$UsersUID/$ComputerName`"),
    Key::new("subscribe", "dial", Switch, "true or false", "dials what comes under `jtel/dial/$UsersUID`"),
    Key::new("subscribe", "user", Filled, "a text", "who logs in to the broker"),
    Key::new("subscribe", "password", Filled, "a secret", "with which password: `${secret.NAME}`"),
    Key::new("subscribe", "ca_file", File(Missing::Problem), "a file", "certificates (PEM or DER) to trust beside the system's"),
    Key::new("subscribe", "certificate", File(Missing::Problem), "a file", "this workstation's own certificate (PEM), where the broker asks for one"),
    Key::new("subscribe", "key", File(Missing::Problem), "a file", "the key of `certificate` (PEM, PKCS#8)"),
    Key::new("subscribe", "insecure", Switch, "true or false", "lets mqtt:// and ws:// leave this computer: everybody on the way reads along"),
    Key::new("subscribe", "proxy", Filled, "system, none or a URL", "the HTTP proxy through which mqtts:// and wss:// go; without it, the system's"),
    Key::new("subscribe", "reconnect_within", Duration, "a length of time", "over which workstations spread that come back at once; without it, 30s"),
    Key::new("journal", "days", Number(1, 3650), "a number", "for how many days calls are kept, 1 to 3650; without it, 7"),
    Key::new("journal", "keep", Choice(&["full", "masked", "none"]), "\"full\", \"masked\" or \"none\"", "what of them is kept; without it, \"full\""),
    Key::new("notify", "failures", Switch, "true or false", "tells the person what does not work; without it, true"),
    Key::new("notify", "calls", Switch, "true or false", "shows each call that rings; a click opens its CRM link; without it, false"),
    Key::new("notify", "missed", Switch, "true or false", "shows each call that was missed; without it, true"),
    Key::new("secrets", "file", Filled, "a file", "holds the secret and nothing else"),
    Key::new("secrets", "env", Filled, "a name", "the variable of the agent's environment that holds it"),
    Key::new("secrets", "store", Switch, "true", "the user's credential store holds it; `miniclient secret set NAME` puts it there"),
    Key::new("oauth", "token_url", Filled, "a URL", "the token endpoint; https, but on this computer")
        .required("token_url = 'https://SERVER/oauth2/token'"),
    Key::new("oauth", "client_id", Filled, "a text", "the client that asks")
        .required("client_id = '...'"),
    Key::new("oauth", "client_secret", Filled, "a secret", "its secret: `${secret.NAME}`")
        .required("client_secret = '${secret.NAME}'"),
    Key::new("oauth", "scope", Filled, "a text", "what the token is to be good for, separated by spaces"),
    Key::new("oauth", "client_auth", Choice(&["basic", "body"]), "\"basic\" or \"body\"", "where client and secret go; without it, basic"),
    Key::new("oauth", "parameters", Pairs, "a table of texts", "what the endpoint wants beside, such as `audience`"),
];

/// The names that `fields` may hold: those of the workstation's identity, and those of this program.
pub fn field_names() -> Vec<&'static str> {
    let identity = Field::ALL.iter().map(|field| field.name());
    let ours = ["UsersUID", "ListenPort", "ListenToken", "Version"];
    ["Action"].into_iter().chain(identity).chain(ours).collect()
}

fn events() -> Vec<&'static str> {
    EventKind::ALL.iter().map(|kind| kind.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_stands_once_and_under_a_known_heading() {
        for (index, key) in TABLE.iter().enumerate() {
            let (section, name) = (key.section, key.name);
            assert!(
                section.is_empty() || SECTIONS.contains(&section),
                "{section} {name}"
            );
            let same = |other: &Key| (other.section, other.name) == (section, name);
            assert!(
                !TABLE[..index].iter().any(same),
                "{section} {name} stands twice"
            );
        }
    }
}
