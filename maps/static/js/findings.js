/* Findings in the part of the map that is seen: by severity, of one rule or of all; pressed, they open the
   object's panel. Beside the rules stands how many findings there are, or that too little was measured. */
(function (gisreg) {
  "use strict";

  const el = gisreg.el;
  const TEXT = {
    title: { vi: "Phát hiện", en: "Findings" },
    rule: { vi: "Quy tắc", en: "Rule" },
    none: { vi: "Không hiện", en: "None shown" },
    all: { vi: "Tất cả quy tắc", en: "All rules" },
    capped: { vi: "Chỉ hiện các phát hiện nặng nhất trong khung:", en: "Only the weightiest in this view:" },
    evaluated: { vi: "Đã đánh giá được", en: "Could be evaluated" },
    view: { vi: "trong khung này", en: "in this view" },
    off: { vi: "Đang tắt vì chưa có ngưỡng:", en: "Off, for want of a threshold:" },
    failed: { vi: "Chưa tải được các phát hiện.", en: "Findings could not be loaded." },
    zoom: { vi: "Phóng to để xem từng phát hiện", en: "Zoom in to see single findings" },
  };

  function points(geometry) {
    const flip = function (c) { return typeof c[0] === "number" ? [c[1], c[0]] : c.map(flip); };
    return flip(geometry.coordinates);
  }

  gisreg.addFindings = function (map, config) {
    if (!map.gisreg.data.findings) return;
    let rows = [];
    let chosen = "";
    let found = [];
    let covered = null;
    let switchedOff = [];
    let wanted = 0;
    const off = new Set();
    const group = L.layerGroup().addTo(map);
    const renderer = L.canvas({ padding: 0.3, tolerance: 8 });
    const near = function () { return map.getZoom() >= config.min_zoom; };

    function draw() {
      group.clearLayers();
      // The gravest last, on top of the others.
      config.severities.slice().reverse().forEach(function (severity) {
        if (off.has(severity.key)) return;
        found.forEach(function (feature) {
          if (feature.properties.severity !== severity.key || !feature.geometry) return;
          const at = points(feature.geometry);
          const style = { renderer: renderer, color: severity.color, opacity: 1, fillOpacity: 0.6 };
          const shape = feature.geometry.type === "Point"
            ? L.circleMarker(at, Object.assign({ radius: 9, weight: 2 }, style))
            : L.polyline(at, Object.assign({ weight: 6 }, style));
          shape.on("click", function (event) {
            L.DomEvent.stopPropagation(event);
            // What hangs on a pole is told in the pole's panel.
            const told = feature.properties.pole
              ? { layer: "pole", id: String(feature.properties.pole) }
              : { layer: feature.properties.layer, id: String(feature.properties.object_id) };
            map.fire("gr:open", told);
          });
          shape.addTo(group);
        });
      });
      map.fire("gr:legend");
    }

    function load() {
      const turn = ++wanted;
      if (!chosen || !near()) { found = []; covered = null; draw(); return; }
      const box = map.getBounds();
      const bbox = [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()]
        .map(function (value) { return value.toFixed(6); }).join(",");
      map.gisreg.data.findings({ bbox: bbox, rule: chosen === "*" ? null : chosen, limit: config.limit })
        .then(function (answer) {
          if (turn !== wanted) return;
          found = answer.features;
          covered = answer.coverage;
          draw();
        }, function () { if (turn === wanted) gisreg.toast(map, TEXT.failed); });
    }

    function label(row) {
      const count = row.count === null ? gisreg.say(map, row.told) : gisreg.number(map, row.count, 0);
      return row.rule.key + " " + gisreg.say(map, row.rule) + " (" + count + ")";
    }

    /** What the rules could evaluate of what is seen: without it no number stands here. */
    function coverage() {
      if (!covered) return "";
      const parts = [];
      if (covered.share !== null) {
        parts.push(gisreg.say(map, TEXT.evaluated) + (covered.knows_place ? " " + gisreg.say(map, TEXT.view) : "") + ": " +
          gisreg.number(map, covered.evaluated, 0) + " / " + gisreg.number(map, covered.applicable, 0) + " (" +
          gisreg.number(map, 100 * covered.share, 0) + " %)");
      }
      if (covered.told) parts.push(gisreg.say(map, covered.told));
      return parts.length ? el("p", { class: "gr-note", "data-part": "coverage" }, parts.join(" · ")) : "";
    }

    function count(severity) {
      const number = found.filter(function (one) { return one.properties.severity === severity.key; }).length;
      const isCapped = found.length >= config.limit;
      // None found where too little was measured, or where not all are shown, is no zero.
      if (!number && (isCapped || !covered || !covered.enough)) return "–";
      return (isCapped ? "≥ " : "") + gisreg.number(map, number, 0);
    }

    map.gisreg.legendParts = map.gisreg.legendParts || [];
    map.gisreg.legendParts.push(function () {
      if (!rows.length) return "";
      const select = el("select", { onchange: function () { chosen = select.value; load(); } },
        [["", gisreg.say(map, TEXT.none)], ["*", gisreg.say(map, TEXT.all)]]
          .concat(rows.map(function (row) { return [row.rule.key, label(row)]; }))
          .map(function (pair) {
            return el("option", { value: pair[0], selected: pair[0] === chosen }, pair[1]);
          }));
      return el("section", { class: "gr-group", "data-part": "findings" }, [
        el("h3", {}, gisreg.titles(map, TEXT.title)),
        el("label", { class: "gr-theme" }, [gisreg.say(map, TEXT.rule), select]),
        coverage(),
        chosen && !near() ? el("p", { class: "gr-note" }, gisreg.say(map, TEXT.zoom)) : "",
        found.length >= config.limit
          ? el("p", { class: "gr-note" }, gisreg.say(map, TEXT.capped) + " " + config.limit) : "",
        chosen ? el("div", { class: "gr-rules" }, config.severities.map(function (severity) {
          const box = el("input", { type: "checkbox", onchange: function () {
            if (box.checked) off.delete(severity.key); else off.add(severity.key);
            draw();
          } });
          box.checked = !off.has(severity.key);
          return el("label", { class: "gr-row", "data-severity": severity.key }, [box,
            gisreg.colorBox(severity.color), el("span", { class: "gr-label" }, gisreg.say(map, severity)),
            el("span", { class: "gr-count" }, count(severity))]);
        })) : "",
        switchedOff.length ? el("p", { class: "gr-note" }, gisreg.say(map, TEXT.off) + " " + switchedOff.join(", ")) : "",
      ]);
    });

    map.on("moveend", function () { if (chosen) load(); });
    map.gisreg.data.findingCounts().then(function (answer) {
      rows = answer.rows;
      switchedOff = (answer.off || []).map(function (one) { return one.rule; });
      map.fire("gr:legend");
    }, function (error) {
      // Who may see no findings has nothing to choose from.
      if (![401, 403].includes(error.status)) gisreg.toast(map, TEXT.failed);
    });
  };
})(gisreg);
