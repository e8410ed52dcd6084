//! How numbers are dialled: the settings, with what they need.

use std::time::Duration;

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
    use super::*;
    use crate::settings::DialAction;

    #[test]
    fn it_is_waited_for_longer_than_the_telephone_system_waits_unless_the_settings_say() {
        for (timeout, at_least) in [(None, 11), (Some(3), 3)] {
            let mut settings = Dial::new(DialAction::Application(1));
            settings.timeout = timeout.map(Duration::from_secs);
            let way = Way::new(
                settings,
                Numbers::default(),
                None,
                "agent",
                ServerClock::default(),
            );
            assert!(way.limit() >= Duration::from_secs(at_least));
            assert!(timeout.is_none_or(|limit| way.limit().as_secs() == limit));
        }
    }
}
