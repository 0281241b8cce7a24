/* Pairs of masts of different owners that stand near enough to share one: lines between them. */
(function (gisreg) {
  "use strict";

  const el = gisreg.el;
  const TEXT = {
    title: { vi: "Khả năng dùng chung", en: "Sharing candidates" },
    failed: { vi: "Chưa tải được các cặp cột.", en: "Candidate pairs could not be loaded." },
    capped: { vi: "Chỉ hiện các cặp gần nhất:", en: "Only the nearest pairs are shown:" },
  };

  function within(classes, metres) {
    return classes.find(function (each) { return metres <= each.metres; });
  }

  gisreg.addCandidates = function (map, config) {
    let shown = null; // not known yet: a nought would be an answer
    let dropped = 0;
    const group = L.layerGroup();
    const renderer = L.canvas({ padding: 0.3, tolerance: 8 });
    const off = new Set();

    function draw() {
      group.clearLayers();
      (shown || []).forEach(function (item) {
        if (off.has(item.kind)) return;
        L.polyline(item.line, { renderer: renderer, color: item.kind.color, weight: 3, opacity: 0.85,
                                dashArray: "6 5", interactive: false }).addTo(group);
      });
    }

    map.gisreg.legendParts = map.gisreg.legendParts || [];
    map.gisreg.legendParts.push(function () {
      return el("section", { class: "gr-group", "data-part": "candidates" }, [
        el("h3", {}, gisreg.titles(map, TEXT.title)),
        dropped ? el("p", { class: "gr-note" }, gisreg.say(map, TEXT.capped) + " " + config.limit) : "",
        el("div", { class: "gr-rules" }, config.classes.map(function (each) {
          const box = el("input", { type: "checkbox", onchange: function () {
            if (box.checked) off.delete(each); else off.add(each);
            draw();
          } });
          box.checked = !off.has(each);
          const count = shown && shown.filter(function (item) { return item.kind === each; }).length;
          return el("label", { class: "gr-row" }, [box,
            gisreg.swatch({ kind: "line", width: 3 }, { color: each.color, dash: [6, 5] }),
            el("span", { class: "gr-label" }, gisreg.say(map, each)),
            el("span", { class: "gr-count" }, shown ? gisreg.number(map, count, 0) : "")]);
        })),
      ]);
    });

    group.addTo(map);
    map.gisreg.data.candidates().then(function (found) {
      const all = found.features.map(function (feature) {
        const metres = feature.properties.distance_m;
        return {
          metres: metres,
          kind: within(config.classes, metres),
          line: feature.geometry.coordinates.map(function (c) { return [c[1], c[0]]; }),
        };
      }).filter(function (item) { return item.kind; })
        .sort(function (a, b) { return a.metres - b.metres; });
      shown = all.slice(0, config.limit);
      dropped = all.length - shown.length;
      draw();
      map.fire("gr:legend");
    }, function () { gisreg.toast(map, TEXT.failed); });
  };
})(gisreg);
