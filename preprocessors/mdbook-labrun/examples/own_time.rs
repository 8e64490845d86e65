//! How long the preprocessor needs for a book that is nothing but labs: `own_time CHAPTERS RUNS` prints a line for each
//! run, with the book's size in bytes and the milliseconds for reading the JSON, for the labs, for writing the JSON, and
//! for what mdBook's Markdown parser alone needs for the same chapters; last, how long one waits for labs and writing.
//!
//! For `bench/preprocessor`. It gives it one processor: the preprocessor then works on one thread, and what is counted is
//! that thread's time on it, whatever else the machine does. And it gives it all of them, where only the waiting tells
//! something. The chapters lie in a folder as well, as they would.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use anyhow::{Context as _, Result};
use mdbook_labrun::{Labrun, Strict, read_input, write_output};
use mdbook_markdown::{MarkdownOptions, new_cmark_parser};
use mdbook_preprocessor::PreprocessorContext;
use mdbook_preprocessor::book::{Book, BookItem, Chapter};
use mdbook_preprocessor::config::Config;

fn main() -> Result<()> {
    let numbers: Vec<usize> = std::env::args()
        .skip(1)
        .map(|text| text.parse())
        .collect::<std::result::Result<_, _>>()
        .context("usage: own_time CHAPTERS RUNS")?;
    let [chapters, runs] = numbers[..] else {
        anyhow::bail!("usage: own_time CHAPTERS RUNS");
    };
    let root = tempfile::tempdir()?;
    let (input, bytes) = input(root.path(), chapters)?;
    let mut stdout = std::io::stdout().lock();
    for _ in 0..runs {
        let ((context, book), read) = timed(|| Ok(read_input(&input)?))?;
        let (events, markdown) = timed(|| Ok(events(&book)))?;
        let begun = Instant::now();
        let (processed, labs) = timed(|| Ok(Labrun::new().process(&context, book)?))?;
        let mut output = Counted(0);
        let (_, written) = timed(|| Ok(write_output(&processed.book, &mut output)?))?;
        let waited = begun.elapsed().as_secs_f64() * 1e3;
        anyhow::ensure!(output.0 > input.len(), "the labs were not rewritten");
        anyhow::ensure!(events > 0, "the Markdown was not read");
        writeln!(
            stdout,
            "{bytes} {read:.2} {labs:.2} {written:.2} {markdown:.2} {waited:.2}"
        )?;
    }
    Ok(())
}

/// How many bytes have been written, which go nowhere: how long a pipe takes is mdBook's matter.
struct Counted(usize);

impl std::io::Write for Counted {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += std::hint::black_box(bytes).len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What some work gives, and the milliseconds that this thread was on a processor for it.
fn timed<T>(work: impl FnOnce() -> Result<T>) -> Result<(T, f64)> {
    let begin = on_processor()?;
    let result = work()?;
    Ok((result, (on_processor()? - begin) / 1e6))
}

/// The nanoseconds that this thread has been on a processor.
fn on_processor() -> Result<f64> {
    const PATH: &str = "/proc/thread-self/schedstat";
    // Otherwise the kernel counts up to its last tick only, which is four milliseconds on many machines.
    std::thread::yield_now();
    let text = std::fs::read_to_string(PATH).context(PATH)?;
    let first = text.split_whitespace().next();
    first.context(PATH)?.parse().context(PATH)
}

/// Reads the chapters with mdBook's parser and no more; how many events that makes.
fn events(book: &Book) -> usize {
    let options = MarkdownOptions::default();
    let read = |text| {
        new_cmark_parser(text, &options)
            .into_offset_iter()
            .map(std::hint::black_box)
            .count()
    };
    let chapters = book.chapters();
    chapters.map(|chapter| read(&chapter.content)).sum()
}

/// What mdBook would send, and how many bytes of it are chapters.
fn input(root: &Path, chapters: usize) -> Result<(Vec<u8>, usize)> {
    std::fs::create_dir(root.join("src"))?;
    let mut toml = String::from("[book]\nlanguage = \"id\"\n");
    let mut items = Vec::new();
    let mut bytes = 0;
    for number in 0..chapters {
        writeln!(toml, "[preprocessor.labrun.labs.lab{number}]")?;
        let text = chapter(number);
        let path = format!("lab{number}.md");
        std::fs::write(root.join("src").join(&path), &text)?;
        bytes += text.len();
        items.push(BookItem::Chapter(Chapter::new("", text, path, Vec::new())));
    }
    let config: Config = toml.parse()?;
    let context = PreprocessorContext::new(root.to_owned(), config, "html".to_owned());
    let book = Book::new_with_items(items);
    Ok((serde_json::to_vec(&(context, book))?, bytes))
}

/// A lab of about five kilobytes, with about as many blocks of each kind for its length as chapter 3 of the book has.
fn chapter(number: usize) -> String {
    const PROSE: &str = "Setiap perubahan ditulis lebih dulu ke dalam catatan, lalu dikirim ke *node* yang lain, \
        yang memutarnya ulang menurut urutannya. Lihat [bab lain](other.md) dan kolom `sent_lsn`; nilainya tidak \
        pernah mundur, dan selisihnya menunjukkan seberapa jauh salinan itu **tertinggal**.\n\n";
    const FILE: &str =
        "services:\n  db:\n    image: postgres:17\n    ports:\n      - '127.0.0.1:5454:5432'\n";
    let mut text = format!(
        "# Bab {number}\n\n{PROSE}```yaml file=lab/a.yml\n{FILE}```\n\n| a | b |\n|---|---|\n| 1 | `c` |\n\n"
    );
    for section in 0..5 {
        text += &format!(
            "## Bagian {section}\n\n{PROSE}{PROSE}\
             ```sh name=s{section} timeout=90s\necho {section} {number}\n```\n\n\
             ```text\n{section} <int>\n```\n\n{PROSE}- satu\n- dua\n\n"
        );
    }
    text += &format!(
        "```toml check\ntitle = \"Container `db` berjalan\"\ncontainer = \"db\"\nstate = \"running\"\n```\n\n\
         ```yaml file=lab/a.yml\n{FILE}    restart: always\n```\n\n\
         ```console\n$ ls lab\na.yml\n```\n\n{PROSE}"
    );
    text
}
