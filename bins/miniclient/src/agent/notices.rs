//! What the person is told of what happens: by `[notify]`, without ever holding the agent up.

use std::collections::HashMap;
use std::sync::Arc;

use mc_agent::{Feed, Happening, ListenStatus};
use mc_desktop::{Notice, NoticeKind, Notifier};
use mc_hooks::{Action, CallEvent, Engine, EventKind, Open, Outcome, Report, Task};
use mc_secret::text::{one_line, shown};
use mc_template::numbers::is_withheld;
use mc_template::{Names, Numbers, Scope, Values};
use tokio::runtime::Handle;
use tokio::sync::{mpsc, watch};

use crate::config::Notify;
use crate::messages::{CallWords, Message};

/// So many failures of a hook in a row are told.
const IN_A_ROW: u32 = 2;

/// Under which name a click is reported.
const CLICK: &str = "notification";

/// How the person is told, by the settings in force.
#[derive(Debug, Clone)]
pub(super) struct Telling {
    pub(super) notify: Notify,
    pub(super) numbers: Numbers,
    /// Opens the page of a call.
    pub(super) engine: Engine,
}

impl Default for Telling {
    fn default() -> Self {
        Self {
            notify: Notify::default(),
            numbers: Numbers::default(),
            engine: Engine::new(Numbers::default()),
        }
    }
}

/// Tells the person what happens until the agent ends; first, that the port is not open if it is not.
pub(super) async fn run(
    mut feed: Feed,
    telling: watch::Receiver<Telling>,
    listening: Option<ListenStatus>,
) {
    let Ok(page) = Open::parse("$CRMLink", &Names::call()) else {
        return;
    };
    let (clicked, mut clicks) = mpsc::unbounded_channel();
    let mut notices = Notices {
        telling,
        notifier: Notifier::new("MiniClient", "miniclient"),
        page: Arc::new(page.into()),
        clicked,
        failed: HashMap::new(),
        closed: false,
        unwritten: false,
    };
    notices.listening(listening);
    loop {
        let happening = tokio::select! {
            happening = feed.next() => happening,
            Some(report) = clicks.recv() => {
                notices.click(&report);
                continue;
            }
        };
        let Some(happening) = happening else {
            return;
        };
        match happening {
            Happening::Hook(report) => notices.hook(&report),
            Happening::Call {
                id, whole, late, ..
            } => {
                notices.unwritten = false;
                if !late {
                    notices.call(&id, &whole);
                }
            }
            Happening::NotWritten(why) => notices.not_written(&why),
            Happening::ReloadRefused(refused) => {
                notices.failure("settings", || Message::settings_refused(&refused.error));
            }
            Happening::Listen(listening) => notices.listening(listening),
            Happening::BrokerAway(status) => {
                let why = status.error.unwrap_or_default();
                notices.failure("broker", || Message::broker_away(&why));
            }
            _ => {}
        }
    }
}

struct Notices {
    telling: watch::Receiver<Telling>,
    notifier: Notifier,
    page: Arc<Action>,
    /// What became of the clicks.
    clicked: mpsc::UnboundedSender<Report>,
    /// How often a hook failed since it last did not.
    failed: HashMap<String, u32>,
    /// Whether the port could not be opened, and the person was told.
    closed: bool,
    /// Whether the last call could not be written down, and the person was told.
    unwritten: bool,
}

impl Notices {
    fn failure(&self, about: &str, message: impl FnOnce() -> Message) {
        if self.telling.borrow().notify.failures {
            let Message { title, text } = message().translated();
            self.notifier
                .show(Notice::new(about, title, one_line(&text)));
        }
    }

    fn hook(&mut self, report: &Report) {
        match report.outcome {
            // Nothing was tried, or not to its end.
            Outcome::Skipped | Outcome::Cancelled => return,
            outcome if outcome.is_success() => {
                self.failed.remove(&report.hook);
                return;
            }
            _ => {}
        }
        let failed = self.failed.entry(report.hook.clone()).or_default();
        *failed = failed.saturating_add(1);
        if *failed == IN_A_ROW {
            let why = report
                .error
                .as_deref()
                .unwrap_or_else(|| report.outcome.as_str());
            self.failure(&format!("hook {}", report.hook), || {
                Message::hook_fails(&report.hook, why)
            });
        }
    }

    fn click(&self, report: &Report) {
        let (id, outcome) = (&report.id, report.outcome);
        if !outcome.is_failure() {
            tracing::info!(id, %outcome, "a notification was clicked");
            return;
        }
        let why = report.error.as_deref().unwrap_or_else(|| outcome.as_str());
        tracing::warn!(id, %outcome, error = why, "a notification was clicked");
        self.failure("click", || Message::not_shown(why));
    }

    fn listening(&mut self, listening: Option<ListenStatus>) {
        let error = listening.and_then(|listening| listening.error);
        let closed = error.is_some();
        if let Some(error) = error.filter(|_| !self.closed) {
            self.failure("port", || Message::no_port(&error));
        }
        self.closed = closed;
    }

    fn not_written(&mut self, why: &str) {
        if !std::mem::replace(&mut self.unwritten, true) {
            self.failure("journal", || Message::not_written(why));
        }
    }

    fn call(&self, id: &str, event: &CallEvent) {
        let telling = self.telling.borrow().clone();
        let (kind, message): (_, fn(&CallWords) -> Message) = match event.kind() {
            EventKind::Ringing if telling.notify.calls => (NoticeKind::Call, Message::call),
            EventKind::Missed if telling.notify.missed => (NoticeKind::Missed, Message::missed),
            _ => return,
        };
        let Message { title, text } = message(&words(event, &telling.numbers)).translated();
        let about = format!("call {}", event.get("CallID").unwrap_or(id));
        let mut notice = Notice::new(about, title, text).kind(kind);
        if self.has_page(event.values(), &telling.numbers) {
            let (page, values) = (Arc::clone(&self.page), event.values().clone());
            let (id, runtime) = (id.to_owned(), Handle::current());
            let clicked = self.clicked.clone();
            notice = notice.on_click(move || {
                runtime.spawn(async move {
                    let task = Task::new(&id, CLICK, &page, &values);
                    let report = telling.engine.perform(task).await;
                    // Nobody listens where the agent ends.
                    let _ = clicked.send(report);
                });
            });
        }
        self.notifier.show(notice);
    }

    fn has_page(&self, values: &Values, numbers: &Numbers) -> bool {
        match &*self.page {
            Action::Open(open) => open.url(&Scope::new(values, numbers)).is_ok(),
            _ => false,
        }
    }
}

/// What is said of a call, each as it may be shown.
fn words(event: &CallEvent, numbers: &Numbers) -> CallWords {
    let value = |name: &str| event.get(name).filter(|value| !value.trim().is_empty());
    let caller = value("ANumber").filter(|caller| !is_withheld(caller));
    CallWords {
        caller: caller.map(|caller| shown(&numbers.international(caller))),
        group: value("GroupName").map(shown),
        service: value("ServiceName")
            .or_else(|| value("ServiceNumber"))
            .map(shown),
    }
}
