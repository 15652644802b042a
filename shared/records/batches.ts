/** Each batch is cut when its turn comes, with the size that is right by then. */
export function* inBatches<T>(items: readonly T[], size: () => number): Generator<readonly T[]> {
  for (let from = 0; from < items.length; ) {
    const batch = items.slice(from, from + size())
    from += batch.length
    yield batch
  }
}
