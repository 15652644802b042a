import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  endLeftover,
  engineProgram,
  givenEndpoint,
  startDynamoDb,
} from '../../infra/local/engines/dynamodb.ts'
import { engineClient } from '../../infra/local/engines/engines.ts'
import { openDataFolder } from '../../infra/local/state/data-folder.ts'
import { startChild } from '../fixtures/system/child.ts'

let path: string
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'dynamodb-test-'))
})
afterEach(() => rmSync(path, { recursive: true }))

const isAnswering = (endpoint: string) =>
  fetch(endpoint).then(
    () => true,
    () => false,
  )
const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
const tables = async (endpoint: string) => {
  const client = new DynamoDBClient(engineClient(endpoint))
  const { TableNames } = await client.send(new ListTablesCommand({}))
  client.destroy()
  return TableNames
}
const createTable = async (endpoint: string) => {
  const client = new DynamoDBClient(engineClient(endpoint))
  await client.send(
    new CreateTableCommand({
      TableName: 'Kept',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    }),
  )
  client.destroy()
}

describe('startDynamoDb', () => {
  it('keeps what it holds over a tidy end', async () => {
    const folder = await openDataFolder(path)
    const first = await startDynamoDb(folder, process.env)
    await createTable(first.endpoint)
    await first.close()
    expect(await isAnswering(first.endpoint)).toBe(false)
    const second = await startDynamoDb(folder, process.env)
    expect(await tables(second.endpoint)).toEqual(['Kept'])
    await second.close()
    folder.release()
  })

  it('never outlives a process that was killed', async () => {
    const child = await startChild('hold-dynamodb.ts', path)
    await createTable(child.said)
    const pid = Number(readFileSync(join(path, 'dynamodb.pid'), 'utf8'))
    expect(isAlive(pid)).toBe(true)
    await child.kill()
    await expect.poll(() => isAlive(pid), { interval: 10, timeout: 2000 }).toBe(false)
    expect(await isAnswering(child.said)).toBe(false)
  })

  it('ends one that was left behind before it opens the same file', async () => {
    const args = ['--port', '0', '--db-path', join(path, 'dynamodb.db')]
    const leftover = spawn(engineProgram(process.env), args, { stdio: 'ignore' })
    await once(leftover, 'spawn')
    writeFileSync(join(path, 'dynamodb.pid'), String(leftover.pid))
    const gone = once(leftover, 'exit')
    const folder = await openDataFolder(path)
    const engine = await startDynamoDb(folder, process.env)
    expect(await gone).toEqual([null, 'SIGKILL'])
    await engine.close()
    folder.release()
  })

  it('never talks to an engine that another run started', async () => {
    const folders = await Promise.all(Array.from({ length: 6 }, () => openDataFolder()))
    const engines = await Promise.all(folders.map((folder) => startDynamoDb(folder, process.env)))
    expect(new Set(engines.map(({ endpoint }) => endpoint)).size).toBe(6)
    await Promise.all(engines.map((engine) => engine.close()))
    for (const folder of folders) folder.release()
  })
})

describe('endLeftover', () => {
  it('spares a process that only has the number', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
    await once(other, 'spawn')
    const pidFile = join(path, 'dynamodb.pid')
    writeFileSync(pidFile, String(other.pid))
    await endLeftover(pidFile, join(path, 'dynamodb.db'))
    expect(isAlive(other.pid ?? 0)).toBe(true)
    other.kill()
  })

  it.each(['', 'nonsense', '-1', '0', '1'])('makes nothing of a pid file with "%s"', async (text) => {
    const pidFile = join(path, 'dynamodb.pid')
    writeFileSync(pidFile, text)
    await endLeftover(pidFile, '')
    expect(existsSync(pidFile)).toBe(false)
  })
})

describe('givenEndpoint', () => {
  it.each([
    ['http://127.0.0.1:8000', 'http://127.0.0.1:8000'],
    ['http://localhost:8000/', 'http://localhost:8000'],
    ['http://[::1]:8000', 'http://[::1]:8000'],
    ['http://dynamodb:8000', 'http://dynamodb:8000'],
  ])('takes %s', (DYNAMODB_ENDPOINT, origin) => {
    expect(givenEndpoint({ DYNAMODB_ENDPOINT })).toBe(origin)
  })

  it.each([
    'https://dynamodb.ap-southeast-1.amazonaws.com',
    'http://192.168.0.7:8000',
    'http://8.8.8.8',
    'http://user:word@localhost:8000',
    'http://localhost:8000/path',
    'http://127.0.0.1.example.com',
    'http://[2001:db8::1]:8000',
    'ftp://localhost',
    'localhost:8000',
    'nonsense',
  ])('refuses %s', (DYNAMODB_ENDPOINT) => {
    expect(() => givenEndpoint({ DYNAMODB_ENDPOINT })).toThrow('DYNAMODB_ENDPOINT')
  })

  it('is not needed', () => {
    expect(givenEndpoint({})).toBeUndefined()
  })
})
