import { DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ONLY_A_LINK, PEOPLE, TWO_THOUSAND_ITEMS } from '../../infra/local/sample/people.ts'
import { DEMO_PERSON } from '../../infra/local/sample/sample.ts'
import { canonical } from '../fixtures/companies/canonical.ts'
import {
  changedAttributes,
  difference,
  type Item,
  mentioning,
  type Person,
  personWith,
  type Row,
  type Snapshot,
  snapshot,
} from '../fixtures/companies/tables.ts'
import {
  COMPLETED,
  codeIn,
  type SampleSystem,
  type Status,
  seconds,
  sign,
  startSample,
  type Tally,
  total,
} from '../fixtures/system/sample-system.ts'

let system: SampleSystem
beforeAll(async () => {
  system = await startSample()
})
afterAll(() => system.close())

const look = () => snapshot(system.dynamodb)
const SLOW = 120_000

/** Everybody is erased by one test only, so that the tests are independent of each other. */
const facebookId = (number: number): string => PEOPLE[number - 1]?.facebookId ?? ''
const instagramId = (number: number): string => PEOPLE[number - 1]?.instagramId ?? ''

/** What the company calls each kind of item, by looking at it; the data map is not asked. */
function categoryOf({ table, item }: Row): string {
  if (table !== 'Shop') return { OrderLines: 'orders', Subscriptions: 'subscriptions' }[table] ?? table
  const [place = ''] = (item['PK']?.S ?? '').split('#')
  if (place !== 'USER') return 'shops'
  const [kind = ''] = (item['SK']?.S ?? '').split('#')
  return (
    {
      PROFILE: 'profile',
      LOGIN: 'profile',
      ORDER: 'orders',
      SESSION: 'visits',
      VIEW: 'visits',
      FORM: 'forms',
      CONTACT: 'forms',
      THREAD: 'messages',
      STORE: 'shops',
      LINK: 'meta',
    }[kind] ?? kind
  )
}

const REDACTED_AS: Readonly<Record<string, string>> = {
  Chat: 'messages',
  Invitations: 'invitations',
  Shop: 'meta',
}

/** What a redaction or a retention may do to an item of a table. */
const MAY_CHANGE: Readonly<Record<string, readonly (readonly string[])[]>> = {
  Bills: [['expiresAt']],
  Chat: [['author', 'authorName', 'body']],
  Invitations: [
    ['inviteeEmail', 'inviteeName'],
    ['invitedBy', 'inviterName'],
  ],
}

/** How many of each category, in the order of their names. */
function tallies(rows: readonly Row[], category: (row: Row) => string): readonly Tally[] {
  const counts = Object.entries(Object.groupBy(rows, category))
  return sorted(counts.map(([name, of = []]) => ({ category: name, items: of.length })))
}

const sorted = (list: readonly Tally[] = []): readonly Tally[] =>
  list
    .map(({ category, items }) => ({ category, items }))
    .toSorted((a, b) => (a.category < b.category ? -1 : 1))

/** The status must say exactly what became of the tables. */
function expectTruth(status: Status, before: Snapshot, after: Snapshot): void {
  const { gone, changed, added } = difference(before, after)
  const redacted = changed.filter(({ after: { table } }) => table !== 'Bills')
  expect(added).toEqual([])
  expect(sorted(status.erased)).toEqual(tallies(gone, categoryOf))
  expect(sorted(status.redacted)).toEqual(
    tallies(
      redacted.map((row) => row.after),
      ({ table }) => REDACTED_AS[table] ?? table,
    ),
  )
}

const billsOf = (rows: Snapshot, { userId }: Person): readonly Row[] =>
  [...rows.values()].filter(({ table, item }) => table === 'Bills' && item['userId']?.S === userId)

const inPartition = (rows: Snapshot, start: string): readonly string[] =>
  [...rows.values()].filter(({ item }) => item['PK']?.S?.startsWith(start)).map(({ text }) => text)

const expiryOf = ({ issuedAt }: Item): string => {
  const until = new Date(issuedAt?.S ?? '')
  until.setUTCFullYear(until.getUTCFullYear() + 10)
  return String(until.getTime() / 1000)
}

