//! Pictures for the measurements: what happened each second, one curve below the other.

#![allow(clippy::unwrap_used, reason = "writing to a String does not fail")]

use std::fmt::Write as _;

/// How much there was each second, and how much of it counts.
pub(crate) struct Curve {
    pub(crate) name: String,
    pub(crate) seconds: Vec<(u32, u32)>,
}

/// The curves as SVG, `what` says what they show; what counts is in a darker colour.
pub(crate) fn svg(curves: &[Curve], what: &str) -> String {
    const HEIGHT: u32 = 120;
    const WIDTH: u32 = 14;
    let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
    let longest = curves.iter().map(|curve| curve.seconds.len()).max();
    let (wide, high) = (
        count(longest.unwrap_or_default()) * WIDTH + 80,
        (HEIGHT + 60) * count(curves.len()),
    );
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {wide} {high}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <style>text {{ fill: #444 }} .all {{ fill: #9ab8d8 }} .taken {{ fill: #1f5a96 }} line {{ stroke: #999 }}\n\
         @media (prefers-color-scheme: dark) {{ text {{ fill: #ccc }} .taken {{ fill: #dbe9f7 }} .all {{ fill: #46688c }} }}</style>\n"
    );
    for (row, Curve { name, seconds }) in (0..).zip(curves) {
        let base = (HEIGHT + 60) * row + HEIGHT + 30;
        let most = seconds
            .iter()
            .map(|(all, _)| *all)
            .max()
            .unwrap_or(1)
            .max(1);
        writeln!(
            text,
            "<text x=\"60\" y=\"{}\">{name}: {what}</text>",
            base - HEIGHT - 10
        )
        .unwrap();
        writeln!(
            text,
            "<text x=\"50\" y=\"{}\" text-anchor=\"end\">{most}</text>",
            base - HEIGHT + 4
        )
        .unwrap();
        writeln!(
            text,
            "<line x1=\"60\" x2=\"{}\" y1=\"{base}\" y2=\"{base}\"/>",
            wide - 20
        )
        .unwrap();
        for (second, (all, taken)) in (0..).zip(seconds) {
            let x = 60 + second * WIDTH;
            for (class, count) in [("all", *all), ("taken", *taken)] {
                let height = (count * HEIGHT).div_ceil(most);
                if height > 0 {
                    writeln!(text, "<rect class=\"{class}\" x=\"{x}\" y=\"{}\" width=\"{}\" height=\"{height}\"/>", base - height, WIDTH - 2).unwrap();
                }
            }
            if second % 10 == 0 {
                writeln!(
                    text,
                    "<text x=\"{x}\" y=\"{}\">{second} s</text>",
                    base + 16
                )
                .unwrap();
            }
        }
    }
    text + "</svg>\n"
}
