import { setTimeout as pause } from 'node:timers/promises'
import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import company from '../../deletion.config.ts'
import { samplePeople } from '../../infra/local/sample/sample.ts'
import type { DeletionConfig, EmailRequests } from '../../shared/config/define.ts'
import { difference, snapshot } from '../fixtures/companies/tables.ts'
import { linkIn, type Mailbox, mailboxOf, press } from '../fixtures/system/mailbox.ts'
import {
  COMPLETED,
  type SampleSystem,
  type Status,
  startSample,
  until,
} from '../fixtures/system/sample-system.ts'

const withEmail = (parts: Partial<EmailRequests>): DeletionConfig => ({
  ...company,
  email: { address: 'xoa-du-lieu@mail.example.com', identity: 'email', receiving: {}, ...parts },
})
/** The company as it is, and a rule that tells people a few seconds before. */
function withNotice(config: DeletionConfig): DeletionConfig {
  const { dataMap } = config
  const { app } = dataMap.tables
  const rule = dataMap.retention?.['contractEnded']
  if (!app || !rule) throw new Error('the sample has no such rule')
  const byEnd = { key: { contract: 'S', endedAt: 'S' }, projection: ['userId', 'email'] } as const
  const told = { ...rule, partitions: ['told'], notice: { before: 'PT1S', email: 'email' } }
  return {
    ...config,
    dataMap: {
      ...dataMap,
      tables: { ...dataMap.tables, app: { ...app, indexes: { ...app.indexes, byEnd } } },
      retention: { told },
    },
  }
}
const [first = { email: '' }, second = { email: '' }, third = { email: '' }] = samplePeople()

let system: SampleSystem
let mailbox: Mailbox
beforeAll(async () => {
  system = await startSample({ config: withNotice(withEmail({ coolingOff: 'none' })) })
  mailbox = mailboxOf(system)
})
afterAll(() => system.close())

const codeIn = (link: string): string => new URL(link).pathname.split('/').at(-1) ?? ''
/** How many requests the ledger has, and what it says of one person's address. */
const requests = async () => (await system.ledger()).filter(({ sk }) => sk?.S === 'META')

describe('a person who writes a mail', () => {
  let mails: Awaited<ReturnType<Mailbox['received']>>
  let code: string

  it('is answered with a code, a link and what will be deleted, in their language', async () => {
    expect(
      await mailbox.send(`An <${first.email}>`, { text: 'Tôi muốn xoá tài khoản của tôi, xin cảm ơn.' }),
    ).toMatch(/^250/)
    mails = await mailbox.received(first.email, 1)
    const [answer] = mails
    if (!answer) throw new Error('there is no answer')
    code = codeIn(linkIn(answer, 'status'))
    expect(answer.subject).toMatch(/^Hãy xác nhận yêu cầu xoá dữ liệu/)
    expect(answer.subject).not.toContain(code)
    expect(answer.body.text).toContain(`Mã xác nhận: ${code}`)
    expect(answer.body.text).toContain('- Đơn hàng và giao dịch')
    expect(answer.body.html).toContain(`href="${linkIn(answer, 'confirm')}"`)
    expect(`${answer.body.text}${answer.body.html}`).not.toContain(first.email)
    expect((await system.status(code)).state).toBe('awaiting_confirmation')
  })

  it('sees nothing change by links that a scanner follows and forms that it sends', async () => {
    const before = await snapshot(system.dynamodb)
    const [answer] = mails
    const link = answer ? linkIn(answer, 'confirm') : ''
    for (let times = 0; times < 50; times += 1) {
      const opened = await fetch(link, { method: times % 2 === 0 ? 'GET' : 'HEAD' })
      expect(opened.status).toBe(200)
      expect(opened.headers.get('x-robots-tag')).toBe('noindex')
    }
    expect((await press(link, {})).status).toBe(400)
    expect((await press(link, { agreed: 'yes' })).status).toBe(400)
    expect((await press(link, { agreed: 'yes', nonce: 'guessed' })).status).toBe(400)
    expect((await fetch(link, { method: 'POST', redirect: 'manual' })).status).toBe(400)
    expect((await system.status(code)).state).toBe('awaiting_confirmation')
    expect(difference(before, await snapshot(system.dynamodb))).toEqual({ gone: [], changed: [], added: [] })
  })

  it('confirms, sees the records gone, and is told so', async () => {
    const [answer] = mails
    const link = answer ? linkIn(answer, 'confirm') : ''
    const pressed = await press(link)
    expect(pressed.status).toBe(303)
    expect(pressed.headers.get('location')).toBe(`/status/${code}`)
    const done = await system.reached(code)
    expect(done).toMatchObject({
      state: 'completed_with_retention',
      channel: 'email',
      scope: 'account',
      found: true,
    })
    const [, confirmed, told] = await mailbox.received(first.email, 3)
    expect(confirmed?.subject).toMatch(/đã được xác nhận/)
    expect(told?.subject).toMatch(/đã hoàn tất/)
    expect(told?.body.text).toContain('- Đơn hàng và giao dịch: ')
    const left = JSON.stringify([...(await snapshot(system.dynamodb)).values()].map(({ text }) => text))
    expect(left).not.toContain(first.email)
    // An old link leads to the status page, and does nothing.
    expect((await fetch(link, { redirect: 'manual' })).status).toBe(303)
    expect((await press(link, { agreed: 'yes', nonce: 'x' })).status).toBe(303)
  })

  it('is nowhere in the ledger after the last mail, nor in any log', async () => {
    const rows = await until(
      () => system.ledger(),
      (all) =>
        all.every((row) => row['contact'] === undefined || row['state']?.S === 'awaiting_confirmation'),
    )
    expect(JSON.stringify(rows)).not.toContain(first.email)
    expect(rows.some((row) => row['identity'] !== undefined && row['requestKey']?.S === undefined)).toBe(
      false,
    )
    expect(system.lines.join('\n')).not.toContain(first.email)
    expect(system.lines.join('\n')).not.toContain(code)
  })
})

