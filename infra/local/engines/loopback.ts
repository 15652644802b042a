/** Servers on loopback, and which HTTP requests they answer. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import type { AddressInfo, Server } from 'node:net'
import type { Engine } from './engines.ts'

/** Listens on any free port. Its end cuts open connections. */
export async function serveOnLoopback(respond: RequestListener): Promise<Engine> {
  const server = createServer(respond).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const OWN_NAMES = ['localhost', '127.0.0.1', '[::1]']

/** Refuses a foreign host name: a web page could let its own name resolve to this machine. */
export function isForUs(request: IncomingMessage): boolean {
  const port = request.socket.localPort
  const host = request.headers.host?.toLowerCase() ?? ''
  return OWN_NAMES.some((name) => host === `${name}:${port}` || (port === 80 && host === name))
}

/** Refuses web pages of other servers, too: browsers name the page's origin in every POST. */
export const isOwnPageOrProgram = (request: IncomingMessage): boolean =>
  isForUs(request) && [undefined, `http://${request.headers.host}`].includes(request.headers.origin)

/** For an engine that answers every caller under any name: web pages could read and write mail through it. */
export function answerProgramsOnly(server: Server): void {
  const listeners = server.listeners('request') as RequestListener[]
  server.removeAllListeners('request')
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (isForUs(request) && request.headers.origin === undefined)
      for (const listener of listeners) Reflect.apply(listener, server, [request, response])
    else response.writeHead(421, { connection: 'close' }).end()
  })
}
