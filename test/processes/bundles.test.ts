import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildBundles, bundle } from '../../infra/bundles.ts'
import { FUNCTIONS, type FunctionName } from '../../infra/wiring.ts'

const ASKS_FOR_CREDENTIALS = `
  import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
  const client = new DynamoDBClient({ region: 'eu-central-1' })
  client.config.credentials().then(
    ({ accessKeyId }) => console.log(accessKeyId),
    ({ name }) => console.log(name),
  )`

const COMMON_JS = "const { sep } = require('node:path')\nmodule.exports = sep"

let folder: string
beforeAll(async () => {
  // Below the project, so that its packages are found.
  folder = await mkdtemp(join(import.meta.dirname, '../../node_modules/.bundles-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function output(
  name: string,
  source: string,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const entry = join(folder, name)
  await writeFile(entry, source)
  const { code } = await bundle(entry)
  const built = join(folder, `${name}.bundle.mjs`)
  await writeFile(built, code)
  const options = { env: { HOME: tmpdir(), AWS_EC2_METADATA_DISABLED: 'true', ...env } }
  const { stdout } = await promisify(execFile)(process.execPath, [built], options)
  return stdout.trim()
}

describe('bundle', () => {
  it('finds the credentials of the environment, as on Lambda', async () => {
    const env = { AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret' }
    expect(await output('with.mjs', ASKS_FOR_CREDENTIALS, env)).toBe('AKIDEXAMPLE')
  })

  it('says so when there are none, having tried every source that is left', async () => {
    expect(await output('without.mjs', ASKS_FOR_CREDENTIALS)).toBe('CredentialsProviderError')
  })

  it('runs a CommonJS package that loads what Node brings', async () => {
    await writeFile(join(folder, 'common.cjs'), COMMON_JS)
    expect(await output('common.mjs', "import sep from './common.cjs'\nconsole.log(sep)")).toBe('/')
  })

  it('does not make Node load fetch, which nobody here calls', async () => {
    const source = `
      import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
      new DynamoDBClient({ region: 'eu-central-1' })
      console.log(process.moduleLoadList.filter((name) => name.includes('undici')).length)`
    expect(await output('loads.mjs', source)).toBe('0')
  })
})

/** Nobody waits for the eraser, or for the mail; the operator's two functions are one file. */
const MOST_KB: Readonly<Partial<Record<FunctionName, number>>> = {
  erase: 640,
  retention: 330,
  view: 550,
  operate: 550,
  'email-received': 820,
  'inbox-sweep': 820,
  notify: 600,
  'request-form': 370,
  confirm: 370,
  receipt: 370,
  complaint: 370,
  'mail-events': 310,
  status: 340,
}

describe('the functions', () => {
  it('are small enough to start fast', async () => {
    const outDir = join(folder, 'dist')
    const built = await buildBundles({ outDir })
    expect(built.map(({ name }) => name).toSorted()).toEqual(Object.keys(FUNCTIONS).toSorted())
    expect(built.filter(({ name, bytes }) => bytes > (MOST_KB[name] ?? 300) * 1024)).toEqual([])
  })
})
