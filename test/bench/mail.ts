/** Mail in, answer out: how long a person waits, through SMTP, S3, the ledger, its stream and SES. */
import config from '../../deletion.config.ts'
import type { Cleanup } from '../../infra/local/state/cleanup.ts'
import { startSystem } from '../../infra/local/system.ts'
import { mailboxOf } from '../fixtures/system/mailbox.ts'
import { quantile, rounded } from './statistics.ts'

export interface MailFigures {
  readonly sizes: readonly MailTimes[]
}

export interface MailTimes {
  readonly kilobytes: number
  readonly p50Ms: number
  readonly p99Ms: number
}

const SIZES = [2, 1024]
const MESSAGES = 60
const WARM_UP = 3

export async function measureMail(tidy: Cleanup): Promise<MailFigures> {
  const system = await startSystem({ config, port: 0, env: {}, log: () => undefined })
  tidy.add(() => system.close())
  const mailbox = mailboxOf(system)
  const sizes: MailTimes[] = []
  for (const kilobytes of SIZES) {
    const text = 'Please delete my account and my data. '.repeat((kilobytes * 1024) / 38)
    const times: number[] = []
    for (let n = 0; n < WARM_UP + MESSAGES; n += 1) {
      const address = `person${n}.of${kilobytes}@example.com`
      const started = performance.now()
      await mailbox.send(address, { text })
      await mailbox.received(address, 1, { everyMs: 2 })
      if (n >= WARM_UP) times.push(performance.now() - started)
    }
    sizes.push({
      kilobytes,
      p50Ms: rounded(quantile(times, 0.5), 0),
      p99Ms: rounded(quantile(times, 0.99), 0),
    })
  }
  await system.close()
  return { sizes }
}
