/** Lambda's `Invoke` on loopback: runs the modules that stand for the company's own functions. */
import { existsSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { dirname, resolve } from 'node:path'
import { json } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import type { DataMap } from '../../../shared/data-map/data-map.ts'
import { isFunctionHolding } from '../../../shared/data-map/holdings.ts'
import type { Engine } from '../engines/engines.ts'
import { serveOnLoopback } from '../engines/loopback.ts'
import { StartError } from '../state/start-error.ts'
import { describeError, hostFunction, type Log } from './lambda.ts'

interface CompanyFunctionsOptions {
  readonly holdings: DataMap['holdings']
  /** The configuration file: paths of modules are relative to it. */
  readonly configFile: string
  /** The whole environment of the modules. */
  readonly env: Readonly<Record<string, string>>
  readonly log: Log
}

/**
 * @returns Undefined where the data map names no function.
 * @throws {@link StartError} when a module does not exist.
 */
export async function startCompanyFunctions(options: CompanyFunctionsOptions): Promise<Engine | undefined> {
  const modules = hostAll(options)
  if (modules.size === 0) return undefined
  const server = await serveOnLoopback((request, response) => {
    void answer(request, modules, options.log).then(({ headers, status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(JSON.stringify(body))
    })
  })
  return {
    ...server,
    async close() {
      await server.close()
      await Promise.all(Array.from(modules.values(), async ({ hosted }) => hosted?.close()))
    },
  }
}

/** By ARN, as it is written in a URL. */
const hostAll = (options: CompanyFunctionsOptions) =>
  new Map(
    Object.entries(options.holdings).flatMap(([holding, place]) => {
      if (!isFunctionHolding(place)) return []
      const hosted = place.local === undefined ? undefined : host(holding, place.local, options)
      return [[encodeURIComponent(place.function), { holding, hosted }] as const]
    }),
  )

function host(name: string, local: string, { configFile, env, log }: CompanyFunctionsOptions) {
  const file = resolve(dirname(resolve(configFile)), local)
  if (!existsSync(file)) throw new StartError(`the module of the holding ${name} does not exist: ${file}`)
  const module = pathToFileURL(file).href
  return hostFunction({ name, module, handler: 'default', timeoutSeconds: 60, memoryMb: 512, env, log })
}

interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

async function answer(
  request: IncomingMessage,
  modules: ReturnType<typeof hostAll>,
  log: Log,
): Promise<Answer> {
  const [, arn] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.url ?? '') ?? []
  const event: unknown = await json(request).catch(() => undefined)
  if (request.method !== 'POST' || arn === undefined) return refusal(404, 'UnknownOperationException')
  const module = modules.get(arn)
  if (!module?.hosted) {
    if (module) log(`the function of ${module.holding} does not run here: give the holding the field local`)
    return refusal(404, 'ResourceNotFoundException')
  }
  try {
    return { status: 200, body: await module.hosted.invoke(event) }
  } catch (error) {
    const { errorType, errorMessage } = describeError(error)
    const headers = { 'x-amz-function-error': 'Unhandled' }
    return { status: 200, headers, body: { errorType, errorMessage } }
  }
}

const refusal = (status: number, type: string): Answer => ({
  status,
  headers: { 'x-amzn-errortype': type },
  body: { Type: 'User', Message: type },
})
