//! A link handed over by the system itself.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::hand_over_error::HandOverError;

pub(crate) fn hand_over(
    link: &str,
    schemes: &[&str],
    limit: Duration,
) -> Result<&'static str, HandOverError> {
    const OPENER: &str = "Windows";
    let failed = |reason: String| HandOverError::Failed {
        opener: OPENER,
        reason,
    };
    let (tell, done) = mpsc::channel();
    let (link, schemes): (String, Vec<String>) = (
        link.to_owned(),
        schemes.iter().map(|&scheme| scheme.to_owned()).collect(),
    );
    // It may wait for the program for as long as that likes.
    thread::Builder::new()
        .spawn(move || {
            let schemes: Vec<&str> = schemes.iter().map(String::as_str).collect();
            // Nobody listens any more after the limit.
            let _ = tell.send(mc_process::open_link(&link, &schemes));
        })
        .map_err(|error| failed(error.to_string()))?;
    match done.recv_timeout(limit) {
        Ok(Ok(())) => Ok(OPENER),
        Ok(Err(error)) => Err(failed(error.to_string())),
        Err(_) => Err(failed(format!("it took longer than {} s", limit.as_secs()))),
    }
}
