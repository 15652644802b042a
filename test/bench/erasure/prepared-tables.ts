/** Tables filled once and opened many times: every contestant meets a fresh engine over the same file. */
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { startDynamoDb } from '../../../infra/local/engines/dynamodb.ts'
import { engineClient } from '../../../infra/local/engines/engines.ts'
import { createTables } from '../../../infra/local/engines/tables.ts'
import { type Cleanup, cleanup } from '../../../infra/local/state/cleanup.ts'
import { openDataFolder } from '../../../infra/local/state/data-folder.ts'
import type { DataMap } from '../../../shared/data-map/data-map.ts'

export interface PreparedTables {
  /** A fresh engine over a copy. */
  open(): Promise<OpenTables>
  remove(): void
}

export interface OpenTables {
  readonly endpoint: string
  readonly client: DynamoDBClient
  close(): Promise<void>
}

const FILE = 'dynamodb.db'

export async function prepareTables(
  map: DataMap,
  fill: (client: DynamoDBClient) => Promise<void>,
  tidy: Cleanup,
): Promise<PreparedTables> {
  const prepared = newFolder(tidy)
  const engine = await openEngine(prepared.path, tidy)
  await createTables(engine.client, map)
  await fill(engine.client)
  await engine.close()
  fold(join(prepared.path, FILE))
  return {
    async open() {
      const folder = newFolder(tidy)
      copyFileSync(join(prepared.path, FILE), join(folder.path, FILE))
      const opened = await openEngine(folder.path, tidy)
      return {
        ...opened,
        async close() {
          await opened.close()
          folder.remove()
        },
      }
    },
    remove: () => prepared.remove(),
  }
}

/** The engine is ended by force, and leaves its last writes in a file beside: they go where they belong. */
function fold(file: string): void {
  const database = new DatabaseSync(file)
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  database.close()
}

async function openEngine(path: string, tidy: Cleanup): Promise<OpenTables> {
  const running = cleanup()
  tidy.add(() => running.close())
  const folder = await openDataFolder(path)
  running.add(() => folder.release())
  const { endpoint } = await running.adding(startDynamoDb(folder, {}))
  const client = new DynamoDBClient(engineClient(endpoint))
  running.add(() => client.destroy())
  return { endpoint, client, close: () => running.close() }
}

/** In memory where there is such a folder: a disk that is waited for would hide everything else. */
const ROOT = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

function newFolder(tidy: Cleanup): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(ROOT, 'data-deletion-bench-'))
  const remove = (): void => rmSync(path, { recursive: true, force: true, maxRetries: 3 })
  tidy.add(remove)
  return { path, remove }
}
