//! The vocabulary of a lab: the words of the design as types, shared by every other crate.
//!
//! The main type is [`Lab`], a chapter as resolved: sections, and in them steps and checks in the order of the page.
//! This crate does no I/O; it neither parses Markdown nor runs anything. It has one dependency: a run's events can be sent to
//! another process.

mod diagnostic;
mod event;
mod expectation;
mod failure;
mod json;
mod lab;
mod part;
mod pattern;
mod policy;
mod probe;
mod quantity;
mod relation;
mod sample;
mod secret;
mod session;
mod source;
mod table;
mod used;
mod value;

pub use diagnostic::{Diagnostic, Severity};
pub use event::{CheckOutcome, Event, Evidence, Header, Notice, StepOutcome, Summary, Verdict};
pub use expectation::{Expectation, ExpectedLine, ExpectedOutput, LineOrder, RowOrder};
pub use failure::{BrokenRelation, CapturedValue, DeadContainer, DiffLine, Failure, FailureKind};
pub use json::{JsonItem, JsonNode, JsonNumber, JsonValue};
pub use lab::{
    Action, Allowed, Answer, AnswerText, Block, Check, ExpectedExit, Lab, LabFile, Line, Section,
    Step, TerminalName,
};
pub use part::{LeftOut, Part};
pub use pattern::{Pattern, Piece};
pub use policy::{Allowances, Capability, Freedom, ImagePattern, Namespace, Policy};
pub use probe::{
    Address, ContainerState, FilePromise, Health, HttpMethod, HttpQuestion, PortState, Probe,
};
pub use quantity::{Quantity, QuantityKind};
pub use relation::{Comparison, Operand, Relation, Side, Sign, Term};
pub use sample::{Answered, Sample, Samples};
pub use secret::secret_forms;
pub use session::{
    EngineCommand, Followed, KeyedLine, Language, Opener, PythonReader, Session, SessionChange,
    SessionKind, SessionTracker, Word, closes, engine_commands, opener, opening_command,
    python_lines, shell_wants_more, words,
};
pub use source::{LineOrigin, Place, SourceFile, Span};
pub use table::{TableLine, blank_end, table_lines};
pub use used::{UsedImage, UsedProgram};
pub use value::{Placeholder, ValueKind};
