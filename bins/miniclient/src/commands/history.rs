//! `history`: the calls, what the hooks did for them, and what was dialled.

use super::running::ask;
use crate::cli::HistoryArguments;
use crate::{App, Exit};
use mc_ipc::Deadlines;
use serde_json::{Value, json};

/// Prints the newest calls, the newest last, or erases those of a number.
pub async fn run(app: &App, arguments: &HistoryArguments) -> Exit {
    let done = match &arguments.erase {
        Some(number) => erase(app, number).await,
        None => list(app, arguments).await,
    };
    done.err().unwrap_or(Exit::Done)
}

async fn erase(app: &App, number: &str) -> Result<(), Exit> {
    let answer = ask(
        app,
        "history-erase",
        &json!({ "number": number }),
        Deadlines::default(),
    )
    .await?;
    app.output.line(format!("erased {}", answer["erased"]));
    Ok(())
}

async fn list(app: &App, arguments: &HistoryArguments) -> Result<(), Exit> {
    let entries = fetch(app, arguments.count).await?;
    for text in entries.iter().rev() {
        if arguments.json {
            app.output.line(text);
        } else if let Ok(entry) = serde_json::from_str(text) {
            for line in lines(&entry) {
                app.output.line(line);
            }
        }
    }
    Ok(())
}

/// The newest entries as JSON texts, the newest first. They come in pages, an entry that is larger than a page in
/// parts.
async fn fetch(app: &App, count: usize) -> Result<Vec<String>, Exit> {
    let (mut entries, mut begun) = (Vec::new(), String::new());
    let mut from = json!({});
    while entries.len() < count {
        let body = json!({ "most": count - entries.len(), "from": from });
        let mut page = ask(app, "history", &body, Deadlines::default()).await?;
        from = page["next"].take();
        let texts: Vec<_> = page["texts"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let broken = from["sent"].as_u64().is_some_and(|sent| sent > 0);
        for (i, text) in texts.iter().enumerate() {
            begun.push_str(text);
            if !broken || i + 1 < texts.len() {
                entries.push(std::mem::take(&mut begun));
            }
        }
        if from.is_null() {
            break;
        }
    }
    Ok(entries)
}

/// One line for the call, and one for each hook.
fn lines(entry: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let at = local_time(&text(&entry["at"]));
    if entry["kind"] == "dial" {
        let why = entry["text"]
            .as_str()
            .map(|why| format!(": {why}"))
            .unwrap_or_default();
        return vec![format!(
            "{at}  dial {}  {}{why}",
            text(&entry["number"]),
            text(&entry["outcome"])
        )];
    }
    let event = &entry["event"];
    let from = event["ANumber"].as_str().unwrap_or("unknown number");
    let group = event["GroupName"]
        .as_str()
        .map(|group| format!(" for {group}"))
        .unwrap_or_default();
    let mut lines = vec![format!(
        "{at}  {} {from}{group}  ({})",
        text(&event["Event"]),
        text(&entry["id"])
    )];
    for run in entry["hooks"].as_array().into_iter().flatten() {
        let what = |name: &str| {
            run[name]
                .as_str()
                .filter(|text| !text.is_empty())
                .map(|text| format!(": {text}"))
        };
        let done = what("done").unwrap_or_default();
        let error = what("error").unwrap_or_default();
        lines.push(format!(
            "    {}: {}{done}{error}",
            text(&run["hook"]),
            text(&run["outcome"])
        ));
    }
    lines
}

/// As the clock on the wall showed it; as it is written, where that cannot be told.
fn local_time(at: &str) -> String {
    match at.parse::<jiff::Timestamp>() {
        Ok(at) => at
            .to_zoned(jiff::tz::TimeZone::system())
            .strftime("%Y-%m-%d %H:%M:%S")
            .to_string(),
        Err(_) => at.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_zones_are_known_by_name() {
        // Windows says nothing but a name, and so may `TZ`; without the rules behind it, times would be UTC.
        if cfg!(windows) || std::path::Path::new("/usr/share/zoneinfo").is_dir() {
            assert!(jiff::tz::TimeZone::get("America/New_York").is_ok());
        }
    }

    #[test]
    fn a_call_and_its_hooks_are_a_line_each() {
        let entry = json!({
            "kind": "call", "id": "a1", "at": "x", "via": "http",
            "event": { "Event": "ringing", "ANumber": "49199123456", "GroupName": "Sales" },
            "hooks": [
                { "hook": "crm", "outcome": "failed", "done": "GET https://crm.example/c", "error": "no route" },
                { "hook": "pop", "outcome": "unknown", "done": null, "error": null },
            ],
        });
        assert_eq!(
            lines(&entry),
            [
                "x  ringing 49199123456 for Sales  (a1)",
                "    crm: failed: GET https://crm.example/c: no route",
                "    pop: unknown",
            ]
        );
        let dial = json!({ "kind": "dial", "at": "x", "number": "+4930", "outcome": "ok", "text": "dialling" });
        assert_eq!(lines(&dial), ["x  dial +4930  ok: dialling"]);
    }
}
