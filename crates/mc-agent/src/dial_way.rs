//! How numbers are dialled: the settings, with what they need.

use std::time::Duration;

use mc_hooks::Action;
use mc_routing::RetryPolicy;
use mc_template::{DialNumber, DialPlan, Numbers};

use crate::clock::ServerClock;
use crate::rest::RestClient;
use crate::settings::{Dial, Jtel};

/// The longest that dialling may take when the settings do not say: the telephone system itself waits up to 10 s for the
/// application's result.
const LIMIT: Duration = Duration::from_secs(20);

/// The settings, with what they need.
#[derive(Debug)]
pub(crate) struct Way {
    pub(crate) settings: Dial,
    pub(crate) plan: DialPlan,
    pub(crate) rest: Option<RestClient>,
}

impl Way {
    pub(crate) fn new(
        settings: Dial,
        numbers: Numbers,
        jtel: Option<&Jtel>,
        agent: &str,
        clock: ServerClock,
    ) -> Self {
        // One try: even an answer that invites another one (503, 504) may come from a balancer behind which somebody
        // dials already.
        let rest = jtel.map(|jtel| {
            let options = jtel
                .options()
                .user_agent(agent)
                .timeout(settings.timeout.unwrap_or(LIMIT))
                .retry(RetryPolicy::never());
            RestClient::new(jtel.clone(), options, clock)
        });
        Self {
            plan: plan(numbers, &settings),
            rest,
            settings,
        }
    }

    /// How long dialling may take.
    pub(crate) fn limit(&self) -> Duration {
        self.settings.timeout.unwrap_or(LIMIT)
    }

    /// After which time an action is ended. A softphone is the call: only who says how long it may live has it ended.
    pub(crate) fn limit_of(&self, action: &Action) -> Option<Duration> {
        match action {
            Action::Exec(_) => self.settings.timeout,
            _ => Some(self.limit()),
        }
    }

    /// Whether a pattern matches the number in any way it can be meant: a `deny` that a `+49` gets around would be none.
    pub(crate) fn denies(&self, number: &DialNumber) -> bool {
        let readings = self.plan.readings(number);
        let deny = &self.settings.deny;
        deny.iter()
            .any(|pattern| pattern.matches_any(readings.iter().map(String::as_str)))
    }
}

fn plan(numbers: Numbers, settings: &Dial) -> DialPlan {
    let plan = DialPlan::new(numbers)
        .with_outside_line(&settings.outside_line)
        .with_internal(&settings.internal);
    match settings.format {
        Some(format) => plan.with_format(format),
        None => plan,
    }
}

#[cfg(test)]
mod tests {
    use mc_hooks::{Exec, ExecOptions};
    use mc_template::Names;

    use super::*;
    use crate::settings::DialAction;

    fn way(timeout: Option<Duration>) -> Way {
        let mut settings = Dial::new(DialAction::Application(1));
        settings.timeout = timeout;
        let clock = ServerClock::default();
        Way::new(settings, Numbers::default(), None, "agent", clock)
    }

    #[test]
    fn it_is_waited_for_longer_than_the_telephone_system_waits_unless_the_settings_say() {
        assert!(way(None).limit() > Duration::from_secs(10));
        let set = Duration::from_secs(3);
        assert_eq!(way(Some(set)).limit(), set);
    }

    #[test]
    fn a_program_that_dials_is_ended_only_where_the_settings_say_when() {
        let program = std::env::current_exe().unwrap();
        let (program, options) = (program.to_str().unwrap(), ExecOptions::default());
        let exec = Exec::parse(program, "", &options, &Names::dial());
        let exec = Action::from(exec.unwrap());
        let set = Some(Duration::from_secs(3));
        assert_eq!(way(None).limit_of(&exec), None);
        assert_eq!(way(set).limit_of(&exec), set);
    }
}
