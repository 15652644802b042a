/**
 * Two years of customers who leave, day by day: nobody goes early, and nobody stays more than a day. What they leave behind is
 * kept as long as it has to be, and ends by a rule of its own, or by the date that is written to it.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { NotAccepted } from '../../shared/notify/mailer.ts'
import { type Notifier, sendOwedMail } from '../../shared/notify/notify.ts'
import { NEVER_DUE } from '../../shared/requests/steps.ts'
import { LEFT, retentionCompany } from '../fixtures/companies/retention-company.ts'
import { postOffice } from '../fixtures/mail/post.ts'
import { chance } from '../fixtures/random/random.ts'

beforeEach(() => {
  for (const stream of ['log', 'info', 'error'] as const) vi.spyOn(console, stream).mockReturnValue()
})
afterEach(() => void vi.restoreAllMocks())

const DAY_MS = 24 * 3600_000
/** `CUSTOMERS=10000` for as many as a large company has. */
const CUSTOMERS = Number(process.env['CUSTOMERS'] ?? 500)
const START = new Date('2027-07-01T03:30:00Z')
const DAYS = 2 * 365
const LIMIT = 60

/** Year to second as the clocks there show it: what calendars are made of, without the library that the code counts with. */
function wallClock(timeZone: string) {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  return (at: Date): readonly number[] => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]))
    return ['year', 'month', 'day', 'hour', 'minute', 'second'].map((unit) => parts[unit] ?? 0)
  }
}

/** The same time of day so many months on, or on the last day of that month. */
function monthsOn(
  [year = 0, month = 0, day = 0, ...time]: readonly number[],
  months: number,
): readonly number[] {
  const count = year * 12 + (month - 1) + months
  const [itsYear, itsMonth] = [Math.floor(count / 12), (count % 12) + 1]
  const last = new Date(Date.UTC(itsYear, itsMonth, 0)).getUTCDate()
  return [itsYear, itsMonth, Math.min(day, last), ...time]
}

const isBefore = (a: readonly number[], b: readonly number[]): boolean => {
  const at = a.findIndex((value, n) => value !== b[n])
  return at >= 0 && (a[at] ?? 0) < (b[at] ?? 0)
}

const SPELLINGS: readonly ((at: Date) => string)[] = [
  (at) => at.toISOString(),
  (at) => at.toISOString().replace('.000Z', 'Z'),
  // The same moment, as Hanoi writes it.
  (at) => `${new Date(at.getTime() + 7 * 3600_000).toISOString().slice(0, 19)}+07:00`,
]

describe.each(['America/New_York', 'Asia/Ho_Chi_Minh'])('two years in %s', (timeZone) => {
  it('erase whoever left half a year ago, on the day, and nobody else', async () => {
    const random = chance(`customers of ${timeZone}`)
    const clockThere = wallClock(timeZone)
    const company = retentionCompany(
      { ...LEFT, perDay: LIMIT },
      { timeZone, start: START, items: 100 * CUSTOMERS },
    )
    const leftOn = new Map<string, Date>()
    const writtenOn = new Map<string, Date>()
    const stays: string[] = []
    for (let n = 0; n < CUSTOMERS; n += 1) {
      const id = `c${n}`
      if (n % 20 === 0) {
        const never = ['0001-01-01', 'unknown', '2099-01-01', '1970-01-01T00:00:00Z', ''][random.below(5)]
        company.put(id, never === '' ? undefined : never)
        stays.push(id)
        continue
      }
      // Ends of months and the hours of a change of clocks come up more than by chance.
      const day = random.below(DAYS - 200)
      const second = random.below(3) === 0 ? random.below(4) * 3600 : random.below(86_400)
      const at = new Date(START.getTime() - 150 * DAY_MS + day * DAY_MS + second * 1000)
      at.setUTCMilliseconds(0)
      company.put(id, SPELLINGS[random.below(SPELLINGS.length)]?.(at))
      leftOn.set(id, at)
      const written = new Date(at.getTime() - random.below(300) * DAY_MS)
      const of = { user: { S: id }, no: { S: '1' } }
      company.world.put('Letters', { ...of, kind: { S: 'letter' }, sentAt: { S: written.toISOString() } })
      company.world.put('Bills', { ...of, issuedAt: { S: written.toISOString() } })
      writtenOn.set(id, written)
    }
    await company.enable()
    await company.enable('letters')
    const dueThere = new Map([...leftOn].map(([id, at]) => [id, monthsOn(clockThere(at), 6)]))
    const overThere = new Map([...writtenOn].map(([id, at]) => [id, monthsOn(clockThere(at), 12)]))
    const letters = () => new Set(company.world.all('Letters').map(({ user }) => user?.S ?? ''))

    const wrong: string[] = []
    let before = START
    for (let day = 0; day < DAYS; day += 1) {
      const there = new Set(company.ids())
      const lettersThere = letters()
      await company.sweepRetention()
      const opened = (await company.ledger.ruleOf('left')).pass?.opened ?? 0
      if (opened > LIMIT) wrong.push(`${opened} requests in a day`)
      await company.settleAll()
      const now = clockThere(company.clock())
      const yesterday = clockThere(before)
      const left = new Set(company.ids())
      for (const id of there) {
        const due = dueThere.get(id)
        const isGone = !left.has(id)
        if (isGone && (!due || isBefore(now, due)))
          wrong.push(`${id} went early: ${leftOn.get(id)?.toISOString()}`)
        if (!isGone && due && opened < LIMIT && isBefore(due, yesterday) && day > 0) {
          wrong.push(`${id} is late: ${leftOn.get(id)?.toISOString()}`)
        }
      }
      const lettersLeft = letters()
      for (const id of lettersThere) {
        const over = overThere.get(id) ?? []
        const isGone = !lettersLeft.has(id)
        if (isGone && isBefore(now, over)) wrong.push(`the letter of ${id} went early`)
        if (!isGone && isBefore(over, yesterday) && day > 0) wrong.push(`the letter of ${id} is late`)
      }
      before = company.clock()
      company.pass(DAY_MS)
    }
    expect(wrong.slice(0, 10)).toEqual([])
    expect([...company.ids()].toSorted()).toEqual(stays.toSorted())
    expect([...letters()].filter((id) => isBefore(overThere.get(id) ?? [], clockThere(before)))).toEqual([])
    const ends = company.world.all('Bills').map(({ user, ttl }) => [user?.S ?? '', ttl?.N])
    const utc = wallClock('UTC')
    const tenYearsOn = (at: Date) => {
      const [year = 0, month = 0, ...rest] = monthsOn(utc(at), 120)
      return Date.UTC(year, month - 1, ...rest) / 1000
    }
    expect(ends).toEqual([...writtenOn].map(([id, at]) => [id, String(tenYearsOn(at))]))
  })
})

