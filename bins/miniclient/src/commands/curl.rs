//! `curl`: a curl line as it was copied becomes the setting to write.

use std::path::Path;

use mc_hooks::curl::{
    CurlCommand, CurlError, Paste, PlannedRequest, Proposal, ProposedSecret, Reading, Shell,
};
use mc_secret::text::decode;
use mc_template::{Names, Numbers, Scope, Values};
use serde::Serialize;

use crate::cli::CurlArguments;
use crate::config::{USER_AGENT, instead};
use crate::{App, Exit, input};

/// The longest paste that is read: longer than any that is understood.
const LONGEST: u64 = 1024 * 1024;

const NO_TEXT: &str = "this is no UTF-8 text; save it as UTF-8";

/// What `--json` prints.
#[derive(Serialize)]
struct Result {
    shell: &'static str,
    setting: String,
    secrets: Vec<Secret>,
    requests: Vec<PlannedRequest>,
    open: Vec<String>,
    look_at: Vec<String>,
}

/// A secret that stood in the line, and where it is to be.
#[derive(Serialize)]
struct Secret {
    name: String,
    place: String,
    /// What belongs under `[secrets]`.
    setting: String,
    /// The command that asks for it.
    run: String,
}

/// Runs the command.
pub(crate) fn run(app: &App, arguments: &CurlArguments) -> Exit {
    let text = match read(&arguments.file) {
        Ok(text) => text,
        Err(error) => {
            app.output.note(&error);
            return Exit::Failed;
        }
    };
    let named = |shell: &Shell| shell.as_str() == arguments.shell;
    let shell = Shell::COPIED.into_iter().find(named);
    let names = Names::call();
    let paste = match Paste::read(&text, shell, &names) {
        Ok(paste) => paste,
        Err(error) => {
            app.output.note(&error);
            return Exit::Failed;
        }
    };
    let result = understood(&paste.propose(), &text, names);
    if arguments.json {
        app.output.json(&result);
    } else {
        show(app, &result);
    }
    if result.open.is_empty() {
        Exit::Done
    } else {
        Exit::Failed
    }
}

fn read(file: &Path) -> std::result::Result<String, String> {
    let bytes = input::read(file, LONGEST)?;
    // Also UTF-16, as Windows' editors and PowerShell's `>` write it.
    decode(&bytes).map_err(|_| format!("{}: {NO_TEXT}", input::shown(file)))
}

fn understood(proposal: &Proposal, text: &str, names: Names) -> Result {
    let paste = &proposal.paste;
    let told = |error: &CurlError| match instead(text, error.offset, &names) {
        Some(sentence) => format!("column {}: {sentence}", error.column),
        None => error.to_string(),
    };
    let mut open: Vec<String> = paste.open().iter().map(told).collect();
    open.extend(proposal.masked.iter().cloned());
    let named = proposal.secrets.iter().map(|secret| &secret.name);
    // Their names are plain: the library made them.
    let names = names.with_hidden("secret", named).unwrap_or_default();
    let mut requests = Vec::new();
    let mut look_at = proposal.look_at.clone();
    // What is open would be told a second time.
    if paste.open().is_empty() {
        match CurlCommand::read(
            &paste.line(),
            &Reading::template(&names).user_agent(USER_AGENT),
        ) {
            Ok(command) => {
                open.extend(command.try_samples().iter().map(ToString::to_string));
                look_at.extend(
                    command
                        .warnings()
                        .iter()
                        .map(|warning| warning.text.clone()),
                );
                let values: Values = command
                    .variables()
                    .map(|name| (name, format!("<{name}>")))
                    .collect();
                let numbers = Numbers::default();
                match command.plan(&Scope::new(&values, &numbers)) {
                    Ok(planned) => requests = planned,
                    // A file, perhaps, that is elsewhere when calls come.
                    Err(error) => look_at.push(error.to_string()),
                }
            }
            Err(errors) => open.extend(errors.iter().map(|error| error.problem.to_string())),
        }
    }
    let secret = |secret: &ProposedSecret| Secret {
        name: secret.name.clone(),
        place: secret.place.clone(),
        setting: format!("{} = {{ store = true }}", secret.name),
        run: format!("miniclient secret set {}", secret.name),
    };
    Result {
        shell: paste.shell().as_str(),
        setting: format!("rest = {}", paste.toml()),
        secrets: proposal.secrets.iter().map(secret).collect(),
        requests,
        open,
        look_at,
    }
}

fn show(app: &App, result: &Result) {
    app.output.data(&result.setting);
    if !result.secrets.is_empty() {
        app.output.data("\n[secrets]");
    }
    for secret in &result.secrets {
        app.output.data(&secret.setting);
        app.output.line(format_args!(
            "# run: {} and give it {}",
            secret.run, secret.place
        ));
    }
    if !result.secrets.is_empty() {
        app.output.data("");
    }
    app.output
        .line(format_args!("# read as {} reads it", result.shell));
    for request in &result.requests {
        app.output
            .line(format_args!("# sends: {} {}", request.method, request.url));
        for (name, value) in &request.headers {
            app.output.data(format_args!("#   {name}: {value}"));
        }
        for line in request.body.iter().flat_map(|body| body.lines()) {
            app.output.data(format_args!("#   | {line}"));
        }
    }
    for (what, sentences) in [("open", &result.open), ("look at", &result.look_at)] {
        for sentence in sentences {
            app.output.line(format_args!("# {what}: {sentence}"));
        }
    }
}
