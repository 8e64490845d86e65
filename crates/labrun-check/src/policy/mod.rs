//! What the containers of a lab ask for, and whether a policy allows it, before anything starts.
//!
//! The way: [`inquire`] reads the chapter and says what compose is to be asked; whoever can run compose asks it; and
//! [`Inquiry::judge`] compares the answers, and what is typed, with the policy. Pure: files, links and processes are the
//! caller's. It fails closed: what no rule knows is refused.

mod codes;
mod compose;
mod own;
mod places;
mod projects;
mod references;
mod shell;
mod sockets;
mod typed;
mod variables;
mod want;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use labrun_model::{Allowances, Diagnostic, Lab, Span};
use labrun_run::{ComposeAnswer, ComposeQuestion};

pub use self::codes::POLICY_FINDINGS;
use self::own::Own;
use self::projects::{About, Project, State, states};
use self::references::{To, references};
use self::typed::{Does, Typed};
use self::variables::{ANY, Assigned, LEADING};
use self::want::{Measure, Want};

/// What a lab is judged by.
pub struct Rules<'a> {
    /// What is allowed beyond the built-in policy.
    pub allowances: &'a Allowances,
    /// The name of the policy's file, for help.
    pub file: &'a str,
    /// The sockets of engines that are known, beside the usual ones.
    pub sockets: &'a [PathBuf],
    /// Where a path of this machine leads, without symbolic links; `None` where that cannot be known.
    pub real: &'a dyn Fn(&Path) -> Option<PathBuf>,
}

/// A lab that is being judged.
pub struct Inquiry<'a> {
    lab: &'a Lab,
    states: Vec<State<'a>>,
    typed: Vec<Typed>,
    assigned: Vec<Assigned>,
    /// What was found before compose is asked.
    early: Vec<Diagnostic>,
    projects: Vec<(usize, Project)>,
    questions: Vec<ComposeQuestion>,
}

/// Reads what a lab asks for, as far as its chapter says it.
pub fn inquire<'a>(lab: &'a Lab, rules: &Rules<'_>) -> Inquiry<'a> {
    let mut inquiry = Inquiry {
        lab,
        states: states(lab),
        typed: typed::commands(lab),
        assigned: typed::assigned(lab),
        early: Vec::new(),
        projects: Vec::new(),
        questions: Vec::new(),
    };
    inquiry.early.extend(inquiry.variables());
    inquiry.early.extend(inquiry.calls());
    for (index, state) in inquiry.states.iter().enumerate() {
        let found = of_references(lab, state, rules);
        // What compose would read from elsewhere is not read.
        if found.is_empty() {
            let projects = state.projects(&inquiry.typed, &inquiry.assigned);
            inquiry
                .projects
                .extend(projects.into_iter().map(|project| (index, project)));
        }
        inquiry.early.extend(found);
    }
    let questions = inquiry
        .projects
        .iter()
        .flat_map(|(_, project)| project.questions.iter());
    let questions: BTreeSet<ComposeQuestion> = questions.cloned().collect();
    inquiry.questions = questions.into_iter().collect();
    inquiry
}

