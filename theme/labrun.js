// Copy buttons of a lab's steps. Without this script the page says the same.
//
// A button copies what is typed and nothing else: in a console block the lines that the page names as commands, without
// their prompt; in any other step the whole block. mdBook's own button would copy outputs as well, so it leaves the
// steps; on outputs it stays.
(() => {
  "use strict";

  const WORDS = {
    id: { commands: "Salin perintah", file: "Salin isi berkas", done: "Tersalin", failed: "Tidak dapat menyalin" },
    en: { commands: "Copy commands", file: "Copy the file", done: "Copied", failed: "Cannot copy" },
  };
  const language = document.documentElement.lang.split("-")[0];
  const words = WORDS[language] ?? WORDS.en;

  // How long a word on what happened stays.
  const SAID_MS = 4000;

  // What a reader would type, or the whole file.
  function textOf(step, code) {
    const text = code.textContent;
    if (step.classList.contains("labrun-file")) return text;
    if (step.dataset.commands === undefined) return text.replace(/\n+$/, "");
    const lines = text.split("\n");
    // Each is the number of a line and, behind a colon, how long its prompt is.
    const commands = step.dataset.commands.split(" ").map((command) => command.split(":"));
    return commands.map(([line, prompt]) => [...(lines[line - 1] ?? "")].slice(prompt).join("")).join("\n");
  }

  // A page that came over plain HTTP from another machine has no clipboard but this one.
  function copyBySelection(text) {
    const area = document.createElement("textarea");
    area.value = text;
    area.readOnly = true;
    area.className = "labrun-clipboard";
    area.setAttribute("aria-hidden", "true");
    const focused = document.activeElement;
    document.body.append(area);
    area.select();
    let done = false;
    try {
      done = document.execCommand("copy");
    } catch {
      // Then it is said that it failed.
    }
    area.remove();
    focused?.focus({ preventScroll: true });
    return done;
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copyBySelection(text);
    }
  }

  function removeOtherButton(pre) {
    pre.querySelector(".clip-button")?.remove();
    const buttons = pre.querySelector(".buttons");
    if (buttons !== null && buttons.childElementCount === 0) buttons.remove();
  }

  function addButton(step) {
    const code = step.querySelector(":scope > pre > code, :scope > .playground > code, :scope > pre > pre > code");
    const caption = step.querySelector(":scope > .labrun-caption");
    if (code === null || caption === null) return;
    const label = step.classList.contains("labrun-file") ? words.file : words.commands;
    const number = caption.querySelector("a")?.textContent ?? "";

    const button = document.createElement("button");
    button.type = "button";
    button.className = "labrun-copy";
    button.textContent = label;
    // Among many buttons, heard without the page around them, each says which it is.
    button.setAttribute("aria-label", `${label}: ${number}`);

    const said = document.createElement("span");
    said.className = "labrun-said";
    said.setAttribute("role", "status");
    said.setAttribute("aria-live", "polite");

    let timer;
    button.addEventListener("click", async () => {
      const done = await copy(textOf(step, code));
      said.textContent = done ? words.done : words.failed;
      clearTimeout(timer);
      timer = setTimeout(() => (said.textContent = ""), SAID_MS);
    });

    const actions = document.createElement("span");
    actions.className = "labrun-actions";
    actions.append(said, button);
    caption.append(" ", actions);
    removeOtherButton(code.parentElement);
  }

  document.querySelectorAll(".labrun-step").forEach(addButton);
})();
