//! `completions` and `man`: what a shell and a manual reader make of the command line's definitions.

use clap_mangen::Man;

use crate::cli::{self, CompletionsArguments, ManArguments};
use crate::{App, Exit};

/// Prints the script by which a shell completes.
pub(crate) fn completions(app: &App, arguments: &CompletionsArguments) -> Exit {
    let mut script = Vec::new();
    let name = env!("CARGO_PKG_NAME");
    clap_complete::generate(arguments.shell, &mut cli::definitions(), name, &mut script);
    app.output.text(&String::from_utf8_lossy(&script));
    Exit::Done
}

/// Prints a manual page, as `man -l -` reads it.
pub(crate) fn page(app: &App, arguments: &ManArguments) -> Exit {
    let definitions = cli::definitions();
    let named = arguments.command.as_deref();
    let Some(about) = named.map_or(Some(&definitions), |name| definitions.find_subcommand(name))
    else {
        app.output.note(&format!(
            "no command is called '{}'; `miniclient help` lists them",
            named.unwrap_or_default()
        ));
        return Exit::Usage;
    };
    let mut page = Vec::new();
    let man = Man::new(about.clone())
        .source(concat!("miniclient ", env!("CARGO_PKG_VERSION")))
        .manual("MiniClient for jtel");
    match man.render(&mut page) {
        Ok(()) => app.output.text(&String::from_utf8_lossy(&page)),
        Err(error) => {
            app.output.note(&format!("no page can be made: {error}"));
            return Exit::Failed;
        }
    }
    Exit::Done
}