impl Inquiry<'_> {
    /// What compose is to be asked.
    pub fn questions(&self) -> &[ComposeQuestion] {
        &self.questions
    }

    /// How many compose files the lab writes.
    pub fn files(&self) -> usize {
        let paths: BTreeSet<&Path> = self
            .states
            .iter()
            .flat_map(State::compose_files)
            .map(|file| file.path)
            .collect();
        paths.len()
    }

    /// How many typed commands ask an engine for something.
    pub fn commands(&self) -> usize {
        let places: BTreeSet<(Span, &str)> = self
            .typed
            .iter()
            .map(|command| (command.span, command.subject.as_str()))
            .collect();
        places.len()
    }

    /// Everything that is refused, sorted by place. The answers are those to [`Inquiry::questions`], in the same order;
    /// `lab_folder` is where a run's could be, for what is typed.
    pub fn judge(
        self,
        rules: &Rules<'_>,
        answers: &[ComposeAnswer],
        lab_folder: &Path,
    ) -> Vec<Diagnostic> {
        let mut own = Own::default();
        let models = answers
            .iter()
            .filter_map(|answer| answer.model.as_ref().ok());
        models.for_each(|model| own.add_model(model));
        typed::add_names(&self.typed, &mut own);
        let mut found = Vec::new();
        for (state, project) in &self.projects {
            self.project(
                &self.states[*state],
                project,
                answers,
                rules,
                &own,
                &mut found,
            );
        }
        let stays = typed::stays(self.lab);
        rules.at(lab_folder, |measure| {
            for command in &self.typed {
                for want in command.wants(lab_folder, stays, &own) {
                    found.extend(refused(&want, &command.subject, command.span, measure));
                }
            }
        });
        found.extend(self.early);
        // The same project is asked in several states, and a step is read twice.
        found.sort_by(|one, other| {
            (one.span, one.code, &one.message).cmp(&(other.span, other.code, &other.message))
        });
        found.dedup_by(|one, other| {
            (one.span, one.code, &one.message) == (other.span, other.code, &other.message)
        });
        found
    }

    fn project(
        &self,
        state: &State<'_>,
        project: &Project,
        answers: &[ComposeAnswer],
        rules: &Rules<'_>,
        own: &Own,
        found: &mut Vec<Diagnostic>,
    ) {
        let mut reason = None;
        let mut is_resolved = false;
        for question in &project.questions {
            let at = self.questions.binary_search(question).ok();
            let answer = at.and_then(|at| answers.get(at));
            match answer.map(|answer| (answer, answer.model.as_ref())) {
                Some((answer, Ok(model))) => {
                    is_resolved = true;
                    self.model(state, question, answer, model, rules, own, found);
                }
                Some((answer, Err(words))) => {
                    let folder = format!("{}/", answer.lab_folder.display());
                    reason.get_or_insert(words.replace(&folder, ""));
                }
                None => {
                    reason.get_or_insert("compose was not asked".to_owned());
                }
            }
        }
        if !is_resolved && project.must_resolve {
            let (span, what) = match &project.about {
                About::Command(span) => (*span, "the files of this command".to_owned()),
                About::File(path) => (
                    state
                        .file(path)
                        .map_or_else(Span::default, |file| file.opening(self.lab)),
                    format!("`{}` as the chapter writes it", path.display()),
                ),
            };
            let reason = reason.unwrap_or_default().replace(char::is_control, " ");
            let message = format!("compose does not accept {what}: {reason}");
            found.push(Diagnostic::error(codes::NOT_RESOLVED, span, message).with_help(
                "nothing can be known of what compose does not resolve; `docker compose config` in a folder with the chapter's files says the same",
            ));
        }
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "each is another part of one question"
    )]
    fn model(
        &self,
        state: &State<'_>,
        question: &ComposeQuestion,
        answer: &ComposeAnswer,
        model: &serde_json::Value,
        rules: &Rules<'_>,
        own: &Own,
        found: &mut Vec<Diagnostic>,
    ) {
        let mut files: Vec<_> = state
            .compose_files()
            .filter(|file| !named(question, file.path))
            .collect();
        // The files that the question names, and those of its folder, say more than others do.
        files.extend(
            state
                .compose_files()
                .filter(|file| named(question, file.path)),
        );
        rules.at(&answer.lab_folder, |measure| {
            for asked in compose::asked(model, own) {
                let span =
                    places::find(self.lab, &files, &asked.keys, asked.item).unwrap_or_default();
                found.extend(refused(&asked.want, &asked.subject, span, measure));
            }
            // An older compose leaves out services of a profile, and an override can take one away.
            let known: BTreeSet<&str> = compose::services(model).collect();
            let named = files.iter().filter(|file| named(question, file.path));
            for file in named {
                let services = file.roots().iter().filter_map(|root| root.get("services"));
                for (name, _) in services.flat_map(|services| services.pairs()) {
                    if !known.contains(name.text.as_str()) {
                        let subject = format!("the service `{}`", name.text.escape_debug());
                        let want = Want::unknown("a profile that compose leaves out");
                        found.extend(refused(
                            &want,
                            &subject,
                            file.line(self.lab, name.line),
                            measure,
                        ));
                    }
                }
            }
        });
    }

    /// Calls of compose that read what the chapter does not write.
    fn calls(&self) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for command in &self.typed {
            let Does::Compose(call) = &command.does else {
                continue;
            };
            let is_written = self
                .states
                .iter()
                .any(|state| !state.folders_of(call).is_empty());
            if !is_written {
                let message = format!(
                    "{} reads files that no step of the chapter writes, so labrun does not know what they ask for",
                    command.subject
                );
                found.push(Diagnostic::error(codes::NOT_RESOLVED, command.span, message).with_help(
                    "write the file in a fence with `file=PATH`, and call compose in its folder or below the lab folder",
                ));
            }
        }
        found
    }

    /// Variables by which a compose file is resolved and whose values nobody knows.
    fn variables(&self) -> Vec<Diagnostic> {
        let used: BTreeSet<String> = self
            .states
            .iter()
            .flat_map(State::compose_files)
            .flat_map(|file| variables::used(file.content))
            .collect();
        let has_compose = self
            .typed
            .iter()
            .any(|command| matches!(command.does, Does::Compose(_)));
        let unknown = self.assigned.iter().filter(|one| {
            let leads = has_compose && LEADING.contains(&one.name.as_str());
            let is_any = one.name == ANY && !used.is_empty();
            leads || is_any || (one.value.is_none() && used.contains(&one.name))
        });
        unknown
            .map(|one| {
                let what = match one.name.as_str() {
                    ANY => "this may set variables by which compose resolves the chapter's files".to_owned(),
                    name => format!("this sets `{name}`, by which compose resolves the chapter's files"),
                };
                let message = format!("{what}, and labrun does not know to what");
                Diagnostic::error(codes::UNKNOWN_TO_POLICY, one.span, message)
                    .with_help("write the values in the compose file, or in a `.env` that a fence with `file=.env` writes")
            })
            .collect()
    }
}

