/** How fast the local system erases one person who left much behind, from the POST to the final state. */

import { callbackUrl } from '../../../infra/local/http/local-routes.ts'
import { follow } from '../../../infra/local/sample/follow-up.ts'
import { ONLY_A_LINK, PEOPLE, TWO_THOUSAND_ITEMS } from '../../../infra/local/sample/people.ts'
import { samplePeople } from '../../../infra/local/sample/sample.ts'
import { createSignedRequest } from '../../../shared/meta/signed-request.ts'
import { rounded } from '../statistics.ts'

export interface ErasureFigures {
  readonly items: number
  readonly seconds: number
  readonly itemsPerSecond: number
}

export async function measureErasure(url: string): Promise<ErasureFigures> {
  // Every worker has started and answered before the clock runs.
  await erase(url, ONLY_A_LINK)
  const started = performance.now()
  const items = await erase(url, TWO_THOUSAND_ITEMS)
  const seconds = (performance.now() - started) / 1000
  return { items, seconds: rounded(seconds, 2), itemsPerSecond: Math.round(items / seconds) }
}

/** Answers with how many items were erased, redacted or kept. */
async function erase(url: string, number: number): Promise<number> {
  const person = samplePeople()[PEOPLE.findIndex((one) => one.number === number)]
  if (!person) throw new Error('the sample company has no such person')
  const { apps } = (await get(`${url}/_local`)) as { apps: Record<string, { secret: string } | undefined> }
  const signed = createSignedRequest(
    { user_id: person.userId, issued_at: Math.floor(Date.now() / 1000) },
    apps[person.app]?.secret ?? '',
  )
  const body = new URLSearchParams({ signed_request: signed })
  const response = await fetch(callbackUrl(url, person.app), { method: 'POST', body })
  if (!response.ok) throw new Error(`the callback answered ${response.status}`)
  const answer = (await response.json()) as { url: string }
  const { erased, redacted, retained } = await follow(answer.url, () => {})
  return [...erased, ...redacted, ...retained].reduce((sum, { items }) => sum + items, 0)
}

async function get(url: string): Promise<unknown> {
  const response = await fetch(url)
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return response.json()
}