describe('an account that is erased', () => {
  it.each([
    ['the person of the demo', DEMO_PERSON.userId],
    ['who has one record only', facebookId(ONLY_A_LINK)],
    ['who has about 2,000 records', facebookId(TWO_THOUSAND_ITEMS)],
    ['who works in a shop', facebookId(12)],
    ['who owns a shop', facebookId(8)],
    ['who has Instagram linked too', facebookId(15)],
  ])(
    'leaves nothing but what the status names: %s',
    async (_who, userId) => {
      const before = await look()
      const person = personWith(before, userId)
      const mentioned = mentioning(before, person.values)
      expect(mentioned.length).toBeGreaterThan(0)

      const status = await system.reached(await system.ask('shop', userId))
      const after = await look()

      const bills = billsOf(before, person)
      expect(status).toMatchObject({
        state: bills.length > 0 ? 'completed_with_retention' : 'completed',
        scope: 'account',
        found: true,
      })
      expectTruth(status, before, after)
      // Who still holds any of the person's values: the bills that are kept, nothing else.
      expect(mentioning(after, person.values).map(({ table, item }) => [table, item['billNo']])).toEqual(
        bills.map(({ table, item }) => [table, item['billNo']]),
      )
      expect(total(status.retained)).toBe(bills.length)

      const { gone, changed } = difference(before, after)
      // Nothing was touched that does not mention the person.
      const touched = [...gone, ...changed.map((row) => row.before)].map(({ text }) => text)
      expect(touched.filter((text) => !mentioned.some((row) => row.text === text))).toEqual([])
      for (const row of changed) {
        const attributes = changedAttributes(row.before.item, row.after.item)
        expect(MAY_CHANGE[row.before.table]).toContainEqual(attributes)
      }
      const chat = changed.filter((row) => row.before.table === 'Chat')
      expect(chat.filter((row) => row.before.item['author']?.S !== person.userId)).toEqual([])
      const kept = billsOf(after, person).map(({ item }) => item)
      expect(kept.map((item) => item['expiresAt']?.N)).toEqual(kept.map(expiryOf))
    },
    SLOW,
  )

  it('leaves store, owner and colleague as they are when one of the staff goes', async () => {
    const [staff, owner, colleague] = PEOPLE.slice(15, 18)
    expect([staff, owner, colleague].map((one) => one?.shop?.role)).toEqual(['staff', 'owner', 'staff'])
    const before = await look()
    const status = await system.reached(await system.ask('shop', staff?.facebookId ?? ''))
    const after = await look()
    expect(total(status.erased)).toBeGreaterThan(0)
    for (const whole of [
      `USER#${owner?.userId}`,
      `USER#${colleague?.userId}`,
      `STORE#${staff?.shop?.storeId}`,
      `DEVICE#${staff?.shop?.deviceId}`,
      `MAILBOX#${staff?.shop?.mailbox}`,
    ]) {
      const own = inPartition(before, whole).filter((text) => text.includes(`#${staff?.userId}"`))
      const others = inPartition(before, whole).filter((text) => !own.includes(text))
      expect([whole, own.length]).toEqual([whole, whole.startsWith('USER#') ? 0 : 1])
      expect(others.length).toBeGreaterThan(0)
      expect(inPartition(after, whole)).toEqual(others)
    }
  })

  it('leaves the words of the other person of a conversation', async () => {
    const { userId: author = '' } = PEOPLE[32] ?? {}
    const before = await look()
    await system.reached(await system.ask('shop', facebookId(33)))
    const after = await look()
    const inThread = (rows: Snapshot) =>
      [...rows.values()].filter(({ table, item }) => table === 'Chat' && item['thread']?.S === 'T-033')
    const others = inThread(before).filter(({ item }) => item['author']?.S !== author)
    expect(others.length).toBeGreaterThan(0)
    expect(inThread(after).length).toBe(inThread(before).length)
    expect(inThread(after).map(({ text }) => text)).toEqual(
      expect.arrayContaining(others.map(({ text }) => text)),
    )
    const theirs = inThread(after).filter(({ item }) => item['author'] === undefined)
    expect(new Set(theirs.map(({ item }) => item['body']?.S))).toEqual(new Set(['[đã xoá · deleted]']))
  })
})

describe('an item of somebody else', () => {
  it('stays, though the person’s own lead to it', async () => {
    const { userId } = PEOPLE[33] ?? {}
    const theirs = { S: 'u1036' }
    const planted: readonly (readonly [string, Item])[] = [
      ['OrderLines', { orderNo: { S: 'DH-13400' }, line: { N: '99' }, userId: theirs }],
      ['Shop', { PK: { S: `DEVICE#till-01` }, SK: { S: `USER#${userId}0` }, pinSet: { BOOL: true } }],
      ['Shop', { PK: { S: `USER#${userId}0` }, SK: { S: 'PROFILE' }, userId: { S: `${userId}0` } }],
      ['Chat', { thread: { S: 'T-033' }, message: { N: '999' }, author: theirs, body: { S: 'Xin chào' } }],
    ]
    for (const [TableName, Item] of planted) {
      await system.dynamodb.send(new PutItemCommand({ TableName, Item: { ...Item } }))
    }
    const before = await look()
    const isOrder = ({ item }: Row) => item['PK']?.S === `USER#${userId}` && item['no']?.S === 'DH-13400'
    expect([...before.values()].filter(isOrder)).toHaveLength(1)
    const status = await system.reached(await system.ask('shop', facebookId(34)))
    const after = await look()
    expectTruth(status, before, after)
    expect([...after.values()].filter(isOrder)).toEqual([])
    const kept = new Set([...after.values()].map(({ text }) => text))
    expect(planted.filter(([, item]) => !kept.has(canonical(item)))).toEqual([])
  })
})

