//! `labrun new`: writes what makes a lab book of a folder, a book or a page, and says what comes next.

use std::fs;

use anyhow::Context as _;

use crate::args::New;
use crate::exit::Exit;
use crate::new::plan;
use crate::report;

/// Plans, writes, and tells.
pub(crate) fn new(arguments: &New) -> anyhow::Result<Exit> {
    let plan = match plan(&arguments.path, arguments.languages) {
        Ok(plan) => plan,
        Err(refusal) => {
            report::error(&refusal.what, Some(&refusal.help));
            return Ok(Exit::Wrong);
        }
    };
    if !arguments.dry_run {
        for (path, text) in plan.files.iter().chain(&plan.changed) {
            let full = plan.root.join(path);
            let folder = full.parent().unwrap_or(&plan.root);
            fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
            fs::write(&full, text).with_context(|| format!("writing {}", full.display()))?;
        }
    }
    report::made(&plan, &arguments.path, arguments.dry_run);
    Ok(Exit::Passed)
}
