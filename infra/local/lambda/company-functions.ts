/** Lambda's `Invoke` on loopback: the modules that stand for the company's own functions. */
import { existsSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, resolve } from 'node:path'
import { json } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import type { DataMap } from '../../../shared/data-map/data-map.ts'
import { isFunctionHolding } from '../../../shared/data-map/holdings.ts'
import { StartError } from '../state/start-error.ts'
import { describeError, type HostedFunction, hostFunction, type Log } from './lambda.ts'

export interface CompanyFunctions {
  readonly endpoint: string
  close(): Promise<void>
}

export interface CompanyFunctionsOptions {
  readonly holdings: DataMap['holdings']
  /** The configuration file: modules are named as seen from it. */
  readonly configFile: string
  /** The whole environment of the modules. */
  readonly env: Readonly<Record<string, string>>
  readonly log: Log
}

const TIMEOUT_SECONDS = 60
const MEMORY_MB = 512

/**
 * @returns Undefined where the data map names no function.
 * @throws {@link StartError} when a module does not exist.
 */
export async function startCompanyFunctions(
  options: CompanyFunctionsOptions,
): Promise<CompanyFunctions | undefined> {
  const { log } = options
  const modules = hostAll(options)
  if (!modules) return undefined
  const server = createServer((request, response) => {
    void answer(request).then(({ status, headers, body }) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers })
      response.end(JSON.stringify(body))
    })
  })

  async function answer(request: IncomingMessage): Promise<Answer> {
    const [, arn] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.url ?? '') ?? []
    const event: unknown = await json(request).catch(() => undefined)
    if (request.method !== 'POST' || arn === undefined) return refusal(404, 'UnknownOperationException')
    const module = modules?.get(arn)
    if (!module?.hosted) {
      if (module)
        log(`nothing stands for the function of ${module.name} here: give the holding the field local`)
      return refusal(404, 'ResourceNotFoundException')
    }
    try {
      return { status: 200, body: await module.hosted.invoke(event) }
    } catch (error) {
      const { errorType, errorMessage } = describeError(error)
      return {
        status: 200,
        headers: { 'x-amz-function-error': 'Unhandled' },
        body: { errorType, errorMessage },
      }
    }
  }

  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      await new Promise<void>((closed) => {
        server.close(() => closed())
        server.closeAllConnections()
      })
      await Promise.all(Array.from(modules.values(), async ({ hosted }) => hosted?.close()))
    },
  }
}

interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

const refusal = (status: number, type: string): Answer => ({
  status,
  headers: { 'x-amzn-errortype': type },
  body: { Type: 'User', Message: type },
})

interface Module {
  readonly name: string
  readonly hosted?: HostedFunction
}

/** By ARN, as it is written in a URL. */
function hostAll(options: CompanyFunctionsOptions): ReadonlyMap<string, Module> | undefined {
  const functions = Object.entries(options.holdings).flatMap(([name, holding]) =>
    isFunctionHolding(holding) ? [{ name, ...holding }] : [],
  )
  if (functions.length === 0) return undefined
  return new Map(
    functions.map(({ name, function: arn, local }) => [
      encodeURIComponent(arn),
      { name, ...(local !== undefined && { hosted: host(name, local, options) }) },
    ]),
  )
}

function host(
  name: string,
  local: string,
  { configFile, env, log }: Pick<CompanyFunctionsOptions, 'configFile' | 'env' | 'log'>,
): HostedFunction {
  const file = resolve(dirname(resolve(configFile)), local)
  if (!existsSync(file)) throw new StartError(`the module of the holding ${name} does not exist: ${file}`)
  const module = pathToFileURL(file).href
  return hostFunction({
    name,
    module,
    handler: 'default',
    timeoutSeconds: TIMEOUT_SECONDS,
    memoryMb: MEMORY_MB,
    env,
    log,
  })
}
