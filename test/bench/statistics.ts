/** What the tables say of many measurements. */

/** @param share From 0 to 1: 0.5 is the median. */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new TypeError('nothing was measured')
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

/** Lowest and highest: how noisy the machine was. */
export const spread = (values: readonly number[]): readonly [number, number] => [
  Math.min(...values),
  Math.max(...values),
]

/** For bench.json: more digits than the measurement has would only look exact. */
export const rounded = (value: number, digits = 3): number => Number(value.toFixed(digits))
