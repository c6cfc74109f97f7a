// Backgrounds painted pixel by pixel. They are drawn from chances that know nothing of the class.

/** @typedef {import('./random.mjs').Random} Random */
/** @typedef {[number, number, number]} Colour red, green and blue, 0 to 255 */
/** @typedef {(x: number, y: number) => Colour} Paint the colour at a point in pixels */
/** @typedef {(random: Random, width: number, height: number) => Paint} Background */

/**
 * @param {Random} random
 * @returns {Colour}
 */
function anyColour(random) {
  const hue = random.between(0, 360);
  const saturation = random.chance(0.25) ? random.between(0, 0.12) : random.between(0.15, 0.75);
  return fromHsl(hue, saturation, random.between(0.22, 0.9));
}

/**
 * A colour near another: what a pattern needs so as not to drown the object.
 * @param {Random} random
 * @param {Colour} colour
 * @param {number} reach
 * @returns {Colour}
 */
function nearColour(random, colour, reach) {
  const shift = random.between(-reach, reach);
  return /** @type {Colour} */ (colour.map((v) => v + shift + random.between(-reach, reach) * 0.6));
}

/**
 * @param {number} hue 0 to 360
 * @param {number} saturation
 * @param {number} lightness
 * @returns {Colour}
 */
function fromHsl(hue, saturation, lightness) {
  const span = saturation * Math.min(lightness, 1 - lightness);
  /** @param {number} n */
  const channel = (n) => {
    const k = (n + hue / 30) % 12;
    return 255 * (lightness - span * Math.max(-1, Math.min(k - 3, 9 - k, 1)));
  };
  return [channel(0), channel(8), channel(4)];
}

/**
 * @param {Colour} a
 * @param {Colour} b
 * @param {number} t 0 gives a, 1 gives b
 * @returns {Colour}
 */
function mix(a, b, t) {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
}

/** @param {number} t */
const smooth = (t) => t * t * (3 - 2 * t);

/**
 * Value noise in 0..1 over a random lattice.
 * @param {Random} random
 * @param {number} cell size of a lattice cell in pixels
 * @returns {(x: number, y: number) => number}
 */
function noise(random, cell) {
  const side = 64;
  const lattice = Float64Array.from({ length: side * side }, () => random.next());
  /** @param {number} i @param {number} j */
  const at = (i, j) => lattice[(i & 63) + (j & 63) * side];
  return (x, y) => {
    const [u, v] = [x / cell + 17, y / cell + 17];
    const [i, j] = [Math.floor(u), Math.floor(v)];
    const [s, t] = [smooth(u - i), smooth(v - j)];
    const top = at(i, j) + (at(i + 1, j) - at(i, j)) * s;
    const low = at(i, j + 1) + (at(i + 1, j + 1) - at(i, j + 1)) * s;
    return top + (low - top) * t;
  };
}

/** @type {Background} */
const plain = (random) => {
  const colour = anyColour(random);
  return () => colour;
};

/** @type {Background} */
const linearGradient = (random, width, height) => {
  const [from, to] = [anyColour(random), anyColour(random)];
  const angle = random.between(0, 2 * Math.PI);
  const [dx, dy] = [Math.cos(angle) / width, Math.sin(angle) / height];
  return (x, y) => mix(from, to, 0.5 + ((x - width / 2) * dx + (y - height / 2) * dy) * 0.8);
};

/** @type {Background} */
const radialGradient = (random, width, height) => {
  const [from, to] = [anyColour(random), anyColour(random)];
  const [cx, cy] = [random.between(0, width), random.between(0, height)];
  const reach = Math.hypot(width, height) * random.between(0.6, 1);
  return (x, y) => mix(from, to, smooth(Math.min(1, Math.hypot(x - cx, y - cy) / reach)));
};

/** @type {Background} */
const stripes = (random) => {
  const base = anyColour(random);
  const other = nearColour(random, base, 55);
  const angle = random.between(0, Math.PI);
  const period = random.between(14, 60);
  const [dx, dy] = [Math.cos(angle) / period, Math.sin(angle) / period];
  return (x, y) => mix(base, other, edge(Math.sin(2 * Math.PI * (x * dx + y * dy)) * period * 0.15));
};

