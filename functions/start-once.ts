/** A function starts on its first event, not on import: a test can load the module without an environment. */
import type { Env } from '../shared/platform/settings.ts'

/** One start, whoever comes first; one that fails is tried again on the next event. */
export function startOnce<Handle>(start: (env: Env) => Handle | Promise<Handle>): () => Promise<Handle> {
  let starting: Promise<Handle> | undefined
  return () => {
    starting ??= (async () => start(process.env))().catch((error: unknown) => {
      starting = undefined
      throw error
    })
    return starting
  }
}
