/** What every function behind a queue, a stream, a schedule or an event shares. */
import middy from '@middy/core'
import { errorName } from '../shared/platform/errors.ts'
import { log } from '../shared/platform/log.ts'
import type { Env } from '../shared/platform/settings.ts'

/** Makes a Lambda of a handler. */
export function lambda<Event, Result = void>(
  start: (env: Env) => Promise<(event: Event) => Promise<Result>>,
) {
  const started = startOnce(start)
  // An early answer would let Lambda freeze a worker at work instead of ending it.
  return middy<Event, Result>({ timeoutEarlyInMillis: 0 })
    .onError(({ error }) => {
      // The runtime logs what is thrown, and a foreign message may quote a key: only its name goes on.
      log.error(errorName(error))
      throw new Error(errorName(error))
    })
    .handler(async (event) => (await started())(event))
}

/**
 * Starts a function on its first event, not on import: a test can load the module without an environment. Events that
 * come meanwhile wait for the same start; one that fails is tried again on the next event.
 */
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