describe('scope platform', () => {
  it.each([
    ['who has both Facebook and Instagram', 25],
    ['who has Instagram only', 39],
  ])(
    'takes what came from Meta and leaves the account: %s',
    async (_who, number) => {
      const before = await look()
      const { userId, metaName = '' } = PEOPLE[number - 1] ?? {}
      const status = await system.reached(await system.ask('insta', instagramId(number)))
      const after = await look()

      expect(status).toMatchObject({ state: 'completed', scope: 'platform', found: true, retained: [] })
      expectTruth(status, before, after)
      const { gone, changed } = difference(before, after)
      expect(gone.map(({ item }) => [item['PK']?.S, item['SK']?.S?.split('#')[0]])).toEqual(
        gone.map(() => [`USER#${userId}`, 'LINK']),
      )
      expect(changed.map((row) => changedAttributes(row.before.item, row.after.item))).toEqual([
        ['metaName', 'metaPicture'],
      ])
      const fromMeta = [facebookId(number), instagramId(number), metaName].filter((value) => value !== '')
      expect(mentioning(after, fromMeta)).toEqual([])
    },
    60_000,
  )
})

describe('an item that no holding claims', () => {
  const secret = 'bà ngoại thích trà sen'

  it.each([
    ['a word of the schema leads its key', 20, `NOTE#${secret}`, 'NOTE#'],
    ['no word leads its key', 21, `${secret}#1`, undefined],
  ])(
    'goes to the operator without its value: %s',
    async (_how, number, sortKey, named) => {
      const { userId } = PEOPLE[number - 1] ?? {}
      const Key = { PK: { S: `USER#${userId}` }, SK: { S: sortKey } }
      await system.dynamodb.send(
        new PutItemCommand({ TableName: 'Shop', Item: { ...Key, text: { S: secret } } }),
      )
      const before = await look()
      const code = await system.ask('shop', facebookId(number))
      const shown = await system.shown(code, 'needs_operator')

      expect(shown.problem).toEqual({
        reason: 'residue',
        residue: [{ table: 'Shop', ...(named && { sortKey: named }), items: 1, why: 'unclaimed' }],
      })
      const told = await (await fetch(`${system.url}/status/${code}`)).text()
      for (const text of [JSON.stringify(shown), told, JSON.stringify(await system.status(code))]) {
        expect(text).not.toContain(secret)
      }
      expect((await system.status(code)).state).toBe('in_progress')

      // Nobody touched it, and a retry alone changes nothing.
      await system.operate('retry', code)
      await system.shown(code, 'needs_operator')
      await system.dynamodb.send(new DeleteItemCommand({ TableName: 'Shop', Key }))
      expect((await system.operate('retry', code)).status).toBe(200)
      const status = await system.reached(code)
      const after = await look()
      // What was erased before the operator came is counted once, what is kept is, too, and the note by nobody.
      const { gone, changed } = difference(before, after)
      const bills = changed.filter((row) => row.before.table === 'Bills')
      expect(total(status.erased)).toBe(gone.length - 1)
      expect(total(status.redacted)).toBe(changed.length - bills.length)
      expect(total(status.retained)).toBe(bills.length)
    },
    60_000,
  )
})

