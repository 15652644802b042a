import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { dynamoDb } from '../../functions/clients.ts'

afterEach(() => vi.unstubAllEnvs())

describe('dynamoDb', () => {
  it('never waits for ever for an engine that does not answer', async () => {
    let asked = 0
    const silent = createServer(() => {
      asked += 1
    })
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const { port } = silent.address() as AddressInfo
    vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', `http://127.0.0.1:${port}`)
    vi.stubEnv('AWS_REGION', 'ap-southeast-1')
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'local')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local')
    await expect(dynamoDb(100).send(new ListTablesCommand({}))).rejects.toMatchObject({
      name: 'TimeoutError',
    })
    expect(asked).toBe(3)
    silent.closeAllConnections()
    silent.close()
  })
})
