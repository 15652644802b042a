/** Which HTTP requests a server on loopback answers. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Server } from 'node:net'

const OWN_NAMES = ['localhost', '127.0.0.1', '[::1]']

/** A page elsewhere that has its name resolve to this machine must not reach us by that name. */
export function isForUs(request: IncomingMessage): boolean {
  const port = request.socket.localPort
  const host = request.headers.host?.toLowerCase() ?? ''
  return OWN_NAMES.some((name) => host === `${name}:${port}` || (port === 80 && host === name))
}

/** The same, and not sent by a web page: a browser names the page's origin with whatever could change something. */
const isForProgram = (request: IncomingMessage): boolean =>
  isForUs(request) && request.headers.origin === undefined

/** The same, or sent by a page of this very server. */
export const isOwnPageOrProgram = (request: IncomingMessage): boolean =>
  isForUs(request) && [undefined, `http://${request.headers.host}`].includes(request.headers.origin)

/** For engines that answer whoever asks, and take any name for their own: a web page could read mail, and write it. */
export function answerProgramsOnly(server: Server): void {
  const listeners = server.listeners('request') as RequestListener[]
  server.removeAllListeners('request')
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (isForProgram(request))
      for (const listener of listeners) Reflect.apply(listener, server, [request, response])
    else response.writeHead(421, { connection: 'close' }).end()
  })
}
