/* The address keeps the view: #15/20.4463/106.3365&on=cable&off=pole&hide=segment/tidying_state:accepted
   &carrier=3,4&theme=segment/reason&lang=en&pick=segment/12. Only what differs from the page's own
   settings is written, so that a shared address stays short and readable. */
(function (gisreg) {
  "use strict";

  function list(text) {
    return text ? text.split(",").map(decodeURIComponent) : [];
  }

  function pairs(items) {
    return items.map(function (item) {
      const at = item.indexOf("/");
      return [item.slice(0, at), item.slice(at + 1)];
    });
  }

  gisreg.readHash = function (hash) {
    const parts = hash.replace(/^#/, "").split("&");
    const found = { on: [], off: [], hide: [], theme: [], carriers: null, language: null,
                    view: null, pick: null };
    const view = parts[0].split("/").map(Number);
    if (view.length === 3 && view.every(isFinite) && parts[0] !== "") {
      found.view = { zoom: view[0], lat: view[1], lon: view[2] };
    }
    parts.slice(1).forEach(function (part) {
      const at = part.indexOf("=");
      const key = part.slice(0, at);
      let values;
      try { values = list(part.slice(at + 1)); } catch (_) { return; } // a mangled address
      if (key === "on" || key === "off") found[key] = values;
      if (key === "hide" || key === "theme") found[key] = pairs(values);
      if (key === "carrier") found.carriers = values;
      if (key === "lang" && (values[0] === "vi" || values[0] === "en")) found.language = values[0];
      if (key === "pick" && values.length === 1) {
        const [layer, id] = pairs(values)[0];
        if (layer && /^[0-9A-Za-z_-]+$/.test(id)) found.pick = { layer: layer, id: id };
      }
    });
    return found;
  };

  function written(values) {
    return values.map(encodeURIComponent).join(",");
  }

  gisreg.writeHash = function (map) {
    const state = map.gisreg;
    if (!state.tiles) return; // the page is still being built
    const centre = map.getCenter();
    const zoom = map.getZoom();
    const digits = Math.max(3, Math.ceil(zoom / 3));
    const parts = [[zoom, centre.lat.toFixed(digits), centre.lng.toFixed(digits)].join("/")];
    const on = [], off = [], hide = [], theme = [];
    state.tiles.gr.layers.forEach(function (layer) {
      const key = layer.key;
      if (state.shown[key] && !layer.visible) on.push(key);
      if (!state.shown[key] && layer.visible) off.push(key);
      (state.hidden[key] || new Set()).forEach(function (id) { hide.push(key + "/" + id); });
      if (layer.themes.length && state.theme[key] !== layer.themes[0].id) {
        theme.push(key + "/" + state.theme[key]);
      }
    });
    if (on.length) parts.push("on=" + written(on));
    if (off.length) parts.push("off=" + written(off));
    if (hide.length) parts.push("hide=" + written(hide.sort()));
    if (theme.length) parts.push("theme=" + written(theme));
    if (state.carriers) parts.push("carrier=" + written([...state.carriers].sort()));
    if (state.language !== "vi") parts.push("lang=" + state.language);
    if (state.selected) parts.push("pick=" + state.selected.layer + "/" + state.selected.id);
    // replaceState: panning must not fill the browser's history.
    window.history.replaceState(null, "", "#" + parts.join("&"));
  };
})(gisreg);
