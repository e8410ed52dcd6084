//! The calls of today: what the journal has of each, put together, and rendered.

use std::collections::HashMap;
use std::io;

use jiff::{SignedDuration, Timestamp};
use mc_hooks::{EventKind, Outcome};
use mc_secret::text::one_line;
use mc_template::numbers::is_withheld;
use mc_template::{DialNumber, Numbers};
use serde_json::Value;

use crate::journal::{Entry, History, HookRun, RunState};
use crate::page::html::{Html, plain};
use crate::page::times::{clock, duration, midnight};
use crate::page::words::Tongue;
use crate::protocol::{DialOrigin, DialOutcome};

/// So many entries of the journal are shown at most.
pub(crate) const MOST: usize = 200;

/// An unanswered call is taken to ring no longer, where nothing more is told of it. The page is read anew more often.
const RINGS: SignedDuration = SignedDuration::from_secs(60);

/// A call with all that happened to it, or a number that was dialled.
#[derive(Debug)]
pub(crate) struct Row {
    /// The id of what it began with.
    pub(crate) id: String,
    what: What,
}

#[derive(Debug)]
enum What {
    /// Events of one call, the oldest first.
    Call(Vec<Step>),
    Dial {
        at: String,
        from: DialOrigin,
        number: String,
        outcome: RunState<DialOutcome>,
        text: Option<String>,
    },
}

/// One event of a call, and what was done for it.
#[derive(Debug)]
struct Step {
    at: String,
    event: Value,
    hooks: Vec<HookRun>,
    late: bool,
}

/// Something that did not work.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) at: String,
    pub(crate) hook: String,
    pub(crate) why: String,
}

/// Today's, the newest first; and whether there are more than are shown. Blocks.
pub(crate) fn today(history: &History) -> io::Result<(Vec<Row>, bool)> {
    let start = midnight(Timestamp::now());
    let mut entries = Vec::new();
    for entry in history.entries()? {
        let entry = entry?;
        let (Entry::Call { at, .. } | Entry::Dial { at, .. }) = &entry;
        if at.parse::<Timestamp>().is_ok_and(|at| at < start) {
            break;
        }
        entries.push(entry);
        if entries.len() > MOST {
            break;
        }
    }
    let more = entries.len() > MOST;
    entries.truncate(MOST);
    Ok((put_together(entries), more))
}

/// The entries, the newest first, as rows in the same order: the events of one call are one row.
fn put_together(entries: Vec<Entry>) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    let mut calls: HashMap<String, usize> = HashMap::new();
    for entry in entries.into_iter().rev() {
        match entry {
            Entry::Call {
                id,
                at,
                event,
                hooks,
                late,
                ..
            } => {
                let step = Step {
                    at,
                    event,
                    hooks,
                    late,
                };
                let call = step.value("CallID").map(ToOwned::to_owned);
                let known = call.as_ref().and_then(|call| calls.get(call));
                if let Some(row) = known.and_then(|place| rows.get_mut(*place))
                    && let What::Call(steps) = &mut row.what
                    && !(step.kind() == EventKind::Ringing && over(steps))
                {
                    steps.push(step);
                    continue;
                }
                if let Some(call) = call {
                    calls.insert(call, rows.len());
                }
                rows.push(Row {
                    id,
                    what: What::Call(vec![step]),
                });
            }
            Entry::Dial {
                id,
                at,
                from,
                number,
                outcome,
                text,
                ..
            } => rows.push(Row {
                id,
                what: What::Dial {
                    at,
                    from,
                    number,
                    outcome,
                    text,
                },
            }),
        }
    }
    rows.reverse();
    rows
}

/// Whether a call came to its end: one that rings under its id from then on is another.
fn over(steps: &[Step]) -> bool {
    let last = steps.last().map(Step::kind);
    matches!(last, Some(EventKind::Ended | EventKind::Missed))
}

impl Step {
    fn value(&self, name: &str) -> Option<&str> {
        self.event[name].as_str().filter(|value| !value.is_empty())
    }

    fn kind(&self) -> EventKind {
        let word = self.value("Event").unwrap_or_default();
        word.parse().unwrap_or_default()
    }

