//! The settings: `mc-start.toml`, overridden by the command line.

mod file;

use std::path::{Path, PathBuf};
use std::str::FromStr;

use mc_identity::{Field, IpRule};
use mc_routing::{ProxySetting, RunUrl};
use serde_json::Value;

use crate::cli::Flags;
use crate::problem::Problem;

/// The file's name, beside the program.
pub const FILE_NAME: &str = "mc-start.toml";

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

impl FromStr for Order {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "client-first" => Ok(Self::ClientFirst),
            "rest-first" => Ok(Self::RestFirst),
            _ => Err(format!(
                "`{text}` is no order; write \"client-first\" or \"rest-first\""
            )),
        }
    }
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
            Self::Version => "Version",
        }
    }
}

impl FromStr for ReportField {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        if name.eq_ignore_ascii_case(Self::Version.name()) {
            return Ok(Self::Version);
        }
        name.parse().map(Self::Identity).map_err(|_| {
            let known: Vec<_> = Field::ALL.iter().map(|field| field.name()).collect();
            format!(
                "there is no field `{name}`; choose from {}, Version",
                known.join(", ")
            )
        })
    }
}

/// Everything that can be set.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Settings {
    /// The file they come from, if there is one.
    pub file: Option<PathBuf>,
    /// The launcher's folder, at which a client's relative path starts.
    pub folder: PathBuf,
    /// Where to report; always there when `report` is.
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
    pub extra: Vec<(String, Value)>,
    /// Certificates to trust besides the system's.
    pub ca_file: Option<PathBuf>,
    /// How the server is reached.
    pub proxy: ProxySetting,
}

impl Settings {
    /// The settings that no file changes.
    pub fn new(folder: &Path) -> Self {
        Self {
            file: None,
            folder: folder.to_owned(),
            url: None,
            token_file: None,
            client: None,
            client_args: Vec::new(),
            order: Order::default(),
            report: true,
            ip: IpRule::default(),
            fields: [
                Field::WindowsLoginName,
                Field::ComputerName,
                Field::IpAddress,
            ]
            .map(ReportField::Identity)
            .to_vec(),
            extra: Vec::new(),
            ca_file: None,
            proxy: ProxySetting::default(),
        }
    }

    /// Reads the file (the one the flags name, else [`FILE_NAME`] in `folder`, if it is there) and lets the flags
    /// win.
    ///
    /// # Errors
    ///
    /// Every problem of the file and of the flags, not only the first.
    pub fn load(flags: &Flags, folder: &Path) -> Result<Self, Vec<Problem>> {
        let mut settings = Self::new(folder);
        let mut problems = Vec::new();
        let beside = folder.join(FILE_NAME);
        let named = flags.config.as_deref();
        let path = named.unwrap_or(&beside);
        match std::fs::read(path) {
            Ok(bytes) => {
                settings.file = Some(path.to_owned());
                file::read(&bytes, path, &mut settings, &mut problems);
            }
            Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => problems.push(Problem::of(path, format!("cannot be read: {error}"))),
        }
        settings.take(flags, &mut problems);
        // Without this line a broken file would be blamed for lacking what it may well hold.
        if problems.is_empty() && settings.report && settings.url.is_none() {
            let text = "no URL to report to: write url = \"https://SERVER/rest/v1.0/CLIENTS-ID/routingApplications/\
                        run/APPLICATION\" into mc-start.toml, give --url, or say report = false";
            problems.push(Problem::of(path, text));
        }
        if problems.is_empty() {
            Ok(settings)
        } else {
            Err(problems)
        }
    }

    fn take(&mut self, flags: &Flags, problems: &mut Vec<Problem>) {
        fn read<T: FromStr>(
            flag: &str,
            text: Option<&String>,
            problems: &mut Vec<Problem>,
        ) -> Option<T>
        where
            T::Err: std::fmt::Display,
        {
            match text?.parse() {
                Ok(value) => Some(value),
                Err(error) => {
                    problems.push(Problem::of_flags(format!("{flag}: {error}")));
                    None
                }
            }
        }
        self.url = read("--url", flags.url.as_ref(), problems).or(self.url.take());
        self.order = read("--order", flags.order.as_ref(), problems).unwrap_or(self.order);
        if let Some(rule) = read("--ip", flags.ip.as_ref(), problems) {
            self.ip = rule;
        }
        if let Some(proxy) = read("--proxy", flags.proxy.as_ref(), problems) {
            self.proxy = proxy;
        }
        if let Some(client) = &flags.client {
            match client.to_str() {
                Some(client) => self.client = Some(client.to_owned()),
                None => problems.push(Problem::of_flags("--client: the path is not valid Unicode")),
            }
        }
        if !flags.client_arg.is_empty() {
            self.client_args.clone_from(&flags.client_arg);
        }
        if flags.token_file.is_some() {
            self.token_file.clone_from(&flags.token_file);
        }
        if flags.ca_file.is_some() {
            self.ca_file.clone_from(&flags.ca_file);
        }
        if flags.no_report {
            self.report = false;
        }
    }
}

#[cfg(test)]
mod tests;