describe('a person who fills in the form', () => {
  const ask = (email: string, lang = 'en') =>
    fetch(`${system.url}/request?lang=${lang}`, { method: 'POST', body: new URLSearchParams({ email }) })

  it('gets the same page, known or unknown, first or again, and one mail', async () => {
    const pages = []
    for (const email of [second.email, second.email, 'nobody@example.org']) {
      const answer = await ask(email)
      expect(answer.status).toBe(200)
      pages.push(await answer.text())
    }
    expect(new Set(pages).size).toBe(1)
    expect(pages[0]).toContain('Look into your mailbox')
    const [known] = await mailbox.received(second.email, 1)
    const [unknown] = await mailbox.received('nobody@example.org', 1)
    const shape = (mail: typeof known) => mail?.body.text.replaceAll(/https?:\S+|[0-9A-Z]{24}/g, '…')
    expect(shape(known)).toBe(shape(unknown))
    await pause(500)
    expect(await mailbox.received(second.email, 1)).toHaveLength(1)
  })

  it('who is unknown ends with nothing found, which is never called deleted', async () => {
    const [mail] = await mailbox.received('nobody@example.org', 1)
    await press(mail ? linkIn(mail, 'confirm') : '')
    const done: Status = await system.reached(codeIn(mail ? linkIn(mail, 'status') : ''))
    expect(done).toMatchObject({ state: 'completed', found: false, erased: [] })
    const [, , told] = await mailbox.received('nobody@example.org', 3)
    expect(told?.body.text).toContain('found none')
    expect(told?.body.text).not.toMatch(/[Dd]eleted/)
  })

  it('refuses what is no address, and keeps nothing of it', async () => {
    const before = (await requests()).length
    for (const email of [
      '',
      'nobody',
      'a@b',
      'a@example.com, b@example.com',
      'a@example.com\r\nBcc: b@example.com',
    ]) {
      const answer = await ask(email)
      expect([email, answer.status]).toEqual([email, 400])
      expect(await answer.text()).toContain('name="email"')
    }
    expect(await requests()).toHaveLength(before)
  })
})

describe('mail that is not to be answered', () => {
  it.each([
    ['spam', { headers: { 'X-Local-Verdict': 'spam=FAIL' } }],
    ['a forged sender', { headers: { 'X-Local-Verdict': 'dmarc=FAIL' } }],
    ['an automatic answer', { headers: { 'Auto-Submitted': 'auto-replied' } }],
    ['a mailing list', { headers: { 'List-Id': '<a.example.com>' } }],
    ['a report of delivery', { returnPath: '' }],
  ])('%s leads to no request and no mail', async (_what, options) => {
    const before = (await requests()).length
    const noted = () => system.lines.filter((line) => line.includes('MAIL_NOT_ANSWERED')).length
    const lines = noted()
    await mailbox.send('quiet@example.org', options)
    await until(noted, (count) => count > lines)
    expect(await requests()).toHaveLength(before)
    expect(await mailbox.received('quiet@example.org', 0)).toEqual([])
  })

  it('is refused by SMTP where it is for somebody else', async () => {
    await expect(mailbox.send('an@example.org', { to: 'boss@mail.example.com' })).rejects.toThrow(/550/)
  })

  it('sixty messages of one sender are one request and one answer', async () => {
    await Promise.all(Array.from({ length: 60 }, () => mailbox.send('eager@example.org')))
    await until(
      () => system.lines.filter((line) => line.includes('too_soon')).length,
      (count) => count >= 59,
    )
    expect(await mailbox.received('eager@example.org', 1)).toHaveLength(1)
  })

  it('a reply to a mail of ours is kept with its request, and opens nothing', async () => {
    const [answer] = await mailbox.received('eager@example.org', 1)
    const before = (await requests()).length
    await mailbox.send('eager@example.org', {
      headers: { 'In-Reply-To': `<${answer?.messageId}@email.amazonses.com>` },
    })
    await until(
      () => system.lines.filter((line) => line.includes('MAIL_IS_A_REPLY')).length,
      (count) => count === 1,
    )
    const shown = await system.show(codeIn(answer ? linkIn(answer, 'status') : ''))
    expect(JSON.stringify(shown)).toContain('"step":"reply"')
    expect(await requests()).toHaveLength(before)
  })

  it('an address that gives mail back is not written to again, and somebody is told', async () => {
    const address = 'bounce@simulator.amazonses.com'
    await fetch(`${system.url}/request`, { method: 'POST', body: new URLSearchParams({ email: address }) })
    const [mail] = await mailbox.received(address, 1)
    await until(
      () => system.lines.some((line) => line.includes('MAIL_BOUNCED')),
      (told) => told,
    )
    await press(mail ? linkIn(mail, 'confirm') : '')
    const done = await system.reached(codeIn(mail ? linkIn(mail, 'status') : ''))
    expect(COMPLETED).toContain(done.state)
    await pause(1500)
    expect(await mailbox.received(address, 1)).toHaveLength(1)
  })
})

