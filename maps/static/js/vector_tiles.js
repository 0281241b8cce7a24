/* The canvas layer that draws the registry's tiles (protomaps-leaflet), and redraws them without
   loading anything again when a filter, a theme or the selection changes. */
(function (gisreg) {
  "use strict";

  const NOTHING = function () { return Promise.resolve(new Map()); };

  /** Prepare features once, when their tile arrives. */
  function annotate(layer, tile) {
    const features = tile.get(layer.key);
    if (!features) return tile;
    if (layer.kind === "line" && layer.lanes) gisreg.groupLanes(features);
    return features.some(gisreg.isCell) ? new Map([[layer.key, gisreg.mergeCells(features)]]) : tile;
  }

  function makeView(map, layer) {
    const view = gisreg.view(map, layer);
    const source = view.tileCache.source;
    view.tileCache.source = {
      get: function (tile, pixels) {
        // Below its first zoom a layer has only cells; nobody looks at those of every layer.
        const useless = tile.z < layer.min_zoom && gisreg.cellLayer(map) !== layer;
        return (useless ? NOTHING() : source.get(tile, pixels)).then(function (found) {
          return annotate(layer, found);
        });
      },
    };
    return view;
  }

  /** Take visibility, hidden rules and themes from the address, else from the layers themselves. */
  function begin(map, config) {
    const state = map.gisreg, asked = state.asked;
    config.layers.forEach(function (layer) {
      const key = layer.key;
      state.shown[key] = asked.on.includes(key) || (layer.visible && !asked.off.includes(key));
      state.hidden[key] = new Set(layer.themes.flatMap(function (theme) {
        return theme.rules.concat([theme.other])
          .filter(function (rule) { return rule.off; })
          .map(function (rule) { return rule.id; });
      }));
      state.theme[key] = layer.themes[0].id;
    });
    asked.hide.forEach(function ([key, id]) { if (state.hidden[key]) state.hidden[key].add(id); });
    asked.theme.forEach(function ([key, id]) { if (state.theme[key]) state.theme[key] = id; });
    if (asked.carriers) state.carriers = new Set(asked.carriers);
    state.selected = asked.pick;
  }

  /** Put the rules in drawing order: areas, lines, cells, points; names are placed afterwards. */
  function rules(map, config) {
    const shown = config.layers.filter(function (layer) { return map.gisreg.shown[layer.key]; });
    const paint = function (layer) { return gisreg.paintRules(map, layer); };
    const isPoint = function (layer) { return layer.kind === "point"; };
    return {
      // Discs above all: a mast must not hide the number in one.
      paint: shown.filter(function (layer) { return !isPoint(layer); }).flatMap(paint)
        .concat(shown.filter(isPoint).flatMap(paint), gisreg.cellRules(map)),
      // Names of streets win over names of areas where there is room for one only.
      label: shown.slice().reverse().flatMap(function (layer) { return gisreg.labelRules(map, layer); }),
    };
  }

  function redraw(map, layer) {
    const state = map.gisreg;
    const cells = gisreg.cellLayer(map);
    if (layer.grCells !== undefined && layer.grCells !== cells) {
      // Tiles that were left out because nobody drew their cells must be asked for now.
      layer.grViews.forEach(function (view) { view.tileCache.cache.clear(); });
    }
    layer.grCells = cells;
    layer.views.clear();
    layer.gr.layers.forEach(function (each) {
      if (state.shown[each.key]) layer.views.set(each.key, layer.grViews.get(each.key));
    });
    const made = rules(map, layer.gr);
    layer.paintRules = made.paint;
    layer.labelRules = made.label;
    layer.clearLayout();
    layer.rerenderTiles();
  }

  gisreg.vectorTiles = function (config) {
    config.layers.forEach(function (each) {
      // A saved page carries its data as JSON elements beside the scripts.
      if (each.data) each.features = JSON.parse(document.getElementById(each.data).textContent);
    });
    const layer = protomapsL.leafletLayer({ sources: {}, attribution: "", maxZoom: 22 });
    layer.gr = config;
    layer.grViews = new Map();
    const beforeAdd = layer.beforeAdd;
    // Before the first tile is made the views and rules have to be there.
    layer.beforeAdd = function (map) {
      beforeAdd.call(layer, map);
      map.gisreg.tiles = layer;
      begin(map, config);
      config.layers.forEach(function (each) { layer.grViews.set(each.key, makeView(map, each)); });
      redraw(map, layer);
      let asked = false;
      const later = function () {
        if (asked) return;
        asked = true;
        window.requestAnimationFrame(function () { asked = false; redraw(map, layer); });
      };
      map.on("gr:state gr:select gr:redraw gr:language", later);
    };
    return layer;
  };

  gisreg.layer = function (map, key) {
    return map.gisreg.tiles.gr.layers.find(function (layer) { return layer.key === key; });
  };
})(gisreg);
