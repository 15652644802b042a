import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { expect, it } from 'vitest'
import { startDynamoDb } from '../../infra/local/engines/dynamodb.ts'
import { engineClient } from '../../infra/local/engines/engines.ts'
import { createTables } from '../../infra/local/engines/tables.ts'
import { openDataFolder } from '../../infra/local/state/data-folder.ts'
import { LARGE_MAP, postsOf } from '../fixtures/companies/large-company.ts'
import { putItems } from '../fixtures/companies/tables.ts'

const run = promisify(execFile)
const program = fileURLToPath(new URL('../fixtures/system/erase-large.ts', import.meta.url))
const POSTS = 200
/** All posts together have 77 MB. */
const HEAP_MB = 64
const MOST_RESIDENT_MB = 300

it('items of 385 KB that an index finds are redacted in a small memory, however many they are', async () => {
  const folder = await openDataFolder()
  const engine = await startDynamoDb(folder, process.env)
  const client = new DynamoDBClient(engineClient(engine.endpoint))
  try {
    await createTables(client, LARGE_MAP)
    for (let from = 0; from < POSTS; from += 25) {
      await putItems(client, 'Posts', postsOf('u1', { from, count: 25, bytes: 385_000 }))
    }
    const { stdout } = await run(process.execPath, [
      `--max-old-space-size=${HEAP_MB}`,
      program,
      engine.endpoint,
      'u1',
    ])
    const { peakRssMb, ...end } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Record<string, number>
    expect(end).toMatchObject({
      state: 'completed',
      outcome: { redacted: [{ category: 'posts', items: POSTS }] },
    })
    expect(peakRssMb).toBeLessThan(MOST_RESIDENT_MB)
  } finally {
    client.destroy()
    await engine.close()
    folder.release()
  }
})
