/** Our own contestant: the eraser's worker with a real ledger, from the doorbell to the final state. */
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { time } from '../../../functions/time.ts'
import { LEDGER_TABLE } from '../../../infra/local/engines/tables.ts'
import type { Pace } from '../../../shared/data-map/data-map.ts'
import { mapHash } from '../../../shared/data-map/map-hash.ts'
import type { EraserDeps } from '../../../shared/erasure/eraser-deps.ts'
import { answerDoorbell } from '../../../shared/erasure/worker.ts'
import { sealer } from '../../../shared/keys/seal.ts'
import { dynamoLedger } from '../../../shared/ledger/ledger-dynamodb.ts'
import { sweep } from '../../../shared/operations/sweep.ts'
import { delays } from '../../../shared/platform/delays.ts'
import { later } from '../../../shared/platform/time.ts'
import { pacesIn } from '../../../shared/records/pace.ts'
import { dynamoRecords } from '../../../shared/records/records-dynamodb.ts'
import { deriveCode, type RequestKey, requestKeyOf } from '../../../shared/requests/code.ts'
import { isFinal } from '../../../shared/requests/lifecycle.ts'
import { readyFrom } from '../../../shared/requests/steps.ts'
import { EVENTS_TABLE, onePersonMap } from './one-person-company.ts'

export interface WholeEngine {
  /** Records a request, as an intake does: no part of what is measured. */
  receive(userId: string): Promise<RequestKey>
  /** @returns How many items the receipt says were erased. */
  work(key: RequestKey): Promise<number>
}

const SECRET = 'a key for the bench'
const DAY_MS = 24 * 60 * 60 * 1000
const SWEEP_EVERY_MS = 50
/** No other worker shares the table's pace. */
const ALONE = 1

export function wholeEngine(client: DynamoDBClient, pace: Pace): WholeEngine {
  const map = onePersonMap(pace)
  const tables = { events: EVENTS_TABLE }
  const ledger = dynamoLedger(client, LEDGER_TABLE)
  const seals = sealer({ newest: async () => ({ id: 'k1', secret: SECRET }), byId: async () => SECRET })
  const waits = delays(1 / 60, Math.random)
  const clock = () => new Date()
  const keepRequests = { months: 24 }
  const worker: EraserDeps = {
    map,
    dueRules: { timeZone: 'UTC', deauthorize: {} },
    mapHash: mapHash(map),
    tables,
    records: dynamoRecords({ client, paceOf: pacesIn(map, tables, ALONE), random: Math.random, ...time }),
    ledger,
    journal: { write: async () => undefined },
    journalDays: 35,
    sealer: seals,
    indexKey: async () => SECRET,
    delays: waits,
    clock,
    newLeaseId: randomUUID,
    keepRequests,
    settling: { milliseconds: 0, wait: async () => undefined },
    measure: () => undefined,
  }
  return {
    async receive(userId) {
      const receivedAt = clock()
      const key = requestKeyOf(deriveCode(SECRET, 'bench', userId, randomUUID()))
      await ledger.open({
        ...readyFrom(receivedAt, waits),
        key,
        channel: 'meta',
        app: 'bench',
        scope: 'account',
        receivedAt,
        dueAt: later(receivedAt, 20 * DAY_MS),
        identity: await seals.seal({ userId: [userId] }),
        doubts: [],
      })
      return key
    },

    async work(key) {
      for (;;) {
        const row = await ledger.find(key)
        if (!row) throw new Error('the request is not in the ledger')
        if (isFinal(row.state)) {
          return row.outcome?.erased.reduce((sum, { items }) => sum + items, 0) ?? 0
        }
        if (row.state === 'ready') await answerDoorbell(worker, key)
        else if (row.state === 'waiting') {
          await pause(SWEEP_EVERY_MS)
          await sweep({ ledger, delays: waits, clock, keepRequests })
        } else throw new Error(`the request is ${row.state}: ${JSON.stringify(row.problem)}`)
      }
    },
  }
}
