(() => {
  const words = document.body.dataset;

  const press = (chips, chosen) => {
    for (const chip of chips) chip.setAttribute("aria-pressed", String(chip === chosen));
  };

  const choose = (part) => {
    const bar = part.querySelector(".chips");
    const items = [...part.querySelectorAll("details.call")];
    const input = bar.querySelector("input");
    const shown = bar.querySelector("output");
    const wanted = { kind: "", step: "" };

    const apply = () => {
      const typed = input.value.trim().toLocaleLowerCase();
      for (const item of items) {
        const fits = ["kind", "step"].every((name) => !wanted[name] || item.dataset[name] === wanted[name]);
        item.hidden = !fits || !item.textContent.toLocaleLowerCase().includes(typed);
      }
      const count = items.filter((item) => !item.hidden).length;
      shown.textContent = count === items.length
        ? ""
        : words.shown.replace("{shown}", String(count)).replace("{all}", String(items.length));
    };

    for (const group of bar.querySelectorAll("[role=group]")) {
      const chips = [...group.querySelectorAll("button")];
      for (const chip of chips) {
        chip.addEventListener("click", () => {
          Object.assign(wanted, chip.dataset);
          press(chips, chip);
          apply();
        });
      }
    }
    input.addEventListener("input", apply);
    bar.hidden = false;

    return () => {
      Object.assign(wanted, { kind: "", step: "" });
      input.value = "";
      for (const group of bar.querySelectorAll("[role=group]")) {
        const chips = [...group.querySelectorAll("button")];
        press(chips, chips[0]);
      }
      apply();
    };
  };

  const showAll = new Map([...document.querySelectorAll(".calls")].map((part) => [part, choose(part)]));

  const named = (name) =>
    document.getElementById(name) ?? document.getElementById(`s1-${name}`) ??
    document.getElementById(name.replace(/^s1-/, ""));

  const openLinked = () => {
    const place = named(decodeURIComponent(location.hash.slice(1)));
    for (const call of document.querySelectorAll(".linked")) call.classList.remove("linked");
    if (!place) return;
    for (let part = place.closest("details"); part; part = part.parentElement.closest("details")) part.open = true;
    if (!place.matches(".call")) {
      place.scrollIntoView();
      return;
    }
    if (place.hidden) showAll.get(place.closest(".calls"))();
    place.classList.add("linked");
    place.querySelector("summary").focus({ preventScroll: true });
    place.scrollIntoView({ block: "center" });
  };

  addEventListener("hashchange", openLinked);
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link && link.getAttribute("href") === location.hash) openLinked();
  });
  if (location.hash) openLinked();
})();
