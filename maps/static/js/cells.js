/* Low zooms: tiles carry points with counts by grid cell. One layer of the page at a time draws
   them, as discs whose area tells the amount and whose slices tell the state. */
(function (gisreg) {
  "use strict";

  const EARTH_M = 40075016.686;
  const NUMBER_FROM_RADIUS = 16;

  /** The layer whose cells are drawn: the first visible one in the page's order. */
  gisreg.cellLayer = function (map) {
    const ranked = map.gisreg.tiles.gr.layers
      .filter(function (layer) { return layer.cells && map.gisreg.shown[layer.key]; })
      .sort(function (a, b) { return a.cells.rank - b.cells.rank; });
    return ranked[0] || null;
  };

  // Tiles carry a fine grid; a disc with a number in it needs a coarser one, in pixels of the tile.
  const BLOCK_PIXELS = 64;

  function clamp(position) {
    return Math.min(gisreg.TILE_PIXELS - BLOCK_PIXELS / 2, Math.max(BLOCK_PIXELS / 2, position));
  }

  /** Sum a tile's cells by block; a block's disc stands where most of its objects are. */
  gisreg.mergeCells = function (features) {
    const blocks = new Map();
    const rest = [];
    features.forEach(function (feature) {
      if (!gisreg.isCell(feature)) { rest.push(feature); return; }
      const p = feature.geom[0][0];
      const key = Math.floor(p.x / BLOCK_PIXELS) + ":" + Math.floor(p.y / BLOCK_PIXELS);
      const block = blocks.get(key) || { props: {}, x: 0, y: 0 };
      Object.entries(feature.props).forEach(function ([name, value]) {
        if (typeof value === "number") block.props[name] = (block.props[name] || 0) + value;
      });
      block.x += p.x * feature.props.count;
      block.y += p.y * feature.props.count;
      blocks.set(key, block);
    });
    const Point = gisreg.Point();
    blocks.forEach(function (block) {
      const count = block.props.count;
      // Not nearer to the tile's edge than half a block: the next tile would cut the disc off.
      const p = new Point(clamp(block.x / count), clamp(block.y / count));
      rest.push({ props: block.props, geomType: 1, geom: [[p]], numVertices: 1,
                  bbox: { minX: p.x - 32, maxX: p.x + 32, minY: p.y - 32, maxY: p.y + 32 } });
    });
    return rest;
  };

  /* The disc of a cell as dense as a busy town centre fills the cell; so discs can be compared
     between tiles and nothing has to be known about the rest of the province. */
  gisreg.cellRadius = function (layer, feature, zoom, scale) {
    const pixels = BLOCK_PIXELS * scale;
    const metres = pixels * EARTH_M * 0.937 / (256 * Math.pow(2, zoom)); // cos of 20.4 degrees
    const dense = layer.cells.dense_per_km2 * metres * metres / 1e6;
    const share = Math.sqrt(Math.max(0, feature.props[layer.cells.field] || 0) / dense);
    return pixels * 0.5 * Math.min(1, Math.max(0.22, share));
  };

  /** Slices of the disc: [amount, colour], the rest last. */
  function slices(layer, props) {
    const total = props[layer.cells.field] || 0;
    let left = total;
    const found = layer.cells.slices.map(function (slice) {
      let amount = props[slice.field] || 0;
      if (slice.minus) amount -= props[slice.minus] || 0;
      amount = Math.max(0, Math.min(left, amount));
      left -= amount;
      return [amount, slice.color];
    });
    return { total: total, parts: found.concat([[left, layer.cells.color]]) };
  }

  function disc(ctx, p, radius, told) {
    ctx.globalAlpha = 1;
    let angle = -Math.PI / 2;
    told.parts.forEach(function ([amount, color]) {
      if (!amount) return;
      const end = angle + (2 * Math.PI * amount) / told.total;
      ctx.beginPath();
      ctx.moveTo(p.x, p.y);
      ctx.arc(p.x, p.y, radius, angle, end);
      ctx.closePath();
      ctx.fillStyle = color;
      ctx.fill();
      angle = end;
    });
    ctx.beginPath();
    ctx.arc(p.x, p.y, radius, 0, 2 * Math.PI);
    ctx.lineWidth = 1.2;
    ctx.strokeStyle = "#ffffff";
    ctx.stroke();
  }

  function amount(map, layer, value) {
    if (layer.cells.unit !== "m") {
      return value >= 10000 ? gisreg.number(map, value / 1000, 0) + "k" : gisreg.number(map, value, 0);
    }
    return gisreg.number(map, value / 1000, value < 10000 ? 1 : 0);
  }

  function number(ctx, p, radius, text) {
    ctx.beginPath();
    ctx.arc(p.x, p.y, radius * 0.66, 0, 2 * Math.PI);
    ctx.fillStyle = "#ffffff";
    ctx.globalAlpha = 0.92;
    ctx.fill();
    ctx.globalAlpha = 1;
    ctx.fillStyle = "#1f2937";
    ctx.font = "600 " + Math.min(13, Math.max(10, radius * 0.5)) + "px " + gisreg.FONT;
    ctx.textAlign = "center";
    ctx.textBaseline = "middle";
    ctx.fillText(text, p.x, p.y + 0.5, radius * 1.25);
  }

  gisreg.cellRules = function (map) {
    const layer = gisreg.cellLayer(map);
    if (!layer) return [];
    return [{
      dataSource: layer.key,
      dataLayer: layer.key,
      filter: function (_, feature) { return gisreg.isCell(feature); },
      symbolizer: {
        draw: function (ctx, geom, zoom, feature) {
          const p = geom[0][0];
          const scale = p.x && feature.geom[0][0].x ? p.x / feature.geom[0][0].x : 1;
          const radius = gisreg.cellRadius(layer, feature, zoom, scale);
          const told = slices(layer, feature.props);
          if (!told.total) return;
          ctx.save();
          disc(ctx, p, radius, told);
          if (radius >= NUMBER_FROM_RADIUS) number(ctx, p, radius, amount(map, layer, told.total));
          ctx.restore();
        },
      },
    }];
  };
})(gisreg);
