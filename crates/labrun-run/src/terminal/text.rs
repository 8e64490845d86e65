//! From the bytes of a terminal to the text a reader sees: no colours, no control codes, line ends as `\n`, and of a
//! line that a progress display writes over itself only what stands there in the end. Pure.

use super::capture::Capture;

/// The output of a step as text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Output {
    /// What a reader sees; invalid UTF-8 is replaced.
    pub text: String,
    /// How many bytes in the middle were left out; their place in the text is marked.
    pub left_out: u64,
}

impl Output {
    /// Renders a capture, which can be megabytes: what is rendered is let go.
    pub fn of(mut capture: Capture) -> Self {
        let left_out = capture.left_out();
        let kept =
            capture.head().len() + capture.tail().iter().map(|part| part.len()).sum::<usize>();
        let mut screen = Screen {
            text: String::with_capacity(kept),
            ..Screen::default()
        };
        let mut parser = vte::Parser::new();
        screen.write(&mut parser, capture.head());
        capture.forget_head();
        if left_out > 0 {
            let gap = format!("\n[labrun: {left_out} bytes left out]\n");
            screen.write(&mut parser, gap.as_bytes());
        }
        for part in capture.tail() {
            screen.write(&mut parser, part);
        }
        Self {
            text: screen.finish(),
            left_out,
        }
    }

    /// Adds the output of the next command of the same step.
    pub fn append(&mut self, next: Self) {
        if self.text.is_empty() {
            self.text = next.text;
        } else if !next.text.is_empty() {
            if !self.text.ends_with('\n') {
                self.text.push('\n');
            }
            self.text.push_str(&next.text);
        }
        self.left_out += next.left_out;
    }
}

/// Renders bytes as the text that stays on a screen of unlimited width.
pub(crate) fn render(bytes: &[u8]) -> String {
    let mut screen = Screen::default();
    screen.write(&mut vte::Parser::new(), bytes);
    screen.finish()
}

/// The lines that are done, and the one that can still be written over.
#[derive(Default)]
struct Screen {
    text: String,
    /// Where the last line begins in the text.
    line: usize,
    /// The last line, once something is written over it: until then characters go to the text directly, which is what
    /// keeps a line of a megabyte from costing four.
    rewritten: Option<Vec<char>>,
    /// Where the next character goes, counted from the beginning of the line; `None` is its end.
    column: Option<usize>,
    /// readline has just switched bracketed paste off. With the echo off it then ends a line that nobody sees.
    paste_ended: bool,
}

impl Screen {
    /// How many bytes the parser is given at once.
    const PIECE: usize = 1024;

    fn write(&mut self, parser: &mut vte::Parser, bytes: &[u8]) {
        // vte looks for the next escape anew at each byte that is no text, through all that it is given: of a mebibyte of a
        // binary file that would take half a minute.
        for piece in bytes.chunks(Self::PIECE) {
            parser.advance(self, piece);
        }
    }

    fn finish(mut self) -> String {
        self.end_line();
        self.text
    }

    fn end_line(&mut self) {
        if let Some(line) = self.rewritten.take() {
            self.text.truncate(self.line);
            self.text.extend(line);
        }
        self.column = None;
    }

    fn put(&mut self, character: char) {
        self.paste_ended = false;
        let Some(column) = self.column else {
            match &mut self.rewritten {
                Some(line) => line.push(character),
                None => self.text.push(character),
            }
            return;
        };
        let line = self.rewrite();
        match line.get_mut(column) {
            Some(place) => *place = character,
            None => line.push(character),
        }
        self.column = Some(column + 1).filter(|&next| next < line.len());
    }

    fn back(&mut self) {
        let end = self.rewrite().len();
        self.column = Some(self.column.unwrap_or(end).saturating_sub(1)).filter(|_| end > 0);
    }

