/** The SES engine inside a thread of its own: its own environment, and a memory that begins with what was kept. */
import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import ses from 'aws-ses-v2-local'
import { type Email, saveEmail } from 'aws-ses-v2-local/dist/store.js'
import util from 'aws-ses-v2-local/dist/util.js'
import { answerProgramsOnly } from './own-requests.ts'

// Its own ids have nine digits: too few to name a file by.
const messageId = () => `0109${Date.now().toString(16).padStart(12, '0')}-${randomUUID()}-000000`
Reflect.set(util, 'getMessageId', messageId)

const { kept } = workerData as SesEngineSetup
for (const email of kept) saveEmail(email as Email)
const server = await ses.default({ host: '127.0.0.1', port: 0 })
answerProgramsOnly(server)

parentPort?.once('message', () => {
  server.closeAllConnections()
  server.close(() => parentPort?.close())
})
parentPort?.postMessage((server.address() as AddressInfo).port)

export interface SesEngineSetup {
  /** What its `/store` showed in an earlier run, oldest first. */
  readonly kept: readonly unknown[]
}
