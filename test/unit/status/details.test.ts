/** What the status page says beside the status JSON: dates, endings, the receipt, and refreshing by itself. */

import { describe, expect, it } from 'vitest'
import { statusPages } from '../../../functions/status.ts'
import { LANGUAGES } from '../../../shared/languages/languages.ts'
import { datesIn } from '../../../shared/platform/dates.ts'
import { STATES, type State } from '../../../shared/requests/lifecycle.ts'
import type { Complaint, DeletionRequest } from '../../../shared/requests/request.ts'
import {
  anEvent,
  aRequest,
  CODE,
  EVERYTHING,
  headerOf,
  LOCALES,
  ledgerOf,
  NOTHING,
  statusConfig,
} from '../../fixtures/companies/status.ts'

const NOW = new Date('2026-11-22T14:00:00Z')
const LATER = new Date('2028-11-22T13:43:00Z')
const PATH = `/status/${CODE}`
const ENDED: readonly State[] = ['completed', 'completed_with_retention', 'refused', 'expired', 'withdrawn']

const OURS: readonly State[] = ['ready', 'erasing', 'waiting', 'needs_review', 'needs_operator']
/** As it stands in a page. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;')

const ask = (
  request: DeletionRequest,
  query: Record<string, string>,
  now = NOW,
  complaints: readonly Complaint[] = [],
) =>
  statusPages({
    clock: () => now,
    ledger: ledgerOf(request, complaints),
    config: statusConfig(),
    publicUrl: 'https://delete.acme.example',
  })(anEvent(PATH, { query }))

const pageOf = async (...given: Parameters<typeof ask>) => (await ask(...given)).body ?? ''

/** The states whose page has this text. */
async function statesThatSay(text: string, lang: string, over: Partial<DeletionRequest> = {}, now = NOW) {
  const pages = await Promise.all(STATES.map((state) => pageOf(aRequest(state, over), { lang }, now)))
  return STATES.filter((_, at) => pages[at]?.includes(escaped(text)))
}