describe('half a year of people who are told before', () => {
  it('leaves nobody less than the fortnight after their mail, and erases each within a day of it', async () => {
    const random = chance('people who are told')
    const rule = { ...LEFT, perDay: 5, notice: { before: 'P14D', email: 'mail' } }
    const company = retentionCompany(rule, { start: START, items: 10_000 })
    const left = new Map<string, number>()
    for (let n = 0; n < 60; n += 1) {
      const at = new Date(START.getTime() - 300 * DAY_MS + random.below(240 * 86_400) * 1000)
      left.set(`c${n}`, at.getTime())
      company.put(`c${n}`, at.toISOString(), n % 10 === 0 ? {} : { mail: { S: `c${n}@example.com` } })
    }
    await company.enable()
    const utc = wallClock('UTC')
    const toldOn = new Map<string, Date>()
    const post: Notifier = {
      ...postOffice().notifier,
      ledger: company.ledger,
      sealer: company.sealer,
      clock: company.clock,
      mailer: {
        async send({ to, tags }) {
          // Now and then nothing goes out for days.
          if (random.below(4) === 0) throw new NotAccepted('try_later')
          const id = to.split('@')[0] ?? ''
          if (toldOn.has(id)) wrong.push(`${id} was told twice`)
          toldOn.set(id, company.clock())
          return { messageId: String(tags['request']) }
        },
      },
    }
    const wrong: string[] = []
    for (let day = 0; day < 200; day += 1) {
      const there = new Set(company.ids())
      await company.sweepRetention()
      for (const mail of await company.ledger.dueMails(NEVER_DUE, 1000)) await sendOwedMail(post, mail)
      await company.sweep()
      const { rows } = await company.ledger.openRows(1000)
      for (const { key, state } of rows) if (state === 'ready') await company.settle(key)
      const now = company.clock()
      const stays = new Set(company.ids())
      for (const id of there) {
        const told = toldOn.get(id)
        const hasMail = Number(id.slice(1)) % 10 !== 0
        const days = told && (now.getTime() - told.getTime()) / DAY_MS
        const isGone = !stays.has(id)
        const isEarly = isBefore(utc(now), monthsOn(utc(new Date(left.get(id) ?? 0)), 6))
        if (isGone && isEarly) wrong.push(`${id} went early`)
        if (isGone && hasMail && (days === undefined || days < 14)) wrong.push(`${id} had ${days} days`)
        if (!isGone && days !== undefined && days > 15) wrong.push(`${id} is still there after ${days} days`)
      }
      company.pass(DAY_MS)
    }
    expect(wrong).toEqual([])
    expect(company.ids()).toEqual([])
    expect(toldOn.size).toBe(54)
  })
})