    fn rings(&self, now: Timestamp) -> bool {
        let since = self
            .at
            .parse::<Timestamp>()
            .map(|at| now.duration_since(at));
        !self.late && since.is_ok_and(|since| since.abs() < RINGS)
    }
}

impl Row {
    /// Whether it is a call that nobody took.
    pub(crate) fn is_missed(&self) -> bool {
        match &self.what {
            What::Call(steps) => steps.last().map(Step::kind) == Some(EventKind::Missed),
            What::Dial { .. } => false,
        }
    }

    /// What did not work, the newest first.
    pub(crate) fn failures(&self) -> Vec<Failure> {
        let What::Call(steps) = &self.what else {
            return Vec::new();
        };
        let runs = steps.iter().rev().flat_map(|step| {
            let failed = |run: &&HookRun| matches!(run.outcome, RunState::Ended(outcome) if outcome.is_failure());
            step.hooks.iter().rev().filter(failed).map(|run| Failure {
                at: clock(&step.at),
                hook: run.hook.clone(),
                why: run.error.clone().unwrap_or_default(),
            })
        });
        runs.collect()
    }

    /// The row as markup; with buttons where numbers can be dialled.
    pub(crate) fn render(
        &self,
        words: Tongue,
        numbers: &Numbers,
        dial: bool,
        now: Timestamp,
    ) -> Html {
        let mut row = Html::default();
        row.raw("<li id=\"c-").text(&self.id).raw("\"");
        let class = match &self.what {
            What::Dial { .. } => "out",
            What::Call(_) if self.is_missed() => "in missed",
            What::Call(_) => "in",
        };
        row.raw(" class=\"").raw(class).raw("\">");
        match &self.what {
            What::Call(steps) => call(&mut row, steps, words, numbers, dial, now),
            What::Dial {
                at,
                from,
                number,
                outcome,
                text,
            } => {
                time(&mut row, at);
                // What has no plus may be internal, or a code: it stands as it was given.
                let shown = if number.starts_with('+') {
                    numbers.international(number)
                } else {
                    number.into()
                };
                row.raw("<div class=\"who\"><strong>").value(&shown);
                let (class, word) = dial_word(*outcome, words);
                row.raw("</strong> <span class=\"")
                    .raw(class)
                    .raw("\">")
                    .text(word);
                row.raw("</span>");
                let fine = matches!(outcome, RunState::Ended(DialOutcome::Ok));
                if let Some(text) = text.as_deref().filter(|text| !fine && !text.is_empty()) {
                    row.raw("<p class=\"why\">")
                        .value(&words.said(text))
                        .raw("</p>");
                }
                row.raw("</div>");
                if dial && DialNumber::typed(number).is_ok() {
                    // Whoever a number came from: nobody typed it now.
                    let from = match from {
                        DialOrigin::Command => "command",
                        _ => "caller",
                    };
                    row.raw("<div class=\"do\">");
                    button(&mut row, number, from, words.dial_again);
                    row.raw("</div>");
                }
            }
        }
        row.raw("</li>");
        row
    }
}

fn time(row: &mut Html, at: &str) {
    row.raw("<time datetime=\"").text(at).raw("\">");
    row.text(&clock(at)).raw("</time>");
}

