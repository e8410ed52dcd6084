//! Loops: which of them run once for certain, and end with the first report that comes through.

use crate::reader::Reader;
use crate::syntax::{
    Argument, Body, Command, Expr, Flow, Kind, Loop, Stage, Statement, Step, only, word,
};
use crate::value::Value;

/// How many seconds mc-start repeats a failed report.
pub(crate) const PATIENCE: u64 = 30;
/// Up to how many seconds of waiting a loop that repeats the report is what mc-start does, which is said: a few tries with a
/// pause between them.
const ALIKE: u64 = 60;
/// What a wait in a loop is taken for that grows with the tries, or comes from elsewhere.
const PAUSE: u64 = 10;
const NO_WAIT: &str = "mc-start waits for nothing, and repeats a failed report for 30 seconds";
pub(crate) const LONGER: &str = "tries for longer than the 30 seconds in which mc-start repeats a failed report, or nobody knows how long";

impl Reader {
    /// `Start-Sleep`.
    pub(crate) fn wait(&mut self, command: &Command, given: &[Value]) {
        let thousandths =
            |one: &Argument| matches!(one, Argument::Name(name, _) if name.starts_with('m'));
        let parts = if command.arguments.iter().any(thousandths) {
            1000
        } else {
            1
        };
        let unknown = if self.loops_deep > 0 { PAUSE } else { u64::MAX };
        let seconds = seconds(given).map_or(unknown, |number| number / parts);
        self.waited = self.waited.saturating_add(seconds);
        if seconds > PATIENCE && self.loops_deep == 0 {
            self.lost(
                self.line,
                "waits, for longer than 30 seconds or nobody knows how long; mc-start waits for nothing",
            );
        } else {
            self.irrelevant(self.line, NO_WAIT);
        }
    }

    /// What a loop waits for in all, when one round waited for what came since `before`; more than any time where it has no
    /// end that is known.
    fn waited_since(&mut self, before: u64, found: &Loop) -> u64 {
        let one = self.waited - before;
        let rounds = only(&found.condition).and_then(|condition| self.rounds_of(condition, true));
        let all = rounds.map_or(u64::MAX, |rounds| one.saturating_mul(rounds));
        self.waited = before.saturating_add(all);
        all
    }

