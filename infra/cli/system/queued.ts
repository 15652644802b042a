/** Waits for the erasers, so that no more is opened than they work on. */

import { setTimeout as pause } from 'node:timers/promises'
import type { OperatorFunctions } from './system.ts'

import { readAnswer } from './wire.ts'

const LOOK_AGAIN_MS = 500

/** Until none of these requests is in the queue any more. */
export async function worked(
  { view }: Pick<OperatorFunctions, 'view'>,
  requests: readonly string[],
): Promise<void> {
  while (requests.length > 0) {
    const { queued } = readAnswer('queued', await view({ command: 'queued', requests }))
    if (queued === 0) return
    await pause(LOOK_AGAIN_MS)
  }
}
