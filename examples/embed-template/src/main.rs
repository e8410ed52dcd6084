//! How an integrator uses mc-template: a command line and a URL from the configuration, a call from outside.
//!
//! `cargo run -p embed-template` prints what would be started and opened, and exits with 1 if a hostile value
//! could have left its place.
#![expect(clippy::print_stdout, reason = "a program that shows something")]

use std::error::Error;
use std::process::ExitCode;

use mc_template::words::split_windows;
use mc_template::{Context, Names, Numbers, Scope, Template, Values};

fn main() -> Result<ExitCode, Box<dyn Error>> {
    // What an administrator wrote. The line is split into words first; each word is a template of its own.
    let parameters = r#"/number:${ANumber:plus} "/group:$GroupName" /customer:$CustomerNumber"#;
    let link = "https://crm.example/search/$GroupName?number=$ANumber";

    // Names are fixed here. What a call brings later never makes a name known.
    let names = Names::call().with_extra(["CustomerNumber"])?;
    let words = split_windows(parameters)?;
    let templates = words
        .iter()
        .map(|word| {
            Template::parse(&word.text, Context::Plain, &names).map_err(|error| {
                // The place in the line as it was written, quotes included.
                format!("at byte {}: {error}", word.position(error.offset))
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    let link = Template::parse(link, Context::Url, &names)?;

    // A call whose group was named by somebody with bad intentions.
    let call = Values::from([
        ("caller", "0199 123456"),
        ("GroupName", "Sales\" /delete \"../../&x=$CustomerNumber"),
        ("CustomerNumber", "4711"),
    ]);
    let numbers = Numbers::of_region("DE")?;
    let scope = Scope::new(&call, &numbers);

    let arguments = templates
        .iter()
        .map(|template| template.render(&scope))
        .collect::<Result<Vec<_>, _>>()?;
    for argument in &arguments {
        println!("argument  {argument}");
    }
    let link = link.render(&scope)?;
    println!("link      {link}");

    // Three words were written, so three arguments arrive; and the link is where the administrator put it.
    let expected = [
        "/number:+49199123456",
        "/group:Sales\" /delete \"../../&x=$CustomerNumber",
        "/customer:4711",
    ];
    let stayed = arguments == expected
        && link
            == "https://crm.example/search/Sales%22%20%2Fdelete%20%22..%2F..%2F%26x%3D%24CustomerNumber?number=0199%20123456";
    Ok(if stayed {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_leaves_its_place() {
        assert_eq!(main().unwrap(), ExitCode::SUCCESS);
    }
}
