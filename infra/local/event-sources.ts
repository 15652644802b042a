/** Invokes the functions for the queue, the ledger's stream, received mail and schedules. */
import { setTimeout as pause } from 'node:timers/promises'
import type { DeletionConfig } from '../../shared/config/define.ts'
import { functionsOf, NOTICES, PIPE, QUEUE, SCHEDULES } from '../wiring.ts'
import { expiringTables } from './engines/tables.ts'
import { deleteExpired } from './engines/ttl.ts'
import { startPipe } from './events/pipe.ts'
import { readQueue } from './events/queue.ts'
import { keptCheckpoints } from './events/stream.ts'
import { startStreamFunction } from './events/stream-function.ts'
import { type InvokeFunction, PAUSE_SCALE } from './lambda/functions.ts'
import type { Log } from './lambda/lambda.ts'
import { startReceiving } from './mail/receiving.ts'
import type { Engines } from './start-engines.ts'
import { type Cleanup, FINISH_WITHIN_MS, runUntilClosed, within } from './state/cleanup.ts'
import type { DataFolder } from './state/data-folder.ts'

interface EventSourcesOptions {
  readonly config: DeletionConfig
  readonly folder: DataFolder
  readonly engines: Engines
  readonly invoke: InvokeFunction
  readonly log: Log
}

/** @returns The SMTP server, if mail is received. */
export async function startEventSources(options: EventSourcesOptions, started: Cleanup) {
  const { config, engines, invoke, log } = options
  const receiving =
    config.email?.receiving &&
    startReceiving(config.email.address, {
      s3Endpoint: engines.endpoints.s3,
      invoke: (event) => invoke('email-received', event),
      log,
    })
  const smtp = receiving && (await started.adding(receiving))
  const queue = readQueue({
    client: engines.clients.sqs,
    queue: engines.queues.erase,
    batchSize: QUEUE.batchSize,
    maxConcurrency: QUEUE.maxConcurrency,
    invoke: (event) => invoke(QUEUE.function, event),
    log,
  })
  const parts = [...startStreamReaders(options), queue, startSchedules(options)]
  const closeAll = () => parts.map((part) => part.close())
  started.add(() => within(FINISH_WITHIN_MS, closeAll()))
  return smtp
}

function startStreamReaders({ config, folder, engines, invoke, log }: EventSourcesOptions) {
  const { clients, streamArn, queues } = engines
  const shared = { ...clients, streamArn, log }
  const pipe = startPipe({
    ...shared,
    queue: queues.erase,
    deadLetters: queues.pipeDead,
    pipe: PIPE,
    checkpoints: keptCheckpoints(folder, streamArn, 'stream'),
  })
  if (!config.email) return [pipe]
  const notices = startStreamFunction({
    ...shared,
    source: NOTICES,
    invoke: (event) => invoke(NOTICES.function, event),
    checkpoints: keptCheckpoints(folder, streamArn, 'notices'),
  })
  return [pipe, notices]
}

function startSchedules({ config, engines, invoke }: EventSourcesOptions) {
  const expiring = expiringTables(config.dataMap)
  const there = Object.values(SCHEDULES).filter(({ function: name }) => functionsOf(config).includes(name))
  return runUntilClosed((closing) =>
    Promise.all([
      ...there.map(({ function: name, everySeconds }) =>
        repeat(everySeconds * PAUSE_SCALE, closing, () => invoke(name, {})),
      ),
      repeat(60, closing, () => deleteExpired(engines.clients.dynamodb, expiring, new Date())),
    ]),
  )
}

/** One run after the other, as EventBridge Scheduler invokes it. */
async function repeat(everySeconds: number, signal: AbortSignal, run: () => Promise<unknown>): Promise<void> {
  while (!signal.aborted) {
    const startedAt = performance.now()
    // The function's own log has the reason of a failure.
    await run().catch(() => {})
    const rest = everySeconds * 1000 - (performance.now() - startedAt)
    await pause(Math.max(0, rest), undefined, { signal }).catch(() => {})
  }
}
