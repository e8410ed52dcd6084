//! Who is there: told when an agent comes, emptied when it goes, by whatever end.

use testkit::wait_for;

use super::{Desk, PATIENCE, json, open_broker};

#[test]
fn presence_is_told_and_emptied_by_a_stop_and_by_a_death() {
    let Some(broker) = open_broker() else { return };
    let desk = Desk::at(&broker);
    let watcher = broker.listen("jtel/workstations/#");
    for stops in [true, false] {
        let agent = desk.connected();
        let status = desk.broker_status();
        assert_eq!(status["topic"], "jtel/calls/agent.17", "{status}");
        let line = wait_for(PATIENCE, "presence", || {
            let said = watcher.stdout();
            let last = said
                .lines()
                .rfind(|line| line.contains("jtel/workstations/agent.17/"))?;
            last.contains('{').then(|| last.to_owned())
        });
        let (head, told) = line.split_once(" {").unwrap();
        let told = json(&format!("{{{told}"));
        let computer = head.rsplit_once('/').unwrap().1.to_owned();
        assert_eq!(told["ComputerName"], computer, "{told}");
        assert_eq!(told["UsersUID"], "agent.17");
        assert_eq!(told["online"], true);
        assert!(told["Since"].as_str().unwrap().ends_with('Z'), "{told}");
        let topic = format!("jtel/workstations/agent.17/{computer}");
        assert_eq!(json(&broker.retained(&topic)), told);
        if stops {
            desk.stop();
            drop(agent);
        } else {
            agent.kill();
        }
        wait_for(PATIENCE, "presence is emptied", || {
            broker.retained(&topic).is_empty().then_some(())
        });
    }
}
