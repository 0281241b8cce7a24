/* Rows of several organisations that may be one pole: groups on the map and in a panel, where people choose
   some, all the sure ones of a view, or one after the other, and agree, merge, refuse, or split again.
   What stands beside double poles is never chosen together with others: a person looks at each first. */
(function (gisreg) {
  "use strict";

  const el = gisreg.el;
  // Told apart also by those who see few colours (Okabe and Ito); more than eight owners share them.
  const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#8a6d1f", "#5b3a8c", "#6b7280"];
  const NEAR = 20;
  const TEXT = gisreg.matchWords;

  gisreg.addMatches = function (map, config) {
    if (!map.gisreg.data.matchGroups) return;
    const wanted = { state: "open", here: false, double: null, sure: 0, isFiltering: false };
    let groups = [];
    let merges = [];
    let counts = {};
    let more = false;
    let isLoading = true;
    let isBusy = false;
    let opened = null;
    let turn = 0;
    const chosen = new Set();
    const kept = new Map();
    const seen = new Set();
    const colours = new Map();
    const layer = L.layerGroup().addTo(map);
    const renderer = L.canvas({ padding: 0.4, tolerance: 8 });
    const panel = el("aside", { class: "gr-panel gr-work", id: "gr-work" });
    const button = el("button", { type: "button", class: "gr-legend-button gr-work-button",
                                  "aria-controls": "gr-work" });

    function colour(owner) {
      const name = owner || "-";
      if (!colours.has(name)) colours.set(name, COLOURS[colours.size % COLOURS.length]);
      return colours.get(name);
    }

    function box() {
      const view = map.getBounds();
      return [view.getWest(), view.getSouth(), view.getEast(), view.getNorth()]
        .map(function (value) { return value.toFixed(6); }).join(",");
    }

    /* --- on the map ------------------------------------------------------------------------------- */

    function drawGroup(group) {
      const at = new Map(group.poles.filter(function (pole) { return pole.stands; })
        .map(function (pole) { return [pole.id, [pole.lat, pole.lon]]; }));
      const isOpened = opened === group.id;
      group.matches.forEach(function (match) {
        const ends = [at.get(match.first_id), at.get(match.second_id)];
        if (!ends[0] || !ends[1]) return;
        L.polyline(ends, { renderer: renderer, color: group.beside_double ? "#b91c1c" : "#1f2937",
          weight: isOpened ? 4 : 2, dashArray: group.beside_double ? "4 4" : null, opacity: 0.9 })
          .on("click", function (event) { L.DomEvent.stopPropagation(event); open(group, false); }).addTo(layer);
      });
      group.poles.forEach(function (pole) {
        if (!at.has(pole.id)) return;
        L.circleMarker(at.get(pole.id), { renderer: renderer, radius: isOpened ? 9 : 6, weight: isOpened ? 3 : 1.5,
          color: isOpened || chosen.has(group.id) ? "#111827" : "#ffffff", fillColor: colour(pole.owner),
          fillOpacity: 1 })
          .on("click", function (event) { L.DomEvent.stopPropagation(event); open(group, false); }).addTo(layer);
      });
    }

    function drawMerge(merge) {
      if (merge.lat === null) return;
      L.circleMarker([merge.lat, merge.lon], { renderer: renderer, radius: 7, weight: 2, color: "#ffffff",
        fillColor: colour(merge.survivor_owner), fillOpacity: 1, interactive: false }).addTo(layer);
    }

    function draw() {
      layer.clearLayers();
      if (wanted.state === "merges") merges.forEach(drawMerge);
      else groups.forEach(drawGroup);
      map.fire("gr:legend");
    }

    function open(group, move) {
      opened = group.id;
      const there = group.poles.filter(function (pole) { return pole.stands; });
      if (move && there.length) {
        goTo(there.reduce(function (sum, pole) { return sum + pole.lat; }, 0) / there.length,
             there.reduce(function (sum, pole) { return sum + pole.lon; }, 0) / there.length);
      }
      draw();
      render();
      const row = panel.querySelector('[data-group="' + group.id + '"]');
      if (row) row.scrollIntoView({ block: "start" });
    }

    /** Show a place in the middle of what the panel leaves of the map. */
    function goTo(lat, lon) {
      const zoom = Math.max(map.getZoom(), NEAR);
      const covered = panel.hidden || !gisreg.isPhone() ? 0 : panel.offsetHeight / 2;
      const middle = map.project([lat, lon], zoom).add([0, covered]);
      map.setView(map.unproject(middle, zoom), zoom, { reset: true });
    }

    /* --- what the server says --------------------------------------------------------------------- */

    function load(skip) {
      const mine = ++turn;
      isLoading = true;
      render();
      const at = skip || 0;
      const asked = wanted.state === "merges"
        ? map.gisreg.data.merges({ limit: config.page, skip: at })
        : map.gisreg.data.matchGroups({ state: wanted.state, beside_double: wanted.double, sure: wanted.sure,
            bbox: wanted.here ? box() : null, limit: config.page, skip: at });
      asked.then(function (answer) {
        if (mine !== turn) return;
        isLoading = false;
        if (wanted.state === "merges") {
          merges = (at ? merges : []).concat(answer.merges);
          more = answer.merges.length === config.page;
        } else {
          groups = (at ? groups : []).concat(answer.groups);
          more = answer.more;
          counts = answer.counts;
        }
        const shown = wanted.state === "merges" ? merges : groups;
        const known = new Set(shown.map(function (one) { return one.id; }));
        chosen.forEach(function (id) { if (!known.has(id)) chosen.delete(id); });
        draw();
        render();
      }, function (error) {
        if (mine !== turn) return;
        isLoading = false;
        say(error);
        render();
      });
    }

    function say(error) {
      gisreg.toast(map, gisreg.say(map, TEXT.failed) + " " +
        (error.told ? gisreg.say(map, error.told) : error.message));
    }

    async function decide(decision, found) {
      if (isBusy || !found.length) return;
      isBusy = true;
      render();
      let done = 0;
      try {
        for (const lot of gisreg.matchLots(found, config.most)) {
          const keep = decision === "merge"
            ? found.map(function (group) { return kept.get(group.id); }).filter(function (id) {
                return id !== undefined && lot.ids.length; }) : [];
          const ours = keep.filter(function (id) {
            return found.some(function (group) {
              return kept.get(group.id) === id && lot.ids.includes(group.matches[0].id); });
          });
          await map.gisreg.data.decideMatches(Object.assign({ decision: decision, keep: ours }, lot));
          done += lot.ids.length;
        }
        gisreg.toast(map, gisreg.say(map, TEXT.done) + ": " + gisreg.number(map, found.length, 0));
        chosen.clear();
        opened = null;
      } catch (error) {
        say(error);
      }
      isBusy = false;
      if (done && decision === "merge") map.fire("gr:redraw");
      load();
    }

    async function undo(found) {
      if (isBusy || !found.length) return;
      isBusy = true;
      render();
      try {
        for (const merge of found) await map.gisreg.data.undoMerge(merge.id);
        gisreg.toast(map, gisreg.say(map, TEXT.done) + ": " + gisreg.number(map, found.length, 0));
        chosen.clear();
      } catch (error) {
        say(error);
      }
      isBusy = false;
      map.fire("gr:redraw");
      load();
    }

    /* --- the panel -------------------------------------------------------------------------------- */

    /** Another state shows other rows: nothing stays chosen. */
    function turnTo(state) {
      wanted.state = state;
      chosen.clear();
      opened = null;
      groups = [];
      merges = [];
      load();
    }

    function number(state) {
      const found = counts[state];
      return found ? " (" + gisreg.number(map, found.groups, 0) + ")" : "";
    }

    function tick(label, isOn, act, disabled) {
      const field = el("input", { type: "checkbox", "aria-label": label, disabled: disabled,
        onchange: function () { act(field.checked); } });
      field.checked = isOn;
      return field;
    }

    function names(group) {
      return group.poles.map(function (pole) {
        return el("span", { class: "gr-owner" }, [gisreg.colorBox(colour(pole.owner)),
          (pole.owner || "–") + " " + (pole.code || gisreg.say(map, TEXT.noCode))]);
      });
    }

    function pole(group, one) {
      const facts = [one.height_m === null ? "" : gisreg.number(map, one.height_m, 1) + " m",
                     gisreg.number(map, one.cables, 0) + " " + gisreg.say(map, TEXT.cables)].filter(Boolean);
      const radio = el("input", { type: "radio", name: "keep-" + group.id, onchange: function () {
        kept.set(group.id, one.id);
      } });
      radio.checked = kept.get(group.id) === one.id;
      return el("label", { class: "gr-row" }, [
        wanted.state === "open" || wanted.state === "agreed" ? radio : "",
        gisreg.colorBox(colour(one.owner)),
        el("span", { class: "gr-label" }, (one.owner || "–") + " " + (one.code || gisreg.say(map, TEXT.noCode))),
        el("span", { class: "gr-count" }, facts.join(" · "))]);
    }

    function deeds(found, names_) {
      return el("div", { class: "gr-actions" }, names_.map(function (name) {
        return el("button", { type: "button", class: "gr-button" + (name === "merge" ? "" : " gr-quiet"),
          "data-deed": name, disabled: isBusy || !found.length, title: gisreg.say(map, TEXT[name + "_told"]),
          onclick: function () { decide(name, found); } }, gisreg.say(map, TEXT[name]));
      }));
    }

    function possible() {
      return wanted.state === "open" ? ["merge", "agree", "refuse"]
        : wanted.state === "agreed" ? ["merge", "refuse"] : [];
    }

    function details(group) {
      const auto = el("input", { type: "radio", name: "keep-" + group.id, onchange: function () {
        kept.delete(group.id);
      } });
      auto.checked = !kept.has(group.id);
      const isSeen = !group.beside_double || seen.has(group.id);
      return el("div", { class: "gr-work-detail" }, [
        group.beside_double ? el("p", { class: "gr-warning" }, gisreg.say(map, TEXT.look)) : "",
        possible().length ? el("p", { class: "gr-note" }, gisreg.say(map, TEXT.keep) + ":") : "",
      ].concat(
        group.poles.map(function (one) { return pole(group, one); }),
        possible().length ? [el("label", { class: "gr-row" }, [auto,
          el("span", { class: "gr-label" }, gisreg.say(map, TEXT.auto))])] : [],
        group.beside_double && possible().length ? [el("label", { class: "gr-row" }, [
          tick(gisreg.say(map, TEXT.seen), isSeen, function (on) {
            if (on) seen.add(group.id); else seen.delete(group.id);
            render();
          }),
          el("span", { class: "gr-label" }, gisreg.say(map, TEXT.seen))])] : [],
        [possible().length ? deeds(isSeen ? [group] : [], possible()) : ""]));
    }

    function row(group) {
      const isOpened = opened === group.id;
      const facts = gisreg.number(map, 100 * group.certainty, 0) + " % · " + gisreg.say(map, TEXT.apart) + " " +
        gisreg.number(map, group.distance_m, 1) + " m";
      const pick = possible().length
        ? tick(group.poles.map(function (one) { return one.code; }).join(", "), chosen.has(group.id), function (on) {
            if (on) chosen.add(group.id); else chosen.delete(group.id);
            draw();
            render();
          }, group.beside_double) : "";
      return el("li", { class: "gr-work-row", "data-group": group.id,
                        "data-double": group.beside_double ? "true" : null }, [
        el("div", { class: "gr-work-head" }, [pick,
          el("button", { type: "button", class: "gr-work-open", "aria-expanded": String(isOpened),
            onclick: function () {
              if (isOpened) { opened = null; draw(); render(); } else open(group, true);
            } }, [
            el("span", { class: "gr-owners" }, names(group)),
            el("span", { class: "gr-note" }, [group.beside_double ? "⚠ " : "", facts,
              gisreg.matchDecided(group).map(function (text) { return " · " + text; }).join("")]),
          ])]),
        isOpened ? details(group) : ""]);
    }

    function mergeRow(merge) {
      return el("li", { class: "gr-work-row", "data-merge": merge.id }, [el("div", { class: "gr-work-head" }, [
        tick(String(merge.absorbed_code), chosen.has(merge.id), function (on) {
          if (on) chosen.add(merge.id); else chosen.delete(merge.id);
          render();
        }),
        el("button", { type: "button", class: "gr-work-open", onclick: function () {
          if (merge.lat !== null) goTo(merge.lat, merge.lon);
        } }, [
          el("span", {}, [(merge.absorbed_owner || "–") + " " + (merge.absorbed_code || merge.absorbed_id) + " " +
            gisreg.say(map, TEXT.gone) + " " + (merge.survivor_owner || "–") + " " +
            (merge.survivor_code || merge.survivor_id)]),
          el("span", { class: "gr-note" }, gisreg.date(merge.merged_at) + " · " + merge.merged_by),
        ])])]);
    }

    function bulk() {
      if (wanted.state === "merges") {
        const found = merges.filter(function (merge) { return chosen.has(merge.id); });
        return el("div", { class: "gr-work-bulk" }, [
          el("span", { class: "gr-note" }, gisreg.number(map, found.length, 0) + " " + gisreg.say(map, TEXT.chosen)),
          el("button", { type: "button", class: "gr-button", "data-deed": "undo", disabled: isBusy || !found.length,
            onclick: function () { undo(found); } }, gisreg.say(map, TEXT.undo))]);
      }
      if (!possible().length) return "";
      const plain = groups.filter(function (group) { return !group.beside_double; });
      const found = plain.filter(function (group) { return chosen.has(group.id); });
      return el("div", { class: "gr-work-bulk" }, [
        el("label", { class: "gr-row" }, [
          tick(gisreg.say(map, TEXT.choose), found.length > 0 && found.length === plain.length, function (on) {
            plain.forEach(function (group) { if (on) chosen.add(group.id); else chosen.delete(group.id); });
            draw();
            render();
          }, !plain.length),
          el("span", { class: "gr-label" }, gisreg.say(map, TEXT.choose)),
          el("span", { class: "gr-count", "data-count": "chosen" },
            gisreg.number(map, found.length, 0) + " / " + gisreg.number(map, plain.length, 0))]),
        deeds(found, possible())]);
    }

    function list() {
      const found = wanted.state === "merges" ? merges : groups;
      if (!found.length) {
        return el("p", { class: "gr-muted" }, gisreg.say(map, isLoading ? TEXT.loading
          : wanted.state === "merges" ? TEXT.nothing : TEXT.none));
      }
      return el("ul", { class: "gr-work-list" }, found.map(wanted.state === "merges" ? mergeRow : row)
        .concat(more ? [el("li", {}, el("button", { type: "button", class: "gr-button gr-quiet", disabled: isLoading,
          onclick: function () { load(found.length); } }, gisreg.say(map, TEXT.more)))] : []));
    }

    function show(isShown) {
      panel.hidden = !isShown;
      button.hidden = isShown;
      button.setAttribute("aria-expanded", String(isShown));
      if (isShown) map.fire("gr:panel", { panel: panel });
    }

    function render() {
      const old = panel.querySelector(".gr-panel-body");
      const scroll = old ? old.scrollTop : 0;
      const fields = function () { return [...panel.querySelectorAll("input, select, button")]; };
      const focus = fields().indexOf(document.activeElement);
      panel.setAttribute("aria-label", gisreg.say(map, TEXT.title));
      panel.setAttribute("aria-busy", String(isBusy || isLoading));
      gisreg.append(gisreg.clear(button), "⛓ " + gisreg.say(map, TEXT.title));
      gisreg.append(gisreg.clear(panel), [
        el("header", { class: "gr-panel-head" }, [gisreg.titles(map, TEXT.title, "h2"),
          el("button", { type: "button", class: "gr-icon", "aria-label": gisreg.say(map, TEXT.close),
                         onclick: function () { show(false); } }, "✕")]),
        el("div", { class: "gr-panel-body" }, [
          el("p", { class: "gr-note" }, gisreg.say(map, TEXT.both)),
          gisreg.matchFilters(map, wanted, number, turnTo, function () { load(); }), bulk(), list(),
          el("p", {}, el("button", { type: "button", class: "gr-button gr-quiet", "data-deed": "again",
            onclick: function () {
              map.gisreg.data.proposeMatches(box()).then(function () { gisreg.toast(map, TEXT.asked); }, function (error) {
                if (error.status === 403) gisreg.toast(map, gisreg.say(map, TEXT.refused));
                else say(error);
              });
            } }, gisreg.say(map, TEXT.again))),
        ])]);
      panel.querySelector(".gr-panel-body").scrollTop = scroll;
      const again = fields()[focus];
      if (again) again.focus({ preventScroll: true });
    }

    map.gisreg.legendParts = map.gisreg.legendParts || [];
    map.gisreg.legendParts.push(function () {
      if (!colours.size) return "";
      return el("section", { class: "gr-group", "data-part": "matches" }, [
        el("h3", {}, gisreg.titles(map, TEXT.legend)),
        el("div", { class: "gr-rules" }, [...colours].map(function ([name, color]) {
          return el("div", { class: "gr-row" }, [gisreg.colorBox(color),
            el("span", { class: "gr-label" }, name === "-" ? gisreg.say(map, TEXT.unknown) : name)]);
        }))]);
    });
    map.getContainer().parentNode.append(panel, button);
    map.on("gr:language", render);
    map.on("moveend", function () { if (wanted.here) load(); });
    button.addEventListener("click", function () { show(true); });
    map.on("gr:panel", function (event) {
      if (event.panel !== panel && gisreg.isNarrow()) show(false);
    });
    show(true);
    load();
  };
})(gisreg);