describe('links', () => {
  it.each(['nonsense', 'a.b.c', 'eyJhbGciOiJub25lIn0.eyJjb2RlIjoiMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwIn0.'])(
    'that are forged are pages that do not exist: %s',
    async (token) => {
      for (const path of ['confirm', 'withdraw']) {
        expect((await fetch(`${system.url}/${path}/${token}`)).status).toBe(404)
        expect((await fetch(`${system.url}/${path}/${token}`, { method: 'POST' })).status).toBe(404)
      }
    },
  )

  it('to confirm with do not take back, and the other way round', async () => {
    const [mail] = await mailbox.received(second.email, 1)
    const link = mail ? linkIn(mail, 'confirm') : ''
    expect((await fetch(link.replace('/confirm/', '/withdraw/'))).status).toBe(404)
  })
})

describe('somebody whom a rule erases', () => {
  it('is told the day by mail, sees it on the status page, and is gone after it', async () => {
    const key = { PK: { S: 'USER#told' }, SK: { S: 'PROFILE' } }
    const Item = {
      ...key,
      userId: { S: 'told' },
      email: { S: 'told@example.com' },
      contract: { S: 'told' },
      endedAt: { S: '2026-01-15T00:00:00Z' },
    }
    await system.dynamodb.send(new PutItemCommand({ TableName: 'Shop', Item }))
    const asked = (name: 'view' | 'operate', command: object) =>
      fetch(`${system.url}/_local/${name}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(command),
      })
    await system.invoke('retention', {})
    const { rules } = (await (await asked('view', { command: 'retention' })).json()) as {
      readonly rules: readonly { readonly name: string; readonly pass: { readonly due: number } }[]
    }
    // The day's pass may have been over before the item was there.
    const due = rules.find(({ name }) => name === 'told')?.pass.due
    expect((await asked('operate', { command: 'enable-rule', rule: 'told', expect: due })).status).toBe(200)
    await system.invoke('retention', {})
    const [mail] = await mailbox.received('told@example.com', 1)
    if (!mail) throw new Error('nobody was told')
    const code = codeIn(linkIn(mail, 'status'))
    expect(mail.body.text).toContain('15 tháng 1, 2026 là ngày')
    expect(mail.body.text).toMatch(/sẽ được xoá vào \d+ tháng \d+, \d{4}/)
    await pause(1000)
    await system.invoke('sweep', {})
    expect((await system.reached(code)).erased).toEqual(
      expect.arrayContaining([expect.objectContaining({ category: 'profile' })]),
    )
    const { Item: left } = await system.dynamodb.send(new GetItemCommand({ TableName: 'Shop', Key: key }))
    expect(left).toBeUndefined()
    expect(await mailbox.received('told@example.com', 1)).toHaveLength(1)
    const rows = await system.ledger()
    expect(rows.some((row) => row['contact'] && row['channel']?.S === 'retention')).toBe(false)
  })
})

describe('a time to cool off', () => {
  it('lets a person take the request back, and then nothing has happened', async () => {
    const cooling = await startSample({ config: withEmail({ coolingOff: 'PT1H' }) })
    try {
      const box = mailboxOf(cooling)
      const before = await snapshot(cooling.dynamodb)
      await box.send(third.email)
      const [asked] = await box.received(third.email, 1)
      await press(asked ? linkIn(asked, 'confirm') : '')
      const code = codeIn(asked ? linkIn(asked, 'status') : '')
      expect((await cooling.status(code)).state).toBe('scheduled')
      const [, confirmed] = await box.received(third.email, 2)
      expect(confirmed?.body.text).toContain('The deletion begins on')
      const link = confirmed ? linkIn(confirmed, 'withdraw') : ''
      expect((await press(link, {})).status).toBe(400)
      expect((await press(link)).status).toBe(303)
      expect((await cooling.status(code)).state).toBe('withdrawn')
      expect((await fetch(link, { redirect: 'manual' })).status).toBe(303)
      expect(difference(before, await snapshot(cooling.dynamodb))).toEqual({
        gone: [],
        changed: [],
        added: [],
      })
      const rows = await cooling.ledger()
      expect(rows.some((row) => row['contact'] ?? row['identity'])).toBe(false)
    } finally {
      await cooling.close()
    }
  })
})
