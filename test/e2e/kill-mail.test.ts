import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, expect, it } from 'vitest'
import { chance } from '../fixtures/random/random.ts'
import { type Mailbox, mailboxOf } from '../fixtures/system/mailbox.ts'
import { endAll, npmStart, type Run } from '../fixtures/system/npm-start.ts'
import { until } from '../fixtures/system/sample-system.ts'

const KILLS = 5

const data = mkdtempSync(join(tmpdir(), 'kill-mail-'))
afterAll(async () => {
  await endAll()
  rmSync(data, { recursive: true, force: true })
})

interface Started {
  readonly run: Run
  readonly mailbox: Mailbox
}

async function start(): Promise<Started> {
  const run = npmStart(['--data-dir', data, '--port', '0'])
  const url = await run.ready
  const { smtp, email, ses } = (await (await fetch(`${url}/_local`)).json()) as {
    readonly smtp: { readonly host: string; readonly port: number }
    readonly email: string
    readonly ses: string
  }
  return { run, mailbox: mailboxOf({ mail: { smtp, email }, endpoints: { ses } }) }
}

it('loses no mail that was accepted, and answers each, twice at most, however often it is killed', async () => {
  const random = chance('kill -9 among mails')
  const accepted: string[] = []
  let system = await start()
  for (let kills = 0; kills < KILLS; kills += 1) {
    const { mailbox, run } = system
    const load = async () => {
      for (let n = 0; n < 5; n += 1) {
        const address = `person${kills}.${n}.${random.below(1e9)}@example.org`
        await mailbox.send(address)
        accepted.push(address)
      }
    }
    const enough = accepted.length + 1 + random.below(4)
    const loading = Promise.allSettled([load()])
    await until(
      () => accepted.length,
      (count) => count >= enough,
    )
    await pause(random.below(400))
    run.signal('SIGKILL')
    await run.ended
    await loading
    system = await start()
  }
  expect(accepted.length).toBeGreaterThan(KILLS)
  const { mailbox } = system
  for (const address of accepted) {
    const mails = await mailbox.received(address, 1)
    expect([address, mails.length]).toEqual([address, expect.toBeOneOf([1, 2])])
  }
})
