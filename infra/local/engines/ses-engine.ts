/** The SES engine inside its thread. Its memory begins with the mails of an earlier run. */
import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import ses from 'aws-ses-v2-local'
import { type Email, saveEmail } from 'aws-ses-v2-local/dist/store.js'
import util from 'aws-ses-v2-local/dist/util.js'
import { answerProgramsOnly } from './loopback.ts'

// Its own ids have nine digits: too few for the name of a file.
const messageId = () => `0109${Date.now().toString(16).padStart(12, '0')}-${randomUUID()}-000000`
Reflect.set(util, 'getMessageId', messageId)

const { kept } = workerData as { kept: readonly Email[] }
for (const email of kept) saveEmail(email)
const server = await ses.default({ host: '127.0.0.1', port: 0 })
answerProgramsOnly(server)

parentPort?.once('message', () => {
  server.closeAllConnections()
  server.close(() => parentPort?.close())
})
parentPort?.postMessage((server.address() as AddressInfo).port)
