//! PowerShell source as tokens: as much of the language as a script of assignments and calls uses.

/// A piece of a text in double quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Text(String),
    Variable(String),
    /// `$(...)`, as it is written.
    Code(String),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    /// A command, a parameter (`-Uri`), an operator in letters, a bare word.
    Word(String),
    /// `$name`, `$env:NAME`, `${name}`; without the dollar sign.
    Variable(String),
    /// `@name`: a table given as parameters.
    Splat(String),
    Text(Vec<Part>),
    /// `@{`.
    Table,
    /// One of `( ) { } [ ] , | = + &`.
    Symbol(char),
    /// The end of a line, or `;`.
    End,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) line: usize,
}

impl Token {
    pub(super) fn is(&self, symbol: char) -> bool {
        self.kind == Kind::Symbol(symbol)
    }

    pub(super) fn word(&self) -> Option<&str> {
        if let Kind::Word(word) = &self.kind {
            Some(word)
        } else {
            None
        }
    }

    /// How much deeper what follows is nested.
    pub(super) fn nesting(&self) -> i32 {
        match self.kind {
            Kind::Table | Kind::Symbol('(' | '{' | '[') => 1,
            Kind::Symbol(')' | '}' | ']') => -1,
            _ => 0,
        }
    }
}

const SYMBOLS: &str = "(){}[],|=+&";
const ENDS_A_WORD: &str = "(){}[],|=&;'\"$# \t\r\n";

/// Reads all of a script. Nothing is an error: what is no PowerShell becomes some token, which nothing looks for.
pub(super) fn read(script: &str) -> Vec<Token> {
    let mut lexer = Lexer {
        rest: script,
        line: 1,
    };
    let mut tokens = Vec::new();
    loop {
        lexer.skip();
        let line = lexer.line;
        match lexer.next() {
            Some(kind) => tokens.push(Token { kind, line }),
            None => break,
        }
    }
    tokens.push(Token {
        kind: Kind::End,
        line: lexer.line,
    });
    tokens
}

struct Lexer<'a> {
    rest: &'a str,
    line: usize,
}

impl<'a> Lexer<'a> {
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.line += taken.matches('\n').count();
        self.rest = rest;
        taken
    }

    /// Takes up to a mark and over it, or to the end; gives what is before the mark.
    fn take_until(&mut self, mark: &str) -> &'a str {
        let length = self.rest.find(mark).unwrap_or(self.rest.len());
        let taken = self.take(length);
        self.take(mark.len().min(self.rest.len()));
        taken
    }

    fn take_while(&mut self, test: impl Fn(char) -> bool) -> &'a str {
        let length = self.rest.find(|c| !test(c)).unwrap_or(self.rest.len());
        self.take(length)
    }

    /// Passes over what has no meaning: spaces, comments, line ends behind a backtick.
    fn skip(&mut self) {
        loop {
            let before = self.rest.len();
            self.take_while(|c| c.is_whitespace() && c != '\n');
            if self.rest.starts_with("<#") {
                self.take_until("#>");
            } else if self.rest.starts_with('#') {
                self.take_while(|c| c != '\n');
            } else if self.rest.starts_with("`\n") || self.rest.starts_with("`\r\n") {
                self.take_until("\n");
            }
            if self.rest.len() == before {
                return;
            }
        }
    }

    /// The token that begins here; none at the end.
    fn next(&mut self) -> Option<Kind> {
        let first = self.rest.chars().next()?;
        let second = self.rest[first.len_utf8()..].chars().next();
        Some(match (first, second) {
            ('@', Some('"' | '\'')) => self.here_text(),
            ('@', Some('{')) => {
                self.take(2);
                Kind::Table
            }
            ('@', Some('(')) => {
                self.take(2);
                Kind::Symbol('(')
            }
            ('@', _) => {
                self.take(1);
                Kind::Splat(self.take_while(is_name).to_owned())
            }
            ('\n' | ';', _) => {
                self.take(1);
                Kind::End
            }
            ('\'', _) => {
                self.take(1);
                Kind::Text(vec![Part::Text(self.single_quoted())])
            }
            ('"', _) => {
                self.take(1);
                Kind::Text(self.double_quoted())
            }
            ('$', _) => {
                self.take(1);
                self.variable()
                    .map_or_else(|| Kind::Word("$".to_owned()), Kind::Variable)
            }
            (symbol, _) if SYMBOLS.contains(symbol) => {
                self.take(1);
                Kind::Symbol(symbol)
            }
            (other, _) => {
                let start = self.rest;
                self.take(other.len_utf8());
                let more = self.take_while(|c| !ENDS_A_WORD.contains(c)).len();
                Kind::Word(start[..other.len_utf8() + more].to_owned())
            }
        })
    }

    /// After the dollar sign: `name`, `scope:name`, `{name}`.
    fn variable(&mut self) -> Option<String> {
        if self.rest.starts_with('{') {
            self.take(1);
            return Some(self.take_until("}").to_owned());
        }
        let name = self.take_while(|c| is_name(c) || c == ':').to_owned();
        (!name.is_empty()).then_some(name)
    }

    fn single_quoted(&mut self) -> String {
        let mut text = self.take_until("'").to_owned();
        while self.rest.starts_with('\'') {
            self.take(1);
            text.push('\'');
            text.push_str(self.take_until("'"));
        }
        text
    }

    fn double_quoted(&mut self) -> Vec<Part> {
        let length = {
            let mut escaped = false;
            let mut chars = self.rest.char_indices().peekable();
            loop {
                match chars.next() {
                    None => break self.rest.len(),
                    Some((_, '`')) if !escaped => escaped = true,
                    Some((at, '"')) if !escaped => {
                        if chars.next_if(|(_, next)| *next == '"').is_none() {
                            break at;
                        }
                    }
                    Some(_) => escaped = false,
                }
            }
        };
        let content = self.take(length);
        self.take(1.min(self.rest.len()));
        expandable(content, true)
    }

    /// `@"` .. `"@` and `@'` .. `'@`, whose marks stand at line ends.
    fn here_text(&mut self) -> Kind {
        let double = self.take(2).ends_with('"');
        self.take_until("\n");
        let content = self
            .take_until(if double { "\n\"@" } else { "\n'@" })
            .trim_end_matches('\r');
        Kind::Text(if double {
            expandable(content, false)
        } else {
            vec![Part::Text(content.to_owned())]
        })
    }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// What stands between double quotes: escapes resolved, variables found. In the short form a quote is written twice.