/** @type {Background} */
const tiles = (random) => {
  const base = anyColour(random);
  const other = nearColour(random, base, 45);
  const size = random.between(18, 55);
  const angle = random.between(0, Math.PI / 2);
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return (x, y) => {
    const [u, v] = [(x * c + y * s) / size, (y * c - x * s) / size];
    return mix(base, other, edge(Math.sin(Math.PI * u) * Math.sin(Math.PI * v) * size * 0.3));
  };
};

/** @type {Background} */
const dots = (random) => {
  const base = anyColour(random);
  const other = nearColour(random, base, 70);
  const size = random.between(20, 50);
  const radius = size * random.between(0.16, 0.32);
  return (x, y) => {
    const shift = Math.floor(y / size) % 2 === 0 ? 0 : size / 2;
    const [u, v] = [((x + shift) % size) - size / 2, (y % size) - size / 2];
    return mix(base, other, edge(radius - Math.hypot(u, v)));
  };
};

/** @type {Background} */
const clouds = (random) => {
  const [from, to] = [anyColour(random), anyColour(random)];
  const layers = [80, 38, 16].map((cell) => noise(random, cell * random.between(0.8, 1.3)));
  return (x, y) => mix(from, to, layers[0](x, y) * 0.6 + layers[1](x, y) * 0.28 + layers[2](x, y) * 0.12);
};

/** @type {Background} */
const grain = (random) => {
  const base = anyColour(random);
  const other = nearColour(random, base, 60);
  const [coarse, fine] = [noise(random, random.between(5, 9)), noise(random, 2.5)];
  return (x, y) => mix(base, other, coarse(x, y) * 0.6 + fine(x, y) * 0.4);
};

/** Long grain, as of wood or cloth. @type {Background} */
const planks = (random) => {
  const base = anyColour(random);
  const other = nearColour(random, base, 60);
  const stretch = random.between(6, 14);
  const [veins, drift] = [noise(random, random.between(5, 9)), noise(random, 60)];
  const upright = random.chance(0.5);
  return (x, y) => {
    const [along, across] = upright ? [y, x] : [x, y];
    return mix(base, other, veins(along / stretch, across + drift(x, y) * 14));
  };
};

/** Out-of-focus lights and things. @type {Background} */
const blobs = (random, width, height) => {
  const base = anyColour(random);
  const spots = Array.from({ length: random.whole(5, 11) }, () => ({
    x: random.between(0, width),
    y: random.between(0, height),
    radius: random.between(0.1, 0.35) * Math.min(width, height),
    colour: mix(base, anyColour(random), 0.7),
    soft: random.between(5, 30),
  }));
  return (x, y) =>
    spots.reduce((colour, spot) => {
      const inside = (spot.radius - Math.hypot(x - spot.x, y - spot.y)) / spot.soft;
      return mix(colour, spot.colour, smooth(Math.max(0, Math.min(1, inside))) * 0.75);
    }, base);
};

/** A wall and a floor. @type {Background} */
const room = (random, width, height) => {
  const [wall, floor] = [anyColour(random), anyColour(random)];
  const level = height * random.between(0.45, 0.8);
  const slope = random.between(-0.15, 0.15);
  const dust = noise(random, random.between(20, 60));
  return (x, y) => {
    const below = edge((y - level - (x - width / 2) * slope) * 0.4);
    return mix(mix(wall, floor, below), [128, 128, 128], dust(x, y) * 0.2);
  };
};

/**
 * A soft step: 0 well below zero, 1 well above.
 * @param {number} distance
 */
function edge(distance) {
  return smooth(Math.max(0, Math.min(1, 0.5 + distance / 2)));
}

const ALL = [
  plain,
  linearGradient,
  radialGradient,
  stripes,
  tiles,
  dots,
  clouds,
  grain,
  planks,
  blobs,
  blobs,
  room,
];

/**
 * @param {Random} random
 * @param {number} width
 * @param {number} height
 * @returns {Float64Array} RGB, row by row
 */
export function paintBackground(random, width, height) {
  const paint = random.pick(ALL)(random, width, height);
  const pixels = new Float64Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at += 3) pixels.set(paint(x, y), at);
  }
  return pixels;
}
