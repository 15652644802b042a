import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import config from '../../deletion.config.ts'
import { sampleFor } from '../../infra/local/sample-company.ts'
import { type System, startSystem } from '../../infra/local/system.ts'

const root = join(import.meta.dirname, '../..')
const readme = readFileSync(join(root, 'README.md'), 'utf8')
const blocks = [...readme.matchAll(/```sh\n([\s\S]*?)```/g)].map(([, block = '']) => block)

let system: System
beforeAll(async () => {
  system = await startSystem({ config, port: 0, sample: await sampleFor(config), env: {}, log: () => {} })
})
afterAll(() => system.close())

/** A block of the README as a reader would paste it, but for the address. */
async function paste(block: string): Promise<string> {
  const text = block.replaceAll('http://localhost:3000', system.url)
  const env = { ...process.env, LOCAL_URL: system.url }
  const { stdout } = await promisify(execFile)('bash', ['-ec', text], { cwd: root, env })
  return stdout
}

describe('README example', () => {
  it('of the callback is answered as it says, and the operator’s commands after it work', async () => {
    const [asking = ''] = blocks.filter((block) => block.includes('curl'))
    const answer = JSON.parse(await paste(asking)) as { url: string; confirmation_code: string }
    expect(Object.keys(answer)).toEqual(['url', 'confirmation_code'])
    expect(answer.url).toBe(`${system.url}/status/${answer.confirmation_code}`)

    const [operating = ''] = blocks.filter((block) => block.includes('show CODE'))
    const told = await paste(operating.replace('CODE', answer.confirmation_code))
    expect(told).toContain('History')
    expect(told).toContain('Nothing was touched.')
  })

  it('of the check finds nothing to complain of', async () => {
    const [checking = ''] = blocks.filter((block) => block.includes('ops -- check'))
    expect(await paste(checking)).toContain('deletion.config.ts')
  })
})
