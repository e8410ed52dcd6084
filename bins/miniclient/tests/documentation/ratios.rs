//! The ratios of docs/performance.md, read from its tables and drawn as bars.

use std::fmt::Write as _;

/// What was measured, and how much of the other's time it took.
pub(crate) type Ratio = (String, f64);

/// The launcher's, from the table that its script prints, and the programs', from theirs.
pub(crate) fn read(page: &str) -> [(&'static str, Vec<Ratio>); 2] {
    let section = |heading: &str| {
        let (_, rest) = page.split_once(&format!("## {heading}\n")).unwrap();
        rest.split("\n## ").next().unwrap()
    };
    let launcher = section("The launcher").lines().filter_map(|line| {
        let (name, rest) = line.split_once("  ")?;
        let ratio = rest.split_whitespace().last()?.parse().ok()?;
        Some((name.to_owned(), ratio))
    });
    let programs = section("Programs").lines().filter_map(|line| {
        let [_, what, beside, ratio, ..] = line.split('|').collect::<Vec<_>>()[..] else {
            return None;
        };
        let ratio = ratio.trim().parse().ok()?;
        let name = format!("{}, beside {}", what.trim(), beside.trim());
        Some((name.replace('`', ""), ratio))
    });
    [
        (
            "mc-start's report, beside a script's with curl",
            launcher.collect(),
        ),
        ("Programs", programs.collect()),
    ]
}

/// One bar for each; a line stands where both took as long.
pub(crate) fn svg(groups: &[(&str, Vec<Ratio>)]) -> String {
    const ROW: u32 = 20;
    const LEFT: f64 = 510.0;
    const ONE: f64 = 60.0;
    let rows: Vec<(&str, Option<f64>)> = groups
        .iter()
        .flat_map(|(heading, ratios)| {
            let bars = ratios
                .iter()
                .map(|(name, ratio)| (name.as_str(), Some(*ratio)));
            [(*heading, None)].into_iter().chain(bars)
        })
        .collect();
    let most = rows.iter().filter_map(|row| row.1).fold(1.0, f64::max);
    let high = ROW * u32::try_from(rows.len() + 2).unwrap();
    let (wide, one) = (LEFT + most * ONE + 60.0, LEFT + ONE);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {wide:.0} {high}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <style>text {{ fill: #444 }} .less {{ fill: #1f5a96 }} .more {{ fill: #b5651d }} line {{ stroke: #999 }}\n\
         @media (prefers-color-scheme: dark) {{ text {{ fill: #ccc }} .less {{ fill: #7fb0e0 }} .more {{ fill: #e0a060 }} }}</style>\n\
         <text x=\"{one}\" y=\"14\" text-anchor=\"middle\">as long as the other</text>\n\
         <line x1=\"{one}\" x2=\"{one}\" y1=\"20\" y2=\"{}\"/>\n",
        high - ROW / 2
    );
    for (row, (name, ratio)) in (1..).zip(&rows) {
        let base = row * ROW + 14;
        let name = name.replace('&', "&amp;").replace('<', "&lt;");
        let Some(ratio) = ratio else {
            writeln!(
                text,
                "<text x=\"10\" y=\"{base}\" font-weight=\"bold\">{name}</text>"
            )
            .unwrap();
            continue;
        };
        let class = if *ratio > 1.0 { "more" } else { "less" };
        let width = (ratio * ONE).max(1.0);
        writeln!(
            text,
            "<text x=\"{}\" y=\"{base}\" text-anchor=\"end\">{name}</text>",
            LEFT - 8.0
        )
        .unwrap();
        writeln!(
            text,
            "<rect class=\"{class}\" x=\"{LEFT}\" y=\"{}\" width=\"{width:.1}\" height=\"12\"/>",
            base - 10
        )
        .unwrap();
        writeln!(
            text,
            "<text x=\"{:.0}\" y=\"{base}\">{ratio}</text>",
            (LEFT + width).max(one) + 6.0
        )
        .unwrap();
    }
    text + "</svg>\n"
}
