import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { expect, it } from 'vitest'
import { keyring } from '../../../shared/platform/secrets-secretsmanager.ts'

/** A vault whose secret a test sets, and a clock it moves. */
function vault(first: Readonly<Record<string, string>>) {
  let seconds = 0
  let fields: Readonly<Record<string, string>> | undefined = first
  let reads = 0
  const client = new SecretsManagerClient({
    region: 'eu-west-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  })
  client.middlewareStack.add(
    () => async () => {
      reads += 1
      if (!fields) throw new Error('down')
      return { response: undefined, output: { $metadata: {}, SecretString: JSON.stringify(fields) } as never }
    },
    { step: 'initialize' },
  )
  return {
    keys: keyring(client, 'seal', () => new Date(seconds * 1000)),
    reads: () => reads,
    pass: (more: number) => {
      seconds += more
    },
    holds: (next: typeof fields) => {
      fields = next
    },
  }
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 5))
const K1 = { k1: 'one' }
const K2 = { ...K1, 'k2-2026-11-29': 'two' }

it('reads once for five minutes', async () => {
  const { keys, reads, pass } = vault(K1)
  await Promise.all([keys.newest(), keys.newest(), keys.byId('k1')])
  pass(300)
  await keys.newest()
  expect(reads()).toBe(1)
})

it('takes up a newer key without a restart, and makes nobody wait for it', async () => {
  const { keys, pass, holds } = vault(K1)
  await keys.newest()
  holds(K2)
  pass(301)
  expect((await keys.newest()).id).toBe('k1')
  await settled()
  expect(await keys.newest()).toEqual({ id: 'k2-2026-11-29', secret: 'two' })
  expect(await keys.byId('k1')).toBe('one')
})

it('waits for the newer key after an hour at rest', async () => {
  const { keys, pass, holds } = vault(K1)
  await keys.newest()
  holds(K2)
  pass(3601)
  expect((await keys.newest()).id).toBe('k2-2026-11-29')
})

it('finds a key that another function has used already', async () => {
  const { keys, holds } = vault(K1)
  await keys.newest()
  holds(K2)
  expect(await keys.byId('k2-2026-11-29')).toBe('two')
})

it('goes on with what it knows when it cannot be read again', async () => {
  const { keys, reads, pass, holds } = vault(K1)
  await keys.newest()
  holds(undefined)
  pass(301)
  expect((await keys.newest()).id).toBe('k1')
  await settled()
  expect((await keys.newest()).id).toBe('k1')
  expect(reads()).toBeGreaterThan(1)
})

it('takes the highest number for the newest, whatever day stands behind it', async () => {
  const { keys } = vault({ 'k9-2027-01-01': 'nine', 'k10-2026-12-31': 'ten', k1: 'one' })
  expect((await keys.newest()).secret).toBe('ten')
})
