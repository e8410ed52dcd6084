//! CRMs, in which the caller is looked up.

use super::{
    ANSWERED, Body, Call, ENDED, Endpoint, KNOWN, MISSED, SERVICE, System, UNKNOWN, WITHHELD,
    as_it_is,
};

pub(super) static SYSTEMS: &[System] = &[
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
];
