/* The global object `gisreg`: elements, texts in two languages, numbers, the map itself.
   Plain scripts without a build step, so that the same files also work inside one saved HTML file.
   Rule of the house: text from the registry reaches the page through textContent only. */
var gisreg = {};

(function (gisreg) {
  "use strict";

  /** Make an element. `props` are attributes (on* are listeners); children are nodes or texts. */
  gisreg.el = function (tag, props, children) {
    const node = document.createElement(tag);
    Object.entries(props || {}).forEach(function ([name, value]) {
      if (value === null || value === undefined || value === false) return;
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else node.setAttribute(name, value === true ? "" : String(value));
    });
    gisreg.append(node, children);
    return node;
  };

  gisreg.append = function (node, children) {
    [].concat(children === undefined || children === null ? [] : children).forEach(function (child) {
      node.append(child instanceof Node ? child : document.createTextNode(String(child)));
    });
    return node;
  };

  gisreg.clear = function (node) {
    while (node.firstChild) node.removeChild(node.firstChild);
    return node;
  };

  /** The text in the chosen language; falls back to the other one, then to nothing. */
  gisreg.say = function (map, text) {
    if (!text) return "";
    if (typeof text === "string") return text;
    const chosen = map.gisreg.language;
    return text[chosen] || text.vi || text.en || "";
  };

  /** A title in the chosen language with the other one small beneath. */
  gisreg.titles = function (map, text, tag) {
    const other = map.gisreg.language === "vi" ? "en" : "vi";
    const parts = [gisreg.el(tag || "span", { class: "gr-first" }, gisreg.say(map, text))];
    if (text[other] && text[other] !== text[map.gisreg.language]) {
      parts.push(gisreg.el("span", { class: "gr-second", lang: other }, text[other]));
    }
    return gisreg.el("span", { class: "gr-titles" }, parts);
  };

  gisreg.number = function (map, value, digits) {
    if (typeof value !== "number" || !isFinite(value)) return "";
    const locale = map.gisreg.language === "vi" ? "vi-VN" : "en-GB";
    return value.toLocaleString(locale, { maximumFractionDigits: digits === undefined ? 1 : digits });
  };

  /** Metres as people say them: 850 m, 12,4 km. */
  gisreg.length = function (map, metres) {
    if (metres < 1000) return gisreg.number(map, metres, 0) + "\u00a0m";
    const km = metres / 1000;
    return gisreg.number(map, km, km < 100 ? 1 : 0) + "\u00a0km";
  };

  /** ISO dates and moments as people write them here, 23/11/2026 05:37; other text unchanged. */
  gisreg.date = function (text) {
    const found = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2})\S*)?$/.exec(text);
    if (!found) return text;
    return found[3] + "/" + found[2] + "/" + found[1] + (found[4] ? " " + found[4] : "");
  };

  /* Storage may be forbidden (private window, file opened from disk): then nothing is remembered. */
  gisreg.remember = function (key, value) {
    try { window.localStorage.setItem("gisreg." + key, value); } catch (_) { /* not remembered */ }
  };
  gisreg.recall = function (key) {
    try { return window.localStorage.getItem("gisreg." + key); } catch (_) { return null; }
  };

  /** Make the Leaflet map and the state that all parts share, as `map.gisreg`. */
  gisreg.createMap = function (id, settings) {
    const map = L.map(id, {
      zoomControl: false,
      attributionControl: false,
      minZoom: settings.min_zoom,
      maxZoom: settings.max_zoom,
      // Fingers are not mice: a tap that trembles by a few pixels is still a tap.
      tapTolerance: 20,
      zoomAnimation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
    });
    const asked = gisreg.readHash(window.location.hash);
    map.gisreg = {
      language: asked.language || gisreg.recall("language") || settings.language,
      shown: {},      // layer key -> boolean, filled by the layers
      hidden: {},     // layer key -> Set of rule ids that are switched off
      theme: {},      // layer key -> id of the theme in use
      carriers: null, // null: all; else a Set of owner values, as text
      selected: null, // {layer, id}
      asked: asked,
      data: null,     // where details, search, progress come from
      tiles: null,    // the VectorTiles layer
    };
    document.documentElement.lang = map.gisreg.language;
    map.gisreg.home = function () {
      // Reset: a pan would move by whole pixels and leave the centre beside the one asked for.
      if (asked.view) map.setView([asked.view.lat, asked.view.lon], asked.view.zoom, { reset: true });
      else if (settings.bounds) {
        // On a wide screen the panels lie over the map's sides.
        const wide = !gisreg.isNarrow();
        map.fitBounds(settings.bounds, { paddingTopLeft: [wide ? 60 : 8, 8],
                                         paddingBottomRight: [wide ? 330 : 8, wide ? 24 : 70] });
      } else map.setView(settings.centre, settings.zoom);
    };
    map.gisreg.home();
    map.on("moveend gr:state gr:language gr:select", function () { gisreg.writeHash(map); });
    // Only a person changes the address so: an address pasted into this very page is opened anew.
    window.addEventListener("hashchange", function () { window.location.reload(); });
    return map;
  };

  gisreg.setLanguage = function (map, language) {
    map.gisreg.language = language;
    document.documentElement.lang = language;
    gisreg.remember("language", language);
    map.fire("gr:language");
  };

  /** Tell every part that filters, themes or visible layers have changed. */
  gisreg.stateChanged = function (map) {
    map.fire("gr:state");
  };

  gisreg.select = function (map, picked) {
    map.gisreg.selected = picked;
    map.fire("gr:select", { picked: picked });
  };

  /** Too narrow for two side panels with a map between them: then one closes the other. */
  gisreg.isNarrow = function () {
    return window.matchMedia("(max-width: 1100px)").matches;
  };

  gisreg.isPhone = function () {
    return window.matchMedia("(max-width: 720px)").matches;
  };
})(gisreg);