    fn rewrite(&mut self) -> &mut Vec<char> {
        let line = self.text.get(self.line..).unwrap_or("");
        self.rewritten.get_or_insert_with(|| line.chars().collect())
    }
}

impl vte::Perform for Screen {
    fn print(&mut self, character: char) {
        self.put(character);
    }

    fn execute(&mut self, byte: u8) {
        match byte {
            b'\n' if std::mem::take(&mut self.paste_ended) => self.column = None,
            b'\n' => {
                self.end_line();
                self.text.push('\n');
                self.line = self.text.len();
            }
            b'\r' => self.column = Some(0),
            0x08 => self.back(),
            b'\t' => self.put('\t'),
            _ => {}
        }
    }

    /// Of all the sequences only "erase to the end of the line" changes which text stays.
    fn csi_dispatch(
        &mut self,
        parameters: &vte::Params,
        intermediates: &[u8],
        _: bool,
        action: char,
    ) {
        let first = parameters
            .iter()
            .next()
            .and_then(|values| values.first().copied());
        if (intermediates, first, action) == (b"?", Some(2004), 'l') {
            self.paste_ended = true;
        }
        let to_end = parameters.iter().next().is_none_or(|values| values == [0]);
        if action == 'K'
            && to_end
            && let Some(column) = self.column.take()
        {
            self.rewrite().truncate(column);
        }
    }
}

/// Whether a line is bash telling that a background job has ended, which it does whenever it likes.
pub(crate) fn is_job_notice(line: &str) -> bool {
    let Some((number, rest)) = line.strip_prefix('[').and_then(|rest| rest.split_once(']')) else {
        return false;
    };
    let state = rest.trim_start_matches(['+', '-']).trim_start();
    !number.is_empty()
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && ["Done", "Exit ", "Terminated", "Killed", "Hangup", "Stopped"]
            .iter()
            .any(|word| state.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: &[u8], expected: &str) {
        assert_eq!(render(bytes), expected);
    }

    #[test]
    fn colours_and_control_codes_are_not_text() {
        check(b"\x1b[31mred\x1b[0m\r\n", "red\n");
        check(b"\x1b[?2004lx\r\r\n", "x\n");
        check(b"\x1b[?2004l\r\r\nx\r\n", "x\n");
        check(b"\x1b]0;title\x07x", "x");
        check(b"plain", "plain");
        check(b"a\tb", "a\tb");
        check(b"a\xff\xfeb", "a\u{fffd}\u{fffd}b");
    }

    #[test]
    fn bytes_that_are_no_text_take_no_time() {
        let binary = vec![0xff; 2 << 20];
        assert_eq!(render(&binary).chars().count(), binary.len());
    }

    #[test]
    fn letters_of_several_bytes_are_whole_wherever_the_parser_is_given_them() {
        for before in 0..4 {
            let text = "x".repeat(before) + &"→é".repeat(2000);
            assert_eq!(render(text.as_bytes()), text);
        }
    }

    #[test]
    fn a_progress_line_is_what_stays_of_it() {
        check(b"10%\r20%\r100%\r\n", "100%\n");
        check(b"long line\rshort\n", "shortline\n");
        check(b"ab\x08c\n", "ac\n");
        check(b"waiting...\r\x1b[Kdone\n", "done\n");
    }

    #[test]
    fn job_notices_are_known() {
        assert!(is_job_notice("[1]+  Done                    sleep 1"));
        assert!(is_job_notice("[12]-  Exit 3                  false"));
        assert!(!is_job_notice("[1] 4711"));
        assert!(!is_job_notice("[x]+ Done"));
        assert!(!is_job_notice("Done"));
    }

    #[test]
    fn the_gap_in_a_flood_is_marked() {
        let mut capture = Capture::default();
        capture.push(&vec![b'y'; 3 << 20]);
        let output = Output::of(capture);
        assert_eq!(output.left_out, 1 << 20);
        assert!(output.text.contains("[labrun: 1048576 bytes left out]"));
    }
}
