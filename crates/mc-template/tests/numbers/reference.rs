//! The table that `make.py` wrote with the Python port of libphonenumber.

use std::collections::{BTreeMap, HashMap};

use mc_template::{Bare, Numbers};

use super::unescaped;

/// Where the library does not read what people paste, and this crate does.
fn reason(text: &str) -> &'static str {
    if text.contains(['\t', '\u{2009}', '\u{202f}']) {
        "a space that the library does not know"
    } else if text.ends_with(" (Zentrale)") {
        "a word in parentheses is no vanity number"
    } else {
        "none"
    }
}

#[test]
fn numbers_are_read_as_libphonenumber_reads_them() {
    let mut plans: HashMap<&str, Numbers> = HashMap::new();
    let (mut read, mut agreed) = (0_u32, 0_u32);
    let mut others: BTreeMap<&str, u32> = BTreeMap::new();
    let mut unexplained = Vec::new();
    let table = include_str!("phonenumbers.tsv");
    for line in table.lines().filter(|line| !line.starts_with('#')) {
        let mut columns = line.split('\t');
        let (region, number) = (columns.next().unwrap(), columns.next().unwrap());
        let plan = plans
            .entry(region)
            .or_insert_with(|| Numbers::of_region(region).unwrap());
        for column in columns {
            let (text, reference) = column.split_once("=>").unwrap_or((column, number));
            let text = unescaped(text);
            let ours = plan
                .clone()
                .with_bare(Bare::National)
                .e164(&text)
                .into_owned();
            let special = ours == text && number.len() < 8;
            let why = if special {
                "a special number stays what it is"
            } else {
                reason(&text)
            };
            if why == "none" || special {
                read += 1;
                agreed += u32::from(ours == reference);
            }
            if why != "none" {
                *others.entry(why).or_default() += 1;
            }
            // Where the two differ, the number that was written is right.
            if ours != number && !special {
                unexplained.push(format!("{region} {text:?}: {ours}, not {number}"));
            }
        }
        // As the telephone system sends it.
        assert_eq!(plan.e164(number), number);
    }
    assert!(read >= 5000, "{read}");
    assert!(
        agreed * 1000 >= read * 995,
        "{agreed} of {read}: {unexplained:#?}"
    );
    assert!(unexplained.len() <= 5, "{unexplained:#?}");
    println!("{agreed} of {read} agree; beside them {others:?}; {unexplained:#?}");
}
