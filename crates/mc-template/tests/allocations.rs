//! Rendering without modifiers allocates its output and nothing else. In its own program, because the
//! counting allocator replaces the usual one.
#![expect(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use mc_template::{Context, Names, Numbers, Scope, Template, Values};

fn values() -> Values {
    Values::from([
        ("ANumber", "49199123456789"),
        ("GroupName", "Sales \"EU\" & <süd> %"),
        ("CRMLink", "https://crm.example:8443/c?id=4711"),
        ("CustomerNumber", "4711"),
        ("Größe", "xl"),
    ])
}

/// How many allocations one rendering makes, and how many bytes they are.
fn allocations(template: &Template) -> (u64, u64, String) {
    let (values, numbers) = (values(), Numbers::default());
    let scope = Scope::new(&values, &numbers);
    let mut out = String::new();
    let counted = allocation_counter::measure(|| out = template.render(&scope).unwrap());
    (counted.count_total, counted.bytes_total, out)
}

#[test]
fn rendering_allocates_nothing_but_its_output() {
    let names = Names::call()
        .with_extra(["CustomerNumber", "Größe"])
        .unwrap();
    for (context, text) in [
        (
            Context::Plain,
            "/number:$ANumber /group:$GroupName $$ANumber $CallID",
        ),
        (
            Context::Url,
            "https://crm.example/$GroupName/x?n=$ANumber&g=$Größe#$CustomerNumber",
        ),
        (Context::Url, "$crmurl"),
        (Context::Url, "$crmurl&number=$ANumber&group=$GroupName"),
        (Context::UrlQuery, "$GroupName"),
        (Context::Form, "a=$GroupName&b=$ANumber"),
        (
            Context::Json,
            r#"{"group":"$GroupName","number":$CustomerNumber,"raw":"${{ANumber}}"}"#,
        ),
        (Context::Xml, "<call group='$GroupName'>$ANumber</call>"),
        (Context::Header, "X-Group: $GroupName"),
    ] {
        let template = Template::parse(text, context, &names).unwrap();
        let (count, bytes, out) = allocations(&template);
        assert_eq!((count, bytes), (1, out.len() as u64), "{text}");
    }
}

#[test]
fn an_empty_result_allocates_nothing() {
    let template = Template::parse("$CallID$ServiceName", Context::Plain, &Names::call()).unwrap();
    assert_eq!(allocations(&template), (0, 0, String::new()));
}

#[test]
fn the_counter_counts() {
    // A modifier makes a string of its own: what the other tests rule out is seen here.
    let template = Template::parse("x${GroupName:url}", Context::Plain, &Names::call()).unwrap();
    assert!(allocations(&template).0 > 1);
}
