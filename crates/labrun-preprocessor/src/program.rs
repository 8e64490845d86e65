//! A preprocessor as a command: a book on standard input, the changed book on standard output, words on standard error.

use std::io::{IsTerminal as _, Read as _, Write as _};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};

use crate::install::Call;
use crate::{Installed, Looks, Mode, Strict, Version, read_input, write_output};

/// The command around a preprocessor.
#[derive(Debug, Clone, Copy)]
pub struct Program {
    /// Its name, which stands before everything it says.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
    /// How it is called.
    pub usage: &'static str,
}

impl Program {
    /// Does what mdBook's protocol and every command's manners ask for. Any other call is answered with the usage.
    pub fn run(self, preprocessor: &dyn Strict, arguments: &[&str]) -> ExitCode {
        let result = match arguments {
            [] => self.preprocess(preprocessor).map(|()| true),
            ["supports", renderer] => preprocessor.supports_renderer(renderer),
            ["--version" | "-V"] => self.print(&format!("{} {}\n", self.name, self.version)),
            ["--help" | "-h"] => self.print(self.usage),
            _ => return self.misused(self.usage),
        };
        self.ended(result)
    }

    /// Installs files into a book, as the words behind `install` say. `also` looks at what else the book needs.
    pub fn install(
        self,
        looks: Looks,
        usage: &str,
        arguments: &[&str],
        also: impl FnOnce(&mut Installed) -> Result<()>,
    ) -> ExitCode {
        let (book, mode) = match Call::read(arguments) {
            Some(Call::Help) => return self.ended(self.print(usage)),
            Some(Call::Install(book, mode)) => (book, mode),
            None => return self.misused(usage),
        };
        let installed = looks.install(book, mode).and_then(|mut installed| {
            also(&mut installed)?;
            self.print(&installed.report)?;
            // A file that its author has edited is as the author wants it, except for one who asks whether all is ours.
            Ok(installed.is_current || mode != Mode::Check)
        });
        self.ended(installed)
    }

    /// Prints data, and says that all is well.
    fn print(self, text: &str) -> Result<bool> {
        write_out(text.as_bytes()).map(|()| true)
    }

    /// The end of a call that nobody understands.
    fn misused(self, usage: &str) -> ExitCode {
        complain(usage);
        ExitCode::from(2)
    }

    /// The status to end with: whether all is well, or why it could not be done.
    fn ended(self, result: Result<bool>) -> ExitCode {
        match result {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::FAILURE,
            Err(error) => {
                complain(&format!("{}: {error:#}\n", self.name));
                ExitCode::FAILURE
            }
        }
    }

    fn preprocess(self, preprocessor: &dyn Strict) -> Result<()> {
        let mut stdin = std::io::stdin();
        if stdin.is_terminal() {
            let usage = self.usage;
            bail!("a book is expected on standard input; `mdbook build` gives it\n\n{usage}");
        }
        let mut input = Vec::new();
        stdin
            .read_to_end(&mut input)
            .context("reading standard input")?;
        let (context, book) = read_input(&input)?;
        let version = context.mdbook_version.as_str();
        if !Version::parse(version).is_some_and(Version::is_compatible) {
            complain(&format!(
                "{}: warning: it is made for mdBook ^0.5, and this is mdBook {version}\n",
                self.name
            ));
        }
        let processed = match preprocessor.process(&context, book) {
            Ok(processed) => processed,
            Err(rejected) => bail!("the {} are wrong\n\n{rejected}", rejected.parts),
        };
        for warning in &processed.warnings {
            complain(warning);
        }
        let mut stdout = std::io::stdout().lock();
        write_output(&processed.book, &mut stdout)
            .and_then(|()| stdout.flush())
            .context("writing the book")
    }
}

fn write_out(bytes: &[u8]) -> Result<()> {
    let mut stdout = std::io::stdout().lock();
    stdout
        .write_all(bytes)
        .and_then(|()| stdout.flush())
        .context("writing standard output")
}

/// Words go to standard error, where mdBook shows them; when even that is closed there is nobody to tell.
fn complain(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}
