/** The form and the link of its mail, as the handlers behind the pages have them, with the eraser behind. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { consents } from '../../../functions/confirm.ts'
import { requestForm } from '../../../functions/request-form.ts'
import type { EmailIntake } from '../../../shared/email/intake.ts'
import { tokens } from '../../../shared/keys/tokens.ts'
import type { Ledger } from '../../../shared/ledger/ledger.ts'
import { later } from '../../../shared/platform/time.ts'
import { deriveCode, requestKeyOf } from '../../../shared/requests/code.ts'
import { change } from '../../../shared/requests/request.ts'
import { SMALL_MAP, toItem } from '../../fixtures/companies/small-company.ts'
import { anEvent, statusConfig } from '../../fixtures/companies/status.ts'
import { INDEX_KEY } from '../../fixtures/world/company.ts'
import { inMemory } from '../../fixtures/world/in-memory.ts'

beforeEach(() => {
  for (const stream of ['info', 'warn'] as const) vi.spyOn(console, stream).mockReturnValue()
})
afterEach(() => void vi.restoreAllMocks())

const HOUR = 3600_000
const ADDRESS = 'some.one@example.com'
const links = tokens({
  newest: async () => ({ id: 'k1', secret: 'x'.repeat(40) }),
  byId: async () => 'x'.repeat(40),
})

/** A company, the form on its first page, and the link in the mail that answers it. */
function companyWithForm() {
  const world = inMemory()
  const company = world.open(SMALL_MAP)
  const { ledger, clock, sealer, delays } = company
  const site = { config: statusConfig(), publicUrl: 'https://delete.example.com' }
  const intake: Omit<EmailIntake, 'ledger'> = {
    sealer,
    indexKey: async () => INDEX_KEY,
    config: {
      address: 'delete@mail.example.com',
      identity: 'email',
      locales: ['vi', 'en'],
      deadlines: ['P20D'],
      confirmWithin: 'P7D',
    },
  }
  const code = deriveCode(INDEX_KEY, 'email', ADDRESS, clock().toISOString().slice(0, 10), '0')
  return {
    ...company,
    world,
    key: requestKeyOf(code),
    ask: (email: string) => requestForm({ ...site, intake, ledger, clock })(posted({ email })),
    confirm: async (over: Partial<Ledger> = {}) => {
      const until = later(clock(), HOUR)
      const [token, nonce] = await Promise.all([
        links.sign('confirm', code, until),
        links.sign('form', code, until),
      ])
      const handler = consents({
        ...site,
        ledger: { ...ledger, ...over },
        tokens: links,
        clock,
        delays,
        coolingOff: undefined,
        keepRequests: { months: 24 },
      })
      return handler({ ...posted({ nonce, agreed: 'yes' }), pathParameters: { token } })
    },
  }
}

const posted = (fields: Readonly<Record<string, string>>) => anEvent('/', { method: 'POST', body: fields })

describe('the form', () => {
  it.each(['Some.One@Example.com', ' Some.One@example.com'])(
    'finds what is stored exactly as it was typed: %j',
    async (typed) => {
      const { ask, confirm, settle, world, key } = companyWithForm()
      const [PK, other] = [`MAIL#${typed}`, 'MAIL#other@example.com']
      world.put('App', ...Array.from({ length: 15 }, (_, n) => toItem({ PK, SK: `NEWS#${n}` })))
      world.put('App', toItem({ PK: `MAIL#${ADDRESS}`, SK: 'NEWS' }), toItem({ PK: other, SK: 'NEWS' }))
      expect((await ask(typed)).statusCode).toBe(200)
      await confirm()
      expect(await settle(key)).toMatchObject({
        state: 'completed',
        outcome: { erased: [{ category: 'profile', items: 16 }] },
      })
      expect(world.all('App').map((item) => item['PK']?.S)).toEqual([other])
    },
  )

  it.each(['victim@example.com/x', 'victim@ex%61mple.com', 'victim@example.com?x', 'null'])(
    'takes no address from %j',
    async (typed) => {
      const { ask, ledger, key } = companyWithForm()
      expect((await ask(typed)).statusCode).toBe(400)
      expect(await ledger.find(key)).toBeUndefined()
    },
  )
})

describe('the link', () => {
  it('confirms although its person asks again in that very moment', async () => {
    const { ask, confirm, ledger, key, clock } = companyWithForm()
    await ask(ADDRESS)
    let saves = 0
    await confirm({
      async save(...written) {
        saves += 1
        const row = await ledger.find(key)
        if (row && saves === 1) await ledger.save(change(row, clock(), {}))
        await ledger.save(...written)
      },
    })
    expect([saves, (await ledger.find(key))?.state]).toEqual([2, 'ready'])
  })

  it('confirms once, of two presses at once', async () => {
    const { ask, confirm, ledger, key } = companyWithForm()
    await ask(ADDRESS)
    const pages = await Promise.all([confirm(), confirm()])
    expect(pages.map(({ statusCode }) => statusCode)).toEqual([303, 303])
    const steps = (await ledger.history(key)).map(({ step }) => step)
    expect(steps.filter((step) => step === 'confirm')).toHaveLength(1)
  })
})
