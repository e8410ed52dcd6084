//! The settings: `mc-start.toml`, the environment, the command line, and the machine's policy over all.

use std::path::{Path, PathBuf};

use mc_cli::Folders;
use mc_cli::settings::Kind::{Arguments, Choice, File, Filled, Names, Program, Switch, Values};
use mc_cli::settings::{
    Key, Layer, Missing, Provenance, Reader, Schema, Section, SettingsProblem, Table, Trusted,
    Value, misplaced,
};
use mc_identity::{Field, IpRule};
use mc_routing::mc_http::read_ca_file;
use mc_routing::{ProxySetting, RunUrl};

use crate::cli::Flags;
use crate::habits::HABITS;

/// The file's name, beside the program and in the user's folder.
pub const FILE_NAME: &str = "mc-start.toml";

/// The name of the policy in the machine's folder.
pub const POLICY_FILE_NAME: &str = "mc-start.policy.toml";

/// What begins the names of variables that set something: `MC_START_URL`.
const ENVIRONMENT: &str = "MC_START";

/// The settings of `mc-start.toml`.
#[rustfmt::skip] // a row each
pub static SCHEMA: Schema = Schema::new(FILE_NAME, &[
    Key::new("", "url", Filled, "a URL", "where to report: https://SERVER/rest/v1.0/CLIENTSID/routingApplications/run/APPLICATION"),
    Key::new("", "token_file", File(NO_TOKEN_FILE), "a file", "holds the token; without it, API_TOKEN, then the system's credential store"),
    Key::new("", "client", Program, "a program", "the client; relative to the launcher's folder. Without it, ACDMiniClient.exe there, else miniclient"),
    Key::new("", "client_args", Arguments, "a list of texts", "the client's parameters"),
    Key::new("", "order", Choice(&["client-first", "rest-first"]), "\"client-first\" or \"rest-first\"", "what comes first; the client waits at most 15 s"),
    Key::new("", "report", Switch, "true or false", "false: only start the client"),
    Key::new("", "ip", Filled, "a rule", "which address is reported: route, interface:NAME, cidr:NETWORK or first"),
    Key::new("", "fields", Names(field_names), "a list of names", "what is reported, in this order"),
    Key::new("", "ca_file", File(Missing::Problem), "a file", "certificates (PEM or DER) to trust beside the system's"),
    Key::new("", "proxy", Filled, "system, none or a URL", "the way out"),
    Key::new("", "extra", Values, "a table", "fixed values that follow the fields"),
], &[], None).habits(HABITS).foreign("miniclient.toml", &[
    "AutomaticRESTCRMUrl", "CurlRESTCommand", "AutomaticEXECallCommand", "AutomaticEXECallParameters", "UsersUID", "Variables",
    "vendor", "hook", "numbers", "jtel", "register", "dial", "listen", "subscribe", "secrets", "oauth", "notify", "journal",
]);

const NO_TOKEN_FILE: Missing =
    Missing::Warning("the environment's API_TOKEN is used, else the system's credential store");

const VERSION: &str = "Version";

fn field_names() -> Vec<&'static str> {
    let identity = Field::ALL.iter().map(|field| field.name());
    identity.chain([VERSION]).collect()
}

/// What comes first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Order {
    /// The client starts at once, then the report is made.
    #[default]
    ClientFirst,
    /// The report is made first; the client waits for its answer, but not long.
    RestFirst,
}

/// A field of the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReportField {
    /// Something of the workstation's identity.
    Identity(Field),
    /// This program's version.
    Version,
}

impl ReportField {
    /// The name in the request and in the file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Identity(field) => field.name(),
            Self::Version => VERSION,
        }
    }
}

/// Everything that can be set.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Settings {
    /// The folders of this user and machine.
    pub folders: Folders,
    /// The files they come from, the later over the earlier.
    pub files: Vec<PathBuf>,
    /// The registry's keys with policies that go over them.
    pub policies: Vec<String>,
    /// Where to report.
    pub url: Option<RunUrl>,
    /// The file that holds the token.
    pub token_file: Option<PathBuf>,
    /// The client as written; none means the default.
    pub client: Option<String>,
    /// The client's parameters.
    pub client_args: Vec<String>,
    /// What comes first.
    pub order: Order,
    /// Whether to report at all.
    pub report: bool,
    /// Which address to report.
    pub ip: IpRule,
    /// What to report, in this order.
    pub fields: Vec<ReportField>,
    /// Fixed values that follow the fields, in the file's order.
    pub extra: Vec<(String, serde_json::Value)>,
    /// Certificates to trust besides the system's.
    pub ca_file: Option<PathBuf>,
    /// How the server is reached.
    pub proxy: ProxySetting,
}

