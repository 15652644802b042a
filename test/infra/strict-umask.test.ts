import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { buildBundles } from '../../infra/bundles.ts'
import { NAMES_WITHOUT_EMAIL, newFolder, type Synthesized, synthesize } from '../fixtures/deployed/stack.ts'

let stack: Synthesized
let usual: number

beforeAll(async () => {
  usual = process.umask(0o077)
  const own = newFolder('bundles-')
  await buildBundles({ outDir: own })
  stack = await synthesize({ bundles: own })
})
afterAll(() => {
  process.umask(usual)
})

it.each(NAMES_WITHOUT_EMAIL)(
  'what is shipped as %s can be read on Lambda, though whoever deploys keeps new files private',
  (name) => {
    const code = stack.codeOf(name)
    const modes = readdirSync(code).map((file) => [file, statSync(join(code, file)).mode & 0o777])
    expect(Object.fromEntries(modes)).toEqual({ 'config.json': 0o644, 'index.mjs': 0o644 })
    expect(statSync(code).mode & 0o777).toBe(0o755)
  },
)
