/**
 * The one source of chance. Counter-based 32-bit generator "sfc32" (Chris Doty-Humphrey's Small Fast Counting
 * generator, PractRand): 128 bits of state, which a checkpoint stores and restores.
 */
export interface RandomState {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly counter: number;
}

export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter: number;

  private constructor(state: RandomState) {
    this.#a = state.a;
    this.#b = state.b;
    this.#c = state.c;
    this.#counter = state.counter;
  }

  /** An independent stream for one purpose ("shuffle", "start"), the same for the same seed. */
  static stream(seed: number, purpose: string): Random {
    const random = new Random({
      a: seed | 0,
      b: hash32(purpose),
      c: hash32(`${purpose}/${seed}`),
      counter: 1,
    });
    for (let i = 0; i < 15; i++) random.next();
    return random;
  }

  static restore(state: RandomState): Random {
    return new Random(state);
  }

  get state(): RandomState {
    return { a: this.#a, b: this.#b, c: this.#c, counter: this.#counter };
  }

  /** A whole number 0 .. 2^32 - 1. */
  next(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return this.next() / 4294967296;
  }

  /** A whole number 0 .. limit - 1. */
  below(limit: number): number {
    return Math.floor(this.uniform() * limit);
  }

  /** 0 .. count - 1 in random order (Fisher-Yates). */
  permutation(count: number): Uint32Array {
    const order = Uint32Array.from({ length: count }, (_, i) => i);
    for (let i = count - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const held = order[i];
      order[i] = order[j];
      order[j] = held;
    }
    return order;
  }
}

/** FNV-1a over the text's UTF-16 code units, 32 bits. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash | 0;
}
