/** The engine of SQS and S3 inside its thread, held to loopback. */
import { Server as HttpServer } from 'node:http'
import { Server } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { startFauxqs } from 'fauxqs'
import { answerProgramsOnly } from './loopback.ts'

// The engine insists on listening on every interface; in this thread nothing else listens.
type Listen = (this: Server, options: object, ready?: () => void) => Server
const listen = Reflect.get(Server.prototype, 'listen') as Listen
const listenOnLoopback: Listen = function (options, ready) {
  if (this instanceof HttpServer) answerProgramsOnly(this)
  return listen.call(this, { ...options, host: '127.0.0.1' }, ready)
}
Reflect.set(Server.prototype, 'listen', listenOnLoopback)

const { dataDir, region } = workerData as { dataDir: string | undefined; region: string }
const engine = await startFauxqs({
  port: 0,
  logger: false,
  defaultRegion: region,
  // Not its store of plain files: a key with `..` in it would leave that folder.
  ...(dataDir && { dataDir }),
})

parentPort?.once('message', () => {
  void engine.stop().then(() => parentPort?.close())
})
parentPort?.postMessage(engine.port)
