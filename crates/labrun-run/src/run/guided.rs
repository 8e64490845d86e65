//! Asking the user before a step, and lending the live session meanwhile.

use labrun_model::{Event, Notice, Step};

use super::blocks::Run;
use crate::guide::{Choice, Guide};

impl Run<'_> {
    /// Whether the step is to be done. Without a guide it is; who wants to go on is not asked again.
    pub(super) fn is_wanted(
        &mut self,
        index: usize,
        step: &Step,
        guide: &mut Option<&mut dyn Guide>,
        emit: &mut dyn FnMut(Event),
    ) -> bool {
        while let Some(asked) = guide.as_deref_mut() {
            let session = self.terminals.describe(&step.terminal);
            match asked.choose(index, &session) {
                Ok(Choice::Step) => return true,
                Ok(Choice::GoOn) => *guide = None,
                Ok(Choice::Quit) => return false,
                Ok(Choice::Shell) => self.lend(step, asked, emit),
                Err(error) => {
                    let warning = format!("nobody can be asked any more: {error}");
                    emit(Event::Notice(Notice::Warning(warning)));
                    return false;
                }
            }
        }
        true
    }

    /// Lends the terminal of a step. What the user did to it is the user's: the next step finds what is there.
    fn lend(&mut self, step: &Step, guide: &mut dyn Guide, emit: &mut dyn FnMut(Event)) {
        let lent = match self.terminals.get(&step.terminal) {
            Ok(terminal) => guide.lend().and_then(|lent| terminal.lend(lent)),
            Err(error) => Err(error),
        };
        guide.take_back();
        let notice = match lent {
            Ok(()) => Notice::Remark(format!(
                "the terminal is at {}",
                self.terminals.describe(&step.terminal)
            )),
            Err(error) => Notice::Warning(format!(
                "the terminal `{}` cannot be lent: {error}",
                step.terminal
            )),
        };
        emit(Event::Notice(notice));
    }
}
