//! Statements: what is certain to be reached, and what stands under a condition.

use crate::bind::BRANCHES;
use crate::member::UNREAD;
use crate::reader::{Function, Reader};
use crate::start::STARTED;
use crate::syntax::{Body, Expr, Flow, Kind, Stage, Statement, Step};
use crate::value::Value;

/// How much work a script may make.
const MOST_WORK: usize = 500_000;

impl Reader {
    /// Follows a whole script; the line at which that became too much work.
    pub(crate) fn script(&mut self, script: &Body) -> Option<usize> {
        self.body(script);
        self.finish();
        self.stopped
    }

    /// Follows a body; whether it is left for certain.
    pub(crate) fn body(&mut self, body: &[Statement]) -> bool {
        let mut before = None;
        let leaves = body.iter().any(|statement| {
            self.work += 1;
            let left = self.left;
            if self.work > MOST_WORK {
                self.stopped.get_or_insert(statement.line);
                return true;
            }
            if self.ended.is_some() || self.statement(statement) {
                return true;
            }
            if self.left != left && before.is_none() {
                before = Some((self.state.mark(), statement.line));
            }
            false
        });
        // What is set behind a way out is set only when that was not taken.
        if let Some((before, line)) = before {
            self.merge(before, line);
        }
        leaves
    }

    /// What the one statement of a body gives; several are only followed.
    pub(crate) fn bodys_value(&mut self, body: &Body) -> Value {
        match body.as_slice() {
            [] => Value::Null,
            [statement] => self.value_of(statement),
            body => {
                self.body(body);
                self.vague("several values come together")
            }
        }
    }

    /// What a statement gives.
    pub(crate) fn value_of(&mut self, statement: &Statement) -> Value {
        self.line = statement.line;
        match &statement.kind {
            Kind::Pipeline(stages) => return self.pipeline(stages),
            Kind::If(arms) => match self
                .certain_arm(arms, statement.line)
                .map(|arm| self.bodys_value(arm))
            {
                // A list comes out piece by piece.
                Some(Value::List(_)) | None => {}
                Some(value) => return value,
            },
            _ => {
                self.statement(statement);
            }
        }
        self.line = statement.line;
        self.vague("it is given by another statement, or only under a condition")
    }

    /// What a statement gives where it is assigned or stands in round brackets: there an assignment gives what it assigns.
    pub(crate) fn handed_on(&mut self, statement: &Statement) -> Value {
        match &statement.kind {
            Kind::Assign(target, ..) => {
                self.statement(statement);
                self.eval(target)
            }
            _ => self.value_of(statement),
        }
    }

    fn pipeline(&mut self, stages: &[Stage]) -> Value {
        let mut value = None;
        for stage in stages {
            value = Some(match stage {
                Stage::Value(value) => self.eval(value),
                Stage::Command(command) => self.command(command, value),
            });
        }
        value.unwrap_or(Value::Null)
    }

    /// Follows a statement; whether it leaves the body for certain.
    fn statement(&mut self, statement: &Statement) -> bool {
        let line = statement.line;
        let found = |reader: &Self| reader.notes.len() + reader.calls.len() + reader.starts.len();
        let before = found(self);
        self.line = line;
        match &statement.kind {
            Kind::Pipeline(stages) => {
                self.pipeline(stages);
            }
            Kind::Assign(target, operator, value) => {
                let value = self.handed_on(value);
                self.line = line;
                let stops = matches!(target, Expr::Variable(name) if name.ends_with("erroractionpreference"))
                    && value.lower() == "stop";
                self.assign(target, operator, value);
                self.irrelevant(line, if stops {
                    "ends the script at the first error; mc-start starts the client even when the report fails"
                } else {
                    "sets a variable, which counts where it is used"
                });
            }
            Kind::If(arms) => {
                if let Some(arm) = self.certain_arm(arms, line)
                    && self.body(arm)
                {
                    return true;
                }
            }
            Kind::Loop(found) => self.repeat(found, line),
            Kind::Try(body, catches, last) => self.attempt(body, catches, last),
            Kind::Function(name, does) => {
                let does = does.clone();
                let certain = self.under.is_none();
                if !certain {
                    self.lost(line, "a function is made only under a condition");
                    self.follow(name, &does);
                }
                let called = self.functions.get(name).is_some_and(|held| held.called);
                let function = Function {
                    line,
                    does,
                    called,
                    certain,
                };
                self.functions.put(name, function);
                return false;
            }
            Kind::Param(parameters) => {
                self.started(parameters);
            }
            Kind::Flow(flow, value) => {
                if let Some(value) = value {
                    self.value_of(value);
                }
                self.leave(*flow, line);
                return true;
            }
            Kind::Nothing => {}
        }
        if found(self) == before {
            self.irrelevant(line, "shows, computes or decides something, nothing more");
        }
        false
    }

    pub(crate) fn leave(&mut self, flow: Flow, line: usize) {
        let way_out = (line, self.under);
        let ends = match flow {
            Flow::Return if self.functions_deep > 0 => {
                self.returns.push(way_out);
                self.left.0 += 1;
                false
            }
            Flow::Break | Flow::Continue if self.loops_deep > 0 => {
                self.breaks.push(way_out);
                self.left.1 += 1;
                false
            }
            _ => true,
        };
        if ends && (self.under.is_some() || self.trying) {
            let outs = if flow == Flow::Throw {
                &mut self.throws
            } else {
                &mut self.exits
            };
            outs.push(way_out);
        } else if ends {
            self.ended = Some(line);
            self.irrelevant(line, "ends the script");
        }
    }

