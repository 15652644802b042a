/** `npx cdk synth --strict`, as an engineer runs it before a deploy, offline. */
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const CERTIFICATE = 'arn:aws:acm:ap-southeast-1:111122223333:certificate/0000'
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'synth-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

interface Synth {
  readonly code: number | null
  readonly said: string
  readonly output: string
}

interface Report {
  readonly pluginReports: readonly { readonly pluginName: string; readonly conclusion: string }[]
}

let runs = 0
const synth = (...context: readonly string[]): Promise<Synth> => synthIn({}, ...context)

async function synthIn(
  more: Readonly<Record<string, string>>,
  ...context: readonly string[]
): Promise<Synth> {
  runs += 1
  const output = join(folder, `out-${runs}`)
  const args = ['synth', '--strict', '--quiet', '--no-notices', '--output', output]
  const child = spawn(
    process.execPath,
    [join(root, 'node_modules/aws-cdk/bin/cdk'), ...args, ...context.flatMap((one) => ['-c', one])],
    {
      cwd: root,
      env: { PATH: process.env['PATH'], HOME: folder, AWS_EC2_METADATA_DISABLED: 'true', ...more },
    },
  )
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)))
  const code = await new Promise<number | null>((done) => child.on('close', done))
  return { code, said, output }
}

/** A configuration that changes the sample's. */
function config(name: string, change: string): string {
  const file = join(folder, name)
  writeFileSync(
    file,
    `import sample from '${join(root, 'deletion.config.ts')}'\nconst config = structuredClone(sample)\n${change}\nexport default config\n`,
  )
  return file
}

describe('cdk synth --strict', { timeout: 120_000 }, () => {
  it('is clean for one app, with mail, without a domain', async () => {
    const path = config('one.ts', 'delete config.apps.insta')
    const { code, said, output } = await synth(`config=${path}`)
    expect(said).not.toMatch(/warning|error/i)
    expect(code).toBe(0)
    expect(existsSync(join(output, 'DataDeletion.template.json'))).toBe(true)
    const report = JSON.parse(readFileSync(join(output, 'validation-report.json'), 'utf8')) as Report
    const plugins = report.pluginReports.map(({ pluginName, conclusion }) => [pluginName, conclusion])
    expect(plugins).toContainEqual(['AwsSolutions', 'success'])
  })

  it('is clean for three apps, with a domain, a region, an address for alarms and a table with its own key', async () => {
    const path = config(
      'three.ts',
      `config.apps.threads = { ...config.apps.insta, product: 'threads' }
      config.dataMap.tables.app.kmsKeyArn = 'arn:aws:kms:ap-southeast-1:111122223333:key/0000'`,
    )
    const { code, said, output } = await synth(
      `config=${path}`,
      'stackName=Privacy',
      'region=ap-southeast-1',
      'domainName=delete.example.com',
      `certificateArn=${CERTIFICATE}`,
      'alarmEmail=ops@example.com',
    )
    expect(said).not.toMatch(/warning|error/i)
    expect(code).toBe(0)
    expect(existsSync(join(output, 'Privacy.template.json'))).toBe(true)
  })

  it.each([
    ['without mail', 'delete config.email'],
    ['with mail that only goes out', 'delete config.email.receiving'],
  ])('is clean %s', async (what, change) => {
    const path = config(`${what.replaceAll(' ', '-')}.ts`, change)
    const { code, said } = await synth(`config=${path}`, 'region=ap-southeast-1')
    expect(said).not.toMatch(/warning|error/i)
    expect(code).toBe(0)
  })

  it('refuses a configuration with mistakes, and names them', async () => {
    const path = config('wrong.ts', "config.dataMap.holdings.chat.table = 'chats'")
    const { code, said } = await synth(`config=${path}`)
    expect(code).not.toBe(0)
    expect(said).toContain('dataMap.holdings.chat.table')
    expect(said).not.toContain('    at ')
  })

  it.each([
    ['in the stack', 'infra/constructs/company-tables.ts', 'Buffer', 'byteLength', ''],
    ['in reading what a deployment decides', 'infra/deployment.ts', 'Object', 'keys', 'cli-telemetry'],
  ])('shows where a mistake of our own is: %s', async (_what, place, owner, method, given) => {
    const broken = join(folder, `broken-${method}.mjs`)
    writeFileSync(
      broken,
      `const { ${method}: usual } = ${owner}
      ${owner}.${method} = (...all) => {
        const isIt = '${given}' === '' || '${given}' in Object(all[0])
        if (isIt && new Error().stack.includes('${place}')) throw new TypeError('our own mistake')
        return usual(...all)
      }`,
    )
    const { code, said } = await synthIn({ NODE_OPTIONS: `--import=${pathToFileURL(broken).href}` })
    expect(code).not.toBe(0)
    expect(said).toContain('our own mistake')
    expect(said).toContain(place)
  })

  it('refuses a stack of another region than a table’s key', async () => {
    const path = config(
      'far.ts',
      "config.dataMap.tables.app.kmsKeyArn = 'arn:aws:kms:eu-west-1:111122223333:key/0000'",
    )
    const { code, said } = await synth(`config=${path}`, 'region=ap-southeast-1')
    expect(code).not.toBe(0)
    expect(said).toContain('The key of table Shop is of eu-west-1')
  })
})
