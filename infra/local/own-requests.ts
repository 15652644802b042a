/** Which HTTP requests a server on loopback answers. */
import type { IncomingMessage } from 'node:http'

const OWN_NAMES = ['localhost', '127.0.0.1', '[::1]']

/** A page elsewhere that has its name resolve to this machine must not reach us by that name. */
export function isForUs(request: IncomingMessage): boolean {
  const port = request.socket.localPort
  const host = request.headers.host?.toLowerCase() ?? ''
  return OWN_NAMES.some((name) => host === `${name}:${port}` || (port === 80 && host === name))
}

/** The same, and not sent by a web page: a browser names the page's origin with whatever could change something. */
export const isForProgram = (request: IncomingMessage): boolean =>
  isForUs(request) && request.headers.origin === undefined
