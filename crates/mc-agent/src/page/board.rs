//! The page as markup: whole, and in the parts that change.

use std::sync::Arc;

use jiff::Timestamp;

use crate::dial::Dialler;
use crate::journal::{History, Journal};
use crate::page::calls::{self, Failure, Row};
use crate::page::html::Html;
use crate::page::times::{clock, midnight};
use crate::page::words::Tongue;
use crate::protocol::{BrokerState, LastRefused, Registration, Status};
use crate::settings::{Keep, Translate};

/// So many failures of today's hooks are among the problems.
const FAILURES: usize = 3;

/// What the page is about.
#[derive(Clone)]
pub(crate) struct Sources {
    pub(crate) journal: Arc<Journal>,
    pub(crate) dialler: Arc<Dialler>,
    pub(crate) status: Arc<dyn Fn() -> Status + Send + Sync>,
    pub(crate) translate: Option<Translate>,
}

/// What is shown, rendered.
#[derive(Debug, Clone, Default)]
pub(crate) struct Board {
    /// The rows by their ids, the newest first.
    pub(crate) rows: Vec<(String, Html)>,
    /// What else changes, by the ids of its elements.
    pub(crate) parts: [(&'static str, Html); 4],
    can_dial: bool,
}

impl Board {
    /// As it is now.
    pub(crate) async fn read(sources: &Sources, words: Tongue) -> Self {
        // Reports are noted without waiting for the disk.
        sources.journal.flush().await;
        let history = History::of(sources.journal.folder()).agent_runs(true);
        let numbers = sources.journal.numbers();
        let status = (sources.status)();
        let rendered = tokio::task::spawn_blocking(move || {
            let read = calls::today(&history);
            let (rows, more, error) = match read {
                Ok((rows, more)) => (rows, more, None),
                Err(error) => (Vec::new(), false, Some(error.to_string())),
            };
            let now = Timestamp::now();
            let html = |row: &Row| {
                let row_html = row.render(words, &numbers, status.dial, now);
                (row.id.clone(), row_html)
            };
            Self {
                rows: rows.iter().map(html).collect(),
                parts: [
                    ("state", state(&status, words)),
                    ("problems", problems(&status, &rows, error, words)),
                    ("missed", missed(&rows)),
                    ("note", note(&status, &rows, more, words)),
                ],
                can_dial: status.dial,
            }
        });
        rendered.await.unwrap_or_default()
    }

    /// The whole page.
    pub(crate) fn page(&self, words: Tongue) -> Html {
        let mut page = Html::default();
        page.raw("<!doctype html>\n<html lang=\"")
            .raw(words.language);
        page.raw("\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        page.raw("<meta name=\"color-scheme\" content=\"light dark\"><title>MiniClient</title>");
        page.raw("<link rel=\"icon\" href=\"icon.svg\" type=\"image/svg+xml\"><link rel=\"stylesheet\" href=\"page.css\">");
        page.raw(
            "<script src=\"page.js\" defer></script></head>\n<body><header><h1>MiniClient</h1>",
        );
        page.raw("<ul id=\"state\" aria-label=\"")
            .text(words.state)
            .raw("\">");
        self.part(&mut page, "state");
        page.raw("</ul></header>\n<main>");
        page.raw("<form id=\"dial\" method=\"post\" action=\"dial\"><label for=\"number\">")
            .text(words.number);
        page.raw("</label><input id=\"number\" name=\"number\" type=\"tel\" autocomplete=\"off\" maxlength=\"80\" required placeholder=\"");
        page.text(words.number_hint).raw("\"");
        page.raw(if self.can_dial {
            "><button>"
        } else {
            " disabled><button disabled>"
        });
        page.text(words.dial).raw("</button></form>");
        page.raw("<p id=\"say\" role=\"status\" data-gone=\"")
            .text(words.gone)
            .raw("\" data-refused=\"")
            .text(words.not_current)
            .raw("\" data-late=\"")
            .text(words.no_answer)
            .raw("\">");
        page.text(if self.can_dial { "" } else { words.cannot_dial });
        page.raw("</p>\n<noscript><p id=\"still\">")
            .text(words.no_script)
            .raw(" <a href=\"./\">")
            .text(words.reload)
            .raw("</a></p></noscript>");
        page.raw("\n<section id=\"problems\" aria-label=\"")
            .text(words.problems)
            .raw("\" aria-live=\"polite\">");
        self.part(&mut page, "problems");
        page.raw("</section>\n<section aria-labelledby=\"today\"><h2 id=\"today\">")
            .text(words.today);
        page.raw("</h2><input type=\"checkbox\" id=\"only\"><label for=\"only\">")
            .text(words.only_missed);
        page.raw(" <span id=\"missed\">");
        self.part(&mut page, "missed");
        page.raw("</span></label>\n<ol id=\"calls\">");
        for (_, row) in &self.rows {
            page.html(row).raw("\n");
        }
        page.raw("</ol><p id=\"note\">");
        self.part(&mut page, "note");
        page.raw("</p></section></main></body></html>\n");
        page
    }

    fn part(&self, page: &mut Html, id: &str) {
        for (_, part) in self.parts.iter().filter(|(part, _)| *part == id) {
            page.html(part);
        }
    }
}

/// A page that says one thing.
pub(crate) fn notice(words: Tongue, sentence: &'static str, values: &[&str], back: bool) -> Html {
    let mut page = Html::default();
    page.raw("<!doctype html>\n<html lang=\"")
        .raw(words.language);
    page.raw("\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    page.raw("<meta name=\"color-scheme\" content=\"light dark\"><title>MiniClient</title></head><body><h1>MiniClient</h1><p>");
    page.sentence(sentence, values).raw("</p>");
    if back {
        page.raw("<p><a href=\"./\">")
            .text(words.back)
            .raw("</a></p>");
    }
    page.raw("</body></html>\n");
    page
}

/// What goes on, in a few words each.
fn state(status: &Status, words: Tongue) -> Html {
    let mut state = Html::default();
    let mut item = |class: &'static str, sentence, value: Option<&str>| {
        state.raw("<li class=\"").raw(class).raw("\">");
        state
            .sentence(sentence, &[value.unwrap_or_default()])
            .raw("</li>");
    };
    let user = status.user.as_deref();
    match &status.registration {
        Registration::Registered { .. } if user.is_some() => {
            item("good", words.registered_as, user);
        }
        Registration::Registered { .. } => item("wait", words.registered, None),
        Registration::Pending => item("wait", words.registering, None),
        Registration::Failed { .. } => item("bad", words.not_registered, None),
        Registration::Unregistered => item("", words.not_registered, None),
        Registration::Off if user.is_some() => item("", words.user, user),
        Registration::Off => item("", words.no_user, None),
    }
    if let Some(listen) = status
        .listen
        .as_ref()
        .filter(|listen| listen.error.is_none())
    {
        item("good", words.listening, Some(&listen.address));
    }
    if let Some(broker) = &status.broker {
        let name = Some(broker.broker.as_str());
        match broker.state {
            BrokerState::Connected => item("good", words.broker, name),
            BrokerState::Waiting | BrokerState::Connecting => {
                item("wait", words.broker_connecting, name);
            }
            BrokerState::Away | BrokerState::Ended => {}
        }
    }
    state
}

/// What is wrong, and what was lately.
fn problems(status: &Status, rows: &[Row], error: Option<String>, words: Tongue) -> Html {
    let mut items: Vec<Html> = Vec::new();
    let mut item = |sentence, values: &[&str]| {
        let mut one = Html::default();
        one.sentence(sentence, values);
        items.push(one);
    };
    match &status.registration {
        Registration::Failed { error, .. } => {
            item(words.register_failed, &[&words.said(error)]);
        }
        Registration::Registered {
            note: Some(note), ..
        } => item(words.register_note, &[&words.said(note)]),
        _ => {}
    }
    if let Some(error) = status
        .listen
        .as_ref()
        .and_then(|listen| listen.error.as_ref())
    {
        item(words.not_listening, &[&words.said(error)]);
    }
    // One of another day is told no more.
    if let Some(listen) = &status.listen
        && let Some(last) = &listen.last_refused
        && last
            .at
            .parse::<Timestamp>()
            .is_ok_and(|at| at >= midnight(Timestamp::now()))
    {
        let LastRefused {
            at, from, error, ..
        } = last;
        let refused = listen.refused.to_string();
        item(
            words.requests_refused,
            &[&refused, &clock(at), from, &words.said(error)],
        );
    }
    if let Some(broker) = &status.broker
        && let Some(error) = &broker.error
    {
        let why = words.said(error);
        match broker.state {
            BrokerState::Away => item(words.broker_away, &[&broker.broker, &why]),
            BrokerState::Waiting => item(words.broker_waiting, &[&why]),
            _ => {}
        }
    }
    if let Some(refused) = &status.config_refused {
        item(words.config_refused, &[&words.said(&refused.error)]);
    }
    if let Some(error) = &status.journal.error {
        item(words.not_written, &[&words.said(error)]);
    }
    if let Some(seconds) = status.journal.hangs {
        item(words.disk_hangs, &[&seconds.to_string()]);
    }
    if let Some(error) = error {
        item("{}", &[&words.said(&error)]);
    }
    // The same again is one problem; the newest says when.
    let mut failures: Vec<Failure> = Vec::new();
    for failure in rows.iter().flat_map(Row::failures) {
        let known = |one: &Failure| (&one.hook, &one.why) == (&failure.hook, &failure.why);
        if failures.len() < FAILURES && !failures.iter().any(known) {
            failures.push(failure);
        }
    }
    for Failure { at, hook, why } in &failures {
        item(words.hook_failed, &[hook, at, &words.said(why)]);
    }
    let mut problems = Html::default();
    if !items.is_empty() {
        problems.raw("<h2>").text(words.problems).raw("</h2><ul>");
        for one in &items {
            problems.raw("<li>").html(one).raw("</li>");
        }
        problems.raw("</ul>");
    }
    problems
}

/// How many calls nobody took.
fn missed(rows: &[Row]) -> Html {
    let mut count = Html::default();
    let missed = rows.iter().filter(|row| row.is_missed()).count();
    count
        .raw("(")
        .number(u64::try_from(missed).unwrap_or_default())
        .raw(")");
    count
}

/// What is to be said where rows are missing.
fn note(status: &Status, rows: &[Row], more: bool, words: Tongue) -> Html {
    let mut note = Html::default();
    if more {
        note.sentence(words.more, &[&calls::MOST.to_string()]);
    } else if rows.is_empty() {
        note.text(if status.journal.keep == Keep::None {
            words.nothing_kept
        } else {
            words.no_calls
        });
    }
    note
}