describe.each(LOCALES)('the status page in %s', (lang) => {
  const { status } = LANGUAGES[lang].pages
  const dates = datesIn(lang, 'Asia/Ho_Chi_Minh')

  it('has a form to complain in every state, but on a page that is loaded again by itself', async () => {
    expect(await statesThatSay(status.complaint.button, lang)).toEqual(STATES)
    const live = await pageOf(aRequest('erasing'), { lang, live: '1' })
    expect(live).not.toContain('<textarea')
    expect(live).toContain(`<a href="?lang=${lang}#complaint">${status.complaint.write}</a>`)
  })

  it('says that a complaint was received and when, what was answered, and when no more are taken', async () => {
    const [first, second, third] = [1, 2, 3].map((day) => `2026-12-0${day}T08:00:00.000Z`) as [
      string,
      string,
      string,
    ]
    const answered = (number: number, at: string): Complaint => ({
      request: aRequest('refused').key,
      number,
      receivedAt: new Date(at),
      text: 'sealed',
      answer: `<b>${number}</b>\nBecause.`,
      answeredAt: new Date(third),
    })
    const waiting = aRequest('refused', { complaints: [{ at: first, answeredAt: third }, { at: second }] })
    const open = await pageOf(waiting, { lang }, NOW, [answered(1, first)])
    expect(open).toContain(status.complaint.received(dates.moment(second)))
    expect(open).toContain(status.complaint.answered(dates.moment(first), dates.moment(third)))
    expect(open).toContain('&lt;b&gt;1&lt;/b&gt;\nBecause.')
    expect(open).not.toContain('sealed')
    expect(open).not.toContain('<textarea')

    const all = [first, second, third].map((at) => ({ at, answeredAt: third }))
    // Of the first, the answer has gone.
    const over = aRequest('refused', { complaints: all })
    const used = await pageOf(over, { lang }, NOW, [answered(2, second), answered(3, third)])
    expect(used).toContain(escaped(status.complaint.usedUp(statusConfig().organization)))
    expect(used).not.toContain('<textarea')
    expect(used.match(/<blockquote/g)).toHaveLength(2)
    const two = await pageOf(aRequest('refused', { complaints: all.slice(1) }), { lang })
    expect(two).toContain('<textarea')
  })

  it('says until when a request can be confirmed, and when a confirmed one begins', async () => {
    const waiting = await pageOf(aRequest('awaiting_confirmation', { nextCheckAt: LATER }), { lang })
    expect(waiting).toContain(status.confirmBy)
    expect(waiting).toContain(dates.moment(LATER.toISOString()))
    const scheduled = await pageOf(aRequest('scheduled', { nextCheckAt: LATER }), { lang })
    expect(scheduled).toContain(status.beginsOn)
    const untold = await pageOf(aRequest('scheduled', { nextCheckAt: LATER, channel: 'retention' }), { lang })
    expect(untold).toContain(LANGUAGES[lang].pages.unasked.scheduled.headline)
    expect(untold).not.toContain(LANGUAGES[lang].pages.states.scheduled.headline)
    const busy = await pageOf(aRequest('waiting', { nextCheckAt: LATER }), { lang })
    expect(busy).not.toContain(dates.moment(LATER.toISOString()))
  })

  it('says of an ended request until when the page is there, and of no other', async () => {
    expect(await statesThatSay(status.answersUntil, lang, { expiresAt: LATER })).toEqual(ENDED)
  })

  it('says that a request is late once its day is over, if we are the ones it waits for', async () => {
    const organization = statusConfig().organization
    const after = new Date('2026-12-13T00:00:00Z')
    expect(await statesThatSay(status.overdue(organization), lang, {}, after)).toEqual(OURS)
    expect(await statesThatSay(status.overdue(organization), lang)).toEqual([])
  })

  it('names who else has been told, once that is confirmed', async () => {
    const parcels = escaped('Parcel & Sons')
    const confirmed = [{ holding: 'parcels', by: 'linh', at: '2026-11-22T13:00:00Z' }]
    const told = (request: DeletionRequest) => pageOf(request, { lang })
    const open = await told(aRequest('needs_operator', { confirmed }))
    expect(open).toContain(escaped(status.toldHow(statusConfig().organization)))
    expect(open).toContain(parcels)
    expect(open).not.toContain('Search Ltd')
    const byTask = await told(aRequest('completed_with_retention', { outcome: EVERYTHING }))
    expect(byTask).toContain('Search Ltd')
    expect(byTask).not.toContain(parcels)
    const other = confirmed.map((one) => ({ ...one, holding: 'paper' }))
    expect(await told(aRequest('needs_operator', { confirmed: other }))).not.toContain(status.told)
    expect(await told(aRequest('completed', { outcome: NOTHING }))).not.toContain(status.told)
  })

  it('names nobody who was not in the reach of the request', async () => {
    const search = { name: 'Search Ltd', holding: 'search', isTask: false } as const
    const page = async (scope: 'platform' | 'account', of: 'platform' | 'account') =>
      (
        await statusPages({
          clock: () => NOW,
          ledger: ledgerOf(aRequest('completed_with_retention', { outcome: EVERYTHING, scope }), []),
          config: statusConfig({ recipients: [{ ...search, scope: of }] }),
          publicUrl: 'https://delete.acme.example',
        })(anEvent(PATH, { query: { lang } }))
      ).body
    expect(await page('platform', 'account')).not.toContain('Search Ltd')
    expect(await page('platform', 'platform')).toContain('Search Ltd')
    expect(await page('account', 'platform')).toContain('Search Ltd')
  })

  it('says how the end of what is kept comes', async () => {
    const [kept] = EVERYTHING.retained
    const outcome = (ends: NonNullable<typeof kept>['ends']) => ({
      ...EVERYTHING,
      retained: EVERYTHING.retained.map((one) => ({ ...one, ends })),
    })
    const by = (ends: NonNullable<typeof kept>['ends']) =>
      pageOf(aRequest('completed_with_retention', { outcome: outcome(ends) }), { lang })
    expect(await by([{ by: 'ttl' }])).toContain(status.ends.byItself)
    expect(await by([{ by: 'retention' }])).toContain(status.ends.byItself)
    expect(await by([{ by: 'operator' }])).toContain(
      escaped(status.ends.operator(statusConfig().organization)),
    )
    expect(await by([{ by: 'owner', owner: 'Accounting <b>' }])).toContain(
      status.ends.owner('Accounting &lt;b&gt;'),
    )
  })

  it('links to the receipt where there is one', async () => {
    const href = `href="/status/${CODE}/receipt"`
    const mapHash = 'a'.repeat(64)
    expect(await pageOf(aRequest('completed', { outcome: EVERYTHING, mapHash }), { lang })).toContain(href)
    expect(await pageOf(aRequest('refused', { mapHash }), { lang })).not.toContain(href)
    expect(await pageOf(aRequest('erasing', { mapHash }), { lang })).not.toContain(href)
  })

  it('offers to refresh while something may happen', async () => {
    const open = STATES.filter((state) => !ENDED.includes(state))
    expect(await statesThatSay(`href="?lang=${lang}&live=1"`, lang)).toEqual(open)
  })
})

describe('a page that refreshes by itself', () => {
  it('does so only if the reader has turned that on, and can be turned off', async () => {
    const off = await ask(aRequest('erasing'), { lang: 'en' })
    expect(headerOf(off, 'refresh')).toBeUndefined()
    const on = await ask(aRequest('erasing'), { lang: 'en', live: '1' })
    expect(headerOf(on, 'refresh')).toBe('30')
    expect(on.body).toContain(LANGUAGES.en.pages.status.stopRefreshing)
    expect(on.body).toContain('href="?lang=en"')
  })

  it.each(ENDED)('stops once the request is %s', async (state) => {
    const answer = await ask(aRequest(state), { live: '1' })
    expect(headerOf(answer, 'refresh')).toBeUndefined()
    expect(answer.body).not.toContain('live=1')
  })
})
