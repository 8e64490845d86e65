//! A chapter as a lab: its sections, and in each the steps and checks with what belongs to them.

use labrun_model::{
    Action, Block, Diagnostic, ExpectedExit, Lab, LabFile, Language, Line, Section, SourceFile,
    Span, Step,
};

use crate::book_roles::Roles;
use crate::captures::check_captures;
use crate::check;
use crate::codes;
use crate::console;
use crate::directives::check_left;
use crate::expectation::{expectation, unordered, without_blank_ends};
use crate::fences::Fence;
use crate::json::json;
use crate::markdown::{Element, elements};
use crate::resolve::{Names, Settings, check_characters, has_typed_line};
use crate::roles::{Attribute, Form, Role, role};

/// Reads a chapter as the lab `name`, in a book with these roles. The diagnostics are sorted by place.
///
/// A fence with a fault is left out of the lab where it cannot be understood, and is in it as far as it can.
pub fn parse_chapter(name: &str, source: SourceFile, roles: &Roles) -> (Lab, Vec<Diagnostic>) {
    let (lab, _, diagnostics) = parse_chapter_and_fences(name, source, roles);
    (lab, diagnostics)
}

/// The same with the code blocks of the chapter, for those who show it: reading the Markdown is most of the work. What
/// the book only shows is left out, because nothing about it is a lab's.
pub fn parse_chapter_and_fences(
    name: &str,
    source: SourceFile,
    roles: &Roles,
) -> (Lab, Vec<Fence>, Vec<Diagnostic>) {
    let mut chapter = Chapter::new(&source, roles);
    for element in elements(&source) {
        chapter.element(element);
    }
    let fences = chapter.fences;
    check_left(&source, &chapter.running, &mut chapter.diagnostics);
    let mut diagnostics = chapter.diagnostics;
    check_captures(&source, &chapter.blocks, &mut diagnostics);
    diagnostics.sort_by_key(|diagnostic| diagnostic.span);
    let title = chapter.title.unwrap_or_else(|| name.to_owned());
    let (sections, blocks) = (chapter.sections, chapter.blocks);
    let lab = Lab {
        name: name.to_owned(),
        title,
        source,
        sections,
        blocks,
    };
    (lab, fences, diagnostics)
}

/// What an output that follows directly would belong to.
#[derive(Debug, Clone, Copy)]
enum Previous {
    /// Nothing that prints.
    Nothing,
    /// The typed step with this index into the blocks.
    Step(usize),
    /// A step that writes a file.
    File,
    /// Steps whose outputs are given.
    Console,
    /// The output of a step.
    Output,
    /// A fence with a fault of its own, of which nothing follows for the next.
    Faulty,
}

struct Chapter<'a> {
    source: &'a SourceFile,
    roles: &'a Roles,
    title: Option<String>,
    sections: Vec<Section>,
    blocks: Vec<Block>,
    steps: usize,
    checks: usize,
    names: Names,
    previous: Previous,
    /// The same over prose: what an output belongs to that the book names as one.
    above: Previous,
    fences: Vec<Fence>,
    /// The fences that are more than shown.
    running: Vec<Span>,
    diagnostics: Vec<Diagnostic>,
}

impl<'a> Chapter<'a> {
    fn new(source: &'a SourceFile, roles: &'a Roles) -> Self {
        Self {
            source,
            roles,
            title: None,
            sections: Vec::new(),
            blocks: Vec::new(),
            steps: 0,
            checks: 0,
            names: Names::new(),
            previous: Previous::Nothing,
            above: Previous::Nothing,
            fences: Vec::new(),
            running: Vec::new(),
            diagnostics: Vec::new(),
        }
    }

