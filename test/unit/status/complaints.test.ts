import { addDays } from 'date-fns/addDays'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { complaints } from '../../../functions/complaint.ts'
import { sealer } from '../../../shared/keys/seal.ts'
import { answerComplaint, complain, readComplaint, textOf } from '../../../shared/operations/complaints.ts'
import { ServiceError } from '../../../shared/platform/errors.ts'
import type { RequestKey } from '../../../shared/requests/code.ts'
import { isFinal, STATES } from '../../../shared/requests/lifecycle.ts'
import type { DeletionRequest } from '../../../shared/requests/request.ts'
import {
  anEvent,
  aRequest,
  CODE,
  headerOf,
  JSON_PLEASE,
  LOCALES,
  statusConfig,
  UNKNOWN_CODE,
} from '../../fixtures/companies/status.ts'
import { memoryLedger } from '../../fixtures/memory/ledger-in-memory.ts'

const TEXT = 'Hoá đơn của Nguyễn Văn An vẫn còn'
const NOW = new Date('2026-11-23T08:00:00.000Z')
const END = new Date('2028-11-22T08:00:00.000Z')
const seals = sealer({
  newest: async () => ({ id: 'k1', secret: 'a key for tests that is long enough' }),
  byId: async () => 'a key for tests that is long enough',
})

const lines: string[] = []
beforeEach(() => {
  lines.length = 0
  for (const level of ['info', 'warn', 'error'] as const) {
    vi.spyOn(console, level).mockImplementation((line: string) => void lines.push(line))
  }
})
afterEach(() => vi.restoreAllMocks())

async function opened(request: DeletionRequest = aRequest('ready')) {
  const ledger = memoryLedger()
  await ledger.open(request)
  let at = NOW
  const clock = () => {
    at = new Date(at.getTime() + 1000)
    return at
  }
  const row = async () => {
    const found = await ledger.find(request.key)
    if (!found) throw new Error('the request is gone')
    return found
  }
  return {
    ledger,
    row,
    complain: async (text = TEXT) => complain({ ledger, sealer: seals, clock }, await row(), text),
    answer: (when = NOW) =>
      answerComplaint(ledger, request.key, { text: ' Because.\r\n', by: 'linh', at: when }),
    post: complaints({
      ledger,
      sealer: seals,
      clock,
      config: statusConfig(),
      publicUrl: 'https://delete.acme.example',
    }),
  }
}