    /// How many rounds a loop makes at most that goes on while this is, or is not, so.
    fn rounds_of(&mut self, condition: &Expr, is: bool) -> Option<u64> {
        let (joins, less, up_to) = if is {
            ("and", "lt", "le")
        } else {
            ("or", "ge", "gt")
        };
        match condition {
            Expr::Group(_, body) => self.rounds_of(only(body)?, is),
            Expr::Unary(not, inner) if ["!", "not"].contains(&not.as_str()) => {
                self.rounds_of(inner, !is)
            }
            Expr::List(values) => u64::try_from(values.len()).ok(),
            Expr::Chain(first, rest) => match rest.as_slice() {
                [(operator, limit @ (Expr::Number(_) | Expr::Variable(_)))]
                    if [less, up_to, ".."].contains(&operator.as_str()) =>
                {
                    let limit: u64 = self.eval(limit).known()?.parse().ok()?;
                    Some(limit.saturating_add(u64::from(operator == up_to)))
                }
                rest if rest.iter().all(|(operator, _)| operator == joins) => {
                    let parts = std::iter::once(&**first).chain(rest.iter().map(|(_, part)| part));
                    parts.filter_map(|part| self.rounds_of(part, is)).min()
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Follows a loop.
    pub(crate) fn repeat(&mut self, found: &Loop, line: usize) {
        let (left, breaks) = (self.left.1, self.breaks.len());
        self.rounds(found, line);
        self.left.1 = left;
        self.breaks.truncate(breaks);
    }

    fn rounds(&mut self, found: &Loop, line: usize) {
        self.body(&found.first);
        let begins = match &found.each {
            Some(_) => self.is_filled(&found.condition),
            None => {
                found.late
                    || found.condition.is_empty()
                    || self.bodys_value(&found.condition).truth() == Some(true)
            }
        };
        let before = (self.notes.len(), self.calls.len(), self.starts.len());
        let (exits, returns) = (self.exits.len(), self.returns.len());
        let (throws, breaks, waited) = (self.throws.len(), self.breaks.len(), self.waited);
        // Twice: what it sets is not known inside it either.
        for round in 0..2 {
            self.notes.truncate(before.0);
            self.calls.truncate(before.1);
            self.starts.truncate(before.2);
            self.exits.truncate(exits);
            self.throws.truncate(throws);
            self.returns.truncate(returns);
            self.breaks.truncate(breaks);
            self.waited = waited;
            if round == 1 && begins && self.tries(found, line) {
                return;
            }
            self.loops_deep += 1;
            self.branch(line, &mut |reader| {
                reader.next(found);
                reader.body(&found.body);
                reader.body(&found.step);
            });
            self.loops_deep -= 1;
        }
        let waits = self.waited > waited && self.waited_since(waited, found) > PATIENCE;
        if waits || found.each.is_none() && found.step.is_empty() {
            self.lost(line, "waits until something is so; mc-start waits for nothing, and repeats a failed report for 30 seconds");
        }
    }

    /// What the next round of a loop begins with.
    fn next(&mut self, found: &Loop) {
        let all = self.bodys_value(&found.condition);
        if let Some(name) = &found.each {
            let why = format!("${name} is another one in every round of a loop");
            let value = self.late(!all.is_foreign(), &why);
            self.set(name, value);
        }
    }

    /// Whether a loop over this has a first round for certain.
    fn is_filled(&mut self, all: &Body) -> bool {
        let is_number = |reader: &mut Self, value| matches!(reader.eval(value), Value::Number(_));
        match only(all) {
            Some(Expr::Chain(first, rest)) => {
                matches!(&rest[..], [(range, last)] if range == ".."
                    && is_number(self, first) && is_number(self, last))
            }
            Some(all) => matches!(self.eval(all), Value::List(values) if !values.is_empty()),
            None => false,
        }
    }

    /// Follows a loop that ends with the first try that comes through; whether it is one. That is what mc-start does, too.
    fn tries(&mut self, found: &Loop, line: usize) -> bool {
        let is_try = |statement: &Statement| matches!(statement.kind, Kind::Try(..));
        let comes_through = |one: &Statement| is_try(one) || is_awaited(found, &found.body, one);
        let Some(at) = found.body.iter().position(comes_through) else {
            return false;
        };
        let ends = match &found.body[at].kind {
            Kind::Try(_, catches, _) if tries_again(catches, found.body.get(at + 1)) => true,
            Kind::Try(body, ..) => {
                let leaves = matches!(
                    body.last().map(|last| &last.kind),
                    Some(Kind::Flow(Flow::Break | Flow::Return, _))
                );
                leaves
                    || body.iter().any(|one| is_awaited(found, body, one))
                    || self.is_flag(found, &found.body[..at], body)
            }
            _ => true,
        };
        if ends {
            let (first, rest) = found.body.split_at(at + 1);
            let waited = self.waited;
            self.loops_deep += 1;
            if found.each.is_some() {
                self.next(found);
            }
            self.body(first);
            self.branch(line, &mut |reader| {
                reader.body(rest);
                reader.body(&found.step);
                if found.late {
                    reader.bodys_value(&found.condition);
                }
            });
            self.loops_deep -= 1;
            if self.waited_since(waited, found) > ALIKE {
                self.lost(line, LONGER);
            } else {
                self.irrelevant(line, NO_WAIT);
            }
        }
        ends
    }

    /// Whether the condition no longer holds by what is set on the way to the end of a try that comes through.
    fn is_flag(&mut self, found: &Loop, before: &[Statement], tried: &[Statement]) -> bool {
        let changes = std::mem::take(&mut self.state.changes);
        self.work += self.state.variables.len() + self.state.tables.len();
        let kept = self.state.clone();
        let plain = before.iter().chain(tried).all(|statement| {
            match &statement.kind {
                Kind::Assign(flag @ Expr::Variable(_), operator, value) => {
                    let value = match &value.kind {
                        Kind::Pipeline(stages) => match stages.as_slice() {
                            [Stage::Value(Expr::Variable(name))] if operator == "=" => {
                                self.get(name)
                            }
                            _ => self.unknown("it is set in a loop"),
                        },
                        _ => return false,
                    };
                    self.assign(flag, "=", value);
                }
                kind => return matches!(kind, Kind::Pipeline(_)),
            }
            true
        });
        let ends = plain && self.bodys_value(&found.condition).truth() == Some(false);
        self.state = kept;
        self.state.changes = changes;
        ends
    }
}

/// Whether every handler goes on with the next round, and what follows leaves the loop.
fn tries_again(catches: &[(bool, Body)], next: Option<&Statement>) -> bool {
    let last = |body: &Body| match body.last().map(|last| &last.kind) {
        Some(Kind::Flow(flow, None)) => Some(*flow),
        _ => None,
    };
    let leaves = matches!(
        next.map(|next| &next.kind),
        Some(Kind::Flow(Flow::Break | Flow::Return, None))
    );
    let goes_on = |(_, handler): &(bool, Body)| last(handler) == Some(Flow::Continue);
    leaves && !catches.is_empty() && catches.iter().all(goes_on)
}

/// The number that is given, where that is certain.
fn seconds(given: &[Value]) -> Option<u64> {
    let whole = |value: &Value| {
        let text = value.known()?;
        let (whole, part) = text
            .split_once('.')
            .map_or((&*text, 0), |(whole, _)| (whole, 1));
        Some(whole.parse::<u64>().ok()?.saturating_add(part))
    };
    given.iter().find_map(whole)
}

/// Whether a loop ends when what this, among others, sets is an answer with the code 200.
fn is_awaited(found: &Loop, among: &[Statement], statement: &Statement) -> bool {
    let Kind::Assign(Expr::Variable(name), operator, value) = &statement.kind else {
        return false;
    };
    let called =
        matches!(&value.kind, Kind::Pipeline(stages) if matches!(stages[..], [Stage::Command(_)]));
    let goes_on =
        |body: &Body, is| only(body).is_some_and(|condition| goes_on(condition, is, name));
    let leaves = |statement: &Statement| match &statement.kind {
        Kind::If(arms) => match arms.as_slice() {
            [(Some(condition), arm), ..] => {
                let last = arm.last().map(|last| &last.kind);
                matches!(last, Some(Kind::Flow(Flow::Break | Flow::Return, _)))
                    && goes_on(condition, false)
            }
            _ => false,
        },
        _ => false,
    };
    operator == "=" && called && (goes_on(&found.condition, true) || among.iter().any(leaves))
}

/// Whether a condition is, or is not, for want of an answer with the code 200 alone, whatever else it says.
fn goes_on(condition: &Expr, is: bool, answer: &str) -> bool {
    let (joins, differs) = if is { ("and", "ne") } else { ("or", "eq") };
    match condition {
        Expr::Group(_, body) => only(body).is_some_and(|inner| goes_on(inner, is, answer)),
        Expr::Unary(not, inner) if ["!", "not"].contains(&not.as_str()) => {
            goes_on(inner, !is, answer)
        }
        Expr::Chain(first, rest) => match (&**first, rest.as_slice()) {
            (Expr::Path(root, steps), [(operator, code)]) if operator == differs => {
                matches!(&**root, Expr::Variable(name) if name == answer)
                    && matches!(&steps[..], [Step::Member(name, None)] if word(name).is_some_and(|name| name.eq_ignore_ascii_case("statuscode")))
                    && word(code).as_deref() == Some("200")
            }
            (first, rest) => {
                rest.iter().all(|(operator, _)| operator == joins)
                    && std::iter::once(first)
                        .chain(rest.iter().map(|(_, part)| part))
                        .any(|part| goes_on(part, is, answer))
            }
        },
        _ => false,
    }
}
