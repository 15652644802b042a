import { describe, expect, it } from 'vitest'
import type { Ledger, ListPosition, OpenRow, TablePosition } from '../../shared/ledger/ledger.ts'
import type { RequestKey } from '../../shared/requests/code.ts'
import { advance, type Complaint, change } from '../../shared/requests/request.ts'
import { NEVER_DUE } from '../../shared/requests/steps.ts'
import { aRequest, NOW } from '../fixtures/companies/request.ts'

let keys = 0
function newKey(): RequestKey {
  keys += 1
  return keys.toString(16).padStart(64, '0') as RequestKey
}

const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1000)

/** What every ledger promises, whatever it is made of. */
export function ledgerContract(name: string, open: () => Promise<Ledger>): void {
  describe(`${name} ledger`, () => {
    it('finds what was opened, and nothing else', async () => {
      const ledger = await open()
      const request = aRequest({ key: newKey() })
      expect(await ledger.open(request)).toEqual({ request, created: true })
      expect(await ledger.find(request.key)).toEqual(request)
      expect(await ledger.find(newKey())).toBeUndefined()
    })

    it('answers a second opening with the row that is there', async () => {
      const ledger = await open()
      const request = aRequest({ key: newKey() })
      await ledger.open(request)
      const again = await ledger.open({ ...request, channel: 'email' })
      expect(again).toEqual({ request, created: false })
    })

    it('lets one of two racing writers win', async () => {
      const ledger = await open()
      const request = aRequest({ key: newKey() })
      await ledger.open(request)
      const taken = advance(request, 'take', NOW)
      const entry = { at: NOW, step: 'take', by: 'system' } as const
      const results = await Promise.allSettled([
        ledger.save(taken),
        ledger.save(taken, entry),
        ledger.save(taken),
      ])
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      const refusals = results.flatMap((result): unknown =>
        result.status === 'rejected' ? [result.reason] : [],
      )
      expect(refusals).toEqual([
        expect.objectContaining({ code: 'LEDGER_CONFLICT' }),
        expect.objectContaining({ code: 'LEDGER_CONFLICT' }),
      ])
    })

    it('keeps the history in order, with who and why', async () => {
      const ledger = await open()
      const request = aRequest({ key: newKey(), state: 'needs_review' })
      await ledger.open(request)
      const approved = advance(request, 'approve', NOW)
      await ledger.save(approved, { at: NOW, step: 'approve', by: 'arn:someone', reason: 'seen' })
      const taken = advance(approved, 'take', new Date(NOW.getTime() + 1000))
      await ledger.save(taken)
      expect(await ledger.history(request.key)).toEqual([
        { at: NOW, step: 'approve', by: 'arn:someone', reason: 'seen' },
      ])
    })

    it('forgets the identities in the write that ends a request, and gives its history an end', async () => {
      const ledger = await open()
      const request = aRequest({ key: newKey() })
      await ledger.open(request)
      const many = Array.from({ length: 12 }, (_, n) => `chunk ${n}`)
      await ledger.saveIdentities(request, many)
      expect(await ledger.identities(request.key)).toEqual(many)
      await ledger.saveIdentities(request, ['one', 'two'])
      expect(await ledger.identities(request.key)).toEqual(['one', 'two'])
      const taken = advance(request, 'take', NOW)
      await ledger.save(taken)
      const done = advance(taken, 'complete', NOW, { expiresAt: new Date('2028-11-22T08:00:00.000Z') })
      await ledger.finish(done, { at: NOW, step: 'complete', by: 'system' })
      expect(await ledger.identities(request.key)).toEqual([])
      expect(await ledger.find(request.key)).toEqual(done)
    })

    it('keeps and forgets more identities than one transaction takes, by number or by size', async () => {
      const ledger = await open()
      const request = aRequest({ key: newKey() })
      await ledger.open(request)
      const chunks = (count: number, of: string, bytes = 0) =>
        Array.from({ length: count }, (_, n) => `${of} ${n} ${'x'.repeat(bytes)}`)
      for (const many of [
        chunks(99, 'a'),
        chunks(100, 'b'),
        chunks(250, 'c'),
        chunks(260, 'd'),
        chunks(3, 'e'),
        chunks(30, 'f', 300_000),
        chunks(230, 'g'),
      ]) {
        await ledger.saveIdentities(request, many)
        expect(await ledger.identities(request.key)).toEqual(many)
      }
      const taken = advance(request, 'take', NOW)
      await ledger.save(taken)
      const done = advance(taken, 'complete', NOW, { expiresAt: new Date('2028-11-22T08:00:00.000Z') })
      const hashes = chunks(4500, 'hash')
      const subjects = { hashes, until: NOW }
      await ledger.finish(done, { at: NOW, step: 'complete', by: 'system' }, subjects)
      expect(await ledger.identities(request.key)).toEqual([])
      expect(await ledger.find(request.key)).toEqual(done)
      expect(new Set(await ledger.subjects(request.key))).toEqual(new Set(hashes))
    })

    it('never keeps identities for a request that has moved on', async () => {
      const ledger = await open()
      const request = aRequest({ key: newKey() })
      await ledger.open(request)
      await ledger.save(advance(request, 'withdraw', NOW))
      await expect(ledger.saveIdentities(request, ['late'])).rejects.toMatchObject({
        code: 'LEDGER_CONFLICT',
      })
      expect(await ledger.identities(request.key)).toEqual([])
    })

    it('lists open rows that are due, the oldest first, and no others', async () => {
      const ledger = await open()
      const at = (minutes: number) => new Date(Date.UTC(2030, 0, 1, 0, minutes))
      const late = aRequest({ key: newKey(), nextCheckAt: at(20) })
      const early = aRequest({ key: newKey(), nextCheckAt: at(10) })
      const future = aRequest({ key: newKey(), nextCheckAt: at(40) })
      const parked = aRequest({ key: newKey(), nextCheckAt: NEVER_DUE })
      for (const request of [late, early, future, parked]) await ledger.open(request)
      const due = await ledger.due(at(30), 1000)
      expect(
        due.filter((key) => [late, early, future, parked].some((request) => request.key === key)),
      ).toEqual([early.key, late.key])
    })

    it('finds requests by the beginning of their key', async () => {
      const ledger = await open()
      const key = `${'fe'.repeat(4)}${newKey().slice(8)}` as RequestKey
      await ledger.open(aRequest({ key }))
      expect(await ledger.beginningWith('fefefefe')).toEqual([key])
      expect(await ledger.beginningWith('fefefeff')).toEqual([])
    })

    it('gives a claim to the first and names the owner to the others', async () => {
      const ledger = await open()
      const [first, second] = [newKey(), newKey()]
      expect(await ledger.claim(`h${first}`, first)).toBe(first)
      expect(await ledger.claim(`h${first}`, second)).toBe(first)
      expect(await ledger.claim(`h${first}`, first)).toBe(first)
      await ledger.giveBack([`h${first}`], second)
      expect(await ledger.claim(`h${first}`, second)).toBe(first)
      await ledger.giveBack([`h${first}`], first)
      expect(await ledger.claim(`h${first}`, second)).toBe(second)
    })

    it('never lets a request that lost a claim go on unaware', async () => {
      const ledger = await open()
      const owner = aRequest({ key: newKey() })
      await ledger.open(owner)
      const thief = newKey()
      await ledger.claim(`h${owner.key}`, owner.key)
      expect(await ledger.takeOver(`h${owner.key}`, thief, owner)).toBe(true)
      await expect(ledger.save(change(owner, NOW, { firstDeleteAt: NOW }))).rejects.toMatchObject({
        code: 'LEDGER_CONFLICT',
      })
    })

    it('never takes a claim over with an old view of its owner', async () => {
      const ledger = await open()
      const owner = aRequest({ key: newKey() })
      await ledger.open(owner)
      await ledger.claim(`h${owner.key}`, owner.key)
      await ledger.save(change(owner, NOW, { firstDeleteAt: NOW }))
      expect(await ledger.takeOver(`h${owner.key}`, newKey(), owner)).toBe(false)
      expect(await ledger.claim(`h${owner.key}`, newKey())).toBe(owner.key)
    })

    it('owes a mail with the very write that says something, and to nobody without an address', async () => {
      const ledger = await open()
      const silent = aRequest({ key: newKey(), state: 'awaiting_confirmation' })
      const request = aRequest({
        key: newKey(),
        state: 'awaiting_confirmation',
        contact: 'sealed',
        receivedAt: NOW,
      })
      await ledger.open(silent)
      await ledger.open(request)
      await ledger.open(request)
      expect(await ledger.owedMails(silent.key)).toEqual([])
      const first = {
        request: request.key,
        version: 1,
        kind: 'confirm',
        state: 'due',
        writes: 1,
        tries: 0,
        nextCheckAt: later(2 * 60),
      }
      expect(await ledger.owedMails(request.key)).toEqual([first])
      const confirmed = advance(request, 'confirm', NOW)
      await ledger.save(confirmed, { at: NOW, step: 'confirm', by: 'person' })
      await expect(ledger.save(confirmed, { at: NOW, step: 'confirm', by: 'person' })).rejects.toMatchObject({
        code: 'LEDGER_CONFLICT',
      })
      const taken = advance(confirmed, 'take', NOW)
      await ledger.save(taken)
      const expiresAt = new Date('2028-11-22T08:00:00.000Z')
      const done = advance(taken, 'complete', NOW, { expiresAt })
      await ledger.finish(done, { at: NOW, step: 'complete', by: 'system' })
      expect((await ledger.owedMails(request.key)).map(({ version, kind }) => [version, kind])).toEqual([
        [1, 'confirm'],
        [2, 'confirmed'],
        [4, 'done'],
      ])
      expect(await ledger.owedMail(request.key, 4)).toMatchObject({ expiresAt })
      expect(await ledger.owedMail(request.key, 3)).toBeUndefined()
    })

    it('lets one of two senders claim a mail, and lists what is due', async () => {
      const ledger = await open()
      const request = aRequest({
        key: newKey(),
        state: 'awaiting_confirmation',
        contact: 'sealed',
        receivedAt: NOW,
      })
      await ledger.open(request)
      const mail = await ledger.owedMail(request.key, 1)
      if (!mail) throw new Error('no mail is owed')
      const isDue = async (at: Date) =>
        (await ledger.dueMails(at, 1000)).some((one) => one.request === request.key && one.version === 1)
      expect(await isDue(later(119))).toBe(false)
      expect(await isDue(later(120))).toBe(true)
      const claimed = { ...mail, state: 'sending', writes: 2, tries: 1, nextCheckAt: later(900) } as const
      expect(await ledger.saveMail(claimed)).toBe(true)
      expect(await ledger.saveMail(claimed)).toBe(false)
      expect(await isDue(later(899))).toBe(false)
      const { nextCheckAt: _at, ...ended } = claimed
      const sent = { ...ended, state: 'sent', writes: 3, messageId: 'an-id', notBefore: NOW } as const
      expect(await ledger.saveMail(sent)).toBe(true)
      expect(await ledger.owedMail(request.key, 1)).toEqual(sent)
      expect(await isDue(new Date('2999-01-01'))).toBe(false)
      await ledger.rememberSent('an-id', sent, later(900))
      expect(await ledger.whatWasSent('an-id')).toEqual({ request: request.key, version: 1 })
      expect(await ledger.whatWasSent('another')).toBeUndefined()
    })

    it('gives so many turns and no more, until their time is over', async () => {
      const ledger = await open()
      const name = `turns of ${newKey()}`
      const turn = (seconds: number) =>
        ledger.takeTurn(name, { limit: 2, at: later(seconds), until: later(seconds + 60) })
      expect([await turn(0), await turn(10), await turn(59)]).toEqual([true, true, false])
      expect([await turn(60), await turn(61), await turn(119)]).toEqual([true, true, false])
    })

    it('notes mail that was not answered, by day', async () => {
      const ledger = await open()
      const at = new Date(Date.UTC(2031, 0, keys % 28))
      const day = at.toISOString().slice(0, 10)
      await ledger.noteMail({ id: 'one', at, is: 'drop', why: 'spam' })
      await ledger.noteMail({ id: 'two', at, is: 'too_soon' })
      expect(await ledger.mailsOn(day)).toEqual([
        { id: 'one', at, is: 'drop', why: 'spam' },
        { id: 'two', at, is: 'too_soon' },
      ])
      expect(await ledger.mailsOn('2031-02-11')).toEqual([])
    })

    it('holds a subject as long as anybody holds it, each by a name of its own', async () => {
      const ledger = await open()
      const [mine, other] = [newKey(), newKey()]
      const [one, two] = [`${mine}-one`, `${mine}-two`]
      await ledger.hold([one, two], mine, NOW)
      await ledger.hold([one], 'identity', NOW)
      await ledger.hold([one], mine, NOW)
      expect(await ledger.isHeld([two])).toBe(true)
      const held = await ledger.holdsOn([one, two, 'nobody'])
      const names = Object.fromEntries(held.map(({ hash, by }) => [hash, new Set(by)]))
      expect(names).toEqual({ [one]: new Set([mine, 'identity']), [two]: new Set([mine]) })
      await ledger.endHold([one, two, 'nobody'], other)
      await ledger.endHold([one, two], mine)
      expect(await ledger.holdsOn([one, two])).toEqual([{ hash: one, by: ['identity'] }])
      await Promise.all([ledger.endHold([one], 'identity'), ledger.endHold([one], 'identity')])
      expect(await ledger.isHeld([one, two])).toBe(false)
    })

    it('names who claims a subject, and from whom it was taken', async () => {
      const ledger = await open()
      const [loser, winner] = [aRequest({ key: newKey() }), newKey()]
      const hash = `${winner}-claimed`
      await ledger.open(loser)
      expect(await ledger.ownersOf([hash])).toEqual([])
      await ledger.claim(hash, loser.key)
      expect(await ledger.takeOver(hash, winner, loser)).toBe(true)
      expect(new Set(await ledger.ownersOf([hash]))).toEqual(new Set([loser.key, winner]))
      await ledger.giveBack([hash], winner)
      expect(await ledger.ownersOf([hash])).toEqual([])
    })

    it('lists open requests page by page, the oldest first, each once, and no final one', async () => {
      const ledger = await open()
      const at = (n: number) => later(-1_000_000 + Math.floor(n / 7))
      const all = Array.from({ length: 60 }, (_, n) => aRequest({ key: newKey(), receivedAt: at(60 - n) }))
      // A shard follows from the beginning of a key.
      const spread = all.map((one, n) => {
        const key = `${(n % 16).toString(16).padStart(2, '0')}${one.key.slice(2)}` as RequestKey
        return { ...one, key, ...(n % 5 === 0 && { state: 'expired' as const, contact: 'sealed' }) }
      })
      for (const request of spread) await ledger.open(request)
      for (const limit of [1, 8, 1000]) {
        const rows: OpenRow[] = []
        let after: ListPosition | undefined
        do {
          const page = await ledger.openRows(limit, after)
          rows.push(...page.rows)
          after = page.next
        } while (after)
        const keys = spread.map(({ key }) => key)
        const mine = rows.filter(({ key }) => keys.includes(key))
        const open = spread.filter(({ state }) => state === 'ready')
        expect(new Set(mine.map(({ key }) => key))).toEqual(new Set(open.map(({ key }) => key)))
        expect(mine).toHaveLength(open.length)
        const times = rows.map(({ receivedAt }) => receivedAt.getTime())
        expect(times).toEqual(times.toSorted((a, b) => a - b))
      }
      const every: RequestKey[] = []
      let next: TablePosition | undefined
      do {
        const page = await ledger.everyRequest(7, next)
        every.push(...page.rows.map(({ key }) => key))
        next = page.next
      } while (next)
      expect(every).toEqual(expect.arrayContaining(spread.map(({ key }) => key)))
    })

    it('tells who has been erased', async () => {
      const ledger = await open()
      const [gone, other] = [`h${newKey()}`, `h${newKey()}`]
      const [first, second] = [newKey(), newKey()]
      await ledger.noteErased([gone], { request: first, until: later(60) })
      await ledger.noteErased([gone], { request: second, until: later(30) })
      await ledger.noteErased([gone], { request: second, until: later(90) })
      const erasers = await ledger.erasersOf([gone, other])
      expect([...erasers.keys()]).toEqual([gone])
      expect(erasers.get(gone)?.toSorted()).toEqual([first, second].toSorted())
      expect(await ledger.erasersOf([])).toEqual(new Map())
    })

    it('knows of a request whose row it has not that it began', async () => {
      const ledger = await open()
      const begun = {
        key: newKey(),
        channel: 'meta' as const,
        app: 'shop',
        scope: 'platform' as const,
        receivedAt: NOW,
        dueAt: later(60),
        startedAt: later(1),
        until: later(120),
      }
      expect(await ledger.begun(begun.key)).toBeUndefined()
      await ledger.noteBegun(begun)
      expect(await ledger.begun(begun.key)).toEqual(begun)
      expect(await ledger.find(begun.key)).toBeUndefined()
    })

    it('keeps under which values somebody was found again, for each replay by itself', async () => {
      const ledger = await open()
      const request = newKey()
      const found = { replay: 'app#1', request, hash: 'h1', sealed: 'one', until: later(60) }
      for (const one of [
        found,
        found,
        { ...found, hash: 'h2', sealed: 'two' },
        { ...found, replay: 'app#10' },
      ])
        await ledger.noteFound(one)
      expect(await ledger.foundAgain('app#1', request)).toEqual(['one', 'two'])
      await ledger.forgetFound('app#1', request)
      expect(await ledger.foundAgain('app#1', request)).toEqual([])
      expect(await ledger.foundAgain('app#10', request)).toEqual(['one'])
    })

    it('knows the restores that no replay has gone over', async () => {
      const ledger = await open()
      const [one, other] = [
        { id: newKey(), source: 'Shop', target: 'Shop-2', at: NOW, to: later(-60) },
        { id: newKey(), target: 'Shop', at: NOW },
      ]
      for (const restore of [one, one, other]) await ledger.noteRestore(restore)
      expect(await ledger.restores()).toEqual(expect.arrayContaining([one, other]))
      await ledger.endRestore(one.id)
      expect(await ledger.restores()).not.toContainEqual(one)
      await ledger.endRestore(other.id)
    })

    it('knows a batch that has begun, as it began', async () => {
      const ledger = await open()
      const begun = { name: newKey(), of: 'shop', found: 3, by: 'linh', at: NOW, until: later(60) }
      expect(await ledger.findBatch(begun.name)).toBeUndefined()
      await ledger.beginBatch(begun)
      await ledger.beginBatch({ ...begun, found: 2 })
      expect(await ledger.findBatch(begun.name)).toEqual({ found: 3 })
      await ledger.endBatch(begun.name)
      expect(await ledger.findBatch(begun.name)).toBeUndefined()
    })

    it('remembers who enabled a rule, and its last pass, each by itself', async () => {
      const ledger = await open()
      const name = `rule${newKey().slice(-4)}`
      expect(await ledger.ruleOf(name)).toEqual({})
      const pass = {
        hash: 'h',
        day: '2026-11-27',
        due: 3,
        opened: 1,
        unclear: { future: 2 },
        isOpening: true,
        isDone: false,
      }
      await ledger.savePass(name, pass)
      const enabled = { hash: 'h', by: 'linh', at: NOW.toISOString() }
      await ledger.enableRule(name, enabled)
      expect(await ledger.ruleOf(name)).toEqual({ enabled, pass })
      await ledger.enableRule(name, undefined)
      expect(await ledger.ruleOf(name)).toEqual({ pass })
    })

    it('remembers whether all erasing is paused', async () => {
      const ledger = await open()
      expect(await ledger.isPaused()).toBe(false)
      await ledger.setPaused(true, { by: 'linh', at: NOW })
      expect(await ledger.isPaused()).toBe(true)
      await ledger.setPaused(false, { by: 'linh', at: NOW })
      expect(await ledger.isPaused()).toBe(false)
    })

    it('keeps a complaint with the write of its request, and gives an open one the end of the record', async () => {
      const ledger = await open()
      const request = aRequest({ key: newKey() })
      await ledger.open(request)
      const before = await ledger.countOpenComplaints()
      const complaintAt = (number: number, more: Partial<Complaint> = {}): Complaint => ({
        request: request.key,
        number,
        receivedAt: later(number),
        text: 'sealed',
        ...more,
      })
      const complained = change(request, NOW, { complaints: [{ at: later(1).toISOString() }] })
      const entry = { at: later(1), step: 'complained', by: 'person' } as const
      await ledger.save(complained, entry, complaintAt(1))
      expect(await ledger.find(request.key)).toEqual(complained)
      expect(await ledger.complaint(request.key, 1)).toEqual(complaintAt(1))
      expect(await ledger.complaint(request.key, 2)).toBeUndefined()
      expect(await ledger.countOpenComplaints()).toBe(before + 1)
      expect((await ledger.openRows(1000)).rows.filter(({ key }) => key === request.key)).toHaveLength(1)
      // Lost races write none of the three.
      await expect(ledger.save(complained, entry, complaintAt(2))).rejects.toMatchObject({
        code: 'LEDGER_CONFLICT',
      })
      expect(await ledger.complaint(request.key, 2)).toBeUndefined()

      const answer = { answer: 'Because.', answeredAt: later(60), expiresAt: later(9000) }
      const answered = change(complained, NOW, {})
      await ledger.save(answered, { at: later(60), step: 'answered', by: 'linh' }, complaintAt(1, answer))
      expect(await ledger.complaint(request.key, 1)).toEqual(complaintAt(1, answer))
      expect(await ledger.countOpenComplaints()).toBe(before)

      const again = change(answered, NOW, {})
      await ledger.save(again, { ...entry, at: later(61) }, complaintAt(2))
      const taken = advance(again, 'take', NOW)
      await ledger.save(taken)
      const end = { expiresAt: new Date('2028-11-22T08:00:00.000Z') }
      await ledger.finish(advance(taken, 'complete', NOW, end), {
        at: later(62),
        step: 'complete',
        by: 'system',
      })
      expect(await ledger.complaint(request.key, 1)).toEqual(complaintAt(1, answer))
      expect(await ledger.complaint(request.key, 2)).toEqual(complaintAt(2, end))
      expect(await ledger.countOpenComplaints()).toBe(before + 1)
      expect((await ledger.history(request.key)).map(({ step }) => step)).toEqual([
        'complained',
        'answered',
        'complained',
        'complete',
      ])
    })

    it('hands down a claim whose owner is gone, once', async () => {
      const ledger = await open()
      const [gone, heir, late] = [newKey(), newKey(), newKey()]
      await ledger.claim(`h${gone}`, gone)
      expect(await ledger.inherit(`h${gone}`, heir, gone)).toBe(true)
      expect(await ledger.inherit(`h${gone}`, late, gone)).toBe(false)
    })
  })
}
