/** A long list of ids, read by the tool as a process of its own; what stands for the functions keeps what it is asked. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { json } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runCli, spawnCli, urlOf } from '../fixtures/system/cli.ts'

const IDS = 100_000
/** 28 will do, for a list of any length; whoever keeps all ids of this one takes more. */
const HEAP_MB = 32

const opened = new Set<string>()
let begun: number | undefined
let perhaps: () => void = () => undefined

interface Asked {
  readonly command: string
  readonly digest?: string
  readonly ids?: readonly (string | { readonly userId: string })[]
  readonly found?: number
}

const userOf = (id: string | { readonly userId: string }): string => (typeof id === 'string' ? id : id.userId)

function answer({ command, digest, ids = [], found }: Asked): object {
  switch (command) {
    case 'standing':
      return { standings: ids.map((id) => (userOf(id).endsWith('0') ? 'found' : 'unknown')) }
    case 'find-import':
      return begun === undefined ? {} : { found: begun }
    case 'begin-import':
      begun = found
      return { digest }
    case 'import': {
      const users = ids.map(userOf)
      const anew = users.filter((id) => !opened.has(id))
      for (const id of anew) opened.add(id)
      perhaps()
      return { opened: anew.length, requests: users.map((id) => id.padStart(64, '0')) }
    }
    case 'queued':
      return { queued: 0 }
    default:
      return { digest }
  }
}

const server = createServer((request, response) => {
  void json(request).then((asked) => response.end(JSON.stringify(answer(asked as Asked))))
})
let folder: string
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  folder = await mkdtemp(join(tmpdir(), 'import-'))
})
afterAll(async () => {
  server.close()
  await rm(folder, { recursive: true })
})

it('killed five times, handles each once, in a heap that has no room for all of them', async () => {
  const path = join(folder, '100000000000001_2026-11-20.csv')
  const ids = Array.from({ length: IDS }, (_, n) => String(10 ** 15 + n))
  await writeFile(path, `User ID\n${ids.join('\n')}\n`)
  const args = ['import', '--local', '--app', 'shop', '--expect', String(IDS / 10), '--json', path]
  const env = { LOCAL_URL: urlOf(server), NODE_OPTIONS: `--max-old-space-size=${HEAP_MB}` }
  for (const share of [0.02, 0.05, 0.1, 0.2, 0.3]) {
    const child = spawnCli(args, env)
    child.stdin.end()
    const ended = new Promise((done) => child.once('close', (_code, signal) => done(signal)))
    perhaps = () => {
      if (opened.size >= share * IDS) child.kill('SIGKILL')
    }
    expect(await ended).toBe('SIGKILL')
  }
  perhaps = () => undefined
  const before = opened.size
  const { exitCode, stdout, stderr } = await runCli(args, { env })
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
  expect(JSON.parse(stdout)).toMatchObject({ ids: IDS, found: IDS / 10, opened: IDS - before })
  expect(opened.size).toBe(IDS)
})