impl Rules<'_> {
    /// Measures with a lab folder.
    fn at<T>(&self, lab_folder: &Path, measure: impl FnOnce(&Measure<'_>) -> T) -> T {
        let sockets: Vec<PathBuf> = sockets::with_usual(self.sockets)
            .iter()
            .filter_map(|socket| (self.real)(socket))
            .collect();
        let real_folder = (self.real)(lab_folder).unwrap_or_else(|| lab_folder.to_owned());
        measure(&Measure {
            allowances: self.allowances,
            file: self.file,
            sockets: &sockets,
            real: self.real,
            lab_folder: &real_folder,
        })
    }
}

/// What compose files of a state have compose read from elsewhere.
fn of_references(lab: &Lab, state: &State<'_>, rules: &Rules<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    rules.at(Path::new("/labrun/lab"), |measure| {
        for file in state.compose_files() {
            let subject = format!("`{}`", file.path.display());
            if file.documents.is_none() {
                let want = Want::unknown("YAML that labrun cannot read");
                found.extend(refused(&want, &subject, file.opening(lab), measure));
            }
            for reference in references(file) {
                if let To::Elsewhere(want) = &reference.to {
                    found.extend(refused(
                        want,
                        &subject,
                        file.line(lab, reference.line),
                        measure,
                    ));
                }
            }
        }
    });
    found
}

/// The finding of something that is not allowed.
fn refused(want: &Want, subject: &str, span: Span, measure: &Measure<'_>) -> Option<Diagnostic> {
    let refusal = want.refusal(measure)?;
    let message = format!("{subject} {}", refusal.does);
    Some(Diagnostic::error(refusal.code, span, message).with_help(refusal.help))
}

/// Whether a question is about a file: by its name, or because compose finds it in the folder.
fn named(question: &ComposeQuestion, path: &Path) -> bool {
    if question.files.is_empty() {
        return path.parent() == Some(&question.folder) && projects::is_found(path);
    }
    question
        .files
        .iter()
        .any(|file| question.folder.join(file) == path)
}