/// Settings, and what is to be said about them. The settings hold what is good, whatever is wrong with the rest: a
/// typo must not keep a client from starting.
#[derive(Debug)]
#[non_exhaustive]
pub struct Loaded {
    /// What is good of them, else what holds without it.
    pub settings: Settings,
    /// What must be put right.
    pub problems: Vec<SettingsProblem>,
    /// What works and is probably not meant.
    pub warnings: Vec<SettingsProblem>,
    /// Where each setting came from.
    pub provenance: Provenance,
}

impl Settings {
    /// The settings that no file changes.
    pub fn new(folders: Folders) -> Self {
        let fields = [
            Field::WindowsLoginName,
            Field::ComputerName,
            Field::IpAddress,
        ];
        Self {
            folders,
            files: Vec::new(),
            policies: Vec::new(),
            url: None,
            token_file: None,
            client: None,
            client_args: Vec::new(),
            order: Order::default(),
            report: true,
            ip: IpRule::default(),
            fields: fields.map(ReportField::Identity).to_vec(),
            extra: Vec::new(),
            ca_file: None,
            proxy: ProxySetting::default(),
        }
    }

    /// The launcher's folder, at which a client's relative path starts.
    pub fn folder(&self) -> &Path {
        self.folders.executable.as_deref().unwrap_or(Path::new(""))
    }

    /// Reads everything there is: the file beside the launcher, the user's over it (or the one that the flags name
    /// instead of both), the environment, the flags, the machine's policy. A file that others may write contributes
    /// nothing, for it names the program that is started.
    pub fn load(flags: &Flags, folders: &Folders) -> Loaded {
        let mut problems = Vec::new();
        let mut read = |file: Option<PathBuf>, named: bool, trusted: Trusted| {
            Layer::read(&file?, named, Some(trusted)).unwrap_or_else(|problem| {
                problems.push(problem);
                None
            })
        };
        let beside = folders
            .executable
            .as_ref()
            .map(|folder| folder.join(FILE_NAME));
        // Where copies are kept apart by MINICLIENT_HOME, both may be one folder.
        let user = folders
            .user_file(FILE_NAME)
            .filter(|file| Some(file) != beside.as_ref());
        let mut layers: Vec<Layer> = match &flags.config {
            Some(file) => read(Some(file.clone()), true, Trusted::User)
                .into_iter()
                .collect(),
            None => [beside.clone(), user]
                .into_iter()
                .filter_map(|file| read(file, false, Trusted::User))
                .collect(),
        };
        let policy = read(
            folders.machine_file(POLICY_FILE_NAME),
            false,
            Trusted::Administrators,
        );
        let any_file = !layers.is_empty();
        layers.extend(Layer::environment(&SCHEMA, ENVIRONMENT));
        layers.extend(flags.layers(&mut problems));
        layers.extend(policy);
        let policies = Layer::policies(&SCHEMA, folders.executable.as_deref());
        let policy_names = policies.iter().map(Layer::name).collect();
        layers.extend(policies);

        let (mut reader, root) = Reader::new(&SCHEMA, layers);
        let mut settings = Self {
            files: reader.files().collect(),
            policies: policy_names,
            ..Self::new(folders.clone())
        };
        settings.take(&mut reader, &root);
        let review = reader.finish();
        problems.extend(review.problems);
        let mut warnings = review.warnings;
        warnings.extend(Layer::unheard(&SCHEMA, ENVIRONMENT));
        let elsewhere = beside.as_deref().filter(|_| !any_file).and_then(misplaced);
        if let Some(problem) = elsewhere {
            let list = if settings.url.is_none() {
                &mut problems
            } else {
                &mut warnings
            };
            list.push(problem);
        }
        // Without this line a broken file would be blamed for lacking what it may well hold.
        if problems.is_empty() && settings.report && settings.url.is_none() {
            let text = "no URL to report to: write url = \"https://SERVER/rest/v1.0/CLIENTSID/routingApplications/run/\
                        APPLICATION\" into mc-start.toml, give --url, or say report = false";
            problems.push(match flags.config.as_ref().or(beside.as_ref()) {
                Some(file) => SettingsProblem::in_file(file, text),
                None => SettingsProblem::general(text),
            });
        }
        Loaded {
            settings,
            problems,
            warnings,
            provenance: review.provenance,
        }
    }

