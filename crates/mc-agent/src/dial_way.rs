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
    plan: DialPlan,
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

    /// The number as it is dialled; what is internal here, as it was given.
    pub(crate) fn outgoing(&self, number: &DialNumber) -> String {
        let given = number.as_str();
        if self
            .settings
            .internal
            .iter()
            .any(|pattern| pattern.matches(given))
        {
            given.to_owned()
        } else {
            self.plan.outgoing(number)
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
    let plan = DialPlan::new(numbers).with_outside_line(&settings.outside_line);
    match settings.format {
        Some(format) => plan.with_format(format),
        None => plan,
    }
}

#[cfg(test)]
mod tests {
    use mc_hooks::{Exec, ExecOptions, Matcher};
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
    fn what_is_internal_goes_out_as_it_was_given() {
        let mut settings = Dial::new(DialAction::Application(1));
        settings.outside_line = "0".to_owned();
        for pattern in ["1*", "regex:^7[0-4]", "!*?"] {
            settings.internal.push(Matcher::parse(pattern).unwrap());
        }
        let germany = Numbers::of_region("DE").unwrap();
        let way = Way::new(settings, germany, None, "agent", ServerClock::default());
        for (given, outgoing) in [
            ("1234567890", "1234567890"),
            ("7412345678", "7412345678"),
            ("7512345678", "07512345678"),
            ("030 1234567", "00301234567"),
        ] {
            let number = DialNumber::typed(given).unwrap();
            assert_eq!(way.outgoing(&number), outgoing, "{given}");
        }
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
