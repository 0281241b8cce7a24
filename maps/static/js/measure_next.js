/* What to measure next in the part of the map that is seen: numbered stops in walking order, the way between
   them street by street, and at each stop which questions a measurement there would decide. */
(function (gisreg) {
  "use strict";

  const el = gisreg.el;
  const TEXT = {
    title: { vi: "Đo gì tiếp theo", en: "What to measure next" },
    note: { vi: "Điểm mà đo xong thì trả lời được nhiều câu hỏi nhất trong khu vực phải chỉnh trang; đánh số theo đường đi.",
            en: "Where a measurement decides most open questions in zones to be tidied; numbered in walking order." },
    find: { vi: "Tìm trong khung bản đồ", en: "Find in this view" },
    again: { vi: "Tìm lại trong khung này", en: "Find again in this view" },
    hide: { vi: "Ẩn", en: "Hide" },
    busy: { vi: "Đang tìm…", en: "Looking…" },
    none: { vi: "Trong khung này không còn gì phải đo.", en: "Nothing is left to measure in this view." },
    capped: { vi: "Chỉ hiện các điểm nặng nhất:", en: "Only the weightiest are shown:" },
    failed: { vi: "Chưa lập được danh sách. Phóng to rồi thử lại.", en: "The list could not be made. Zoom in and try again." },
    nowhere: { vi: "Ngoài các tuyến đường", en: "Along no street" },
    along: { vi: "đường đi dọc một tuyến", en: "the way along one street" },
    stop: { vi: "Điểm đo", en: "Stop" },
    rank: { vi: "Hạng", en: "Rank" },
    of: { vi: "trên", en: "of" },
    questions: { vi: "câu hỏi", en: "questions" },
    decides: { vi: "Đo ở đây trả lời được", en: "A measurement here decides" },
    measure: { vi: "Cần đo", en: "To measure" },
    missing: { vi: "chưa đo", en: "not measured" },
    borderline: { vi: "sát ngưỡng", en: "borderline" },
    before: { vi: "← Trước", en: "← Previous" },
    after: { vi: "Tiếp →", en: "Next →" },
    open: { vi: "Xem đối tượng", en: "Show the object" },
  };

  function latlng(place) { return [place[1], place[0]]; }

  /** The colour of a stop: one hue, the darker the weightier. */
  function colour(config, stop, total) {
    const place = Math.floor(((stop.rank - 1) * config.colours.length) / Math.max(1, total));
    return config.colours[Math.min(place, config.colours.length - 1)];
  }

  function sameStreet(a, b) {
    return Boolean(a && b && a.street && b.street && a.street.id === b.street.id);
  }

  function streetName(map, stop) {
    return stop.street ? stop.street.name || stop.street.code || String(stop.street.id) : gisreg.say(map, TEXT.nowhere);
  }

  function objectName(map, stop) {
    const layer = gisreg.layer(map, stop.layer);
    return (layer ? gisreg.say(map, layer) : stop.layer) + " " + (stop.name || stop.id);
  }

  function ruleItem(map, rule) {
    const counts = [];
    if (rule.missing) counts.push(gisreg.number(map, rule.missing, 0) + " " + gisreg.say(map, TEXT.missing));
    if (rule.borderline) counts.push(gisreg.number(map, rule.borderline, 0) + " " + gisreg.say(map, TEXT.borderline));
    return el("li", { class: "gr-reason" }, [
      el("div", { class: "gr-reason-head" }, [el("span", { class: "gr-rule" }, rule.rule),
        el("strong", {}, gisreg.say(map, rule))]),
      el("div", { class: "gr-place" }, gisreg.say(map, rule.severity) + " · " + counts.join(", ")),
      el("div", { class: "gr-inside" }, gisreg.say(map, TEXT.measure) + ": " + gisreg.say(map, rule.asks)),
    ]);
  }

  gisreg.addMeasureNext = function (map, config) {
    if (!map.gisreg.data.measureNext) return;
    let stops = null;
    let isBusy = false;
    let isOpen = false;
    let current = null;
    let wanted = 0;
    const group = L.layerGroup().addTo(map);
    const renderer = L.canvas({ padding: 0.3 });

    function show(stop) {
      if (stops === null) return;
      current = stop;
      draw();
      map.setView(latlng(stop.place), Math.max(map.getZoom(), config.near_zoom), { animate: false });
      // The sheet of a phone covers the lower half.
      if (gisreg.isPhone()) map.panBy([0, map.getSize().y * 0.28], { animate: false });
      const all = stops;
      const at = all.indexOf(stop);
      const step = function (text, other) {
        return other ? el("button", { type: "button", class: "gr-button", onclick: function () { show(other); } },
                          gisreg.say(map, text)) : "";
      };
      map.fire("gr:show", {
        title: function () {
          const words = function (lang) { return TEXT.stop[lang] + " " + stop.order + " / " + all.length; };
          return { vi: words("vi"), en: words("en") };
        },
        content: function () {
          return [
            el("p", { class: "gr-stop-name" }, [el("strong", {}, objectName(map, stop)),
              " · " + streetName(map, stop)]),
            el("p", { class: "gr-note" }, gisreg.say(map, TEXT.rank) + " " + stop.rank + " " +
              gisreg.say(map, TEXT.of) + " " + all.length + " · " + gisreg.number(map, stop.questions, 0) + " " +
              gisreg.say(map, TEXT.questions)),
            el("div", { class: "gr-actions" }, [
              step(TEXT.before, all[at - 1]), step(TEXT.after, all[at + 1]),
              el("button", { type: "button", class: "gr-button gr-plain", onclick: function () {
                map.fire("gr:open", { layer: stop.layer, id: String(stop.id) });
              } }, gisreg.say(map, TEXT.open))]),
            el("section", { class: "gr-section" }, [el("h3", {}, gisreg.say(map, TEXT.decides)),
              el("ul", { class: "gr-reasons gr-questions" }, stop.rules.map(function (rule) {
                return ruleItem(map, rule);
              }))]),
          ];
        },
      });
    }

    function marker(stop) {
      const sign = el("span", { class: "gr-stop" + (stop === current ? " gr-current" : "") }, String(stop.order));
      sign.style.backgroundColor = colour(config, stop, stops.length);
      const found = L.marker(latlng(stop.place), {
        icon: L.divIcon({ className: "gr-stop-icon", html: sign, iconSize: [34, 34] }),
        zIndexOffset: stop === current ? 2000 : 1000 - stop.rank,
        keyboard: true,
        alt: gisreg.say(map, TEXT.stop) + " " + stop.order,
      });
      found.on("click", function (event) { L.DomEvent.stopPropagation(event); show(stop); });
      return found;
    }

    function draw() {
      group.clearLayers();
      (stops || []).forEach(function (stop, at) {
        if (stop.line) {
          L.polyline(stop.line.map(latlng), { renderer: renderer, color: colour(config, stop, stops.length), weight: 5,
                                              opacity: 0.55, interactive: false }).addTo(group);
        }
        const next = stops[at + 1];
        if (!next) return;
        const along = sameStreet(stop, next);
        L.polyline([latlng(stop.place), latlng(next.place)], {
          renderer: renderer, color: config.way, weight: along ? 3 : 1.5, opacity: along ? 0.9 : 0.6,
          dashArray: along ? null : "3 7", interactive: false,
        }).addTo(group);
      });
      (stops || []).forEach(function (stop) { marker(stop).addTo(group); });
    }

    function load() {
      const turn = ++wanted;
      const box = map.getBounds();
      const bbox = [box.getWest(), box.getSouth(), box.getEast(), box.getNorth()]
        .map(function (value) { return value.toFixed(6); }).join(",");
      isBusy = true;
      map.fire("gr:legend");
      map.gisreg.data.measureNext(bbox, config.limit).then(function (answer) {
        if (turn !== wanted) return;
        isBusy = false;
        current = null;
        stops = answer.features.map(function (feature) {
          return Object.assign({ id: feature.id, line: feature.geometry.type === "LineString"
            ? feature.geometry.coordinates : null }, feature.properties);
        });
        draw();
        map.fire("gr:legend");
      }, function () {
        if (turn !== wanted) return;
        isBusy = false;
        map.fire("gr:legend");
        gisreg.toast(map, TEXT.failed);
      });
    }

    function hide() {
      wanted += 1;
      stops = null;
      current = null;
      isBusy = false;
      draw();
      map.fire("gr:hide").fire("gr:legend");
    }

    function list() {
      if (isBusy) return el("p", { class: "gr-note" }, gisreg.say(map, TEXT.busy));
      if (stops === null) return "";
      if (!stops.length) return el("p", { class: "gr-note" }, gisreg.say(map, TEXT.none));
      const parts = [el("div", { class: "gr-row" }, [
        gisreg.swatch({ kind: "line", width: 3 }, { color: config.way }),
        el("span", { class: "gr-label" }, gisreg.say(map, TEXT.along))])];
      if (stops.length >= config.limit) {
        parts.push(el("p", { class: "gr-note" }, gisreg.say(map, TEXT.capped) + " " + config.limit));
      }
      stops.forEach(function (stop, at) {
        if (!at || !sameStreet(stop, stops[at - 1])) {
          parts.push(el("h4", { class: "gr-walk-street" }, streetName(map, stop)));
        }
        const sign = el("span", { class: "gr-stop" }, String(stop.order));
        sign.style.backgroundColor = colour(config, stop, stops.length);
        parts.push(el("button", { type: "button", class: "gr-walk", "data-stop": stop.order,
                                  "aria-current": stop === current ? "true" : null,
                                  onclick: function () { show(stop); } }, [sign,
          el("span", { class: "gr-label" }, objectName(map, stop)),
          el("span", { class: "gr-count" }, gisreg.number(map, stop.questions, 0))]));
      });
      return el("div", { class: "gr-walk-list" }, parts);
    }

    map.gisreg.legendParts = map.gisreg.legendParts || [];
    map.gisreg.legendParts.push(function () {
      return el("details", { class: "gr-group", "data-part": "measure_next", open: isOpen,
                             ontoggle: function (event) { isOpen = event.target.open; } }, [
        el("summary", {}, gisreg.titles(map, TEXT.title)),
        el("p", { class: "gr-note" }, gisreg.say(map, TEXT.note)),
        el("div", { class: "gr-actions" }, [
          el("button", { type: "button", class: "gr-button", disabled: isBusy, onclick: load },
             gisreg.say(map, stops === null ? TEXT.find : TEXT.again)),
          stops === null ? "" : el("button", { type: "button", class: "gr-button gr-plain", onclick: hide },
                                   gisreg.say(map, TEXT.hide))]),
        list(),
      ]);
    });
    map.on("gr:language", draw);
  };
})(gisreg);