fn expandable(content: &str, short: bool) -> Vec<Part> {
    let mut lexer = Lexer {
        rest: content,
        line: 0,
    };
    let mut parts = Vec::new();
    let mut text = String::new();
    while let Some(c) = lexer.rest.chars().next() {
        lexer.take(c.len_utf8());
        let part = match c {
            '`' => {
                if let Some(escaped) = lexer.rest.chars().next() {
                    lexer.take(escaped.len_utf8());
                    text.push(match escaped {
                        'n' => '\n',
                        'r' => '\r',
                        't' => '\t',
                        other => other,
                    });
                }
                continue;
            }
            '"' if short => {
                // Doubled: the other one is passed over.
                lexer.take(1.min(lexer.rest.len()));
                text.push('"');
                continue;
            }
            '$' if lexer.rest.starts_with('(') => {
                lexer.take(1);
                let code = lexer.take_until(")").trim();
                // `$($x)` is `$x`.
                match code
                    .strip_prefix('$')
                    .filter(|name| name.chars().all(|c| is_name(c) || c == ':'))
                {
                    Some(name) => Part::Variable(name.to_owned()),
                    None => Part::Code(code.to_owned()),
                }
            }
            '$' => {
                if let Some(name) = lexer.variable() {
                    Part::Variable(name)
                } else {
                    text.push('$');
                    continue;
                }
            }
            c => {
                text.push(c);
                continue;
            }
        };
        if !text.is_empty() {
            parts.push(Part::Text(std::mem::take(&mut text)));
        }
        parts.push(part);
    }
    if !text.is_empty() || parts.is_empty() {
        parts.push(Part::Text(text));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(script: &str) -> Vec<Kind> {
        read(script)
            .into_iter()
            .map(|token| token.kind)
            .filter(|kind| *kind != Kind::End)
            .collect()
    }

    fn word(text: &str) -> Kind {
        Kind::Word(text.to_owned())
    }

    #[test]
    fn quotes_escapes_and_variables_are_read_as_powershell_reads_them() {
        let text = |parts: &[Part]| Kind::Text(parts.to_vec());
        let plain = |text: &str| Part::Text(text.to_owned());
        assert_eq!(kinds("'it''s $x'"), [text(&[plain("it's $x")])]);
        assert_eq!(
            kinds("\"a`\"b\"\"c $x ${y}`$z $($w) $(1+1)\""),
            [text(&[
                plain("a\"b\"c "),
                Part::Variable("x".to_owned()),
                plain(" "),
                Part::Variable("y".to_owned()),
                plain("$z "),
                Part::Variable("w".to_owned()),
                plain(" "),
                Part::Code("1+1".to_owned()),
            ])]
        );
        assert_eq!(
            kinds("@\"\r\nline \"one\"\r\n\"@"),
            [text(&[plain("line \"one\"")])]
        );
    }

    #[test]
    fn comments_and_continued_lines_have_no_meaning() {
        assert_eq!(
            kinds("a # b\n<# c\n d #> e `\n f"),
            [word("a"), word("e"), word("f")]
        );
    }

    #[test]
    fn lines_are_counted_through_everything_that_spans_them() {
        let tokens = read("<#\n#>\n@'\nx\n'@\n\"a\nb\" `\nlast");
        let last = tokens
            .iter()
            .find(|token| token.word() == Some("last"))
            .unwrap();
        assert_eq!(last.line, 8);
    }

    #[test]
    fn no_script_is_too_broken_to_read() {
        for script in [
            "'",
            "\"",
            "\"`",
            "@{",
            "@",
            "$",
            "${",
            "<#",
            "@'",
            "\"$(",
            "`",
            "\u{feff}ü",
        ] {
            read(script);
        }
    }
}