    /// Follows what may happen or not, or happens who knows how often: nothing that it does or sets is certain.
    pub(crate) fn branch(&mut self, line: usize, follow: &mut dyn FnMut(&mut Self)) {
        let (before, under) = (self.state.mark(), self.under);
        self.work += BRANCHES;
        let there = self.there.take();
        self.under = under.or(Some(line));
        follow(self);
        self.there = there;
        self.under = under.or(self.distrusted);
        self.merge(before, line);
        self.line = line;
    }

    /// Follows the arms of a condition that may be taken, and gives the one that is, where that is certain.
    fn certain_arm<'a>(
        &mut self,
        arms: &'a [(Option<Body>, Body)],
        line: usize,
    ) -> Option<&'a Body> {
        // Whether it is certain that no arm before was taken.
        let mut open = true;
        for (at, (condition, arm)) in arms.iter().enumerate() {
            let (mut holds, mut there) = (None, None);
            match condition {
                Some(condition) if open => {
                    there = self.looked_for(condition).filter(|_| self.under.is_none());
                    holds = self.bodys_value(condition).truth();
                }
                Some(condition) => self.branch(line, &mut |reader| {
                    reader.bodys_value(condition);
                }),
                // Alone it is a handler, or an arm of a `switch`.
                None if open && at > 0 => holds = Some(true),
                None => {}
            }
            match holds {
                Some(false) => self.irrelevant(line, "a condition that never holds"),
                Some(true) => return Some(arm),
                None => {
                    open = false;
                    self.branch(line, &mut |reader| {
                        reader.there = there.take();
                        reader.body(arm);
                    });
                }
            }
        }
        None
    }

    fn attempt(&mut self, body: &Body, catches: &[(bool, Body)], last: &Body) {
        let before = self.state.mark();
        let tried = self.tried.take();
        let trying = std::mem::replace(&mut self.trying, true);
        let (line, throws) = (self.line, self.throws.len());
        self.body(body);
        if catches.iter().any(|(all, _)| *all) {
            self.throws.truncate(throws);
        }
        (self.tried, self.trying) = (tried, trying);
        self.merge(before, line);
        for (_, handler) in catches {
            self.branch(line, &mut |reader| {
                reader.body(handler);
            });
        }
        self.body(last);
    }

    /// A call or start is recorded: what that means for the lines around it.
    pub(crate) fn counted(&mut self, is_call: bool) {
        let returns = std::mem::take(&mut self.returns);
        let breaks = std::mem::take(&mut self.breaks);
        let exits = std::mem::take(&mut self.exits);
        let throws = std::mem::take(&mut self.throws);
        for (line, under) in [exits, throws, returns, breaks].into_iter().flatten() {
            let text = match under {
                Some(under) if is_call => format!(
                    "line {under} decides whether the script ends here, without a report; mc-start reports all the same"
                ),
                Some(under) => format!(
                    "line {under} decides whether the script ends here, without a client; mc-start starts it all the same"
                ),
                None => {
                    "the script may end here; mc-start reports and starts the client all the same"
                        .to_owned()
                }
            };
            self.lost(line, text);
        }
        if is_call {
            self.tried = Some(self.line).filter(|_| self.trying);
        } else if self.tried.take().is_some() {
            self.lost(self.line, "the client is started only when the report came through; mc-start starts it in any case");
        }
    }

    pub(crate) fn assign(&mut self, target: &Expr, operator: &str, value: Value) {
        let value = match operator {
            "=" => value,
            "+=" => {
                let before = self.eval(target);
                self.add(before, value)
            }
            _ => self.unknown("it is computed"),
        };
        match target {
            Expr::Variable(name) => self.set(name, value),
            Expr::Cast(kind, inner) => {
                let value = self.cast(kind, value);
                self.assign(inner, "=", value);
            }
            Expr::List(targets) => {
                let several = self.late(value.holds(), "it is taken out of something else");
                for (at, target) in targets.iter().enumerate() {
                    let value = match &value {
                        Value::List(values) if values.len() == targets.len() => &values[at],
                        _ => &several,
                    };
                    self.assign(target, "=", value.clone());
                }
            }
            Expr::Path(root, steps) => {
                let Some((last, before)) = steps.split_last() else {
                    return;
                };
                if let Expr::Type(kind) = &**root {
                    return self.set_static(kind, last);
                }
                let held = self.walk(root, before);
                let started = held.reason().is_some_and(|(_, why)| why == STARTED);
                if started {
                    let line = self.line;
                    self.lost(
                        line,
                        "something is set about the client's process; mc-start starts it as it is",
                    );
                }
                let name = match last {
                    Step::Member(name, None) => self.eval(name).known(),
                    // The number of an entry says nothing of its name.
                    Step::Index(name) => match self.eval(name) {
                        Value::Number(_) => None,
                        name => name.known(),
                    },
                    Step::Member(..) => None,
                };
                if !matches!(held, Value::Table(_)) {
                    self.may_run(&value);
                    let shows = matches!(&**root, Expr::Variable(name) if ["host", "psstyle"].contains(&&**name));
                    if let (Step::Member(..), Some(name), false) = (last, &name, shows || started) {
                        self.set_member(&name.to_lowercase(), "something is set about an object that is not followed; mc-start does not do it");
                    }
                }
                let place = name.as_deref() == Some("Position");
                if matches!(held, Value::Unknown(_)) && !held.is_foreign() && !place {
                    self.lost(
                        self.line,
                        "something is set about an object that is not followed",
                    );
                }
                self.put(&held, name, value);
            }
            _ => self.forget(UNREAD),
        }
    }
}
