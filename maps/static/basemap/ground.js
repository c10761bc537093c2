/**
 * How the base map is drawn, in the pages and in exported maps alike: one layer of vector tiles.
 *
 * A classic script, since exported maps hold it inline.  Its colours are the custom properties of
 * ground.css; names go to a canvas, so a name is only ever text.
 */
"use strict";

const roundsmanGround = (() => {
  const FONT = 'system-ui, "Noto Sans", "Noto Sans SC", "PingFang SC", "Microsoft YaHei", sans-serif';
  /** Tiles of one area that are read ahead: a rep's day in a city, some megabytes. */
  const MOST_READ = 160;
  /** Areas from the lowest to the highest. */
  const AREAS = ["built", "farm", "rock", "sand", "ice", "grass", "scrub", "wood", "park", "square"];
  /** Road kinds from the least to the most important; widths in pixels at map zooms. */
  const ROADS = /** @type {[string, string, [number, number][]][]} */ ([
    ["service", "road", [[14, 0.6], [16, 2.4], [18, 7]]],
    ["minor", "road", [[13, 0.9], [14, 1.8], [16, 5.5], [18, 13]]],
    ["tertiary", "road", [[12, 1.1], [14, 3], [16, 7], [18, 15]]],
    ["secondary", "secondary", [[10, 1.1], [14, 3.6], [16, 8], [18, 17]]],
    ["primary", "primary", [[8, 0.9], [11, 1.8], [14, 4.4], [16, 9], [18, 19]]],
    ["motorway", "motorway", [[6, 0.9], [10, 2], [14, 5.4], [16, 10], [18, 21]]],
  ]);
  const DASHED = /** @type {[string, string, number[], [number, number][]][]} */ ([
    ["track", "path", [5, 3], [[13, 0.8], [16, 1.6], [18, 2.6]]],
    ["path", "path", [3, 2.5], [[15, 0.8], [16, 1.2], [18, 2.2]]],
    ["ferry", "water-name", [6, 5], [[9, 0.8], [16, 1.4]]],
  ]);

  /** A colour of the palette. @param {string} name */
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--map-${name}`).trim();

  /** A width that grows with the zoom as the streets do. @param {[number, number][]} stops */
  function growing(stops) {
    return (/** @type {number} */ zoom) => {
      const next = stops.findIndex(([at]) => at > zoom);
      if (next === 0) return stops[0][1];
      if (next < 0) return stops[stops.length - 1][1] * 2 ** ((zoom - stops[stops.length - 1][0]) * 0.8);
      const [[z0, w0], [z1, w1]] = [stops[next - 1], stops[next]];
      return w0 * (w1 / w0) ** ((zoom - z0) / (z1 - z0));
    };
  }

  /** @param {string} kind */
  const is = (kind) => (/** @type {number} */ _zoom, /** @type {any} */ feature) => feature.props.kind === kind;

  /** @param {any} feature */
  const narrowed = (feature) => (feature.props.ramp ? 0.6 : 1);

  function paintRules() {
    const { PolygonSymbolizer, LineSymbolizer } = protomapsL;
    const ground = AREAS.map((kind) => ({
      dataLayer: "ground",
      filter: is(kind),
      symbolizer: new PolygonSymbolizer({ fill: colour(kind) }),
    }));
    const water = { dataLayer: "water", symbolizer: new PolygonSymbolizer({ fill: colour("water") }) };
    const walls = { fill: colour("building"), stroke: colour("building-edge"), width: 0.6 };
    const buildings = { dataLayer: "building", symbolizer: new PolygonSymbolizer(walls) };
    return [...ground, ...waterways(LineSymbolizer), water, buildings, ...roads(LineSymbolizer)];
  }

  /** @param {any} LineSymbolizer */
  function waterways(LineSymbolizer) {
    const kinds = /** @type {[string, [number, number][]][]} */ ([
      ["stream", [[13, 0.6], [16, 1.6], [18, 3]]],
      ["river", [[9, 0.8], [13, 2], [16, 4], [18, 8]]],
    ]);
    return kinds.map(([kind, stops]) => ({
      dataLayer: "waterway",
      filter: (/** @type {number} */ _zoom, /** @type {any} */ { props }) => props.kind === kind && !props.tunnel,
      symbolizer: new LineSymbolizer({ color: colour("water"), width: growing(stops), lineCap: "round", lineJoin: "round" }),
    }));
  }

  /** Edges of all roads first, so that crossings are open. @param {any} LineSymbolizer */
  function roads(LineSymbolizer) {
    const line = (/** @type {string} */ kind, /** @type {number} */ minzoom, /** @type {any} */ look, shows = is(kind)) => ({
      dataLayer: "road",
      minzoom,
      filter: shows,
      symbolizer: new LineSymbolizer({ lineCap: "round", lineJoin: "round", ...look }),
    });
    const dashed = DASHED.map(([kind, name, dash, stops]) =>
      line(kind, stops[0][0], { color: colour(name), dash, dashWidth: growing(stops), width: growing(stops), lineCap: "butt" }),
    );
    const edges = ROADS.map(([kind, , stops]) => {
      const inner = growing(stops);
      const width = (/** @type {number} */ zoom, /** @type {any} */ feature) => inner(zoom) * narrowed(feature) + (zoom < 14 ? 1 : 1.8);
      const color = colour(kind === "motorway" ? "motorway-edge" : "road-edge");
      const open = (/** @type {number} */ _zoom, /** @type {any} */ { props }) => props.kind === kind && !props.tunnel;
      return line(kind, kind === "minor" ? 14 : stops[0][0], { color, width }, open);
    });
    const fills = ROADS.map(([kind, name, stops]) => {
      const inner = growing(stops);
      const width = (/** @type {number} */ zoom, /** @type {any} */ feature) => inner(zoom) * narrowed(feature);
      const opacity = (/** @type {number} */ _zoom, /** @type {any} */ { props }) => (props.tunnel ? 0.5 : 1);
      return line(kind, stops[0][0], { color: colour(name), width, opacity });
    });
    const rails = ["tram", "rail"].map((kind) =>
      line(kind, 10, { color: colour("rail"), width: growing([[10, 0.8], [16, 1.8], [18, 2.6]]), lineCap: "butt" }),
    );
    return [...dashed, ...edges, ...fills, ...rails];
  }

  /** Names, the most important first: where two want one place, the first has it. @param {string} language */
  function labelRules(language) {
    const { CenteredTextSymbolizer } = protomapsL;
    const labelProps = [`name_${language}`, "name"];
    const line = { labelProps: [...labelProps, "ref"], fill: colour("road-name"), stroke: colour("halo") };
    const halo = { stroke: colour("halo"), labelProps, fontFamily: FONT };
    const spot = (/** @type {string} */ dataLayer, /** @type {string[]} */ kinds, /** @type {number[]} */ zooms, /** @type {object} */ look) => ({
      dataLayer,
      minzoom: zooms[0],
      maxzoom: zooms[1],
      filter: (/** @type {number} */ _zoom, /** @type {any} */ { props }) => kinds.includes(props.kind ?? ""),
      symbolizer: new CenteredTextSymbolizer({ ...halo, width: 2.2, lineHeight: 1.25, ...look }),
    });
    const name = colour("name");
    const size = (/** @type {number} */ from, /** @type {number} */ to) => (/** @type {number} */ zoom) =>
      Math.min(to, from + Math.max(0, zoom - 9) * 0.8);
    return [
      spot("place", ["city"], [6, 15], { fill: name, fontWeight: 700, fontSize: size(15, 21) }),
      spot("place", ["town"], [8, 16], { fill: name, fontWeight: 700, fontSize: size(13, 18) }),
      spot("place", ["village", "suburb", "borough"], [11, 17], { fill: name, fontWeight: 600, fontSize: size(11.5, 15) }),
      along("road", ["motorway", "primary", "secondary"], 13, { ...line, fontSize: 12.5 }),
      along("road", ["tertiary", "minor"], 15, { ...line, fontSize: 12 }),
      spot("place", ["hamlet", "quarter", "neighbourhood", "isolated_dwelling"], [13, 18], { fill: name, fontSize: 12 }),
      spot("label", ["station"], [14], { fill: name, fontWeight: 600, fontSize: 12 }),
      spot("label", ["water"], [12], { fill: colour("water-name"), fontStyle: "italic", fontSize: 12.5 }),
      spot("label", ["park", "square"], [14], { fill: colour("green-name"), fontSize: 12 }),
      spot("label", ["wood", "grass"], [15], { fill: colour("green-name"), fontSize: 11.5 }),
      spot("label", ["peak"], [13], { fill: colour("peak-name"), fontSize: 11 }),
      along("waterway", ["river", "stream"], 14, { ...line, fill: colour("water-name"), fontSize: 11.5, fontStyle: "italic" }),
      along("road", ["service", "path", "track"], 17, { ...line, fontSize: 11 }),
      spot("house", [""], [18], { fill: colour("road-name"), fontSize: 10.5 }),
    ];
  }

  /** Names along lines. @param {string} dataLayer @param {string[]} kinds @param {number} minzoom @param {object} look */
  function along(dataLayer, kinds, minzoom, look) {
    return {
      dataLayer,
      minzoom,
      filter: (/** @type {number} */ _zoom, /** @type {any} */ { props }) => kinds.includes(props.kind),
      symbolizer: new LineName(look),
    };
  }

  /** Text on the straight stretches of a line, so that a name is read without turning the head. */
  class LineName {
    /** @param {any} look labelProps, fill, stroke, fontSize, fontStyle */
    constructor(look) {
      this.look = look;
      this.font = `${look.fontStyle ?? "normal"} ${look.fontSize}px ${FONT}`;
    }

    /** What the painter asks for. @param {any} layout @param {any[][]} geometry @param {any} feature */
    place(layout, geometry, { props }) {
      const key = this.look.labelProps.find((/** @type {string} */ name) => props[name]);
      if (!key) return undefined;
      const text = props[key];
      layout.scratch.font = this.font;
      const width = layout.scratch.measureText(text).width;
      const repeat = 420 * 2 ** Math.max(0, layout.overzoom - 3);
      return geometry
        .flatMap((line) => straightStretches(line, width + this.look.fontSize, this.look.fontSize * 0.4, repeat))
        .map(([from, to]) => this.label(text, width, from, to, repeat));
    }

    /** @param {string} text @param {number} width @param {any} from @param {any} to @param {number} repeat */
    label(text, width, from, to, repeat) {
      const [left, right] = from.x <= to.x ? [from, to] : [to, from];
      const angle = Math.atan2(right.y - left.y, right.x - left.x);
      const anchor = left.add(right).div(2);
      const cell = this.look.fontSize * 0.75;
      const bboxes = [];
      for (let at = -width / 2; at <= width / 2; at += cell) {
        const [x, y] = [anchor.x + Math.cos(angle) * at, anchor.y + Math.sin(angle) * at];
        bboxes.push({ minX: x - cell, maxX: x + cell, minY: y - cell, maxY: y + cell });
      }
      const draw = (/** @type {CanvasRenderingContext2D} */ canvas) => {
        canvas.globalAlpha = 1;
        canvas.rotate(angle);
        canvas.font = this.font;
        canvas.textAlign = "center";
        canvas.textBaseline = "middle";
        canvas.lineWidth = 3.5;
        canvas.lineJoin = "round";
        canvas.strokeStyle = this.look.stroke;
        canvas.strokeText(text, 0, 0);
        canvas.fillStyle = this.look.fill;
        canvas.fillText(text, 0, 0);
      };
      return { anchor, bboxes, draw, deduplicationKey: text, deduplicationDistance: repeat };
    }
  }

  /**
   * Stretches of `length` pixels that bend less than `slack`, one in every `repeat` pixels: of each
   * the one nearest to the middle.
   * @param {any[]} line @param {number} length @param {number} slack @param {number} repeat
   * @returns {[any, any][]}
   */
  function straightStretches(line, length, slack, repeat) {
    const far = [0];
    for (let at = 1; at < line.length; at += 1) far.push(far[at - 1] + line[at].dist(line[at - 1]));
    const total = far[far.length - 1];
    const parts = Math.max(1, Math.round(total / repeat));
    const found = /** @type {[any, any][]} */ ([]);
    for (let part = 0; part < parts && total >= length; part += 1) {
      const [begin, end] = [(total * part) / parts, (total * (part + 1)) / parts];
      const middle = (begin + end - length) / 2;
      const step = length / 8;
      for (let aside = 0; middle - aside >= begin; aside += step) {
        const stretch = [middle + aside, middle - aside]
          .map((start) => stretchAt(line, far, start, start + length))
          .find((candidate) => isStraight(candidate, slack));
        if (!stretch) continue;
        found.push([stretch[0], stretch[stretch.length - 1]]);
        break;
      }
    }
    return found;
  }

  /** The points of a line between two distances from its start. @param {any[]} line @param {number[]} far @param {number} from @param {number} to */
  function stretchAt(line, far, from, to) {
    const at = (/** @type {number} */ distance) => {
      const next = Math.max(1, far.findIndex((reached) => reached >= distance));
      const share = (distance - far[next - 1]) / (far[next] - far[next - 1] || 1);
      return line[next - 1].add(line[next].sub(line[next - 1]).mult(share));
    };
    return [at(from), ...line.filter((_, index) => far[index] > from && far[index] < to), at(to)];
  }

  /** @param {any[]} points @param {number} slack */
  function isStraight(points, slack) {
    const [first, last] = [points[0], points[points.length - 1]];
    const chord = last.sub(first);
    const size = Math.hypot(chord.x, chord.y) || 1;
    return points.every((point) => Math.abs((point.x - first.x) * chord.y - (point.y - first.y) * chord.x) / size <= slack);
  }

  /**
   * The layer; put it on the map at the bottom.  Its `speak(language)` draws it anew with other names.
   * @param {{source: object, maxDataZoom: number, language: string}} options
   *   source: what `archive` or `inlined` gives
   */
  function layer({ source, maxDataZoom, language }) {
    const made = protomapsL.leafletLayer({
      url: source,
      maxDataZoom,
      attribution: "",
      lang: language,
      paintRules: paintRules(),
      labelRules: labelRules(language),
      backgroundColor: colour("bg"),
    });
    let spoken = language;
    const redraw = () => {
      made.paintRules = paintRules();
      made.labelRules = labelRules(spoken);
      made.backgroundColor = colour("bg");
      made.clearLayout();
      made.rerenderTiles();
    };
    made.speak = (/** @type {string} */ other) => {
      spoken = other;
      redraw();
    };
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
    return made;
  }

  /** An archive that is read in parts. @param {string} url */
  const archive = (url) => new protomapsL.PmtilesSource(url, false).p;

  /**
   * Read the tiles of an area once, so that whoever keeps what is read has them later.
   * @param {any} source what `archive` gave @param {any} bounds Leaflet bounds @param {number} maxDataZoom
   */
  async function read(source, bounds, maxDataZoom) {
    const wanted = /** @type {[number, number, number][]} */ ([]);
    for (let z = Math.max(0, maxDataZoom - 4); z <= maxDataZoom; z += 1) {
      const tile = (/** @type {any} */ place) => L.CRS.EPSG3857.latLngToPoint(place, z).divideBy(256).floor();
      const [low, high] = [tile(bounds.getNorthWest()), tile(bounds.getSouthEast())];
      for (let x = low.x; x <= high.x; x += 1) for (let y = low.y; y <= high.y; y += 1) wanted.push([z, x, y]);
    }
    for (const [z, x, y] of wanted.slice(0, MOST_READ)) await source.getZxy(z, x, y);
  }

  /** Tiles that a page holds itself. @param {Record<string, string>} tiles base64 of gzipped tiles by z/x/y */
  function inlined(tiles) {
    return {
      /** @param {number} z @param {number} x @param {number} y */
      async getZxy(z, x, y) {
        const text = tiles[`${z}/${x}/${y}`];
        if (!text) return undefined;
        const packed = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
        const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
        return { data: await new Response(stream).arrayBuffer() };
      },
    };
  }

  return { layer, archive, inlined, read };
})();
