(() => {
  const words = document.body.dataset;

  const copyByHand = (text) => {
    const area = document.createElement("textarea");
    const before = document.activeElement;
    area.className = "hidden";
    area.value = text;
    document.body.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    before?.focus({ preventScroll: true });
    return copied;
  };

  const copy = async (text) => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return copyByHand(text);
    }
  };

  const mark = (nodes) => {
    const range = document.createRange();
    range.setStartBefore(nodes[0]);
    range.setEndAfter(nodes[nodes.length - 1]);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
  };

  const offer = (button, rows, textOf) => {
    const status = document.createElement("output");
    button.after(status);
    button.hidden = false;
    button.addEventListener("click", async () => {
      const shown = rows.filter((row) => !row.hidden);
      const copied = await copy(textOf(shown));
      if (!copied) mark(shown);
      status.textContent = copied ? words.copied : words.copyFailed;
      setTimeout(() => { status.textContent = ""; }, copied ? 2500 : 10000);
    });
  };

  const aboutCall = (row) => {
    const [began, name, took, outcome, ids] = [...row.cells].map((cell) => cell.firstElementChild.innerText.trim());
    return [`${began} · ${name.split("\n")[0]} · ${took}`, outcome, ids].join("\n");
  };

  for (const table of document.querySelectorAll(".calls-to-send")) {
    const name = table.getAttribute("aria-labelledby");
    const target = document.getElementById(`${name}-target`).textContent;
    const curls = [...table.closest("section").querySelectorAll("details.curl")];
    const textOf = (rows) => {
      const steps = new Set(rows.map((row) => row.dataset.step));
      const repeat = curls.filter((curl) => steps.has(curl.dataset.step));
      const commands = repeat.map((curl) => `# ${curl.firstElementChild.textContent}\n${curl.lastElementChild.textContent}`);
      return [target, ...rows.map(aboutCall), ...commands].join("\n\n");
    };
    const rows = [...table.tBodies[0].rows];
    for (const row of rows) offer(row.querySelector("button.copy"), [row], textOf);
    offer(document.getElementById(`${name}-copy`), rows, textOf);
  }
})();
