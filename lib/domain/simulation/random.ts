/** 32-bit FNV-1a of a text; spreads seeds and names, no cryptographic strength. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

export type Random = {
  /** Uniform in [0, 1). */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Gamma with the given shape and mean 1. */
  gamma(shape: number): number;
  /** Log-normal with the given median; `sigma` is the standard deviation of the logarithm. */
  logNormal(median: number, sigma: number): number;
  /** Integer in [0, below). */
  integer(below: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** `length` characters of lower-case letters and digits. */
  letters(length: number): string;
};

const ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Seeded generator (sfc32). The same seed text gives the same numbers on every machine. */
export function createRandom(seed: string): Random {
  let a = hashText(`${seed}/a`);
  let b = hashText(`${seed}/b`);
  let c = hashText(`${seed}/c`);
  let counter = 1;

  function uniform(): number {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 4294967296;
  }
  for (let i = 0; i < 12; i++) uniform();

  function normal(): number {
    // 1 - u keeps the logarithm finite.
    return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  }

  // Marsaglia and Tsang 2000; shapes below 1 are boosted by u^(1/shape).
  function standardGamma(shape: number): number {
    if (shape < 1) return standardGamma(shape + 1) * (1 - uniform()) ** (1 / shape);
    const d = shape - 1 / 3;
    const k = 1 / Math.sqrt(9 * d);
    for (;;) {
      const x = normal();
      const v = (1 + k * x) ** 3;
      if (v > 0 && Math.log(1 - uniform()) < (x * x) / 2 + d - d * v + d * Math.log(v)) return d * v;
    }
  }

  function integer(below: number): number {
    return Math.floor(uniform() * below);
  }

  return {
    uniform,
    normal,
    gamma: (shape) => standardGamma(shape) / shape,
    logNormal: (median, sigma) => median * Math.exp(sigma * normal()),
    integer,
    chance: (probability) => uniform() < probability,
    pick<T>(items: readonly T[]): T {
      if (items.length === 0) throw new RangeError("pick needs at least one item");
      return items[integer(items.length)] as T;
    },
    letters: (length) => Array.from({ length }, () => ALPHABET[integer(ALPHABET.length)]).join(""),
  };
}
