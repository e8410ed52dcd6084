//! A template of one's own, with names of one's own: `cargo run --example letter -- Anna 'red & blue'`.
#![expect(clippy::print_stdout, reason = "a program that shows something")]

use mc_template::{Context, Names, Numbers, Scope, Template, Values};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let names = Names::none().with_extra(["who", "colour"])?;
    let text = "https://shop.example/$colour/hello?to=${who:default(you)}";
    let template = Template::parse(text, Context::Url, &names)?;

    let mut values = Values::plain();
    values.extend(["who", "colour"].into_iter().zip(std::env::args().skip(1)));
    println!(
        "{}",
        template.render(&Scope::new(&values, &Numbers::default()))?
    );
    Ok(())
}