describe('a complaint', () => {
  it('is not taken, and is no failure, where five other writes came first and one of them complained', async () => {
    const { ledger, row } = await opened()
    const before = await row()
    let writes = 0
    const busy: typeof ledger = {
      ...ledger,
      async save(...args) {
        writes += 1
        if (writes === 5) await complain({ ledger, sealer: seals, clock: () => NOW }, before, TEXT)
        if (writes <= 5) throw new ServiceError('LEDGER_CONFLICT', 'taken')
        return ledger.save(...args)
      },
    }
    expect(await complain({ ledger: busy, sealer: seals, clock: () => NOW }, before, TEXT)).toBe(false)
    expect(writes).toBe(5)
  })

  it.each(STATES)('is taken of a request that is %s, which stays as it is', async (state) => {
    const request = aRequest(state, isFinal(state) ? { expiresAt: END } : {})
    const { ledger, row, complain } = await opened(request)
    expect(await complain()).toBe(true)
    const { version: _version, complaints, ...now } = await row()
    const { version: _before, ...before } = request
    expect(now).toEqual(before)
    expect(complaints).toEqual([{ at: expect.any(String) }])
    const kept = await ledger.complaint(request.key, 1)
    expect(kept?.expiresAt).toEqual(isFinal(state) ? END : undefined)
    expect(JSON.stringify([kept, await row(), await ledger.history(request.key)])).not.toContain('Nguyễn')
    expect(await readComplaint({ ledger, sealer: seals }, request.key)).toMatchObject({ text: TEXT })
  })

  it('is one at a time, and three ever, whatever becomes of them', async () => {
    const { ledger, row, complain, answer } = await opened()
    const taken: boolean[] = []
    for (let n = 0; n < 4; n += 1) {
      taken.push(await complain(), await complain('one more'))
      if ((await ledger.countOpenComplaints()) > 0) await answer()
    }
    expect(taken).toEqual([true, false, true, false, true, false, false, false])
    expect(
      (await ledger.history((await row()).key)).map(({ step, by, reason }) => [step, by, reason]),
    ).toEqual(
      Array.from({ length: 3 }, () => [
        ['complained', 'person', undefined],
        ['answered', 'linh', undefined],
      ]).flat(),
    )
  })

  it('that is sent twice at once is taken once', async () => {
    const { ledger, complain } = await opened()
    const taken = await Promise.all([complain(), complain()])
    expect(taken.filter(Boolean)).toHaveLength(1)
    expect(await ledger.countOpenComplaints()).toBe(1)
  })

  it('outlasts other writes to the request, and gives up when they do not end', async () => {
    const { ledger, row, complain } = await opened()
    const save = ledger.save.bind(ledger)
    const meanwhile = async () => save({ ...(await row()), version: (await row()).version + 1 })
    let times = 3
    vi.spyOn(ledger, 'save').mockImplementation(async (...written) => {
      times -= 1
      if (times >= 0) await meanwhile()
      return save(...written)
    })
    expect(await complain()).toBe(true)
    await answerComplaint(ledger, (await row()).key, { text: 'Because.', by: 'linh', at: NOW })
    times = 99
    await expect(complain()).rejects.toMatchObject({ code: 'LEDGER_CONFLICT' })
  })

  it.each([
    ['empty', ' \r\n\t ', { problem: 'empty' }],
    ['empty but for what nobody sees', '\u0000\u0007', { problem: 'empty' }],
    ['as long as may be', 'ế'.repeat(2000), { text: 'ế'.repeat(2000) }],
    ['longer by one', 'ế'.repeat(2001), { problem: 'too_long' }],
    ['of letters of two halves', '😀'.repeat(2000), { text: '😀'.repeat(2000) }],
    ['of a browser', ' one\r\ntwo\rthree\u001b[31m ', { text: 'one\ntwo\nthree[31m' }],
    ['with half a letter', 'a\ud800', { text: 'a\ufffd' }],
  ])('is read as it was meant: %s', (_what, typed, expected) => {
    expect(textOf(typed)).toEqual(expected)
  })
})