describe('one request', () => {
  it('delivered 200 times at once is one row, one code, one erasure', async () => {
    const before = await look()
    const signed = sign(
      { user_id: facebookId(23), issued_at: seconds() },
      system.appSecrets['shop']?.[0] ?? '',
    )
    const rows = (await requests()).length
    // Every other one in another spelling of the same bytes.
    const [signature = '', payload = ''] = signed.split('.')
    const spelled = [signed, `${signature}=.${payload}`]
    const answers = await Promise.all(
      Array.from({ length: 200 }, async (_, n) => {
        const response = await system.post('shop', spelled[n % 2] ?? '')
        return { status: response.status, body: await response.text() }
      }),
    )
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
    expect(new Set(answers.map(({ body }) => body)).size).toBe(1)
    const code = codeIn(JSON.parse(answers[0]?.body ?? ''))
    const status = await system.reached(code)
    expectTruth(status, before, await look())

    expect((await requests()).length).toBe(rows + 1)
    const { key } = await system.show(code)
    const logged = (event: string) =>
      system.lines.filter((line) => line.includes(`"${event}"`) && line.includes(key)).length
    expect([logged('REQUEST_RECEIVED'), logged('REQUEST_REPEATED'), logged('REQUEST_COMPLETED')]).toEqual([
      1, 199, 1,
    ])
  })

  it('delivered again after its end answers the same and erases nothing', async () => {
    const issuedAt = seconds()
    const before = await look()
    const person = personWith(before, facebookId(24))
    const code = await system.ask('shop', facebookId(24), issuedAt)
    const status = await system.reached(code)
    await putBack(before, person)
    const again = await look()
    expect(await system.ask('shop', facebookId(24), issuedAt)).toBe(code)
    expect(await system.status(code)).toEqual(status)
    expect(difference(again, await look())).toEqual({ gone: [], changed: [], added: [] })
  })

  it('of a person who came back has another code and erases what came since', async () => {
    const issuedAt = seconds()
    const before = await look()
    const person = personWith(before, facebookId(26))
    const first = await system.ask('shop', facebookId(26), issuedAt - 1)
    const firstStatus = await system.reached(first)
    await putBack(before, person)
    const again = await look()
    const second = await system.ask('shop', facebookId(26), issuedAt)
    expect(second).not.toBe(first)
    const status = await system.reached(second)
    const after = await look()
    expectTruth(status, again, after)
    expect(status.erased).toEqual(
      expect.arrayContaining([
        { category: 'profile', items: 1 },
        { category: 'meta', items: 1 },
      ]),
    )
    expect(mentioning(after, person.values).map(({ table }) => table)).toEqual(
      billsOf(before, person).map(() => 'Bills'),
    )
    expect(await system.status(first)).toEqual(firstStatus)
  })
})

describe('two requests of one person, the first stuck half-way', () => {
  it.each([
    ['by the same app', 'shop', facebookId(28), 'shop', facebookId(28)],
    ['the second by the other app', 'shop', facebookId(35), 'insta', instagramId(35)],
    ['the first of the platform only', 'insta', instagramId(5), 'shop', facebookId(5)],
  ])(
    'the second never completes while anything is left: %s',
    async (_how, firstApp, firstId, secondApp, secondId) => {
      const start = await look()
      const person = personWith(start, firstId)
      const Key = { PK: { S: `USER#${person.userId}` }, SK: { S: 'NOTE#1' } }
      await system.dynamodb.send(new PutItemCommand({ TableName: 'Shop', Item: Key }))
      const first = await system.ask(firstApp, firstId, seconds() - 5)
      await system.shown(first, 'needs_operator')

      const second = await system.ask(secondApp, secondId)
      const { key } = await system.show(second)
      // It has been looked at by the eraser, more than once, and waits.
      const version = async () => {
        const row = (await system.ledger()).find((item) => item['pk']?.S === `REQ#${key}`)
        return Number(row?.['version']?.N)
      }
      while ((await version()) < 8) expect((await system.status(second)).state).toBe('in_progress')
      expect((await system.show(second)).attempts).toBe(0)
      expect((await system.status(second)).state).toBe('in_progress')

      await system.dynamodb.send(new DeleteItemCommand({ TableName: 'Shop', Key }))
      // Something new, that only the account's partition leads to.
      const late = { PK: Key.PK, SK: { S: 'VIEW#2026-11-22T00:00:00.000Z#late' }, ip: { S: person.userId } }
      await system.dynamodb.send(new PutItemCommand({ TableName: 'Shop', Item: late }))
      expect((await system.operate('retry', first)).status).toBe(200)
      const ends = await Promise.all([system.reached(first), system.reached(second)])
      expect(ends.map(({ state }) => COMPLETED.includes(state))).toEqual([true, true])
      const after = await look()
      expect(mentioning(after, person.values).map(({ table }) => table)).toEqual(
        billsOf(start, person).map(() => 'Bills'),
      )
      const counted = total(ends.flatMap(({ erased = [] }) => erased))
      expect(counted).toBe(difference(start, after).gone.length + 1)
    },
    SLOW,
  )
})

/** The person comes back: the profile and the link to Facebook, as they were. */
async function putBack(rows: Snapshot, { userId }: Person): Promise<void> {
  for (const { item } of rows.values()) {
    if (item['PK']?.S !== `USER#${userId}`) continue
    if (item['SK']?.S === 'PROFILE' || item['SK']?.S === 'LINK#facebook') {
      await system.dynamodb.send(new PutItemCommand({ TableName: 'Shop', Item: { ...item } }))
    }
  }
}

const requests = async () => (await system.ledger()).filter(({ sk }) => sk?.S === 'META')
