/* What changed between two dates in the part of the map that is seen: drawn, listed, led to. */
(function (gisreg) {
  "use strict";

  const el = gisreg.el;
  const LISTED = 30;
  // Made from cables and poles: they change with them and would hide what people did.
  const DERIVED = new Set(["segment", "span", "support"]);
  const KINDS = {
    insert: { color: "#009e73", vi: "Thêm", en: "Added" },
    update: { color: "#e0a100", vi: "Sửa", en: "Changed" },
    delete: { color: "#d55e00", vi: "Xoá", en: "Removed" },
  };
  const TEXT = {
    title: { vi: "Thay đổi giữa hai ngày", en: "What changed between two dates" },
    from: { vi: "Từ ngày", en: "From" },
    to: { vi: "Đến hết ngày", en: "To the end of" },
    show: { vi: "Xem trong khung bản đồ", en: "Show in this view" },
    hide: { vi: "Ẩn", en: "Hide" },
    none: { vi: "Không có thay đổi trong khung này.", en: "Nothing changed in this view." },
    more: { vi: "Còn nữa: phóng to hoặc chọn ít ngày hơn.", en: "There are more: zoom in or choose fewer days." },
    failed: { vi: "Chưa tải được các thay đổi.", en: "Changes could not be loaded." },
    wrong: { vi: "Ngày đầu phải trước ngày cuối.", en: "The first date must not lie after the second." },
  };

  function day(date) { return date.toISOString().slice(0, 10); }
  function shifted(text, days) { return day(new Date(Date.parse(text) + days * 86400000)); }

  function told(map, change) {
    const layer = gisreg.layer(map, change.layer);
    const value = function (name) {
      const field = change.fields[name] || {};
      return field.after !== null && field.after !== undefined ? field.after : field.before;
    };
    const name = value("name") || value("code");
    const fields = change.operation === "update" ? Object.keys(change.fields).filter(function (key) {
      return key !== "geom";
    }).map(function (key) {
      const field = change.fields[key];
      return key + ": " + gisreg.plain(field.before) + " → " + gisreg.plain(field.after);
    }).join("; ") : "";
    return [
      (layer ? gisreg.say(map, layer) : change.layer) + (name ? " " + name : ""),
      [gisreg.say(map, KINDS[change.operation]), fields, change.organisation || change.person,
       gisreg.date(change.recorded_at)].filter(Boolean).join(" · "),
    ];
  }

  gisreg.plain = function (value) {
    if (value === null || value === undefined) return "–";
    return typeof value === "object" ? JSON.stringify(value).slice(0, 60) : String(value);
  };

  gisreg.addChanges = function (map) {
    if (!map.gisreg.data.changes) return;
    const today = day(new Date());
    let from = shifted(today, -7);
    let to = today;
    let found = null;
    let isCapped = false;
    let isOpen = false;
    const group = L.layerGroup().addTo(map);
    const renderer = L.canvas({ padding: 0.3 });

    function draw() {
      group.clearLayers();
      (found || []).forEach(function (feature) {
        const color = KINDS[feature.properties.operation].color;
        L.geoJSON(feature, {
          interactive: false,
          style: function () { return { renderer: renderer, color: color, weight: 5, opacity: 0.75, fillOpacity: 0.02 }; },
          pointToLayer: function (_, at) {
            return L.circleMarker(at, { renderer: renderer, radius: 8, color: color, weight: 3, fillOpacity: 0.35,
                                        interactive: false });
          },
        }).addTo(group);
      });
    }

    function load() {
      if (from > to) { gisreg.toast(map, TEXT.wrong); return; }
      const box = map.getBounds();
      const bbox = [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()].map(function (x) {
        return x.toFixed(6);
      }).join(",");
      map.gisreg.data.changes(from, shifted(to, 1), bbox).then(function (answer) {
        isCapped = answer.links.some(function (link) { return link.rel === "next"; });
        found = answer.features.filter(function (feature) {
          return feature.geometry && !DERIVED.has(feature.properties.layer);
        });
        draw();
        map.fire("gr:legend");
      }, function () { gisreg.toast(map, TEXT.failed); });
    }

    function clear() {
      found = null;
      draw();
      map.fire("gr:legend");
    }

    function entry(feature) {
      const text = told(map, feature.properties);
      const go = function () {
        const box = L.geoJSON(feature).getBounds();
        map.fitBounds(box, { maxZoom: 18 });
      };
      return el("li", {}, [el("button", { type: "button", class: "gr-link", onclick: go }, [
        gisreg.colorBox(KINDS[feature.properties.operation].color), el("span", { class: "gr-label" }, text[0])]),
        el("p", { class: "gr-note" }, text[1])]);
    }

    function result() {
      if (found === null) return "";
      if (!found.length) return el("p", { class: "gr-note" }, gisreg.say(map, TEXT.none));
      return [
        isCapped ? el("p", { class: "gr-note" }, gisreg.say(map, TEXT.more)) : "",
        el("div", { class: "gr-rules" }, Object.keys(KINDS).map(function (key) {
          const count = found.filter(function (feature) { return feature.properties.operation === key; }).length;
          return el("div", { class: "gr-row", "data-kind": key }, [gisreg.colorBox(KINDS[key].color),
            el("span", { class: "gr-label" }, gisreg.say(map, KINDS[key])),
            el("span", { class: "gr-count" }, gisreg.number(map, count, 0))]);
        })),
        el("ul", { class: "gr-changes" }, found.slice(-LISTED).reverse().map(entry)),
      ];
    }

    function dateField(text, value, keep) {
      return el("label", { class: "gr-row" }, [el("span", { class: "gr-label" }, gisreg.say(map, text)),
        el("input", { type: "date", value: value, onchange: function (event) { keep(event.target.value); } })]);
    }

    map.gisreg.legendParts = map.gisreg.legendParts || [];
    map.gisreg.legendParts.push(function () {
      return el("details", { class: "gr-group", "data-part": "changes", open: isOpen,
                             ontoggle: function (event) { isOpen = event.target.open; } }, [
        el("summary", {}, gisreg.titles(map, TEXT.title)),
        dateField(TEXT.from, from, function (value) { from = value; }),
        dateField(TEXT.to, to, function (value) { to = value; }),
        el("div", { class: "gr-actions" }, [
          el("button", { type: "button", class: "gr-button", onclick: load }, gisreg.say(map, TEXT.show)),
          found === null ? "" : el("button", { type: "button", class: "gr-button", onclick: clear },
                                   gisreg.say(map, TEXT.hide))]),
      ].concat(result()));
    });
  };
})(gisreg);
