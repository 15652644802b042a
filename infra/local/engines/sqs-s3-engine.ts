/** The engine of SQS and S3 inside a thread of its own: own environment, own event loop, and on loopback only. */
import { Server as HttpServer } from 'node:http'
import { Server } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { startFauxqs } from 'fauxqs'
import { answerProgramsOnly } from './own-requests.ts'

// The engine insists on listening on every interface; in this thread nothing else listens.
type Listen = (this: Server, options: object, ready?: () => void) => Server
const listen = Reflect.get(Server.prototype, 'listen') as Listen
const listenOnLoopback: Listen = function (options, ready) {
  if (this instanceof HttpServer) answerProgramsOnly(this)
  return listen.call(this, { ...options, host: '127.0.0.1' }, ready)
}
Reflect.set(Server.prototype, 'listen', listenOnLoopback)

const { dataDir, region } = workerData as SqsS3EngineSetup
const engine = await startFauxqs({
  port: 0,
  logger: false,
  defaultRegion: region,
  // Not its folder of plain files: a key with `..` in it leaves that.
  ...(dataDir && { dataDir }),
})

parentPort?.once('message', () => {
  void engine.stop().then(() => parentPort?.close())
})
parentPort?.postMessage(engine.port)

export interface SqsS3EngineSetup {
  readonly region: string
  readonly dataDir: string | undefined
}