describe('an answer', () => {
  it('is kept for 90 days, or as long as the record of the request', async () => {
    const long = await opened(aRequest('refused', { expiresAt: END }))
    await long.complain()
    await long.answer()
    expect(await long.ledger.complaint((await long.row()).key, 1)).toMatchObject({
      answer: 'Because.',
      answeredAt: NOW,
      expiresAt: addDays(NOW, 90),
    })
    const soon = await opened(aRequest('expired', { expiresAt: addDays(NOW, 3) }))
    await soon.complain()
    await soon.answer()
    expect((await soon.ledger.complaint((await soon.row()).key, 1))?.expiresAt).toEqual(addDays(NOW, 3))
  })

  it('is refused where nothing is open, nobody knows the request, or it is no text', async () => {
    const { ledger, row, complain, answer } = await opened()
    await expect(answer()).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' })
    await complain()
    await answer()
    await expect(answer()).rejects.toMatchObject({ code: 'ILLEGAL_TRANSITION' })
    for (const text of ['', 'x'.repeat(2001)]) {
      const { key } = await row()
      await expect(answerComplaint(ledger, key, { text, by: 'linh', at: NOW })).rejects.toMatchObject({
        code: 'BAD_REQUEST',
      })
    }
    const nobody = '0'.repeat(64) as RequestKey
    await expect(readComplaint({ ledger, sealer: seals }, nobody)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  it.each([true, false])('owes a mail as long as there is somebody to write to: %s', async (hasContact) => {
    const { ledger, row, complain, answer } = await opened(
      aRequest('erasing', hasContact ? { contact: 'sealed' } : {}),
    )
    await complain()
    await answer()
    const { key, version } = await row()
    const owed = (await ledger.owedMails(key)).flatMap((one) =>
      one.kind === 'answered' ? [one.version] : [],
    )
    expect(owed).toEqual(hasContact ? [version] : [])
  })
})

describe('POST /status/{code}/complaint', () => {
  const PATH = `/status/${CODE}/complaint`
  const event = (body: Readonly<Record<string, string>> | string, more: Parameters<typeof anEvent>[1] = {}) =>
    anEvent(PATH, { method: 'POST', body, ...more })

  it.each([
    [{}, `/status/${CODE}#complaint`],
    [{ lang: 'en' }, `/status/${CODE}?lang=en#complaint`],
  ])('leads back to the status page, in the language that was chosen: %j', async (query, location) => {
    const { post, row } = await opened()
    const answer = await post(event({ text: TEXT }, { query }))
    expect(answer.statusCode).toBe(303)
    expect(headerOf(answer, 'location')).toBe(location)
    expect(lines).toEqual([
      JSON.stringify({ level: 'warn', event: 'COMPLAINT_RECEIVED', request: (await row()).key }),
    ])
    expect((await post(event({ text: 'sent twice' }, { query }))).statusCode).toBe(303)
    expect(lines).toHaveLength(1)
  })

  it('takes a code as people type it', async () => {
    const { post } = await opened()
    const typed = encodeURIComponent(CODE.toLowerCase())
    const answer = await post(anEvent(`/status/${typed}/complaint`, { method: 'POST', body: { text: TEXT } }))
    expect(headerOf(answer, 'location')).toBe(`/status/${CODE}#complaint`)
  })

  it.each(LOCALES)(
    'shows the form again, with what was typed, for a text that is no complaint (%s)',
    async (lang) => {
      const { post, ledger } = await opened()
      const { complaint } = (await import('../../../shared/languages/languages.ts')).LANGUAGES[lang].pages
        .status
      const query = { lang }
      for (const body of [{}, { text: '' }, { text: ' \n ' }]) {
        const { statusCode, body: said } = await post(event(body, { query }))
        expect(statusCode).toBe(400)
        expect(said).toContain(complaint.empty)
      }
      const long = `<b>${'x'.repeat(2000)}`
      const { statusCode, body: said } = await post(event({ text: long }, { query }))
      expect(statusCode).toBe(400)
      expect(said).toContain(complaint.tooLong(lang === 'vi' ? '2.000' : '2,000'))
      expect(said).toContain(`>&lt;b&gt;${'x'.repeat(2000)}</textarea>`)
      expect(said).toContain(`action="${PATH}?lang=${lang}"`)
      expect(await ledger.countOpenComplaints()).toBe(0)
      expect(lines).toEqual([])
    },
  )

  it('leaves it to the failure’s own JSON to say to a program that a text is no complaint', async () => {
    const { post } = await opened()
    await expect(post(event({ text: ' ' }, { headers: JSON_PLEASE }))).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    })
  })

  it('finds nothing under an unknown code, or what is none', async () => {
    const { post } = await opened()
    for (const code of [UNKNOWN_CODE, 'short']) {
      const sent = anEvent(`/status/${code}/complaint`, { method: 'POST', body: { text: TEXT } })
      expect((await post(sent)).statusCode).toBe(404)
    }
    expect(lines).toEqual([])
  })

  it('takes forms of 32 KiB, and no other body', async () => {
    const { post } = await opened()
    const filled = (bytes: number) => `text=${'+'.repeat(bytes - 5)}`
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    expect((await post(event(filled(32 * 1024), { headers: form }))).statusCode).toBe(400)
    await expect(post(event(filled(32 * 1024 + 1), { headers: form }))).rejects.toMatchObject({
      code: 'BODY_TOO_LARGE',
    })
    const json = { 'content-type': 'application/json' }
    await expect(post(event('{"text":"no form"}', { headers: json }))).rejects.toMatchObject({
      code: 'NOT_A_FORM',
    })
  })

  it('has room for the longest complaint, in any letters', async () => {
    const { post, ledger } = await opened()
    expect((await post(event({ text: '😀'.repeat(2000) }))).statusCode).toBe(303)
    expect(await ledger.countOpenComplaints()).toBe(1)
  })
})
