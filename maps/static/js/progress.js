/* Wards shaded by how much of what was flagged has been accepted; joined by id to their tiles. */
(function (gisreg) {
  "use strict";

  const el = gisreg.el;
  const TEXT = {
    title: { vi: "Tiến độ theo xã, phường", en: "Progress by ward" },
    note: { vi: "Phần chiều dài đã nghiệm thu trên chiều dài bị đánh dấu",
            en: "Accepted length as a share of flagged length" },
    none: { vi: "Chưa có đoạn bị đánh dấu", en: "Nothing flagged" },
    total: { vi: "Toàn vùng", en: "Whole area" },
    failed: { vi: "Chưa tải được tiến độ.", en: "Progress could not be loaded." },
    flagged: { vi: "đánh dấu", en: "flagged" },
    reported: { vi: "đã báo cáo xong", en: "reported done" },
    accepted: { vi: "nghiệm thu", en: "accepted" },
  };

  function shareOf(row) {
    return row.flagged_m > 0 ? row.share_accepted : null;
  }

  function classOf(classes, share) {
    if (share === null || share === undefined) return null;
    return classes.find(function (each) { return share < each.below; }) || classes[classes.length - 1];
  }

  function totals(map, rows) {
    const sum = { flagged: 0, reported: 0, accepted: 0 };
    rows.forEach(function (row) {
      sum.flagged += row.flagged_m || 0;
      sum.reported += row.reported_m || 0;
      sum.accepted += row.accepted_m || 0;
    });
    return el("p", { class: "gr-totals" }, [
      el("strong", {}, gisreg.number(map, sum.flagged ? (100 * sum.accepted) / sum.flagged : 0, 0) + " %"),
      " " + gisreg.say(map, TEXT.accepted) + " · " +
      gisreg.length(map, sum.flagged) + " " + gisreg.say(map, TEXT.flagged) + " · " +
      gisreg.length(map, sum.reported) + " " + gisreg.say(map, TEXT.reported),
    ]);
  }

  gisreg.addProgress = function (map, config) {
    const layer = gisreg.layer(map, config.layer);
    if (!layer) return;
    let rows = null;
    let byId = new Map();
    layer.shade = function (feature) {
      const row = byId.get(String(gisreg.idOf(feature)));
      const found = row && classOf(config.classes, shareOf(row));
      return found ? found.color : null;
    };
    map.gisreg.legendParts = map.gisreg.legendParts || [];
    map.gisreg.legendParts.push(function () {
      if (!rows || !map.gisreg.shown[config.layer]) return "";
      return el("section", { class: "gr-group", "data-part": "progress" }, [
        el("h3", {}, gisreg.titles(map, TEXT.title)), totals(map, rows),
        el("p", { class: "gr-note" }, gisreg.say(map, TEXT.note)),
        el("div", { class: "gr-rules" }, config.classes.map(function (each) {
          const count = rows.filter(function (row) {
            return classOf(config.classes, shareOf(row)) === each;
          }).length;
          return el("div", { class: "gr-row" }, [gisreg.colorBox(each.color),
            el("span", { class: "gr-label" }, gisreg.say(map, each)),
            el("span", { class: "gr-count" }, gisreg.number(map, count, 0))]);
        })),
      ]);
    });
    map.gisreg.data.progress().then(function (found) {
      rows = found;
      byId = new Map(found.map(function (row) { return [String(row.key), row]; }));
      map.fire("gr:redraw").fire("gr:legend");
    }, function () { gisreg.toast(map, TEXT.failed); });
  };
})(gisreg);
