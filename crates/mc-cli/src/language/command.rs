//! The help of a command line in another language.
//!
//! What the definitions say is replaced in the definitions; the words that clap itself puts around it have no place in them
//! and are lines of the table like any other.

use clap::Command;
use clap::builder::StyledStr;

use super::Translator;

/// The definitions with every text in the other language.
pub(crate) fn translated(mut command: Command, translator: &Translator) -> Command {
    // Clap's own arguments and commands are there only when it is built.
    command.build();
    all(command, translator)
}

fn all(command: Command, translator: &Translator) -> Command {
    let texts = [
        command.get_about().map(text),
        command.get_after_help().map(text),
    ];
    let [about, after] =
        texts.map(|text| text.map(|text| translator.translate(&text).into_owned()));
    let mut command = command
        .mut_args(|argument| {
            let help = argument.get_help().map(text);
            let names = argument.get_value_names().map(|names| {
                let names = names
                    .iter()
                    .map(|name| translator.translate(name).into_owned());
                names.collect::<Vec<_>>()
            });
            let argument = match help {
                Some(help) => argument.help(translator.translate(&help).into_owned()),
                None => argument,
            };
            match names {
                Some(names) if argument.get_action().takes_values() => argument.value_names(names),
                _ => argument,
            }
        })
        .mut_subcommands(|command| all(command, translator));
    if let Some(about) = about {
        command = command.about(about);
    }
    if let Some(after) = after {
        command = command.after_help(after);
    }
    command
}

fn text(styled: &StyledStr) -> String {
    styled.to_string()
}

/// A rendered help whose texts are translated already: clap's own words in it.
pub(crate) fn help(text: &str, translator: &Translator) -> String {
    let mut said = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let mut line = translator.translate(line).into_owned();
        // In brackets behind a text.
        for own in ["default", "possible values", "aliases"] {
            line = line.replace(
                &format!("[{own}: "),
                &format!("[{}: ", translator.translate(own)),
            );
        }
        said += &line;
    }
    said
}
