/* Proposals that wait: a ring where an object stands, and a dashed line to where it should stand. */
(function (gisreg) {
  "use strict";

  const el = gisreg.el;
  const COLOUR = "#c2185b";
  const TEXT = {
    title: { vi: "Đề xuất chờ quyết định", en: "Proposals waiting" },
    shown: { vi: "Vị trí đang ghi và vị trí đề xuất", en: "Where it stands, where it is proposed" },
    list: { vi: "Xem và quyết định", en: "See and decide" },
    failed: { vi: "Chưa tải được các đề xuất.", en: "Proposals could not be loaded." },
    capped: { vi: "Chỉ hiện một phần.", en: "Not all are shown." },
  };

  function place(geometry) {
    return geometry && geometry.type === "Point" ? [geometry.coordinates[1], geometry.coordinates[0]] : null;
  }

  gisreg.addProposals = function (map) {
    let found = [];
    let isCapped = false;
    let isOff = false;
    const group = L.layerGroup();
    const renderer = L.canvas({ padding: 0.3 });

    function ring(at, filled) {
      return L.circleMarker(at, { renderer: renderer, radius: filled ? 5 : 9, color: COLOUR, weight: 2.5,
                                  fill: filled, fillOpacity: 0.9, interactive: false });
    }

    function draw() {
      group.clearLayers();
      if (isOff) return;
      found.forEach(function (feature) {
        const stands = place(feature.geometry);
        const proposed = place(feature.properties.proposed_geometry);
        if (stands) ring(stands, false).addTo(group);
        if (!stands || !proposed) return;
        L.polyline([stands, proposed], { renderer: renderer, color: COLOUR, weight: 2.5, dashArray: "5 4",
                                         interactive: false }).addTo(group);
        ring(proposed, true).addTo(group);
      });
    }

    map.gisreg.legendParts = map.gisreg.legendParts || [];
    map.gisreg.legendParts.push(function () {
      if (!found.length) return "";
      const box = el("input", { type: "checkbox", onchange: function () {
        isOff = !box.checked;
        draw();
      } });
      box.checked = !isOff;
      return el("section", { class: "gr-group", "data-part": "proposals" }, [
        el("h3", {}, gisreg.titles(map, TEXT.title)),
        isCapped ? el("p", { class: "gr-note" }, gisreg.say(map, TEXT.capped)) : "",
        el("div", { class: "gr-rules" }, [el("label", { class: "gr-row" }, [box,
          gisreg.swatch({ kind: "line", width: 2.5 }, { color: COLOUR, dash: [5, 4] }),
          el("span", { class: "gr-label" }, gisreg.say(map, TEXT.shown)),
          el("span", { class: "gr-count" }, gisreg.number(map, found.length, 0))])]),
        el("p", { class: "gr-note" }, [el("a", { href: "/proposals" }, gisreg.say(map, TEXT.list))]),
      ]);
    });

    group.addTo(map);
    map.gisreg.data.proposals().then(function (answer) {
      found = answer.features;
      isCapped = answer.links.some(function (link) { return link.rel === "next"; });
      draw();
      map.fire("gr:legend");
    }, function () { gisreg.toast(map, TEXT.failed); });
  };
})(gisreg);
