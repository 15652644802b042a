/** The engine of SQS and S3 inside a thread of its own: own environment, own event loop, and on loopback only. */
import {
  Server as HttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import { Server } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { startFauxqs } from 'fauxqs'
import { isForProgram } from './own-requests.ts'

// The engine insists on listening on every interface; in this thread nothing else listens.
type Listen = (this: Server, options: object, ready?: () => void) => Server
const listen = Reflect.get(Server.prototype, 'listen') as Listen
const listenOnLoopback: Listen = function (options, ready) {
  if (this instanceof HttpServer) answerProgramsOnly(this)
  return listen.call(this, { ...options, host: '127.0.0.1' }, ready)
}
Reflect.set(Server.prototype, 'listen', listenOnLoopback)

/** The engine takes forms from anywhere and any name for its own: a web page could read mail, and write it. */
function answerProgramsOnly(server: Server): void {
  const listeners = server.listeners('request') as RequestListener[]
  server.removeAllListeners('request')
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (isForProgram(request))
      for (const listener of listeners) Reflect.apply(listener, server, [request, response])
    else response.writeHead(421, { connection: 'close' }).end()
  })
}

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
