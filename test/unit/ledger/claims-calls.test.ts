import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DynamoDBClient,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import { claimsIn } from '../../../shared/ledger/claims-dynamodb.ts'
import type { RequestKey } from '../../../shared/requests/code.ts'

type Input = Readonly<Record<string, unknown>>
const ME = 'a'.repeat(64) as RequestKey
const OTHER = 'b'.repeat(64) as RequestKey
const about = { message: '', $metadata: {} }

/** Claims whose calls DynamoDB answers as a test says. */
function claims(answer: (input: Input, number: number) => Readonly<Record<string, unknown>> | Error) {
  const client = new DynamoDBClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  })
  const seen: Input[] = []
  client.middlewareStack.add(
    () => async (args) => {
      seen.push(args.input as Input)
      const given = answer(args.input as Input, seen.length)
      if (given instanceof Error) throw given
      return { response: undefined, output: { $metadata: {}, ...given } as never }
    },
    { step: 'initialize' },
  )
  return { ...claimsIn(client, 'Ledger'), seen }
}
const refused = (Item?: Record<string, AttributeValue>) =>
  new ConditionalCheckFailedException({ ...about, ...(Item && { Item }) })
const keysIn = ({ RequestItems }: Input = {}): readonly unknown[] =>
  (RequestItems as Readonly<Record<string, { readonly Keys: readonly unknown[] }>>)['Ledger']?.Keys ?? []

describe('a claim', () => {
  it('is refused by naming the owner', async () => {
    expect(await claims(() => refused({ owner: { S: OTHER } })).claim('h', ME)).toBe(OTHER)
  })

  it.each([
    ['nobody', undefined],
    ['an item without an owner', { pk: { S: 'ID#h' } }],
    ['an owner that is no request', { owner: { S: 'x' } }],
    ['an owner of another type', { owner: { N: '1' } }],
  ])('is a lost race when it is refused by %s', async (_whom, item) => {
    await expect(claims(() => refused(item)).claim('h', ME)).rejects.toMatchObject({
      code: 'LEDGER_CONFLICT',
    })
  })

  it('fails on any other error', async () => {
    await expect(claims(() => new Error('down')).claim('h', ME)).rejects.toThrow('down')
  })

  it('that is another’s by now is not given back, and the others are', async () => {
    const ledger = claims((_input, number) => (number === 1 ? refused() : {}))
    await ledger.giveBack(['a', 'b'], ME)
    expect(ledger.seen).toHaveLength(2)
    expect(ledger.seen[1]).toMatchObject({ Key: { pk: { S: 'ID#b' }, sk: { S: 'CLAIM' } } })
    await expect(claims(() => new Error('down')).giveBack(['a'], ME)).rejects.toThrow('down')
  })

  it.each([
    ['a condition that does not hold', refused()],
    ['a transaction on the same item', new TransactionConflictException(about)],
  ])('is not inherited after %s', async (_what, error) => {
    expect(await claims(() => error).inherit('h', ME, OTHER)).toBe(false)
    expect(await claims(() => ({})).inherit('h', ME, OTHER)).toBe(true)
    await expect(claims(() => new Error('down')).inherit('h', ME, OTHER)).rejects.toThrow('down')
  })
})

describe('a hold', () => {
  const hashes = (count: number) => Array.from({ length: count }, (_, n) => `h${n}`)

  it('is looked for by a hundred at once, and no more than needed', async () => {
    const none = claims(() => ({ Responses: { Ledger: [] } }))
    expect(await none.isHeld(hashes(200))).toBe(false)
    expect(none.seen.map((input) => keysIn(input).length)).toEqual([100, 100])
    expect(keysIn(none.seen[1])[0]).toEqual({ pk: { S: 'ID#h100' }, sk: { S: 'HOLD' } })
    const one = claims(() => ({ Responses: { Ledger: [{}] } }))
    expect(await one.isHeld(hashes(201))).toBe(true)
    expect(one.seen).toHaveLength(1)
    expect(await claims(() => ({})).isHeld([])).toBe(false)
  })

  it('is looked for again where DynamoDB hands keys back, after longer and longer pauses', async () => {
    const started = performance.now()
    const ledger = claims(({ RequestItems }, number) =>
      number < 3 ? { UnprocessedKeys: RequestItems } : { Responses: { Ledger: [{}] } },
    )
    expect(await ledger.isHeld(hashes(2))).toBe(true)
    expect(ledger.seen.map((input) => keysIn(input).length)).toEqual([2, 2, 2])
    // 50 ms, then 100: no machine is so busy that it waits for less.
    expect(performance.now() - started).toBeGreaterThan(140)
  })
})
