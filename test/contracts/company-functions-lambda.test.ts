import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { lambdaClient } from '../../functions/clients.ts'
import { startCompanyFunctions } from '../../infra/local/lambda/company-functions.ts'
import type { FunctionHolding } from '../../shared/data-map/data-map.ts'
import { lambdaCompanyFunctions } from '../../shared/erasure/company-functions/company-functions-lambda.ts'
import type { OutsideEvent } from '../../shared/person/company-function.ts'
import { aRequest } from '../fixtures/companies/request.ts'
import { SMALL_MAP } from '../fixtures/companies/small-company.ts'

const MODULE = new URL('../fixtures/companies/company-function.ts', import.meta.url)
const arnOf = (name: string): string => `arn:aws:lambda:ap-southeast-1:000000000000:function:${name}:live`
const holding = (name: string, local?: string): FunctionHolding => ({
  function: arnOf(name),
  ...(local !== undefined && { local }),
  action: 'erase',
  category: 'documents',
  scope: 'account',
})
const EVENT: OutsideEvent = {
  version: 1,
  request: aRequest().key,
  phase: 'plan',
  identities: { userId: ['ư1'] },
}

const log: string[] = []
const start = (holdings: Readonly<Record<string, FunctionHolding>>) =>
  startCompanyFunctions({
    holdings: { ...SMALL_MAP.holdings, ...holdings },
    configFile: fileURLToPath(MODULE),
    env: { GREETING: 'hello' },
    log: (line) => log.push(line),
  })

let functions: Awaited<ReturnType<typeof startCompanyFunctions>>
beforeAll(async () => {
  functions = await start({ files: holding('files', './company-function.ts'), mails: holding('mails') })
})
afterAll(() => functions?.close())

beforeEach(() => {
  vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', functions?.endpoint)
  vi.stubEnv('AWS_REGION', 'ap-southeast-1')
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local')
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local')
})
afterEach(() => vi.unstubAllEnvs())

const companyFunctions = (answerWithinMs = 5000) => lambdaCompanyFunctions(lambdaClient(answerWithinMs))
const ask = (cursor: string, answerWithinMs?: number) =>
  companyFunctions(answerWithinMs).invoke(arnOf('files'), { ...EVENT, cursor })

describe('a function of the company’s', () => {
  it('is invoked with the event as it is, and answers with JSON', async () => {
    expect(await ask('page 2')).toEqual({
      event: { ...EVENT, cursor: 'page 2' },
      environment: { GREETING: 'hello' },
    })
  })

  it('that answers nothing has answered nothing we can read', async () => {
    expect(await ask('nothing')).toBeNull()
  })

  it.each(['throw', 'exit'])('that ends by %s has failed, whatever it said', async (how) => {
    const failure = ask(how)
    await expect(failure).rejects.toMatchObject({ name: 'ServiceError', code: 'FUNCTION_FAILED' })
    await expect(failure).rejects.not.toThrow(/ư1/)
  })

  it('that is not there is an error', async () => {
    for (const name of ['none', 'mails']) {
      await expect(companyFunctions().invoke(arnOf(name), EVENT)).rejects.toMatchObject({
        name: 'ResourceNotFoundException',
      })
    }
    expect(log.join()).toContain('the function of mails does not run here')
  })

  it('that is late is not waited for, and not invoked twice', async () => {
    await expect(ask('slow', 300)).rejects.toMatchObject({ name: 'TimeoutError' })
    const counted = await silent()
    vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', counted.url)
    await expect(ask('any', 300)).rejects.toMatchObject({ name: 'TimeoutError' })
    expect(counted.asked()).toBe(1)
    counted.server.closeAllConnections()
    counted.server.close()
  })

  it('that answers with what is no JSON has failed, and is not quoted', async () => {
    const server = createServer((_request, response) => response.end('<html>ư1'))
    vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', await listening(server))
    await expect(ask('any')).rejects.toMatchObject({
      code: 'FUNCTION_FAILED',
      message: 'its answer is no JSON',
    })
    server.close()
  })
})

describe('the modules of npm start', () => {
  it('are not needed where the map names no function', async () => {
    expect(await start({})).toBeUndefined()
  })

  it('have to exist', async () => {
    await expect(start({ files: holding('files', './nowhere.ts') })).rejects.toThrow(
      /holding files does not exist: .*companies\/nowhere\.ts$/,
    )
  })
})

async function listening(server: Server): Promise<string> {
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Somebody who takes every call and never answers. */
async function silent() {
  let asked = 0
  const server = createServer(() => {
    asked += 1
  })
  return { server, url: await listening(server), asked: () => asked }
}
