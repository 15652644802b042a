/** Where functions are measured: the built bundles, the bare handler beside them, an engine, and their settings. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { DeleteTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import config from '../../deletion.config.ts'
import { type Bundle, buildBundles, bundle } from '../../infra/bundles.ts'
import { startDynamoDb } from '../../infra/local/engines/dynamodb.ts'
import { engineClient, engineEnv } from '../../infra/local/engines/engines.ts'
import { startSecretsManager } from '../../infra/local/engines/secrets-manager.ts'
import { createTables, LEDGER_TABLE } from '../../infra/local/engines/tables.ts'
import type { Cleanup } from '../../infra/local/state/cleanup.ts'
import { openDataFolder } from '../../infra/local/state/data-folder.ts'
import { appSecretsOf, SECRET_IDS, secretTexts } from '../../infra/local/state/keys.ts'
import { functionConfig } from '../../infra/wiring.ts'
import { SETTINGS } from '../../shared/platform/settings.ts'

export interface Stage {
  readonly bundles: readonly Bundle[]
  readonly callback: Staged
  readonly bare: Staged
  readonly client: DynamoDBClient
  emptyLedger(): Promise<void>
}

/** A built function with the environment a deploy would give it. */
export interface Staged {
  readonly file: string
  readonly bytes: number
  readonly env: Readonly<Record<string, string>>
  readonly app: string
  readonly secret: string
}

export async function openStage(tidy: Cleanup): Promise<Stage> {
  const folder = await openDataFolder()
  tidy.add(() => folder.release())
  const outDir = folder.file('bundles')
  const secrets = appSecretsOf(Object.keys(config.apps), {})
  const [bundles, bare, dynamo, vault] = await Promise.all([
    buildBundles({ outDir }),
    bundle(fileURLToPath(new URL('bare-handler.ts', import.meta.url))),
    tidy.adding(startDynamoDb(folder, {})),
    tidy.adding(startSecretsManager(secretTexts(folder, secrets))),
  ])
  const client = new DynamoDBClient(engineClient(dynamo.endpoint))
  tidy.add(() => client.destroy())
  await createTables(client, config.dataMap)

  const root = folder.file('function')
  mkdirSync(root)
  const own = functionConfig('meta-callback', config)
  writeFileSync(join(root, 'config.json'), JSON.stringify(own))
  const bareFile = join(outDir, 'bare.mjs')
  writeFileSync(bareFile, bare.code)

  const [app = '', [secret] = ['']] = Object.entries(secrets)[0] ?? []
  const shared = {
    ...engineEnv({
      dynamodb: dynamo.endpoint,
      sqs: '',
      s3: '',
      secretsManager: vault.endpoint,
    }),
    [SETTINGS.ledgerTable.env]: LEDGER_TABLE,
    [SETTINGS.publicUrl.env]: 'https://deletion.example.com',
    TZ: 'UTC',
  }
  const built = bundles.find(({ name }) => name === 'meta-callback')
  if (!built) throw new Error('the callback was not built')
  return {
    bundles,
    client,
    async emptyLedger() {
      await client.send(new DeleteTableCommand({ TableName: LEDGER_TABLE }))
      await createTables(client, config.dataMap)
    },
    callback: {
      file: built.file,
      bytes: built.bytes,
      app,
      secret,
      env: {
        ...shared,
        [SETTINGS.indexSecret.env]: SECRET_IDS.index,
        [SETTINGS.sealSecret.env]: SECRET_IDS.seal,
        [SETTINGS.metaSecret.env]: SECRET_IDS.meta,
        LAMBDA_TASK_ROOT: root,
      },
    },
    bare: {
      file: bareFile,
      bytes: bare.code.byteLength,
      app,
      secret,
      // As long as the callback's seal of one identity.
      env: { ...shared, APP_SECRET: secret, IDENTITY: 'x'.repeat(SEAL_LENGTH) },
    },
  }
}

const SEAL_LENGTH = 164
