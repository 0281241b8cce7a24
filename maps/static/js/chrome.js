/* The frame round the map: banner, title, language, links, zoom, locate, scale, attribution. */
(function (gisreg) {
  "use strict";

  const el = gisreg.el;
  const TEXT = {
    banner: { vi: "Dữ liệu minh hoạ được sinh tự động", en: "Generated demonstration data" },
    other: { vi: "English", en: "Tiếng Việt" },
    in: { vi: "Phóng to", en: "Zoom in" },
    out: { vi: "Thu nhỏ", en: "Zoom out" },
    locate: { vi: "Vị trí của tôi", en: "My position" },
    lost: { vi: "Không xác định được vị trí. Hãy bật định vị và cho phép trang này dùng.",
            en: "Position not found. Switch location on and allow this page to use it." },
    signin: { vi: "Bạn cần đăng nhập để xem lớp này.", en: "Sign in to see this layer." },
    tiles: { vi: "Một phần bản đồ chưa tải được.", en: "Part of the map could not be loaded." },
    again: { vi: "Thử lại", en: "Try again" },
    maps: { vi: "Bản đồ khác", en: "Other maps" },
  };

  /** A short message over the map, with an optional button. */
  gisreg.toast = function (map, text, label, action) {
    const old = document.querySelector(".gr-toast");
    if (old) old.remove();
    const box = el("div", { class: "gr-toast", role: "status" }, gisreg.say(map, text));
    if (action) {
      box.append(el("button", { type: "button", class: "gr-button",
        onclick: function () { box.remove(); action(); } }, gisreg.say(map, label)));
    }
    map.getContainer().parentNode.append(box);
    setTimeout(function () { box.remove(); }, 9000);
  };

  function bothTitles(text) {
    return [el("span", {}, text.vi), " / ", el("span", { lang: "en" }, text.en)];
  }

  function languageButton(map) {
    const button = el("button", { type: "button", class: "gr-language", onclick: function () {
      gisreg.setLanguage(map, map.gisreg.language === "vi" ? "en" : "vi");
    } });
    const write = function () {
      gisreg.clear(button).append(gisreg.say(map, TEXT.other));
      button.lang = map.gisreg.language === "vi" ? "en" : "vi";
    };
    map.on("gr:language", write);
    write();
    return button;
  }

  /** Links to the other maps: in the header where there is room, else at the end of the legend. */
  gisreg.linkList = function (map) {
    return (map.gisreg.links || []).map(function (link) {
      return el("a", { href: link.href, "aria-current": link.current ? "page" : null,
        onclick: function (event) {
          // The other map opens at the same place, in the same language.
          const language = map.gisreg.language === "vi" ? "" : "&lang=" + map.gisreg.language;
          event.currentTarget.href = link.href + window.location.hash.split("&")[0] + language;
        } }, gisreg.say(map, link));
    });
  };

  function linkMenu(map) {
    if (!map.gisreg.links.length) return "";
    const nav = el("nav", { class: "gr-links" });
    const write = function () {
      nav.setAttribute("aria-label", gisreg.say(map, TEXT.maps));
      gisreg.append(gisreg.clear(nav), gisreg.linkList(map));
    };
    map.on("gr:language", write);
    write();
    return nav;
  }

  function header(map, config) {
    const title = el("div", { class: "gr-title" });
    const write = function () {
      gisreg.append(gisreg.clear(title), gisreg.titles(map, config.title, "h1"));
      document.title = gisreg.say(map, config.title);
    };
    map.on("gr:language", write);
    write();
    return el("header", { class: "gr-header" }, [title, el("div", { class: "gr-header-search" }),
      linkMenu(map), languageButton(map)]);
  }

  function locate(map) {
    let mark = null;
    map.on("locationfound", function (event) {
      if (mark) mark.remove();
      mark = L.layerGroup([
        L.circle(event.latlng, { radius: event.accuracy, weight: 1, color: "#1d6fb8", fillOpacity: 0.12,
                                 interactive: false }),
        L.circleMarker(event.latlng, { radius: 8, weight: 3, color: "#ffffff", fillColor: "#1d6fb8",
                                       fillOpacity: 1, interactive: false }),
      ]).addTo(map);
    });
    map.on("locationerror", function () { gisreg.toast(map, TEXT.lost); });
    map.locate({ setView: true, maxZoom: 18, enableHighAccuracy: true, timeout: 15000 });
  }

  function buttons(map) {
    const bar = el("div", { class: "gr-buttons" });
    const write = function () {
      gisreg.append(gisreg.clear(bar), [
        ["+", TEXT.in, function () { map.zoomIn(); }],
        ["−", TEXT.out, function () { map.zoomOut(); }],
        ["◎", TEXT.locate, function () { locate(map); }],
      ].map(function ([sign, text, act]) {
        return el("button", { type: "button", class: "gr-icon", title: gisreg.say(map, text),
                              "aria-label": gisreg.say(map, text), onclick: act }, sign);
      }));
    };
    map.on("gr:language", write);
    write();
    return bar;
  }

  function foot(map, config) {
    const box = el("div", { class: "gr-foot" });
    const write = function () {
      const lines = config.footer.concat(config.attribution);
      gisreg.append(gisreg.clear(box), lines.map(function (line, i) {
        return el("span", {}, (i ? " · " : "") + gisreg.say(map, line));
      }));
    };
    map.on("gr:language", write);
    write();
    // On a phone scale and button stand above the foot, however many lines it has.
    new ResizeObserver(function () {
      box.parentNode.style.setProperty("--foot", box.offsetHeight + "px");
    }).observe(box);
    return box;
  }

  gisreg.addChrome = function (map, config) {
    map.gisreg.links = config.links;
    const container = map.getContainer();
    const stage = el("main", { class: "gr-stage" });
    container.parentNode.insertBefore(stage, container);
    stage.append(container, buttons(map), foot(map, config));
    if (config.generated) {
      stage.before(el("div", { class: "gr-banner", role: "note" }, bothTitles(TEXT.banner)));
    }
    if (config.seen_as) stage.before(gisreg.seenAs(map, config.seen_as));
    stage.before(header(map, config));
    L.control.scale({ imperial: false, maxWidth: 140, position: "bottomleft" }).addTo(map);
    if (config.base_map) {
      L.tileLayer(config.base_map, { maxZoom: 22, maxNativeZoom: 19, zIndex: 0,
                                     opacity: 0.85 }).addTo(map);
    }
    // The frame takes room from the map: measure again, then show what was to be shown.
    map.invalidateSize({ pan: false });
    map.gisreg.home();
    new ResizeObserver(function () {
      // Leaflet forgets the exact centre when it measures: the address would move by half a pixel.
      const size = L.point(container.clientWidth, container.clientHeight);
      if (!size.equals(map.getSize())) map.invalidateSize({ animate: false });
    }).observe(container);
    map.on("gr:trouble", function (event) {
      if (event.status === 401 || event.status === 403) { gisreg.toast(map, TEXT.signin); return; }
      gisreg.toast(map, TEXT.tiles, TEXT.again, function () { map.fire("gr:redraw"); });
    });
  };
})(gisreg);
