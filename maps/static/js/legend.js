/* Legend and layer control in one: what is explained can be switched on and off right there. */
(function (gisreg) {
  "use strict";

  const el = gisreg.el;
  const TEXT = {
    title: { vi: "Lớp & chú giải", en: "Layers & legend" },
    base: { vi: "Nền bản đồ", en: "Base map" },
    colour: { vi: "Tô màu theo", en: "Colour by" },
    carriers: { vi: "Đơn vị", en: "Carriers" },
    all: { vi: "Tất cả", en: "All" },
    zoom: { vi: "Phóng to để xem từng đối tượng", en: "Zoom in to see single objects" },
    cells: { vi: "Ô tổng hợp", en: "Summary discs" },
    counts: { vi: "Số bên phải: đối tượng trong khung nhìn", en: "Numbers: objects in view" },
    unfold: { vi: "Chi tiết", en: "Details" },
    maps: { vi: "Bản đồ khác", en: "Other maps" },
    close: { vi: "Đóng", en: "Close" },
  };

  function toggle(checked, onchange, children, extra) {
    const box = el("input", { type: "checkbox", onchange: function () { onchange(box.checked); } });
    box.checked = checked;
    return el("label", { class: "gr-row " + (extra || "") }, [box].concat(children));
  }

  function flip(set, item, on) {
    if (on) set.delete(item); else set.add(item);
  }

  /** Objects in view by rule id, for the layers that are shown. */
  function count(map, layer) {
    const counts = { total: 0 };
    const theme = gisreg.theme(map, layer);
    gisreg.eachInView(map, layer, function (feature) {
      const id = gisreg.ruleOf(theme, feature).id;
      counts[id] = (counts[id] || 0) + 1;
      counts.total += 1;
    });
    return counts;
  }

  function ruleRows(map, layer, theme, counts) {
    return theme.rules.concat([theme.other]).filter(function (rule) { return rule.vi; })
      .map(function (rule) {
        return toggle(!map.gisreg.hidden[layer.key].has(rule.id), function (on) {
          flip(map.gisreg.hidden[layer.key], rule.id, on);
          gisreg.stateChanged(map);
        }, [gisreg.swatch(layer, rule), el("span", { class: "gr-label" }, gisreg.say(map, rule)),
            el("span", { class: "gr-count" }, counts ? gisreg.number(map, counts[rule.id] || 0, 0) : "")]);
      });
  }

  function themeSelect(map, layer, theme) {
    if (layer.themes.length < 2) return "";
    const select = el("select", { onchange: function () {
      map.gisreg.theme[layer.key] = select.value;
      gisreg.stateChanged(map);
    } }, layer.themes.map(function (each) {
      return el("option", { value: each.id, selected: each === theme }, gisreg.say(map, each));
    }));
    return el("label", { class: "gr-theme" }, [gisreg.say(map, TEXT.colour), select]);
  }

  function foldButton(map, layer) {
    return el("button", { type: "button", class: "gr-fold", "aria-expanded": String(!layer.folded),
      "aria-label": gisreg.say(map, TEXT.unfold) + ": " + gisreg.say(map, layer),
      onclick: function () { layer.folded = !layer.folded; map.fire("gr:legend"); } },
    layer.folded ? "▸" : "▾");
  }

  function layerSection(map, layer) {
    const shown = map.gisreg.shown[layer.key];
    const theme = gisreg.theme(map, layer);
    const near = Math.floor(map.getZoom()) - 1 >= layer.min_zoom;
    const counts = shown && near && !layer.base ? count(map, layer) : null;
    const many = shown && near && !layer.base && theme.rules.length > 0;
    const head = el("div", { class: "gr-head" }, [toggle(shown, function (on) {
      map.gisreg.shown[layer.key] = on;
      gisreg.stateChanged(map);
    }, [theme.rules.length ? "" : gisreg.swatch(layer, theme.other), gisreg.titles(map, layer),
        el("span", { class: "gr-count" }, counts ? gisreg.number(map, counts.total, 0) : "")],
    "gr-layer"), many ? foldButton(map, layer) : ""]);
    const parts = [head];
    if (shown && !layer.base) {
      if (!near) parts.push(el("p", { class: "gr-note" }, gisreg.say(map, TEXT.zoom)));
      if (many && !layer.folded) {
        parts.push(themeSelect(map, layer, theme));
        parts.push(el("div", { class: "gr-rules" }, ruleRows(map, layer, theme, counts)));
      }
    }
    return el("section", { class: "gr-group", "data-layer": layer.key }, parts);
  }

  function carrierSection(map, carriers) {
    if (!carriers.length) return "";
    const state = map.gisreg;
    const rows = carriers.map(function (carrier) {
      const value = String(carrier.value);
      return toggle(!state.carriers || state.carriers.has(value), function (on) {
        const chosen = state.carriers || new Set(carriers.map(function (c) { return String(c.value); }));
        flip(chosen, value, !on);
        state.carriers = chosen.size === carriers.length ? null : chosen;
        gisreg.stateChanged(map);
      }, [el("span", { class: "gr-label" }, carrier.name)]);
    });
    return el("section", { class: "gr-group" }, [
      el("h3", {}, gisreg.titles(map, TEXT.carriers)), el("div", { class: "gr-rules" }, rows)]);
  }

  function cellSection(map) {
    const layer = gisreg.cellLayer(map);
    if (!layer || Math.floor(map.getZoom()) - 1 >= layer.min_zoom) return "";
    const entries = layer.cells.slices.concat([Object.assign({ color: layer.cells.color }, layer.cells.rest)]);
    return el("section", { class: "gr-group" }, [
      el("h3", {}, gisreg.titles(map, TEXT.cells)),
      el("p", { class: "gr-note" }, gisreg.say(map, layer.cells.note)),
      el("div", { class: "gr-rules" }, entries.map(function (entry) {
        return el("div", { class: "gr-row" }, [gisreg.colorBox(entry.color),
          el("span", { class: "gr-label" }, gisreg.say(map, entry))]);
      })),
    ]);
  }

  gisreg.addLegend = function (map, config) {
    const panel = el("aside", { class: "gr-panel gr-legend", id: "gr-legend", "aria-label": "Chú giải" });
    const button = el("button", { type: "button", class: "gr-legend-button", "aria-controls": "gr-legend" });
    map.gisreg.carrierNames = Object.fromEntries(config.carriers.map(function (carrier) {
      return [String(carrier.value), carrier.name];
    }));
    map.gisreg.legendParts = map.gisreg.legendParts || [];
    map.getContainer().parentNode.append(panel, button);

    function show(open) {
      panel.hidden = !open;
      button.setAttribute("aria-expanded", String(open));
      button.hidden = open;
      if (open) { render(); map.fire("gr:panel", { panel: panel }); }
    }

    function render() {
      gisreg.clear(button).append("☰ " + gisreg.say(map, TEXT.title));
      if (panel.hidden) return;
      const layers = map.gisreg.tiles.gr.legend.map(function (key) { return gisreg.layer(map, key); });
      const own = layers.filter(function (layer) { return !layer.base; });
      const base = layers.filter(function (layer) { return layer.base; });
      const kept = panel.querySelector(".gr-panel-body");
      const scroll = kept ? kept.scrollTop : 0;
      const focus = [...panel.querySelectorAll("input, select, button")].indexOf(document.activeElement);
      const body = el("div", { class: "gr-panel-body" }, [
        config.intro ? el("p", { class: "gr-intro" }, gisreg.say(map, config.intro)) : "",
        cellSection(map),
      ].concat(
        map.gisreg.legendParts.map(function (part) { return part(); }),
        own.map(function (layer) { return layerSection(map, layer); }),
        [carrierSection(map, config.carriers)],
        base.length ? [el("section", { class: "gr-group gr-base" }, [
          el("h3", {}, gisreg.titles(map, TEXT.base))].concat(
          base.map(function (layer) { return layerSection(map, layer); })))] : [],
        [el("p", { class: "gr-note" }, gisreg.say(map, TEXT.counts)),
         el("nav", { class: "gr-more", "aria-label": gisreg.say(map, TEXT.maps) }, gisreg.linkList(map))]));
      gisreg.append(gisreg.clear(panel), [
        el("header", { class: "gr-panel-head" }, [gisreg.titles(map, TEXT.title, "h2"),
          el("button", { type: "button", class: "gr-icon", "aria-label": gisreg.say(map, TEXT.close),
                         onclick: function () { show(false); button.focus(); } }, "✕")]),
        body]);
      body.scrollTop = scroll;
      const again = panel.querySelectorAll("input, select, button")[focus];
      if (again) again.focus({ preventScroll: true }); // the keyboard stays where it was
    }

    let timer = null;
    map.on("gr:state gr:language gr:legend moveend zoomend", function () {
      clearTimeout(timer);
      timer = setTimeout(render, 60);
    });
    // Counts are only right when the tiles of the view have come.
    map.gisreg.tiles.on("load", function () {
      clearTimeout(timer);
      timer = setTimeout(render, 250);
    });
    button.addEventListener("click", function () { show(true); });
    map.on("gr:panel", function (event) {
      if (event.panel !== panel && gisreg.isNarrow()) show(false);
    });
    show(!gisreg.isNarrow());
    render();
  };
})(gisreg);
