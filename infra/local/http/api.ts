/** The HTTP API on loopback: invokes a function with each request, and answers with its result. */
import { once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { isForUs } from '../engines/loopback.ts'
import type { Log } from '../lambda/lambda.ts'
import { StartError } from '../state/start-error.ts'
import { gatewayAnswer, type HttpAnswer, httpAnswer, httpEvent, targetOf } from './event.ts'
import type { Router } from './routes.ts'

const MAX_BODY_BYTES = 10 * 1024 * 1024
const LOOPBACK = ['127.0.0.1', '::1'] as const

interface HttpApiOptions<T extends string> {
  readonly route: Router<T>
  readonly invoke: (target: T, event: unknown) => Promise<unknown>
  /** Answers the routes that exist only locally; undefined for all others. */
  readonly localRoutes?: (request: IncomingMessage, body: Buffer) => Promise<HttpAnswer | undefined>
  readonly log: Log
}

export type HttpApi = Awaited<ReturnType<typeof listen>>

/**
 * Listens on loopback; 0 is any free port. Waits a moment for the port of an earlier run that is about to end.
 *
 * @throws {@link StartError} when the port is taken.
 */
export async function listen(port: number) {
  let answer = async (_: IncomingMessage): Promise<HttpAnswer> => gatewayAnswer(503, 'Service Unavailable')
  const respond = (request: IncomingMessage, response: ServerResponse) => {
    const answered = isForUs(request) ? answer(request) : Promise.resolve(MISDIRECTED)
    // The caller has hung up before the end of the body, or the function's header is invalid.
    answered.then((given) => write(request, response, given)).catch(() => response.destroy())
  }
  const servers = await listenOnLoopback(port, respond)
  return {
    port: portOf(servers),
    /** Answers requests with their routes from now on; before, with 503. */
    open<T extends string>(options: HttpApiOptions<T>): void {
      answer = (request) => handle(request, options)
    },
    /** Takes no more connections, lets running requests finish, then cuts the rest. */
    close: (graceMs = 5000): Promise<void> => closeAll(servers, graceMs),
  }
}

async function handle<T extends string>(
  request: IncomingMessage,
  options: HttpApiOptions<T>,
): Promise<HttpAnswer> {
  const at = new Date()
  const { path } = targetOf(request)
  if (!path.startsWith('/')) return gatewayAnswer(400, 'Bad Request')
  const body = await readBody(request)
  if (body === undefined) return gatewayAnswer(413, 'Request Entity Too Large')
  const match = options.route(request.method ?? '', path)
  try {
    const local = await options.localRoutes?.(request, body)
    if (local) return local
    if (!match) return gatewayAnswer(404, 'Not Found')
    const answer = httpAnswer(await options.invoke(match.target, httpEvent(request, { body, match, at })))
    options.log(`http ${match.routeKey} ${answer.status} ${Date.now() - at.getTime()} ms`)
    return answer
  } catch {
    // The function's log has the reason; a gateway never tells it.
    options.log(`http ${match?.routeKey ?? 'no route'} 500 ${Date.now() - at.getTime()} ms`)
    return gatewayAnswer(500, 'Internal Server Error')
  }
}

const MISDIRECTED: HttpAnswer = {
  status: 421,
  headers: { 'content-type': 'text/plain' },
  body: Buffer.from('This server answers for localhost only.\n'),
}

/** Undefined when it is too long. It is still read to its end: a client would not see the answer otherwise. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  let chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > MAX_BODY_BYTES) chunks = []
    else chunks.push(chunk)
  }
  return bytes > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks)
}

function write(request: IncomingMessage, response: ServerResponse, answer: HttpAnswer): void {
  const { status, headers, cookies, body } = answer
  if (response.destroyed) return
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  if (cookies && cookies.length > 0) response.setHeader('set-cookie', cookies)
  if (status !== 204 && status !== 304) response.setHeader('content-length', body.length)
  if (!request.complete) response.setHeader('connection', 'close')
  response.writeHead(status)
  // Node leaves out the body where none is allowed, as after HEAD.
  response.end(body)
}

async function listenOnLoopback(port: number, respond: RequestListener): Promise<Server[]> {
  const giveUpAt = Date.now() + 1000
  for (;;) {
    const servers: Server[] = []
    try {
      for (const host of LOOPBACK) {
        const server = createServer(respond)
        await listenOn(server, host, servers.length > 0 ? portOf(servers) : port)
        if (server.listening) servers.push(server)
      }
      return servers
    } catch (error) {
      await closeAll(servers, 0)
      // For port 0, too: a port that is free on IPv4 may be taken on IPv6.
      if (!(error instanceof StartError) || Date.now() > giveUpAt) throw error
      await pause(50)
    }
  }
}

async function listenOn(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host)
  try {
    await once(server, 'listening')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (host === '::1' && (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT')) return
    if (code === 'EADDRINUSE') throw new StartError(`port ${port} is in use; choose another with --port`)
    if (code === 'EACCES') throw new StartError(`port ${port} may not be used; choose one above 1023`)
    throw error
  }
}

const portOf = ([server]: readonly Server[]): number => (server?.address() as AddressInfo | null)?.port ?? 0

async function closeAll(servers: readonly Server[], graceMs: number): Promise<void> {
  await Promise.all(
    servers.map(async (server) => {
      const closed = new Promise((resolve) => server.close(resolve))
      const idle = setInterval(() => server.closeIdleConnections(), 20)
      const cut = setTimeout(() => server.closeAllConnections(), graceMs)
      await closed
      clearInterval(idle)
      clearTimeout(cut)
    }),
  )
}
