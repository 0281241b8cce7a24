/* The panel of one object: why it is flagged, its facts, its tables. A side panel on a wide screen,
   a sheet from below on a phone. Every text is set through textContent (gisreg.el). */
(function (gisreg) {
  "use strict";

  const el = gisreg.el;
  const BESIDE_PANEL = 490; // pixels from the left: its width and what is left of it
  const TEXT = {
    loading: { vi: "Đang tải…", en: "Loading…" },
    close: { vi: "Đóng", en: "Close" },
    reasons: { vi: "Vì sao bị đánh dấu", en: "Why it is flagged" },
    photos: { vi: "Ảnh", en: "Photos" },
    photo: { vi: "Ảnh chụp", en: "Photo taken" },
    facts: { vi: "Thông tin", en: "Facts" },
    inside: { vi: "trong khu vực", en: "inside the zone" },
    possible: { vi: "nếu vị trí lệch trong sai số", en: "if the position is off within its accuracy" },
    measured: { vi: "Số đo", en: "Measured" },
    fails: { vi: "không đạt nếu", en: "fails if" },
    estimated: { vi: "ước lượng", en: "estimated" },
    limit: { vi: "Ngưỡng", en: "Threshold" },
    since: { vi: "từ", en: "since" },
    priority: { vi: "Mức ưu tiên chỉnh trang", en: "Priority of tidying" },
    points: { vi: "điểm", en: "points" },
    here: { vi: "đối tượng tại đây", en: "objects here" },
    yes: { vi: "Có", en: "Yes" },
    no: { vi: "Không", en: "No" },
    gone: { vi: "Đối tượng này không còn trong sổ đăng ký, hoặc bạn không được xem.",
            en: "This object is no longer in the registry, or you may not see it." },
    failed: { vi: "Chưa tải được thông tin. Kiểm tra mạng rồi thử lại.",
              en: "The facts could not be loaded. Check the network and try again." },
    again: { vi: "Thử lại", en: "Try again" },
  };

  function value(map, given) {
    if (given === true || given === false) return gisreg.say(map, given ? TEXT.yes : TEXT.no);
    if (typeof given === "number") return gisreg.number(map, given, 2);
    if (Array.isArray(given)) return given.map(function (one) { return value(map, one); }).join(", ");
    if (given && typeof given === "object") return gisreg.say(map, given);
    return given === null || given === undefined ? "" : gisreg.date(String(given));
  }

  function section(map, title, content) {
    return el("section", { class: "gr-section" }, [el("h3", {}, gisreg.say(map, title))].concat(content));
  }

  /** A measured value against its threshold with the unit, both as numbers of the reader's language. */
  function measured(map, item) {
    if (typeof item.measured_value !== "number" || typeof item.threshold_value !== "number" || !item.unit) {
      return "";
    }
    return gisreg.say(map, TEXT.measured) + " " + gisreg.number(map, item.measured_value, 2) +
      (item.tolerance ? " ± " + gisreg.number(map, item.tolerance, 2) : "") + " " + item.unit +
      (item.estimated ? " (" + gisreg.say(map, TEXT.estimated) + ")" : "") +
      "; " + gisreg.say(map, TEXT.fails) + (item.fails === "below" ? " < " : " > ") +
      gisreg.number(map, item.threshold_value, 2) + " " + item.unit;
  }

  /** How sure a source is: what nobody has read in the text itself is told so wherever it shows. */
  gisreg.confidence = function (map, confidence) {
    if (!confidence) return "";
    return el("span", { class: "gr-sure gr-sure-" + confidence.key }, gisreg.say(map, confidence));
  };

  function source(map, item) {
    const legal = item.legal ? value(map, item.legal) : "";
    const limit = item.unit && item.threshold && item.threshold.source && !legal.includes(item.threshold.source)
      ? gisreg.say(map, TEXT.limit) + ": " + [item.threshold.source, item.threshold.article].filter(Boolean).join(", ")
      : "";
    if (!legal && !limit && !item.confidence) return "";
    return el("div", { class: "gr-legal" }, [[legal, limit].filter(Boolean).join(" · ") + " ",
                                             gisreg.confidence(map, item.confidence)]);
  }

  function reason(map, item) {
    const against = measured(map, item);
    const standing = [item.severity_title, item.outcome_title].filter(Boolean)
      .map(function (title) { return gisreg.say(map, title); });
    if (item.since) standing.push(gisreg.say(map, TEXT.since) + " " + gisreg.date(String(item.since).slice(0, 10)));
    const place = [];
    if (item.zone) place.push(value(map, item.zone));
    if (item.zone_kind) place.push(value(map, item.zone_kind));
    const doubtful = typeof item.metres_possible === "number";
    const inside = typeof item.metres_inside === "number" && (item.metres_inside > 0 || doubtful)
      ? gisreg.number(map, item.metres_inside, 1) + " m " + gisreg.say(map, TEXT.inside) +
        (doubtful ? "; " + gisreg.number(map, item.metres_possible, 1) + " m " + gisreg.say(map, TEXT.possible) : "")
      : "";
    return el("li", { class: "gr-reason" }, [
      el("div", { class: "gr-reason-head" }, [
        el("span", { class: "gr-rule" }, value(map, item.rule)),
        el("strong", {}, gisreg.say(map, item)),
      ]),
      place.length ? el("div", { class: "gr-place" }, place.join(" · ")) : "",
      standing.length ? el("div", { class: "gr-place" }, standing.join(" · ")) : "",
      against ? el("div", { class: "gr-inside" }, against) : "",
      inside ? el("div", { class: "gr-inside" }, inside) : "",
      source(map, item),
    ]);
  }

  /** The priority of a segment: its score, and what each part of it earned of its points. */
  function priority(map, score) {
    return [el("p", { class: "gr-totals" }, [el("strong", {}, gisreg.number(map, score.score, 1)), " " +
      gisreg.say(map, TEXT.points)])].concat(score.parts.map(function (part) {
      const bar = el("span", { class: "gr-bar-inner" });
      bar.style.width = (part.most > 0 ? Math.min(100, (100 * part.points) / part.most) : 0) + "%";
      return el("div", { class: "gr-score" }, [el("span", { class: "gr-label" }, gisreg.say(map, part)),
        el("span", { class: "gr-bar", "aria-hidden": "true" }, bar),
        el("span", { class: "gr-count" }, gisreg.number(map, part.points, 1) + " / " + gisreg.number(map, part.most, 0))]);
    }));
  }

  function facts(map, rows) {
    return el("dl", { class: "gr-facts" }, rows.flatMap(function (item) {
      const text = value(map, item.value) + (item.unit ? " " + item.unit : "");
      return [el("dt", {}, gisreg.say(map, item)), el("dd", {}, text)];
    }));
  }

  function photos(map, items) {
    return el("div", { class: "gr-photos" }, items.map(function (item) {
      const path = "/photos/" + Number(item.id);
      const when = item.taken_at ? gisreg.date(String(item.taken_at)) : "";
      return el("a", { href: path, target: "_blank", rel: "noopener" }, [
        el("img", { src: path + "/thumbnail", loading: "lazy", alt: gisreg.say(map, TEXT.photo) + " " + when }),
        el("span", { class: "gr-muted" }, when),
      ]);
    }));
  }

  function table(map, item) {
    const head = el("tr", {}, item.columns.map(function (column) {
      return el("th", { scope: "col" }, gisreg.say(map, column));
    }));
    const body = item.rows.map(function (cells) {
      return el("tr", {}, cells.map(function (cell) { return el("td", {}, value(map, cell)); }));
    });
    return section(map, item.title, el("div", { class: "gr-scroll" },
      el("table", { class: "gr-table" }, [el("thead", {}, head), el("tbody", {}, body)])));
  }

  function content(map, detail) {
    const parts = [];
    if ((detail.reasons || []).length) {
      parts.push(section(map, TEXT.reasons, el("ul", { class: "gr-reasons" },
        detail.reasons.map(function (item) { return reason(map, item); }))));
    }
    if (detail.priority) parts.push(section(map, TEXT.priority, priority(map, detail.priority)));
    (detail.links || []).forEach(function (link) {
      parts.push(el("p", { class: "gr-note" }, el("a", { href: link.href }, gisreg.say(map, link))));
    });
    if ((detail.rows || []).length) parts.push(section(map, TEXT.facts, facts(map, detail.rows)));
    if ((detail.photos || []).length) parts.push(section(map, TEXT.photos, photos(map, detail.photos)));
    (detail.tables || []).forEach(function (item) { parts.push(table(map, item)); });
    return parts;
  }

  function chipLabel(map, hit) {
    const props = hit.feature.props;
    const name = props.code || props.name;
    if (name) return String(name);
    const rule = gisreg.ruleOf(gisreg.theme(map, hit.layer), hit.feature);
    const owner = map.gisreg.carrierNames[String(props[hit.layer.carrier_field])];
    return gisreg.say(map, hit.layer) + " · " + (owner || gisreg.say(map, rule));
  }

  gisreg.addDetail = function (map) {
    const panel = el("aside", { class: "gr-panel gr-detail", hidden: true, tabindex: "-1",
                                "aria-live": "polite" });
    map.getContainer().parentNode.append(panel);
    let hits = [], shown = null, other = null, wanted = 0;

    function close() {
      panel.hidden = true;
      hits = [];
      shown = null;
      other = null;
      wanted += 1; // an answer still under way is no longer wanted
      gisreg.select(map, null);
    }

    function header(title) {
      const bar = el("header", { class: "gr-panel-head" }, [
        gisreg.titles(map, title, "h2"),
        el("button", { type: "button", class: "gr-icon", "aria-label": gisreg.say(map, TEXT.close),
                       onclick: close }, "✕"),
      ]);
      return bar;
    }

    function chooser() {
      if (hits.length < 2) return "";
      return el("div", { class: "gr-choose" }, [
        el("span", { class: "gr-muted" }, hits.length + " " + gisreg.say(map, TEXT.here)),
      ].concat(hits.slice(0, 20).map(function (hit) {
        const rule = gisreg.ruleOf(gisreg.theme(map, hit.layer), hit.feature);
        const current = gisreg.isSelected(map, hit.layer, hit.feature);
        return el("button", { type: "button", class: "gr-chip", "aria-pressed": String(current),
          onclick: function () { open(hit.layer.key, gisreg.idOf(hit.feature)); } },
          [gisreg.swatch(hit.layer, rule), el("span", { class: "gr-chip-text" }, chipLabel(map, hit))]);
      })));
    }

    function fill(title, children) {
      gisreg.clear(panel);
      gisreg.append(panel, [header(title), chooser(),
                            el("div", { class: "gr-panel-body" }, children)]);
    }

    function render() {
      if (other) fill(other.title(), other.content());
      else if (shown) fill(shown.title, content(map, shown));
    }

    /** Something that is no object of the registry, told by another part of the page. */
    function tell(part) {
      wanted += 1;
      hits = [];
      shown = null;
      other = part;
      gisreg.select(map, null);
      panel.hidden = false;
      map.fire("gr:panel", { panel: panel });
      render();
      panel.querySelector(".gr-panel-body").scrollTop = 0;
    }

    function open(key, id) {
      const layer = gisreg.layer(map, key);
      const turn = ++wanted;
      other = null;
      gisreg.select(map, { layer: key, id: String(id) });
      panel.hidden = false;
      map.fire("gr:panel", { panel: panel });
      const title = layer ? { vi: layer.vi, en: layer.en } : { vi: key, en: key };
      fill(title, el("p", { class: "gr-muted" }, gisreg.say(map, TEXT.loading)));
      map.gisreg.data.detail(key, id).then(function (detail) {
        if (turn !== wanted) return;
        shown = detail;
        render();
        panel.querySelector(".gr-panel-body").scrollTop = 0;
      }, function (error) {
        if (turn !== wanted) return;
        const gone = [401, 403, 404, 410].includes(error.status);
        fill(title, [el("p", { class: "gr-warning" }, gisreg.say(map, gone ? TEXT.gone : TEXT.failed)),
          gone ? "" : el("button", { type: "button", class: "gr-button",
            onclick: function () { open(key, id); } }, gisreg.say(map, TEXT.again))]);
      });
    }

    map.on("gr:picked", function (event) {
      if (!event.all.length) { if (!panel.hidden) close(); return; }
      hits = event.all;
      const height = map.getSize().y;
      // The sheet of a phone covers the lower half, the side panel the left: move what was pressed out.
      if (gisreg.isPhone()) {
        if (event.point.y > height * 0.36) map.panBy([0, event.point.y - height * 0.25]);
      } else if (event.point.x < BESIDE_PANEL) {
        map.panBy([event.point.x - BESIDE_PANEL, 0]);
      }
      open(hits[0].layer.key, gisreg.idOf(hits[0].feature));
    });
    map.on("gr:show", tell);
    map.on("gr:hide", function () { if (other) close(); });
    map.on("gr:open", function (event) { hits = []; open(event.layer, event.id); });
    map.on("gr:language", render);
    map.on("gr:panel", function (event) {
      if (event.panel !== panel && gisreg.isNarrow() && !panel.hidden) close();
    });
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && !panel.hidden && panel.contains(document.activeElement)) close();
    });
    gisreg.startPicking(map);
    if (map.gisreg.selected) open(map.gisreg.selected.layer, map.gisreg.selected.id);
  };
})(gisreg);