    /// What would be refused of a file of this text, whatever else there is.
    #[cfg(feature = "import")]
    pub(crate) fn refused(path: &Path, text: &str) -> Vec<SettingsProblem> {
        let (mut reader, root) = Reader::new(&SCHEMA, vec![Layer::of_text(path, text)]);
        Self::new(Folders::default()).take(&mut reader, &root);
        reader.finish().problems
    }

    /// Takes what is good.
    fn take(&mut self, reader: &mut Reader, root: &Table) {
        let top = Section::top(reader, root);
        self.url = reader.parsed("url", top.text("url"), str::parse);
        if let (Some(url), Some(text)) = (&self.url, top.text("url"))
            && is_placeholder(url)
        {
            let warning = "`url` is still the example's: put in the server's name, the ClientsID and the number of \
                           the routing application";
            reader.warning(text.place, warning);
        } else if let (Some(url), Some(text)) = (&self.url, top.text("url"))
            && url.application().is_none()
        {
            let warning = "`url` is not that of a routing application, which ends with /routingApplications/run/NUMBER: \
                           copy the whole URL from the script or from jtel";
            reader.warning(text.place, warning);
        }
        self.token_file = top.file("token_file");
        let ca_file = top.file("ca_file");
        self.ca_file = ca_file.filter(|file| match read_ca_file(file) {
            Ok(_) => true,
            Err(error) => {
                reader.problem(top.key_place("ca_file"), format!("`ca_file`: {error}"));
                false
            }
        });
        self.client = top.program("client").map(str::to_owned);
        let arguments = top.texts("client_args").unwrap_or_default();
        self.client_args = arguments.iter().map(|text| text.value.to_owned()).collect();
        if top
            .text("order")
            .is_some_and(|order| order.value == "rest-first")
        {
            self.order = Order::RestFirst;
        }
        // Where it is not understood, nobody may be reported who was perhaps not to be.
        self.report = top.switch("report").unwrap_or(!top.has("report"));
        if let Some(rule) = reader.parsed("ip", top.text("ip"), str::parse) {
            self.ip = rule;
        }
        if let Some(proxy) = reader.parsed("proxy", top.text("proxy"), str::parse) {
            self.proxy = proxy;
        }
        if let Some(fields) = top.texts("fields") {
            let field = |name: &str| match name {
                VERSION => Some(ReportField::Version),
                name => name.parse().ok().map(ReportField::Identity),
            };
            self.fields = fields.iter().filter_map(|text| field(text.value)).collect();
        }
        self.take_extra(reader, &top);
    }

    fn take_extra(&mut self, reader: &mut Reader, top: &Section<'_>) {
        for (name, value, place) in top.values("extra") {
            if self.fields.iter().any(|field| field.name() == name) {
                let text = format!("`{name}` is a field already; leave it out here or in fields");
                reader.problem(place, text);
                continue;
            }
            if SCHEMA.key("", name).is_some() {
                let text = format!(
                    "`{name}` stands under [extra], so it is sent as a value and sets nothing; put it above the line [extra]"
                );
                reader.warning(place, text);
            }
            let value = match value {
                Value::Text(text) => reader
                    .expanded(name, mc_cli::settings::Text::new(text, place))
                    .map(serde_json::Value::from),
                Value::Boolean(value) => Some((*value).into()),
                Value::Integer(number) => number.map(serde_json::Value::from),
                _ => None,
            };
            self.extra
                .extend(value.map(|value| (name.to_owned(), value)));
        }
    }
}

/// The URL of the documentation, or one whose parts are still words in capitals.
fn is_placeholder(url: &RunUrl) -> bool {
    let host = url.host().to_lowercase();
    let words = ["CLIENTSID", "CLIENTS-ID", "APPLICATION"];
    let in_capitals = url.reveal().split('/').any(|part| words.contains(&part));
    host == "server" || in_capitals || (host == "acd-lb" && url.application() == Some(1234))
}
