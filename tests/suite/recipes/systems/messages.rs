//! What is only told.

use super::{Body, Call, Endpoint, KNOWN, MISSED, SERVICE, System, WITHHELD, as_it_is};

/// Its secret is a whole address.
fn teams_address(text: &str) -> String {
    text.replace("teams = { store = true }", "teams = { file = 'teams' }")
}

pub(super) static SYSTEMS: &[System] = &[
    System {
        recipe: "messages",
        hosts: &["ntfy.example", "api.telegram.org", "hooks.slack.com"],
        programs: &[],
        changed: teams_address,
        endpoints: &[
            Endpoint {
                method: "POST",
                target: "/YOUR_TOPIC",
                headers: &[
                    ("Authorization", "Bearer key"),
                    ("Title", "Missed call"),
                    ("Tags", "phone"),
                ],
                body: Body::Text("From +49 30 123456 to Shop \"A\""),
                answer: r#"{"id":"x"}"#,
            },
            Endpoint {
                method: "POST",
                target: "/botkey/sendMessage",
                headers: &[],
                body: Body::Json(
                    r#"{"chat_id":"YOUR_CHAT_ID","text":"Missed call from +49 30 123456 to Shop \"A\""}"#,
                ),
                answer: r#"{"ok":true,"result":{}}"#,
            },
            Endpoint {
                method: "POST",
                target: "/services/YOUR_TEAM_ID/YOUR_CHANNEL_ID/key",
                headers: &[],
                body: Body::Json(r#"{"text":"Missed call from +49 30 123456 to Shop \"A\""}"#),
                answer: "ok",
            },
            Endpoint {
                method: "POST",
                target: "/workflows/1/triggers/manual/paths/invoke?sig=key",
                headers: &[],
                body: Body::Json(
                    r#"{"type":"message","attachments":[{"contentType":"application/vnd.microsoft.card.adaptive","content":{"type":"AdaptiveCard","version":"1.4","body":[{"type":"TextBlock","wrap":true,"text":"Missed call from +49 30 123456 to Shop \"A\""}]}}]}"#,
                ),
                answer: "",
            },
        ],
        calls: &[
            Call {
                event: &[KNOWN, SERVICE, MISSED],
                sends: &[0, 1, 2, 3],
                opens: &[],
            },
            Call {
                event: &[WITHHELD, SERVICE, MISSED],
                sends: &[],
                opens: &[],
            },
            Call {
                event: &[SERVICE, MISSED],
                sends: &[],
                opens: &[],
            },
        ],
    },
    System {
        recipe: "webhook",
        hosts: &["webhook.example"],
        programs: &["webhook.py"],
        changed: as_it_is,
        endpoints: &[Endpoint {
            method: "POST",
            target: "/calls",
            headers: &[],
            body: Body::Signed("key"),
            answer: "ok",
        }],
        calls: &[
            Call {
                event: &[KNOWN, SERVICE],
                sends: &[0],
                opens: &[],
            },
            Call {
                event: &[KNOWN, SERVICE, MISSED],
                sends: &[0],
                opens: &[],
            },
        ],
    },
];
