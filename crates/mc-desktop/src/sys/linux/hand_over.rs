//! A link handed over: by `xdg-open`, which knows the desktops' own ways, else by `gio`.

use std::sync::mpsc;
use std::time::Duration;

use mc_process::has_display;

use super::tool::tool;
use crate::hand_over_error::HandOverError;

pub(crate) fn hand_over(
    link: &str,
    schemes: &[&str],
    limit: Duration,
) -> Result<&'static str, HandOverError> {
    // Without a display `xdg-open` would take links to a browser on the terminal.
    let openers: [(&'static str, &[&str], bool); 2] =
        [("xdg-open", &[], has_display()), ("gio", &["open"], true)];
    let scheme = link.split_once(':').map_or("", |(scheme, _)| scheme);
    let usable = openers
        .into_iter()
        .filter(|(_, _, usable)| *usable && schemes.contains(&scheme))
        .find_map(|(name, words, _)| Some((name, words, tool(name)?)));
    let Some((opener, words, program)) = usable else {
        return Err(if has_display() {
            HandOverError::NoOpener
        } else {
            HandOverError::NoDesktop
        });
    };
    let failed = |reason: String| HandOverError::Failed { opener, reason };
    let (tell, ended) = mpsc::channel();
    program
        .args(words.iter().copied())
        .arg(link)
        .detach_and_watch(move |exit| {
            // Nobody listens any more after the limit.
            let _ = tell.send(exit);
        })
        .map_err(|error| failed(error.to_string()))?;
    match ended.recv_timeout(limit) {
        Ok(exit) if exit.success() => Ok(opener),
        Ok(exit) => Err(failed(match exit.code {
            Some(code) => format!("it ended with code {code}"),
            None => "a signal ended it".to_owned(),
        })),
        Err(_) => Err(failed(format!(
            "it did not end within {} s",
            limit.as_secs()
        ))),
    }
}
