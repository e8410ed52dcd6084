//! What must hold whatever stands in the file; the fuzz target for configurations asks the same.

use std::path::Path;

use miniclient::config;

/// A text is a configuration, or is refused with sentences that name lines of it.
pub(crate) fn reading_ends_with_sentences(text: &str) {
    // Where no other ends a line, a carriage return does.
    let end = if text.contains('\n') { '\n' } else { '\r' };
    let lines = text.matches(end).count() + 1;
    if let Err(problems) = config::read(Path::new("x.toml"), text) {
        assert!(problems.iter().count() > 0, "{text:?}");
        for problem in &problems {
            assert!(!problem.text.is_empty(), "{text:?}");
            assert!(
                problem.line.is_none_or(|line| (1..=lines).contains(&line)),
                "{text:?}: {problem}"
            );
            assert!(
                !problem.text.contains('\n'),
                "one line each: {text:?}: {problem}"
            );
        }
    }
}