    fn element(&mut self, element: Element) {
        match element {
            Element::Heading { title, level, span } => {
                if level == 1 && !title.is_empty() && self.title.is_none() {
                    self.title = Some(title.clone());
                }
                self.above = Previous::Nothing;
                self.sections.push(Section { title, level, span });
            }
            Element::Fence { fence, adjacent } => {
                if !adjacent {
                    self.previous = Previous::Nothing;
                }
                let (previous, is_ours) = self.fence(&fence);
                (self.previous, self.above) = (previous, previous);
                if is_ours {
                    self.fences.push(fence);
                }
            }
            Element::FenceInHtml(span) => self.fence_in_html(span),
        }
    }

    fn fence_in_html(&mut self, span: Span) {
        let message = "a fence inside raw HTML is shown as text";
        let fault = Diagnostic::error(codes::FENCE_IN_HTML, span, message);
        let fault = fault.with_help("leave a blank line between the tag and the fence");
        self.diagnostics.push(fault);
    }

    /// What the fence is for an output below, and whether it is more than the book's own matter.
    fn fence(&mut self, fence: &Fence) -> (Previous, bool) {
        let Some(taken) = role(self.source, fence, self.roles, &mut self.diagnostics) else {
            return (Previous::Faulty, true);
        };
        if taken.role == Role::Shown {
            return (Previous::Nothing, !taken.by_book);
        }
        self.running.push(fence.span);
        if taken.by_book && matches!(self.previous, Previous::Nothing) {
            self.previous = self.above;
        }
        (self.running(fence, taken.role, taken.attributes), true)
    }

    fn running(&mut self, fence: &Fence, role: Role, attributes: Vec<Attribute>) -> Previous {
        match role {
            Role::Type(language) => self.typed(fence, language, attributes),
            Role::Console => self.console(fence, attributes),
            Role::File => self.file(fence, attributes),
            Role::Output(form) => self.output(fence, form, false),
            Role::Error(form) => self.output(fence, form, true),
            Role::Check => self.check(fence),
            Role::Shown => Previous::Nothing,
        }
    }

    fn typed(&mut self, fence: &Fence, language: Language, attributes: Vec<Attribute>) -> Previous {
        let settings = self.settings(attributes, language);
        check_characters(self.source, &fence.lines, &mut self.diagnostics);
        if !has_typed_line(language, &fence.lines) {
            self.empty_step(fence.opening, "the fence has no line to type");
            return Previous::Faulty;
        }
        settings.check_repetition(language, &fence.lines, &mut self.diagnostics);
        let lines = fence.lines.clone();
        let index = self.push_step(settings.step(fence.span, Action::Type { language, lines }));
        Previous::Step(index)
    }

    fn console(&mut self, fence: &Fence, attributes: Vec<Attribute>) -> Previous {
        let prompts = self.roles.prompts();
        let commands = console::commands(self.source, fence, prompts, &mut self.diagnostics);
        if commands.is_empty() {
            return Previous::Faulty;
        }
        let faults = &mut self.diagnostics;
        let attributes = console::common_attributes(&commands, attributes, faults);
        let first = commands
            .first()
            .map_or(Language::Shell, |command| command.language);
        let settings = self.settings(attributes, first);
        // Where the last command shows no output in the fence, one below can be its.
        let mut previous = Previous::Console;
        for command in commands {
            let fails = command.shows_failure();
            let (language, lines) = (command.language, command.typed);
            check_characters(self.source, &lines, &mut self.diagnostics);
            if !has_typed_line(language, &lines) {
                self.empty_step(command.span, "there is nothing to type behind the prompt");
                continue;
            }
            settings.check_repetition(language, &lines, &mut self.diagnostics);
            let action = Action::Type { language, lines };
            let output = outputs_span(&command.output)
                .map(|span| expectation(span, &command.output, &action));
            let mut settings = settings.clone();
            if fails {
                settings.expect_failure();
            }
            let mut step = settings.step(command.span, action);
            let is_open = output.is_none();
            step.expectation = output;
            let index = self.push_step(step);
            previous = if is_open {
                Previous::Step(index)
            } else {
                Previous::Console
            };
        }
        previous
    }

