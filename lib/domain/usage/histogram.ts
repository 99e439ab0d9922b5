/**
 * A mergeable latency histogram with logarithmic bins (the DDSketch mapping, gamma 1.1): any quantile of 1 ms or more
 * comes back within 4.8 % of the exact one. Below 1 ms all samples share bin 0.
 *
 * Dense counts by bin, only as long as the highest bin used; an empty histogram is `[]`.
 */
export type Histogram = number[];

export const GAMMA = 1.1;
export const LAST_BIN = 150;

/** Digits of one bin in the stored number: a bin holds fewer than 10^12 samples. */
const DIGITS = 12;
const ZEROS = "0".repeat(DIGITS);
const NOT_ENCODED = "a stored histogram must be a whole decimal number";
const INVERSE_LOG_GAMMA = 1 / Math.log(GAMMA);
const UPPER: readonly number[] = Array.from({ length: LAST_BIN + 1 }, (_, bin) => GAMMA ** bin);
const VALUE: readonly number[] = UPPER.map((upper) => (2 * upper) / (GAMMA + 1));

/** The bin of a latency in ms: bin 0 is [0, 1], bin i is (1.1^(i-1), 1.1^i], the last one is open-ended. */
export function binOf(ms: number): number {
  if (!(ms > 1)) return 0;
  let bin = Math.min(LAST_BIN, Math.ceil(Math.log(ms) * INVERSE_LOG_GAMMA));
  // The logarithm may be off by one at a bin's very edge; the table decides.
  if (ms <= (UPPER[bin - 1] as number)) bin -= 1;
  else if (bin < LAST_BIN && ms > (UPPER[bin] as number)) bin += 1;
  return bin;
}

/** The latency in ms that stands for every sample of a bin. */
export function binValue(bin: number): number {
  const value = VALUE[bin];
  if (value === undefined) throw new RangeError(`bin must be 0 to ${LAST_BIN}, got ${bin}`);
  return value;
}

/** The digit weight of one sample in bin `bin` as a decimal string: what one event adds to the stored number. */
export function binIncrement(bin: number): string {
  return `1${ZEROS.repeat(bin)}`;
}

/** Counts `times` samples of `ms` into `histogram`, in place. */
export function addSample(histogram: Histogram, ms: number, times = 1): void {
  addToBin(histogram, binOf(ms), times);
}

/** Counts one sample in each of these bins (repeats count), in place. */
export function addBins(histogram: Histogram, bins: Iterable<number>): void {
  for (const bin of bins) addToBin(histogram, bin, 1);
}

/** Adds `from` into `into`, in place, and returns `into`. */
export function merge(into: Histogram, from: Histogram): Histogram {
  for (let bin = 0; bin < from.length; bin++) addToBin(into, bin, from[bin] as number);
  return into;
}

/** Takes `from`, which was merged before, out of `into`, in place, and returns `into`. */
export function unmerge(into: Histogram, from: Histogram): Histogram {
  for (let bin = 0; bin < from.length; bin++) addToBin(into, bin, -(from[bin] as number));
  let length = into.length;
  while (length > 0 && into[length - 1] === 0) length -= 1;
  into.length = length;
  return into;
}

/** The number of samples. */
export function count(histogram: Histogram): number {
  let total = 0;
  for (const samples of histogram) total += samples;
  return total;
}

/** The nearest-rank quantile in ms, `q` from 0 to 1; null without samples. */
export function quantile(histogram: Histogram, q: number): number | null {
  const total = count(histogram);
  if (total === 0) return null;
  // 0.07 * 100 is 7.000000000000001 in floating point: its rank is 7, not 8.
  const rank = Math.min(total, Math.max(1, Math.ceil(q * total * (1 - 2 ** -50))));
  let seen = 0;
  for (let bin = 0; bin < histogram.length; bin++) {
    seen += histogram[bin] as number;
    if (seen >= rank) return VALUE[bin] as number;
  }
  return VALUE[histogram.length - 1] as number;
}

/** The stored form: the decimal number Σ count(bin) · 10^(12 · bin), so that the database merges with `+` and `sum()`. */
export function encode(histogram: Histogram): string {
  let text = "";
  for (let bin = histogram.length - 1; bin >= 0; bin--) {
    const samples = histogram[bin] as number;
    if (text === "") {
      if (samples > 0) text = String(samples);
    } else {
      text += samples === 0 ? ZEROS : String(samples).padStart(DIGITS, "0");
    }
  }
  return text === "" ? "0" : text;
}

/**
 * One sample in each of these bins (repeats count) as a number the database reads as the stored form. A few samples are a
 * few digits here, where the stored form of one at 1 s has 876. Sorts `bins`.
 */
export function binLiteral(bins: number[]): string {
  const last = bins.length - 1;
  if (last < 0) return "0";
  if (last === 0) return `1e${DIGITS * (bins[0] as number)}`;
  bins.sort((a, b) => b - a);
  let text = "";
  let previous = bins[0] as number;
  let samples = 0;
  const write = () => {
    text += text === "" ? samples : String(samples).padStart(DIGITS, "0");
  };
  for (const bin of bins) {
    if (bin !== previous) {
      write();
      text += ZEROS.repeat(previous - bin - 1);
      previous = bin;
      samples = 0;
    }
    samples += 1;
  }
  write();
  return `${text}e${DIGITS * previous}`;
}

/** Reads the stored form; null (no row) is empty. Throws RangeError on anything but decimal digits. */
export function decode(text: string | null): Histogram {
  return addEncoded([], text);
}

/** Adds a stored form into `into`, in place, without a histogram in between; throws like `decode`. */
export function addEncoded(into: Histogram, text: string | null): Histogram {
  if (text === null || text === "0") return into;
  if (text === "") throw new RangeError(NOT_ENCODED);
  // Digit by digit: most are zeros, and a text for each bin would cost more than all else that is done with them.
  const bins = Math.ceil(text.length / DIGITS);
  let at = 0;
  for (let bin = bins - 1; bin >= 0; bin--) {
    const end = text.length - bin * DIGITS;
    let samples = 0;
    for (; at < end; at++) {
      const digit = text.charCodeAt(at) - 48;
      if (!(digit >= 0 && digit <= 9)) throw new RangeError(NOT_ENCODED);
      samples = samples * 10 + digit;
    }
    addToBin(into, bin, samples);
  }
  return into;
}

/** Counts samples into a bin, in place; a negative number takes out what was counted before. */
export function addToBin(histogram: Histogram, bin: number, samples: number): void {
  if (samples === 0) return;
  if (bin > LAST_BIN) throw new RangeError(`bin must be 0 to ${LAST_BIN}, got ${bin}`);
  // Filled up with zeros, never sparse: a holey array would be slow to read.
  while (histogram.length <= bin) histogram.push(0);
  histogram[bin] = (histogram[bin] as number) + samples;
}
