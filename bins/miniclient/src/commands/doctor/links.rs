//! Who gets the links that are clicked in a browser or a CRM, and whether they come here.

use std::path::Path;
use std::time::{Duration, Instant};

use mc_cli::Findings;
use mc_desktop::HandOverError;
use tokio::task::JoinSet;

use crate::App;
use crate::commands::install;
use crate::link_check::LinkCheck;

/// About a kind of link.
const ABOUT: &str = "links";

/// How long a link may be on its way. They go at the same time.
const PATIENCE: Duration = Duration::from_secs(15);

/// How often the answer is looked for.
const PAUSE: Duration = Duration::from_millis(20);

/// What became of a link.
enum Proof {
    /// It came to this program, by way of what handed it over.
    Came {
        by: &'static str,
        to: std::path::PathBuf,
    },
    /// It did not.
    Lost(String),
    /// There was no way to find out.
    NotTried(String),
}

pub(super) async fn examine(app: &App, findings: &mut Findings) {
    let ours = |scheme| {
        install::application(Vec::new()).is_ok_and(|application| application.opens(scheme))
    };
    let mut under_way = JoinSet::new();
    for (place, scheme) in install::SCHEMES.into_iter().enumerate() {
        match mc_desktop::opener(scheme) {
            // Nothing is handed to a program that is not this one.
            Some(_) if ours(scheme) => {
                let state = app.folders.state.clone();
                under_way.spawn(async move { (place, prove(state.as_deref(), scheme).await) });
            }
            Some(owner) => findings.note(
                ABOUT,
                format!("{scheme}: links go to {owner}"),
                Some("to have them dialled here, run `miniclient install` and choose it in the system's default programs"),
            ),
            None => findings.note(ABOUT, format!("nothing opens {scheme}: links"), Some("`miniclient install` takes them")),
        }
    }
    let mut proofs = under_way.join_all().await;
    proofs.sort_by_key(|(place, _)| *place);
    let own = std::env::current_exe().unwrap_or_default();
    for (place, proof) in proofs {
        told(install::SCHEMES[place], proof, &own, findings);
    }
}

fn told(scheme: &str, proof: Proof, own: &Path, findings: &mut Findings) {
    match proof {
        Proof::Came { by, to } if same(&to, own) => findings.ok(
            ABOUT,
            format!("{scheme}: links are dialled here; one came by {by}"),
        ),
        Proof::Came { by, to } => findings.note(
            ABOUT,
            format!("{scheme}: links are dialled by another copy, {}; one came by {by}", to.display()),
            Some("to have them dialled by this one, run its `install`"),
        ),
        Proof::Lost(why) => findings.fail(
            ABOUT,
            format!("{scheme}: links are to be dialled here, and one that was handed over did not come: {why}"),
            Some("run `miniclient install` again; if that does not help, log off and on"),
        ),
        Proof::NotTried(why) => findings.note(
            ABOUT,
            format!("{scheme}: links are to be dialled here; not tried: {why}"),
            Some("run it where links are clicked"),
        ),
    }
}

/// Whether it is the same program; the windowless twin is.
fn same(answered: &Path, own: &Path) -> bool {
    let whole = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let twin = mc_desktop::Application::windowless_twin(own);
    let answered = whole(answered);
    [Some(own), twin.as_deref()]
        .into_iter()
        .flatten()
        .any(|own| whole(own) == answered)
}

async fn prove(state: Option<&Path>, scheme: &'static str) -> Proof {
    let Some(state) = state else {
        return Proof::NotTried("this user has no home folder".to_owned());
    };
    let check = match LinkCheck::new(state) {
        Ok(check) => check,
        Err(error) => return Proof::NotTried(format!("{}: {error}", state.display())),
    };
    let until = Instant::now() + PATIENCE;
    let link = check.link(scheme);
    let handing =
        tokio::task::spawn_blocking(move || mc_desktop::hand_over(&link, &[scheme], PATIENCE));
    let mut handed = None;
    let mut handing = Some(handing);
    loop {
        if let Some(task) = handing.take_if(|task| task.is_finished()) {
            handed = task.await.ok();
        }
        let by = match &handed {
            Some(Ok(by) | Err(HandOverError::Failed { opener: by, .. })) => Some(*by),
            _ => None,
        };
        if let (Some(by), Some(to)) = (by, check.answer()) {
            return Proof::Came { by, to };
        }
        match &handed {
            Some(Err(error @ (HandOverError::NoDesktop | HandOverError::NoOpener))) => {
                return Proof::NotTried(error.to_string());
            }
            Some(Err(error)) => return Proof::Lost(error.to_string()),
            _ if Instant::now() >= until => {
                return Proof::Lost(format!("nothing came within {} s", PATIENCE.as_secs()));
            }
            _ => tokio::time::sleep(PAUSE).await,
        }
    }
}
