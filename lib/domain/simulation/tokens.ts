import type { Random } from "./random";

/*
 * Fitted to one hour of real chat requests (AzureLLMInferenceTrace_conv of Azure/AzurePublicDataset, CC-BY-4.0,
 * 19,366 requests): a quantile table of the input, and tables of the output given the input's rank, so that the
 * dependence (short answers to very long prompts) is kept. Kolmogorov-Smirnov distances of 400,000 draws to the
 * trace: input 0.005, output 0.014, their sum 0.022; rank correlation 0.08 against 0.07; means 1160 and 212
 * against 1155 and 211.
 */

/** [cumulative probability, input tokens], interpolated linearly and rounded. */
const INPUT_KNOTS: readonly (readonly [number, number])[] = [
  [0, 2],
  [0.013, 42.5],
  [0.021, 118.5],
  [0.029, 130.5],
  [0.036, 180.5],
  [0.057, 181.5],
  [0.061, 193.5],
  [0.071, 199.5],
  [0.08, 200.5],
  [0.091, 203.5],
  [0.112, 212.5],
  [0.132, 243.5],
  [0.145, 369.5],
  [0.213, 390.5],
  [0.309, 404.5],
  [0.339, 410.5],
  [0.368, 422.5],
  [0.384, 438.5],
  [0.394, 488.5],
  [0.41, 861.5],
  [0.439, 970.5],
  [0.461, 995.5],
  [0.479, 1008.5],
  [0.659, 1101.5],
  [0.692, 1123.5],
  [0.724, 1151.5],
  [0.74, 1171.5],
  [0.76, 1212.5],
  [0.78, 1310.5],
  [0.804, 1316.5],
  [0.81, 1321.5],
  [0.824, 1419.5],
  [0.902, 2766.5],
  [0.917, 4068.5],
  [0.97, 4089.5],
  [0.981, 4098.5],
  [0.993, 4185.5],
  [0.999, 6472.5],
  [1, 14050],
];

const OUTPUT_PROBABILITIES = [0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1];

/** Output quantiles at OUTPUT_PROBABILITIES for an input whose cumulative probability is at most `upTo`. */
const OUTPUT_GIVEN_INPUT: readonly { upTo: number; quantiles: readonly number[] }[] = [
  { upTo: 0.05, quantiles: [11, 12, 16, 84, 108, 124, 139, 157, 171, 192, 215, 234, 328, 1000, 1000] },
  { upTo: 0.12, quantiles: [37, 67, 80, 110, 140, 162, 165, 179, 183, 217, 217, 217, 228, 458, 1000] },
  { upTo: 0.2, quantiles: [7, 14, 18, 48, 59, 65, 70, 77, 83, 90, 104, 119, 149, 302, 436] },
  { upTo: 0.36, quantiles: [25, 75, 81, 87, 90, 94, 98, 102, 108, 118, 135, 147, 175, 200, 200] },
  { upTo: 0.42, quantiles: [10, 50, 67, 82, 87, 91, 96, 101, 109, 121, 160, 395, 448, 635, 739] },
  { upTo: 0.5, quantiles: [27, 80, 99, 375, 391, 395, 398, 408, 415, 429, 458, 533, 613, 697, 921] },
  { upTo: 0.7, quantiles: [28, 366, 377, 390, 396, 398, 407, 414, 423, 434, 491, 559, 666, 1000, 1000] },
  { upTo: 0.8, quantiles: [26, 60, 92, 157, 207, 383, 396, 401, 412, 424, 454, 523, 643, 954, 992] },
  { upTo: 0.88, quantiles: [15, 45, 50, 64, 75, 86, 96, 108, 127, 155, 200, 243, 450, 648, 918] },
  { upTo: 0.95, quantiles: [17, 30, 36, 43, 49, 57, 69, 83, 99, 118, 146, 165, 276, 490, 535] },
  { upTo: 1, quantiles: [17, 31, 36, 41, 47, 52, 59, 66, 75, 91, 122, 144, 229, 755, 757] },
];

/** Mean tokens of a request under the tables above: what a key needs of its limits on average. */
export const MEAN_INPUT_TOKENS = 1160;
export const MEAN_OUTPUT_TOKENS = 212;

function interpolate(
  position: number,
  at: (i: number) => number,
  value: (i: number) => number,
  length: number,
) {
  let upper = 1;
  while (upper < length - 1 && at(upper) < position) upper++;
  const span = at(upper) - at(upper - 1);
  const part = span > 0 ? (position - at(upper - 1)) / span : 0;
  return Math.round(value(upper - 1) + part * (value(upper) - value(upper - 1)));
}

/** One request's tokens, input and output drawn jointly; both are integers of at least 1. */
export function drawTokens(random: Random): { input: number; output: number } {
  const rank = random.uniform();
  const input = interpolate(
    rank,
    (i) => INPUT_KNOTS[i]?.[0] ?? 1,
    (i) => INPUT_KNOTS[i]?.[1] ?? 0,
    INPUT_KNOTS.length,
  );
  const table = OUTPUT_GIVEN_INPUT.find((row) => rank <= row.upTo)?.quantiles ?? [];
  const output = interpolate(
    random.uniform(),
    (i) => OUTPUT_PROBABILITIES[i] ?? 1,
    (i) => table[i] ?? 0,
    OUTPUT_PROBABILITIES.length,
  );
  return { input: Math.max(1, input), output: Math.max(1, output) };
}
