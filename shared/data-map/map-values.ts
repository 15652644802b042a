/** The same names, each with what a function makes of its value. */
export const mapValues = <T, U>(
  record: Readonly<Record<string, T>>,
  map: (value: T) => U,
): Record<string, U> => Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]))
