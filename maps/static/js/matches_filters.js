/* Which same poles are asked for: state, view, kind and certainty; who decided on them, and in which lots. */
(function (gisreg) {
  "use strict";

  const el = gisreg.el;
  const TEXT = gisreg.matchWords;
  const STATES = ["open", "agreed", "merges", "refused", "split"];

  function option(value, text, now) {
    return el("option", { value: value, selected: value === now }, text);
  }

  /** The fields of a panel: `wanted` is changed in place, then `turnTo(state)` or `reload()` follows.
      `number(state)` tells how many there are. */
  gisreg.matchFilters = function (map, wanted, number, turnTo, reload) {
    const state = el("select", { name: "state", onchange: function () {
      turnTo(state.value);
    } }, STATES.map(function (key) {
      return option(key, gisreg.say(map, TEXT[key]) + (key === "merges" ? "" : number(key)), wanted.state);
    }));
    const here = el("input", { type: "checkbox", name: "here", onchange: function () {
      wanted.here = here.checked;
      reload();
    } });
    here.checked = wanted.here;
    if (wanted.state === "merges") {
      return el("div", { class: "gr-work-filters" }, [
        el("label", { class: "gr-theme" }, [gisreg.say(map, TEXT.state), state])]);
    }
    const kind = el("select", { name: "kind", onchange: function () {
      wanted.double = kind.value === "" ? null : kind.value === "true";
      reload();
    } }, [option("", gisreg.say(map, TEXT.every), String(wanted.double)),
          option("false", gisreg.say(map, TEXT.plain), String(wanted.double)),
          option("true", gisreg.say(map, TEXT.doubles), String(wanted.double))]);
    const sure = el("select", { name: "sure", onchange: function () {
      wanted.sure = Number(sure.value);
      reload();
    } }, [0, 0.5, 0.8, 0.9, 0.95, 0.99].map(function (share) {
      return option(String(share), gisreg.number(map, 100 * share, 0) + " %", String(wanted.sure));
    }));
    return el("div", {}, [
      el("div", { class: "gr-work-filters" }, [
        el("label", { class: "gr-theme" }, [gisreg.say(map, TEXT.state), state]),
        el("label", { class: "gr-row" }, [here, el("span", { class: "gr-label" }, gisreg.say(map, TEXT.here))])]),
      el("details", { open: wanted.isFiltering,
                      ontoggle: function (event) { wanted.isFiltering = event.target.open; } }, [
        el("summary", {}, gisreg.say(map, TEXT.filters)),
        el("div", { class: "gr-work-filters" }, [
          el("label", { class: "gr-theme" }, [gisreg.say(map, TEXT.kind), kind]),
          el("label", { class: "gr-theme" }, [gisreg.say(map, TEXT.sure), sure])])]),
    ]);
  };

  /** Whole groups in lots below the service's limit; what stands beside double poles each by itself. */
  gisreg.matchLots = function (found, most) {
    const all = [];
    let lot = null;
    found.forEach(function (group) {
      const ids = group.matches.map(function (match) { return match.id; });
      const versions = Object.fromEntries(group.matches.map(function (match) {
        return [match.id, match.version]; }));
      if (group.beside_double) { all.push({ ids: ids, versions: versions, seen: true }); return; }
      if (!lot || lot.ids.length + ids.length > most) {
        lot = { ids: [], versions: {}, seen: false };
        all.push(lot);
      }
      lot.ids = lot.ids.concat(ids);
      Object.assign(lot.versions, versions);
    });
    return all;
  };

  /** Who agreed and who decided on a group, as texts. */
  gisreg.matchDecided = function (group) {
    const who = new Set(group.matches.flatMap(function (match) {
      return [match.first_agreed_by, match.second_agreed_by].filter(Boolean);
    }));
    const one = group.matches.find(function (match) { return match.decided_by; });
    return [who.size ? "✓ " + [...who].join(", ") : "",
            one ? one.decided_by + (one.note ? ": " + one.note : "") : ""].filter(Boolean);
  };
})(gisreg);
