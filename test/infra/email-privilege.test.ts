/** The functions for mail, at work under the policies that are deployed: enough for them, and nothing over. */
import { PutItemCommand } from '@aws-sdk/client-dynamodb'
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import company from '../../deletion.config.ts'
import { engineClient } from '../../infra/local/engines/engines.ts'
import { startSecretsManager } from '../../infra/local/engines/secrets-manager.ts'
import { LEDGER_TABLE } from '../../infra/local/engines/tables.ts'
import { samplePeople } from '../../infra/local/sample/sample.ts'
import { type FunctionName, functionsOf } from '../../infra/wiring.ts'
import type { DeletionConfig } from '../../shared/config/define.ts'
import { newGuard } from '../fixtures/deployed/guard.ts'
import { grantsOf } from '../fixtures/deployed/policies.ts'
import { synthesize } from '../fixtures/deployed/stack.ts'
import { linkIn, type Mailbox, mailboxOf, press, type SentMail } from '../fixtures/system/mailbox.ts'
import { type SampleSystem, startSample, until } from '../fixtures/system/sample-system.ts'
import { startTableEngine } from '../fixtures/world/engines.ts'

const MAILS: readonly FunctionName[] = [
  'email-received',
  'inbox-sweep',
  'request-form',
  'confirm',
  'notify',
  'mail-events',
]
/** Begins at once, and waits before it touches anything: there is time to take it back. */
const config: DeletionConfig = {
  ...company,
  email: { address: 'xoa-du-lieu@mail.example.com', identity: 'email', receiving: {}, coolingOff: 'none' },
  dataMap: { ...company.dataMap, review: 'always' },
}
const [first = { email: '' }, second = { email: '' }, third = { email: '' }] = samplePeople()

let engine: Awaited<ReturnType<typeof startTableEngine>>
let system: SampleSystem
let mailbox: Mailbox
const guard = newGuard()

beforeAll(async () => {
  const [stack, started] = await Promise.all([synthesize({ config }), startTableEngine()])
  guard.judgeBy(Object.fromEntries(functionsOf(config).map((name) => [name, grantsOf(stack, name)])))
  engine = started
  const endpoint = await guard.guarded(engine.endpoint)
  system = await startSample({ bundled: true, config, env: { DYNAMODB_ENDPOINT: endpoint }, startSecrets })
  mailbox = mailboxOf(system)
})
afterAll(async () => {
  await system.close()
  await guard.close()
  await engine.close()
})

const startSecrets: typeof startSecretsManager = async (...secrets) => {
  const manager = await startSecretsManager(...secrets)
  return { ...manager, endpoint: await guard.guarded(manager.endpoint) }
}

const codeIn = (mail: SentMail): string => new URL(linkIn(mail, 'status')).pathname.split('/').at(-1) ?? ''
const toldTo = async (address: string, count: number): Promise<SentMail> => {
  const mail = (await mailbox.received(address, count))[count - 1]
  if (!mail) throw new Error('there is no such mail')
  return mail
}
const ask = (email: string): Promise<Response> =>
  fetch(`${system.url}/request?lang=en`, { method: 'POST', body: new URLSearchParams({ email }) })
const logged = (word: string): Promise<boolean> =>
  until(
    () => system.lines.some((line) => line.includes(word)),
    (found) => found,
  )

describe('under its own policies each function for mail does its part', () => {
  // Each would wait in vain for what the first has shown to be impossible.
  beforeEach(() => {
    const refused = guard.refused()
    if (refused.length > 0) throw new Error(`refused: ${refused.join(', ')}`)
  })

  it('from a message to the last mail', async () => {
    await mailbox.send(first.email)
    const asked = await toldTo(first.email, 1)
    expect((await press(linkIn(asked, 'confirm'))).status).toBe(303)
    const code = codeIn(asked)
    await system.shown(code, 'needs_review')
    expect((await system.operate('approve', code)).status).toBe(200)
    await system.reached(code)
    await toldTo(first.email, 3)
  })

  it('from the form to a request that is taken back, with all that was found out by then', async () => {
    expect((await ask(second.email)).status).toBe(200)
    const asked = await toldTo(second.email, 1)
    expect((await press(linkIn(asked, 'confirm'))).status).toBe(303)
    const confirmed = await toldTo(second.email, 2)
    const { key } = await system.shown(codeIn(asked), 'needs_review')
    // So many that they do not go in one transaction.
    for (let n = 1; n <= 120; n += 1) {
      const sk = `IDS#${String(n).padStart(4, '0')}`
      const Item = { pk: { S: `REQ#${key}` }, sk: { S: sk }, sealed: { S: 'x' } }
      await engine.client.send(new PutItemCommand({ TableName: LEDGER_TABLE, Item }))
    }
    expect((await press(linkIn(confirmed, 'withdraw'))).status).toBe(303)
    await system.reached(codeIn(asked), 'withdrawn')
    const rows = await system.ledger()
    expect(rows.filter(({ pk, sk }) => pk?.S === `REQ#${key}` && sk?.S?.startsWith('IDS#'))).toEqual([])
  })

  it('with a message that is answered by nobody, and one that is an answer', async () => {
    await mailbox.send('quiet@example.org', { headers: { 'Auto-Submitted': 'auto-replied' } })
    expect(await logged('MAIL_NOT_ANSWERED')).toBe(true)
    const [asked] = await mailbox.received(first.email, 1)
    await mailbox.send(first.email, {
      headers: { 'In-Reply-To': `<${asked?.messageId}@email.amazonses.com>` },
    })
    expect(await logged('MAIL_IS_A_REPLY')).toBe(true)
  })

  it('with mail that comes back', async () => {
    await ask('bounce@simulator.amazonses.com')
    expect(await logged('MAIL_BOUNCED')).toBe(true)
  })

  it('with a message of which nobody was told', async () => {
    const s3 = new S3Client({ ...engineClient(system.endpoints.s3), forcePathStyle: true })
    const Body = `From: ${third.email}\r\nTo: xoa-du-lieu@mail.example.com\r\n\r\nPlease delete my account.\r\n`
    await s3.send(new PutObjectCommand({ Bucket: 'inbox', Key: 'inbox/0123456789abcdef0123', Body }))
    s3.destroy()
    expect((await toldTo(third.email, 1)).destination.to).toEqual([third.email])
  })
})

describe('after all that', () => {
  it('no function was refused anything', () => {
    expect(guard.refused()).toEqual([])
  })

  it('every permission of theirs was used', () => {
    expect(guard.idle(MAILS)).toEqual([])
  })
})