fn call(
    row: &mut Html,
    steps: &[Step],
    words: Tongue,
    numbers: &Numbers,
    dial: bool,
    now: Timestamp,
) {
    // The latest word counts: a transfer brings another group.
    let value = |name| steps.iter().rev().find_map(|step| step.value(name));
    let (Some(first), Some(last)) = (steps.first(), steps.last()) else {
        return;
    };
    time(row, &first.at);
    row.raw("<div class=\"who\"><strong>");
    let caller = value("ANumber").filter(|number| !is_withheld(number));
    match caller {
        Some(number) => row.value(&numbers.international(number)),
        None => row.text(words.withheld),
    };
    let (class, word) = match last.kind() {
        EventKind::Answered => ("good", words.answered),
        EventKind::Ended => ("", words.ended),
        EventKind::Missed => ("bad", words.missed),
        _ if last.rings(now) => ("rings", words.rings),
        _ => ("", words.rang),
    };
    row.raw("</strong> <span class=\"")
        .raw(class)
        .raw("\">")
        .text(word);
    let taken = steps.iter().find(|step| step.kind() == EventKind::Answered);
    if let (Some(taken), EventKind::Ended) = (taken, last.kind())
        && let Some(time) = duration(&taken.at, &last.at)
    {
        row.raw(" · ").text(&time);
    }
    row.raw("</span>");
    let groups: Vec<_> = ["GroupName", "ServiceName"]
        .into_iter()
        .filter_map(value)
        .collect();
    if !groups.is_empty() {
        row.raw("<p class=\"for\">")
            .sentence(words.for_whom, &[&groups.join(" · ")]);
        row.raw("</p>");
    }
    if first.late {
        row.raw("<p class=\"why\">").text(words.late).raw("</p>");
    }
    let mut runs = steps.iter().flat_map(|step| &step.hooks).peekable();
    if runs.peek().is_some() {
        row.raw("<ul class=\"hooks\">");
        for run in runs {
            hook(row, run, words);
        }
        row.raw("</ul>");
    }
    row.raw("</div><div class=\"do\">");
    let number = caller.filter(|_| dial).map(|number| numbers.plus(number));
    if let Some(number) = number.filter(|number| DialNumber::typed(number).is_ok()) {
        button(row, &number, "caller", words.call_back);
    }
    if let Some(link) = value("CRMLink").and_then(web_address) {
        row.raw("<a target=\"_blank\" rel=\"noreferrer noopener\" href=\"");
        row.text(link.as_str())
            .raw("\">")
            .text(words.in_crm)
            .raw("</a>");
    }
    row.raw("</div>");
}

/// A link that leads to a page, and nowhere else.
fn web_address(link: &str) -> Option<url::Url> {
    let link = url::Url::parse(link).ok()?;
    let page = matches!(link.scheme(), "http" | "https") && link.has_host();
    page.then_some(link)
}

fn button(row: &mut Html, number: &str, from: &'static str, word: &'static str) {
    row.raw("<form method=\"post\" action=\"dial\"><input type=\"hidden\" name=\"from\" value=\"");
    row.raw(from)
        .raw("\"><input type=\"hidden\" name=\"number\" value=\"")
        .text(number);
    row.raw("\"><button aria-label=\"")
        .text(&plain("{}: {}", &[word, number]));
    row.raw("\">").text(word).raw("</button></form>");
}

fn hook(row: &mut Html, run: &HookRun, words: Tongue) {
    let (class, word) = match run.outcome {
        RunState::Pending => ("wait", words.runs),
        RunState::Unknown => ("", words.unknown),
        RunState::Ended(outcome) => match outcome {
            Outcome::Ok => ("good", words.done),
            Outcome::HttpError => ("bad", words.status),
            Outcome::Failed => ("bad", words.failed),
            Outcome::Skipped => ("", words.skipped),
            Outcome::Timeout => ("bad", words.timed_out),
            Outcome::Running => ("good", words.runs),
            Outcome::Refused => ("bad", words.refused),
            Outcome::Dropped => ("bad", words.dropped),
            _ => ("", words.cancelled),
        },
    };
    row.raw("<li class=\"").raw(class).raw("\"");
    if let Some(done) = &run.done {
        row.raw(" title=\"").text(&one_line(done)).raw("\"");
    }
    let status = run.status.map(|status| status.to_string());
    row.raw(">").value(&run.hook).raw(": ");
    row.sentence(word, &[&status.unwrap_or_default()]);
    if let Some(millis) = run.millis {
        row.raw(" <small>").number(millis).raw(" ms</small>");
    }
    if let Some(error) = run.error.as_deref().filter(|error| !error.is_empty()) {
        row.raw("<p class=\"why\">")
            .value(&words.said(error))
            .raw("</p>");
    }
    row.raw("</li>");
}

fn dial_word(outcome: RunState<DialOutcome>, words: Tongue) -> (&'static str, &'static str) {
    match outcome {
        RunState::Pending => ("wait", words.dialling),
        RunState::Ended(DialOutcome::Ok) => ("good", words.dialled),
        RunState::Ended(DialOutcome::Unknown) | RunState::Unknown => ("bad", words.maybe_dialled),
        RunState::Ended(_) => ("bad", words.not_dialled),
    }
}
