"use strict";
(() => {
  const words = document.body.dataset;
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });

  const keyOf = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.key ?? cell.textContent.trim();
  };
  const compare = (one, other) => {
    const [a, b] = [one, other].map((key) => (key === "" ? NaN : Number(key)));
    if (!Number.isNaN(a) && !Number.isNaN(b)) return a - b;
    return collator.compare(one, other);
  };

  const sortBy = (table, head, column) => {
    const descending = head.getAttribute("aria-sort") === "ascending";
    for (const each of head.parentElement.cells) each.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", descending ? "descending" : "ascending");
    const body = table.tBodies[0];
    const sign = descending ? -1 : 1;
    body.append(...[...body.rows].sort((one, other) => sign * compare(keyOf(one, column), keyOf(other, column))));
  };

  for (const table of document.querySelectorAll("table[data-sort]")) {
    [...(table.tHead?.rows[0].cells ?? [])].forEach((head, column) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      button.addEventListener("click", () => sortBy(table, head, column));
      head.append(button);
    });
  }

  const addFilter = (place, items) => {
    const label = document.createElement("label");
    const input = document.createElement("input");
    const shown = document.createElement("output");
    label.className = "filter";
    input.type = "search";
    label.append(words.filterLabel, input, shown);
    input.addEventListener("input", () => {
      const wanted = input.value.trim().toLocaleLowerCase();
      let count = 0;
      for (const item of items) {
        item.hidden = !item.textContent.toLocaleLowerCase().includes(wanted);
        count += item.hidden ? 0 : 1;
      }
      shown.textContent = wanted
        ? words.shown.replace("{shown}", String(count)).replace("{all}", String(items.length))
        : "";
    });
    place(label);
  };

  for (const table of document.querySelectorAll("table[data-filter]")) {
    addFilter((label) => table.caption.append(label), [...table.tBodies[0].rows]);
  }
})();
