// Seeded chance: the same text gives the same sequence on every machine.

/**
 * @typedef {object} Random
 * @property {() => number} next a number in [0, 1)
 * @property {(low: number, high: number) => number} between
 * @property {(low: number, high: number) => number} whole both ends included
 * @property {(likelihood: number) => boolean} chance
 * @property {<T>(list: readonly T[]) => T} pick
 * @property {<T>(list: readonly T[]) => T[]} shuffled
 */

/**
 * FNV-1a with a closing shuffle of the bits, so that like texts give unlike numbers.
 * @param {string} text
 */
function hash(text) {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/**
 * The sfc32 generator.
 * @param {string} seed
 */
function sequence(seed) {
  let [a, b, c, counter] = ['a', 'b', 'c', 'd'].map((salt) => hash(salt + seed));
  const next = () => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4294967296;
  };
  for (let i = 0; i < 16; i++) next();
  return next;
}

/**
 * @param {string} seed
 * @returns {Random}
 */
export function randomFrom(seed) {
  const next = sequence(seed);
  /** @param {number} low @param {number} high */
  const between = (low, high) => low + (high - low) * next();
  /** @param {number} low @param {number} high */
  const whole = (low, high) => low + Math.floor(next() * (high - low + 1));
  return {
    next,
    between,
    whole,
    chance: (likelihood) => next() < likelihood,
    pick: (list) => list[whole(0, list.length - 1)],
    shuffled: (list) => {
      const out = [...list];
      for (let i = out.length - 1; i > 0; i--) {
        const j = whole(0, i);
        [out[i], out[j]] = [out[j], out[i]];
      }
      return out;
    },
  };
}
