/* The search box: streets, pole codes, wards. A combobox that works by keyboard and by thumb. */
(function (gisreg) {
  "use strict";

  const el = gisreg.el;
  const PAUSE_MS = 250; // wait for a pause in typing before asking
  const TEXT = {
    hint: { vi: "Tìm tuyến đường, mã cột…", en: "Search street, pole code…" },
    none: { vi: "Không tìm thấy", en: "Nothing found" },
    failed: { vi: "Chưa tìm được, thử lại", en: "Search failed, try again" },
  };

  gisreg.addSearch = function (map) {
    const input = el("input", { type: "search", class: "gr-search-input", role: "combobox",
      autocomplete: "off", spellcheck: "false", "aria-autocomplete": "list", "aria-expanded": "false",
      "aria-controls": "gr-results", enterkeyhint: "search" });
    const list = el("ul", { class: "gr-results", id: "gr-results", role: "listbox", hidden: true });
    const box = el("div", { class: "gr-search" }, [input, list]);
    document.querySelector(".gr-header-search").append(box);
    let results = [], active = -1, timer = null, running = null;

    function hint() {
      input.placeholder = gisreg.say(map, TEXT.hint);
      input.setAttribute("aria-label", gisreg.say(map, TEXT.hint));
    }

    function open(on) {
      list.hidden = !on;
      input.setAttribute("aria-expanded", String(on));
      if (!on) input.removeAttribute("aria-activedescendant");
    }

    function mark(index) {
      active = index;
      [...list.children].forEach(function (item, i) {
        item.setAttribute("aria-selected", String(i === index));
        if (i === index) {
          item.scrollIntoView({ block: "nearest" });
          input.setAttribute("aria-activedescendant", item.id);
        }
      });
    }

    /* What was found shall lie beside the panels of a wide screen, and above the sheet of a phone. */
    function paddings() {
      const size = map.getSize();
      if (gisreg.isPhone()) return { paddingTopLeft: [30, 30], paddingBottomRight: [60, size.y * 0.6] };
      if (size.x < 1100) return { padding: [60, 60] };
      return { paddingTopLeft: [470, 50], paddingBottomRight: [340, 50] };
    }

    function go(found) {
      open(false);
      input.value = found.label;
      input.blur(); // puts the keyboard of a phone away
      const [west, south, east, north] = found.bbox;
      map.fitBounds([[south, west], [north, east]], Object.assign({ maxZoom: 18 }, paddings()));
      if (map.gisreg.tiles.gr.layers.some(function (layer) { return layer.key === found.layer; })) {
        if (!map.gisreg.shown[found.layer]) {
          map.gisreg.shown[found.layer] = true;
          gisreg.stateChanged(map);
        }
      }
      map.fire("gr:open", { layer: found.layer, id: found.id });
    }

    function message(text) {
      results = [];
      gisreg.append(gisreg.clear(list), el("li", { class: "gr-muted" }, gisreg.say(map, text)));
      open(true);
    }

    function fill(found) {
      results = found;
      active = -1;
      if (!found.length) { message(TEXT.none); return; }
      gisreg.append(gisreg.clear(list), found.map(function (item, i) {
        return el("li", { role: "option", id: "gr-result-" + i, "aria-selected": "false",
          onpointerdown: function (event) { event.preventDefault(); },
          onclick: function () { go(item); } },
        [el("span", { class: "gr-result-label" }, item.label),
         el("span", { class: "gr-second" }, gisreg.say(map, item.context))]);
      }));
      open(true);
    }

    async function ask() {
      const text = input.value.trim();
      if (running) running.abort();
      if (text.length < 2) { open(false); return; }
      running = new AbortController();
      const mine = running;
      try {
        const found = await map.gisreg.data.search(text, mine.signal);
        if (mine === running) fill(found);
      } catch (error) {
        if (error.name !== "AbortError" && mine === running) message(TEXT.failed);
      }
    }

    input.addEventListener("input", function () {
      clearTimeout(timer);
      timer = setTimeout(ask, PAUSE_MS);
    });
    input.addEventListener("keydown", function (event) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (!results.length) return;
        const step = event.key === "ArrowDown" ? 1 : -1;
        mark((active + step + results.length) % results.length);
      } else if (event.key === "Enter") {
        event.preventDefault();
        if (results.length) go(results[Math.max(0, active)]);
        else ask();
      } else if (event.key === "Escape") {
        open(false);
      }
    });
    input.addEventListener("focus", function () { if (results.length) open(true); });
    input.addEventListener("blur", function () { open(false); });
    map.on("gr:language", hint);
    hint();
  };
})(gisreg);
