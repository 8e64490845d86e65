//! What makes a session that marks its prompts fit for people: prompts that are seen, and an echo. Pure text.

use labrun_model::SessionKind;

/// What is typed to make a session that marks its prompts show them as well, and echo, for a user who types into it.
/// Teaching it the bootstrap again takes that back.
pub(super) fn sociable(kind: SessionKind, nonce: &str, session: u32) -> String {
    match kind {
        SessionKind::Bash => {
            let mark = format!("\\e]7717;{nonce};{session};");
            format!(
                " __labrun(){{ local s=$?; PS1=$'\\[{mark}D;$?\\a\\]\\w\\$ ' PS2=$'\\[{mark}P\\a\\]> ' PS0=$'{mark}C\\a'; return $s; }}; \
                 stty echo 2>/dev/null; [[ -o vi ]] || set -o emacs"
            )
        }
        SessionKind::Sh => " PS1=\"$PS1\\$ \"; PS2=\"$PS2> \"; stty echo".to_owned(),
        SessionKind::Psql => {
            let mark = format!("%033]7717;{nonce};{session};");
            format!(
                "\\set PROMPT1 '%[{mark}D;%:ERROR:,%:SQLSTATE:,%x%007%]%/%R%x%# ' \\\\ \
                 \\set PROMPT2 '%[{mark}P;%R%007%]%/%R%x%# '\n\\! stty echo 2>/dev/null"
            )
        }
        // Its longest prompt has no room for more than a mark; the lender shows the sign.
        SessionKind::Sqlite => ".shell stty echo 2>/dev/null".to_owned(),
        SessionKind::Python => {
            let lines = [
                "import os, sys",
                "marked = sys.ps1",
                "class Shown:",
                " def __str__(self):",
                "  return str(marked) + \">>> \"",
                "sys.ps1 = Shown()",
                "sys.ps2 = sys.ps2 + \"... \"",
                "os.system(\"stty echo 2>/dev/null\")",
            ];
            format!("exec('{}', {{}})", lines.join("\\n"))
        }
    }
}

/// Whether such a session shows no prompt of its own behind its mark.
pub(super) fn is_mute(kind: SessionKind) -> bool {
    kind == SessionKind::Sqlite
}
