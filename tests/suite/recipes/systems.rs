//! What each system documents: its endpoints with the requests that it takes and what it answers, and for calls of each kind
//! what is to be asked and opened.

/// A system and its recipe.
pub(super) struct System {
    pub(super) recipe: &'static str,
    /// The hosts that the server stands for.
    pub(super) hosts: &'static [&'static str],
    /// Files that the recipe starts.
    pub(super) programs: &'static [&'static str],
    /// What else has to be filled in.
    pub(super) changed: fn(&str) -> String,
    pub(super) endpoints: &'static [Endpoint],
    pub(super) calls: &'static [Call],
}

/// A request that the system takes.
pub(super) struct Endpoint {
    pub(super) method: &'static str,
    pub(super) target: &'static str,
    pub(super) headers: &'static [(&'static str, &'static str)],
    pub(super) body: Body,
    pub(super) answer: &'static str,
}

/// What a request has to have in its body.
pub(super) enum Body {
    None,
    Text(&'static str),
    /// The same members, as `application/json`; `LOGIN` is who runs the tests.
    Json(&'static str),
    /// These fields in the order of their names; any value where none is given.
    Form(&'static [(&'static str, &'static str)]),
    /// The call, with a signature by this key.
    Signed(&'static str),
}

/// A call, the endpoints that it asks, and the pages that it opens.
pub(super) struct Call {
    pub(super) event: &'static [(&'static str, &'static str)],
    pub(super) sends: &'static [usize],
    pub(super) opens: &'static [&'static str],
}

fn as_it_is(text: &str) -> String {
    text.to_owned()
}

const KNOWN: (&str, &str) = ("ANumber", "4930123456");
const UNKNOWN: (&str, &str) = ("ANumber", "4930999999");
const WITHHELD: (&str, &str) = ("ANumber", "anonymous");
const SERVICE: (&str, &str) = ("ServiceName", "Shop \"A\"");
const ANSWERED: (&str, &str) = ("Event", "answered");
const ENDED: (&str, &str) = ("Event", "ended");
const MISSED: (&str, &str) = ("Event", "missed");

const TO: (&str, &str) = ("ServiceNumber", "498912345");
const ID: (&str, &str) = ("CallID", "a1");
const QUEUE: (&str, &str) = ("GroupName", "Sales");

/// Its secret is a whole address.
fn teams_address(text: &str) -> String {
    text.replace("teams = { store = true }", "teams = { file = 'teams' }")
}

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
        recipe: "salesforce",
        hosts: &["YOUR-DOMAIN.my.salesforce.com"],
        programs: &[],
        changed: as_it_is,
        endpoints: &[
            Endpoint {
                method: "POST",
                target: "/services/oauth2/token",
                headers: &[],
                body: Body::Form(&[
                    ("client_id", "YOUR_CONSUMER_KEY"),
                    ("client_secret", "key"),
                    ("grant_type", "client_credentials"),
                ]),
                answer: r#"{"access_token":"token","signature":"x","scope":"api","instance_url":"https://x.my.salesforce.com","id":"x","token_type":"Bearer","issued_at":"1700000000000"}"#,
            },
            Endpoint {
                method: "GET",
                target: "/services/data/v62.0/parameterizedSearch/?q=4930123456&in=PHONE&sobject=Contact&Contact.fields=Id&Contact.limit=1",
                headers: &[("Authorization", "Bearer token")],
                body: Body::None,
                answer: r#"{"searchRecords":[{"attributes":{"type":"Contact"},"Id":"0035g00000ABCdeAAF"}]}"#,
            },
            Endpoint {
                method: "GET",
                target: "/services/data/v62.0/parameterizedSearch/?q=4930999999&in=PHONE&sobject=Contact&Contact.fields=Id&Contact.limit=1",
                headers: &[("Authorization", "Bearer token")],
                body: Body::None,
                answer: r#"{"searchRecords":[]}"#,
            },
        ],
        calls: &[
            Call {
                event: &[KNOWN],
                sends: &[0, 1],
                opens: &[
                    "https://your-domain.lightning.force.com/lightning/r/Contact/0035g00000ABCdeAAF/view",
                ],
            },
            Call {
                event: &[UNKNOWN],
                sends: &[0, 2],
                opens: &[
                    "https://your-domain.lightning.force.com/lightning/o/Contact/new?defaultFieldValues=Phone=%2B4930999999",
                ],
            },
            Call {
                event: &[WITHHELD],
                sends: &[],
                opens: &[],
            },
        ],
    },
    System {
        recipe: "dynamics365",
        hosts: &["YOUR-ORG.crm.dynamics.com", "login.microsoftonline.com"],
        programs: &[],
        changed: as_it_is,
        endpoints: &[
            Endpoint {
                method: "POST",
                target: "/YOUR_TENANT_ID/oauth2/v2.0/token",
                headers: &[],
                body: Body::Form(&[
                    ("client_id", "YOUR_CLIENT_ID"),
                    ("client_secret", "key"),
                    ("grant_type", "client_credentials"),
                    ("scope", ""),
                ]),
                answer: r#"{"token_type":"Bearer","expires_in":3599,"access_token":"token"}"#,
            },
            Endpoint {
                method: "GET",
                target: "/api/data/v9.2/contacts?%24select=contactid&%24top=1&%24filter=telephone1%20eq%20%27%2B4930123456%27%20or%20mobilephone%20eq%20%27%2B4930123456%27",
                headers: &[
                    ("Authorization", "Bearer token"),
                    ("Accept", "application/json"),
                    ("OData-Version", "4.0"),
                    ("OData-MaxVersion", "4.0"),
                ],
                body: Body::None,
                answer: r#"{"@odata.context":"x","value":[{"@odata.etag":"W/\"1\"","contactid":"49a0e5b9-88df-e311-b8e5-6c3be5a8b200"}]}"#,
            },
            Endpoint {
                method: "GET",
                target: "/api/data/v9.2/contacts?%24select=contactid&%24top=1&%24filter=telephone1%20eq%20%27%2B4930999999%27%20or%20mobilephone%20eq%20%27%2B4930999999%27",
                headers: &[
                    ("Authorization", "Bearer token"),
                    ("Accept", "application/json"),
                    ("OData-Version", "4.0"),
                    ("OData-MaxVersion", "4.0"),
                ],
                body: Body::None,
                answer: r#"{"value":[]}"#,
            },
        ],
        calls: &[
            Call {
                event: &[KNOWN],
                sends: &[0, 1],
                opens: &[
                    "https://your-org.crm.dynamics.com/main.aspx?appname=YOUR_APP&pagetype=entityrecord&etn=contact&id=49a0e5b9-88df-e311-b8e5-6c3be5a8b200",
                ],
            },
            Call {
                event: &[UNKNOWN],
                sends: &[0, 2],
                opens: &[
                    "https://your-org.crm.dynamics.com/main.aspx?appname=YOUR_APP&pagetype=entityrecord&etn=contact",
                ],
            },
            Call {
                event: &[WITHHELD],
                sends: &[],
                opens: &[],
            },
        ],
    },
    System {
        recipe: "odoo",
        hosts: &["odoo.example"],
        programs: &[],
        changed: as_it_is,
        endpoints: &[
            Endpoint {
                method: "POST",
                target: "/json/2/res.partner/search_read",
                headers: &[
                    ("Authorization", "bearer key"),
                    ("X-Odoo-Database", "YOUR_DATABASE"),
                ],
                body: Body::Json(
                    r#"{"domain":[["phone_sanitized","=","+4930123456"]],"fields":["id"],"limit":1}"#,
                ),
                answer: r#"[{"id":14}]"#,
            },
            Endpoint {
                method: "POST",
                target: "/json/2/res.partner/message_post",
                headers: &[
                    ("Authorization", "bearer key"),
                    ("X-Odoo-Database", "YOUR_DATABASE"),
                ],
                body: Body::Json(
                    r#"{"ids":[14],"body":"Call from +4930123456 to Shop \"A\", answered by LOGIN"}"#,
                ),
                answer: "[77]",
            },
            Endpoint {
                method: "POST",
                target: "/json/2/res.partner/search_read",
                headers: &[
                    ("Authorization", "bearer key"),
                    ("X-Odoo-Database", "YOUR_DATABASE"),
                ],
                body: Body::Json(
                    r#"{"domain":[["phone_sanitized","=","+4930999999"]],"fields":["id"],"limit":1}"#,
                ),
                answer: "[]",
            },
            Endpoint {
                method: "POST",
                target: "/json/2/crm.lead/create",
                headers: &[
                    ("Authorization", "bearer key"),
                    ("X-Odoo-Database", "YOUR_DATABASE"),
                ],
                body: Body::Json(
                    r#"{"vals_list":[{"name":"Call back: +4930123456","phone":"+4930123456","description":"Missed call to Shop \"A\""}]}"#,
                ),
                answer: "[5]",
            },
        ],
        calls: &[
            Call {
                event: &[KNOWN, SERVICE, ANSWERED],
                sends: &[0, 1],
                opens: &["https://odoo.example/odoo/contacts/14"],
            },
            Call {
                event: &[UNKNOWN, SERVICE, ANSWERED],
                sends: &[2],
                opens: &["https://odoo.example/odoo/contacts/new"],
            },
            Call {
                event: &[KNOWN, SERVICE, MISSED],
                sends: &[3],
                opens: &[],
            },
            Call {
                event: &[WITHHELD, SERVICE, MISSED],
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
        recipe: "suitecrm",
        hosts: &["suitecrm.example"],
        programs: &[],
        changed: as_it_is,
        endpoints: &[
            Endpoint {
                method: "POST",
                target: "/Api/access_token",
                headers: &[],
                body: Body::Form(&[
                    ("client_id", "YOUR_CLIENT_ID"),
                    ("client_secret", "key"),
                    ("grant_type", "client_credentials"),
                ]),
                answer: r#"{"access_token":"token","token_type":"Bearer","expires_in":3600}"#,
            },
            Endpoint {
                method: "GET",
                target: "/Api/V8/module/Contacts?fields[Contacts]=name&page[size]=1&filter[operator]=or&filter[phone_work][eq]=%2B4930123456&filter[phone_mobile][eq]=%2B4930123456",
                headers: &[
                    ("Authorization", "Bearer token"),
                    ("Accept", "application/vnd.api+json"),
                ],
                body: Body::None,
                answer: r#"{"meta":{},"data":[{"type":"Contact","id":"b13a39f8-1c24-c5d0-ba0d-5ab123d6e899","attributes":{"name":"Anna"}}]}"#,
            },
            Endpoint {
                method: "GET",
                target: "/Api/V8/module/Contacts?fields[Contacts]=name&page[size]=1&filter[operator]=or&filter[phone_work][eq]=%2B4930999999&filter[phone_mobile][eq]=%2B4930999999",
                headers: &[
                    ("Authorization", "Bearer token"),
                    ("Accept", "application/vnd.api+json"),
                ],
                body: Body::None,
                answer: r#"{"meta":{},"data":[]}"#,
            },
        ],
        calls: &[
            Call {
                event: &[KNOWN],
                sends: &[0, 1],
                opens: &[
                    "https://suitecrm.example/index.php?module=Contacts&action=DetailView&record=b13a39f8-1c24-c5d0-ba0d-5ab123d6e899",
                ],
            },
            Call {
                event: &[UNKNOWN],
                sends: &[0, 2],
                opens: &["https://suitecrm.example/index.php?module=Contacts&action=EditView"],
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
    System {
        recipe: "bitrix24",
        hosts: &["YOUR-PORTAL.bitrix24.com"],
        programs: &[],
        changed: as_it_is,
        endpoints: &[
            Endpoint {
                method: "POST",
                target: "/rest/YOUR_USER_ID/key/crm.duplicate.findbycomm",
                headers: &[],
                body: Body::Json(
                    r#"{"entity_type":"CONTACT","type":"PHONE","values":["+4930123456"]}"#,
                ),
                answer: r#"{"result":{"CONTACT":[17,18]},"time":{}}"#,
            },
            Endpoint {
                method: "POST",
                target: "/rest/YOUR_USER_ID/key/crm.duplicate.findbycomm",
                headers: &[],
                body: Body::Json(
                    r#"{"entity_type":"CONTACT","type":"PHONE","values":["+4930999999"]}"#,
                ),
                answer: r#"{"result":[],"time":{}}"#,
            },
        ],
        calls: &[
            Call {
                event: &[KNOWN],
                sends: &[0],
                opens: &["https://your-portal.bitrix24.com/crm/contact/details/17/"],
            },
            Call {
                event: &[UNKNOWN],
                sends: &[1],
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
        recipe: "hubspot",
        hosts: &["api.hubapi.com"],
        programs: &[],
        changed: as_it_is,
        endpoints: &[
            Endpoint {
                method: "POST",
                target: "/crm/v3/objects/contacts/search",
                headers: &[("Authorization", "Bearer key")],
                body: Body::Json(
                    r#"{"limit":1,"properties":["hs_object_id"],"filterGroups":[{"filters":[{"propertyName":"hs_searchable_calculated_international_phone_number","operator":"EQ","value":"4930123456"}]},{"filters":[{"propertyName":"hs_searchable_calculated_international_mobile_number","operator":"EQ","value":"4930123456"}]}]}"#,
                ),
                answer: r#"{"total":1,"results":[{"id":"901","properties":{}}]}"#,
            },
            Endpoint {
                method: "POST",
                target: "/crm/v3/objects/contacts/search",
                headers: &[("Authorization", "Bearer key")],
                body: Body::Json(
                    r#"{"limit":1,"properties":["hs_object_id"],"filterGroups":[{"filters":[{"propertyName":"hs_searchable_calculated_international_phone_number","operator":"EQ","value":"4930999999"}]},{"filters":[{"propertyName":"hs_searchable_calculated_international_mobile_number","operator":"EQ","value":"4930999999"}]}]}"#,
                ),
                answer: r#"{"total":0,"results":[]}"#,
            },
            Endpoint {
                method: "POST",
                target: "/crm/v3/objects/calls",
                headers: &[("Authorization", "Bearer key")],
                body: Body::Json(
                    r#"{"properties":{"hs_timestamp":"1700000000000","hs_call_title":"Call to Shop \"A\"","hs_call_direction":"INBOUND","hs_call_status":"COMPLETED","hs_call_from_number":"+4930123456"},"associations":[{"to":{"id":901},"types":[{"associationCategory":"HUBSPOT_DEFINED","associationTypeId":194}]}]}"#,
                ),
                answer: r#"{"id":"5"}"#,
            },
        ],
        calls: &[
            Call {
                event: &[KNOWN],
                sends: &[0],
                opens: &["https://app.hubspot.com/contacts/YOUR_PORTAL_ID/record/0-1/901"],
            },
            Call {
                event: &[UNKNOWN],
                sends: &[1],
                opens: &[],
            },
            Call {
                event: &[WITHHELD],
                sends: &[],
                opens: &[],
            },
            Call {
                event: &[
                    KNOWN,
                    SERVICE,
                    ENDED,
                    ("HubSpotContact", "901"),
                    ("CallStart", "1700000000000"),
                ],
                sends: &[2],
                opens: &[],
            },
        ],
    },
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
