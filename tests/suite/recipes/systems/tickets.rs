//! Helpdesks, whose tickets calls become.

use super::{
    ANSWERED, Body, Call, ENDED, Endpoint, ID, KNOWN, MISSED, QUEUE, SERVICE, System, TO, UNKNOWN,
    WITHHELD, as_it_is,
};

pub(super) static SYSTEMS: &[System] = &[
    System {
        recipe: "zammad",
        hosts: &["zammad.example"],
        programs: &[],
        changed: as_it_is,
        endpoints: &[
            Endpoint {
                method: "POST",
                target: "/api/v1/cti/key",
                headers: &[],
                body: Body::Json(
                    r#"{"event":"newCall","direction":"in","from":"4930123456","to":"498912345","callId":"a1","user":["LOGIN"],"queue":"Sales"}"#,
                ),
                answer: "{}",
            },
            Endpoint {
                method: "POST",
                target: "/api/v1/cti/key",
                headers: &[],
                body: Body::Json(
                    r#"{"event":"answer","direction":"in","from":"4930123456","to":"498912345","callId":"a1","answeringNumber":"LOGIN"}"#,
                ),
                answer: "{}",
            },
            Endpoint {
                method: "POST",
                target: "/api/v1/cti/key",
                headers: &[],
                body: Body::Json(
                    r#"{"event":"hangup","direction":"in","from":"4930123456","to":"498912345","callId":"a1","cause":"normalClearing"}"#,
                ),
                answer: "{}",
            },
            Endpoint {
                method: "POST",
                target: "/api/v1/cti/key",
                headers: &[],
                body: Body::Json(
                    r#"{"event":"hangup","direction":"in","from":"4930123456","to":"498912345","callId":"a1","cause":"noAnswer"}"#,
                ),
                answer: "{}",
            },
            Endpoint {
                method: "POST",
                target: "/api/v1/cti/key",
                headers: &[],
                body: Body::Json(
                    r#"{"event":"newCall","direction":"in","from":"anonymous","to":"498912345","callId":"a1","user":["LOGIN"],"queue":"Sales"}"#,
                ),
                answer: "{}",
            },
        ],
        calls: &[
            Call {
                event: &[KNOWN, TO, ID, QUEUE],
                sends: &[0],
                opens: &[],
            },
            Call {
                event: &[KNOWN, TO, ID, QUEUE, ANSWERED],
                sends: &[1],
                opens: &[],
            },
            Call {
                event: &[KNOWN, TO, ID, QUEUE, ENDED],
                sends: &[2],
                opens: &[],
            },
            Call {
                event: &[KNOWN, TO, ID, QUEUE, MISSED],
                sends: &[3],
                opens: &[],
            },
            Call {
                event: &[WITHHELD, TO, ID, QUEUE],
                sends: &[4],
                opens: &[],
            },
            Call {
                event: &[TO, ID, QUEUE],
                sends: &[4],
                opens: &[],
            },
        ],
    },
    System {
        recipe: "znuny",
        hosts: &["znuny.example"],
        programs: &[],
        changed: as_it_is,
        endpoints: &[
            Endpoint {
                method: "POST",
                target: "/znuny/nph-genericinterface.pl/Webservice/GenericTicketConnectorREST/Ticket",
                headers: &[],
                body: Body::Json(
                    r#"{"UserLogin":"YOUR_AGENT","Password":"key","Ticket":{"Title":"Call from +49 30 123456","Queue":"YOUR_QUEUE","State":"open","Priority":"3 normal","CustomerUser":"YOUR_CUSTOMER"},"Article":{"CommunicationChannel":"Phone","Subject":"Call from +49 30 123456","Body":"+49 30 123456 called Shop \"A\", answered by LOGIN.","ContentType":"text/plain; charset=utf8"}}"#,
                ),
                answer: r#"{"ArticleID":"11","TicketID":"17","TicketNumber":"2026112600001"}"#,
            },
            Endpoint {
                method: "POST",
                target: "/znuny/nph-genericinterface.pl/Webservice/GenericTicketConnectorREST/Ticket",
                headers: &[],
                body: Body::Json(
                    r#"{"UserLogin":"YOUR_AGENT","Password":"key","Ticket":{"Title":"Call back: +49 30 123456","Queue":"YOUR_QUEUE","State":"new","Priority":"3 normal","CustomerUser":"YOUR_CUSTOMER"},"Article":{"CommunicationChannel":"Phone","Subject":"Call back: +49 30 123456","Body":"Missed call from +49 30 123456 to Shop \"A\".","ContentType":"text/plain; charset=utf8"}}"#,
                ),
                answer: r#"{"ArticleID":"12","TicketID":"18","TicketNumber":"2026112600002"}"#,
            },
            Endpoint {
                method: "POST",
                target: "/znuny/nph-genericinterface.pl/Webservice/GenericTicketConnectorREST/Ticket",
                headers: &[],
                body: Body::Json(
                    r#"{"UserLogin":"YOUR_AGENT","Password":"key","Ticket":{"Title":"Call from +49 30 999999","Queue":"YOUR_QUEUE","State":"open","Priority":"3 normal","CustomerUser":"YOUR_CUSTOMER"},"Article":{"CommunicationChannel":"Phone","Subject":"Call from +49 30 999999","Body":"+49 30 999999 called Shop \"A\", answered by LOGIN.","ContentType":"text/plain; charset=utf8"}}"#,
                ),
                answer: r#"{"Error":{"ErrorCode":"TicketCreate.AuthFail","ErrorMessage":"TicketCreate: User could not be authenticated!"}}"#,
            },
        ],
        calls: &[
            Call {
                event: &[KNOWN, SERVICE, ANSWERED],
                sends: &[0],
                opens: &["https://znuny.example/znuny/index.pl?Action=AgentTicketZoom&TicketID=17"],
            },
            Call {
                event: &[KNOWN, SERVICE, MISSED],
                sends: &[1],
                opens: &[],
            },
            Call {
                event: &[UNKNOWN, SERVICE, ANSWERED],
                sends: &[2],
                opens: &[],
            },
            Call {
                event: &[WITHHELD, SERVICE, MISSED],
                sends: &[],
                opens: &[],
            },
            Call {
                event: &[WITHHELD, SERVICE, ANSWERED],
                sends: &[],
                opens: &[],
            },
        ],
    },
    System {
        recipe: "zendesk",
        hosts: &["YOUR-SUBDOMAIN.zendesk.com"],
        programs: &[],
        changed: as_it_is,
        endpoints: &[
            Endpoint {
                method: "GET",
                target: "/api/v2/search.json?query=role%3aend-user+phone%3a%2a4930123456",
                headers: &[(
                    "Authorization",
                    "Basic YWdlbnRAZXhhbXBsZS5jb20vdG9rZW46a2V5",
                )],
                body: Body::None,
                answer: r#"{"results":[{"id":35436,"name":"Anna","result_type":"user"}],"count":1}"#,
            },
            Endpoint {
                method: "POST",
                target: "/api/v2/channels/voice/agents/YOUR_AGENT_ID/users/35436/display.json",
                headers: &[
                    (
                        "Authorization",
                        "Basic YWdlbnRAZXhhbXBsZS5jb20vdG9rZW46a2V5",
                    ),
                    ("Content-Type", "application/json"),
                ],
                body: Body::None,
                answer: "",
            },
            Endpoint {
                method: "GET",
                target: "/api/v2/search.json?query=role%3aend-user+phone%3a%2a4930999999",
                headers: &[(
                    "Authorization",
                    "Basic YWdlbnRAZXhhbXBsZS5jb20vdG9rZW46a2V5",
                )],
                body: Body::None,
                answer: r#"{"results":[],"count":0}"#,
            },
        ],
        calls: &[
            Call {
                event: &[KNOWN],
                sends: &[0, 1],
                opens: &[],
            },
            Call {
                event: &[UNKNOWN],
                sends: &[2],
                opens: &[],
            },
            Call {
                event: &[WITHHELD],
                sends: &[],
                opens: &[],
            },
        ],
    },
    System {
        recipe: "freshdesk",
        hosts: &["YOUR-DOMAIN.freshdesk.com"],
        programs: &[],
        changed: as_it_is,
        endpoints: &[
            Endpoint {
                method: "GET",
                target: "/api/v2/contacts?phone=%2B4930123456",
                headers: &[("Authorization", "Basic a2V5Olg=")],
                body: Body::None,
                answer: r#"[{"id":43001,"name":"Anna"}]"#,
            },
            Endpoint {
                method: "GET",
                target: "/api/v2/contacts?phone=%2B4930999999",
                headers: &[("Authorization", "Basic a2V5Olg=")],
                body: Body::None,
                answer: "[]",
            },
        ],
        calls: &[
            Call {
                event: &[KNOWN],
                sends: &[0],
                opens: &["https://your-domain.freshdesk.com/a/contacts/43001"],
            },
            Call {
                event: &[UNKNOWN],
                sends: &[1],
                opens: &["https://your-domain.freshdesk.com/a/contacts/new"],
            },
            Call {
                event: &[WITHHELD],
                sends: &[],
                opens: &[],
            },
        ],
    },
];
