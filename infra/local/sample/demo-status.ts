/** Follows a request on its status address until it is final. */
import { setTimeout as pause } from 'node:timers/promises'

/** The part of the status JSON that the demo reads. */
export interface FinalStatus {
  readonly state: string
  readonly erased: readonly Group[]
  readonly redacted: readonly Group[]
  readonly retained: readonly (Group & { readonly because: string; readonly until: string })[]
}
interface Group {
  readonly category: string
  readonly items: number
}

const FINAL_WITHOUT_ERASURE = ['refused', 'expired', 'withdrawn']
const WITHIN_MS = 60_000

/**
 * @param changed Called with every new state.
 * @throws Error when the request does not complete within a minute.
 */
export async function follow(url: string, changed: (state: string) => void): Promise<FinalStatus> {
  const giveUpAt = Date.now() + WITHIN_MS
  let seen: string | undefined
  while (Date.now() < giveUpAt) {
    const response = await fetch(`${url}?lang=en`, { headers: { accept: 'application/json' } })
    if (!response.ok) throw new Error(`the status answered ${response.status}`)
    const status = (await response.json()) as FinalStatus
    if (status.state !== seen) changed(status.state)
    seen = status.state
    if (seen.startsWith('completed')) return status
    if (FINAL_WITHOUT_ERASURE.includes(seen)) break
    await pause(50)
  }
  throw new Error(`the request did not complete: its last state is ${seen}`)
}