    fn file(&mut self, fence: &Fence, attributes: Vec<Attribute>) -> Previous {
        let settings = self.settings(attributes, Language::Shell);
        check_characters(self.source, &fence.lines, &mut self.diagnostics);
        let Some(path) = settings.file().cloned() else {
            return Previous::Faulty;
        };
        let mut content = String::with_capacity(fence.span.end - fence.span.start);
        for line in &fence.lines {
            content.push_str(&line.text);
            content.push('\n');
        }
        let file = LabFile {
            path,
            language: fence.language.clone(),
            content,
        };
        self.push_step(settings.step(fence.span, Action::Write(file)));
        Previous::File
    }

    fn output(&mut self, fence: &Fence, form: Form, fails: bool) -> Previous {
        let (code, message, help) = match self.previous {
            Previous::Step(index) => {
                if let Some(Block::Step(step)) = self.blocks.get_mut(index) {
                    step.expectation = Some(match form {
                        Form::Lines => expectation(fence.span, &fence.lines, &step.action),
                        Form::Unordered => unordered(fence.span, &fence.lines),
                        Form::Json => json(self.source, fence, &mut self.diagnostics),
                    });
                    if fails && step.exit == ExpectedExit::Success {
                        step.exit = ExpectedExit::Failure;
                    }
                }
                return Previous::Output;
            }
            Previous::Faulty => return Previous::Faulty,
            Previous::Nothing => (
                codes::OUTPUT_WITHOUT_STEP,
                "there is no step directly before this output",
                "put it below the step that prints it, with nothing between, or give it the word `show`",
            ),
            Previous::Output => (
                codes::SECOND_OUTPUT,
                "the step before has its output already",
                "join the two outputs, or give this one the word `show`",
            ),
            Previous::File => (
                codes::OUTPUT_AFTER_FILE,
                "a step that writes a file prints nothing",
                "put the output below the step that prints it, or give it the word `show`",
            ),
            Previous::Console => (
                codes::OUTPUT_AFTER_CONSOLE,
                "the output of a `console` fence stands in the fence",
                "move these lines below the command that prints them, or give this fence the word `show`",
            ),
        };
        let fault = Diagnostic::error(code, fence.opening, message).with_help(help);
        self.diagnostics.push(fault);
        self.previous
    }

    fn check(&mut self, fence: &Fence) -> Previous {
        let Some(mut check) = check::check(self.source, fence, &mut self.diagnostics) else {
            return Previous::Nothing;
        };
        self.checks += 1;
        check.number = self.checks;
        check.section = self.section();
        self.blocks.push(Block::Check(check));
        Previous::Nothing
    }

    fn settings(&mut self, attributes: Vec<Attribute>, language: Language) -> Settings {
        let faults = &mut self.diagnostics;
        let mut settings = Settings::read(attributes, language, faults);
        settings.register_name(self.source, &mut self.names, faults);
        settings
    }

    fn empty_step(&mut self, span: Span, message: &str) {
        let fault = Diagnostic::error(codes::EMPTY_STEP, span, message);
        let fault = fault.with_help("write what the reader types, or remove it");
        self.diagnostics.push(fault);
    }

    fn push_step(&mut self, mut step: Step) -> usize {
        self.steps += 1;
        step.number = self.steps;
        step.section = self.section();
        self.blocks.push(Block::Step(step));
        self.blocks.len() - 1
    }

    /// The section of a block that comes now; one without a name where no heading has come yet.
    fn section(&mut self) -> usize {
        if self.sections.is_empty() {
            self.sections.push(Section {
                title: String::new(),
                level: 0,
                span: Span::default(),
            });
        }
        self.sections.len() - 1
    }
}

/// The place of the lines of an output; `None` where there are none but blank ones.
fn outputs_span(lines: &[Line]) -> Option<Span> {
    let shown = without_blank_ends(lines);
    let (first, last) = (shown.first()?, shown.last()?);
    Some(Span::new(first.span.start, last.span.end))
}
