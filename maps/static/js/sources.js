/* Where tiles come from: our own server. Handed to protomaps-leaflet in the shape of a PMTiles
   archive (an object with getZxy), because its own fetcher takes an error page for a tile. */
(function (gisreg) {
  "use strict";

  // Data tiles are 512 screen pixels wide: a quarter of the requests of 256-pixel tiles.
  gisreg.TILE_PIXELS = 512;
  const RETRY_MS = 1500;

  function wait(ms) {
    return new Promise(function (resolve) { setTimeout(resolve, ms); });
  }

  /** Read one tile; resolves to an ArrayBuffer, empty where there is nothing. */
  async function readTile(url, signal) {
    const answer = await fetch(url, { signal: signal, credentials: "same-origin" });
    if (answer.status === 204 || answer.status === 404) return new ArrayBuffer(0);
    if (!answer.ok) throw Object.assign(new Error("tile " + answer.status), { status: answer.status });
    return answer.arrayBuffer();
  }

  function archive(map, template) {
    return {
      getZxy: async function (z, x, y, signal) {
        const url = template.replace("{z}", z).replace("{x}", x).replace("{y}", y);
        try {
          return { data: await readTile(url, signal) };
        } catch (error) {
          if (error.name === "AbortError") throw error;
          if (error.status && error.status < 500) {
            map.fire("gr:trouble", { status: error.status });
            return undefined; // not ours to see: nothing is drawn
          }
          // The network of a phone in the street comes and goes, and a busy server says 503.
          await wait(RETRY_MS);
          try {
            return { data: await readTile(url, signal) };
          } catch (again) {
            if (again.name !== "AbortError") map.fire("gr:trouble", { status: again.status || 0 });
            throw Object.assign(again, { name: "AbortError" }); // reported; nothing to log
          }
        }
      },
    };
  }

  /** The view through which protomaps-leaflet reads one layer. */
  gisreg.view = function (map, layer) {
    const source = layer.features
      ? gisreg.memorySource(layer)
      : new protomapsL.PmtilesSource(archive(map, layer.tiles), true);
    const cache = new protomapsL.TileCache(source, gisreg.TILE_PIXELS);
    return new protomapsL.View(cache, layer.max_data_zoom, Math.log2(gisreg.TILE_PIXELS / 256));
  };
})(gisreg);
