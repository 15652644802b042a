/** Every command line of the documents that needs no AWS, as a reader would paste it. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pMap from 'p-map'
import { afterAll, beforeAll, expect, it } from 'vitest'
import config from '../../deletion.config.ts'
import { sampleFor } from '../../infra/local/sample/sample.ts'
import { type System, startSystem } from '../../infra/local/system.ts'
import { BLOCKS } from '../fixtures/system/documents.ts'

const root = join(import.meta.dirname, '../..')
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  readonly scripts: { readonly ops: string }
}
const folder = mkdtempSync(join(tmpdir(), 'readme-'))

/** What goes to AWS: the tool without `--local`, but for what it does by itself; the CDK, the CLI of AWS, a deployed address. */
const AWS =
  /npm run (?:--silent )?ops -- (?!.*--local)(?!check(?! --live)|verify-receipt)|^(?:npx cdk (?!synth)|aws |export OPS_|curl .*https:)/
/** What other tests run, and the words by which they do. */
const ELSEWHERE: Readonly<Record<string, readonly [file: string, words: string]>> = {
  'npm start': ['test/e2e/start.test.ts', 'npm: true'],
  'npm test': ['.ci/run', 'npm test'],
  'npm ci --ignore-scripts': ['.github/workflows/ci.yml', 'npm ci --ignore-scripts'],
  'npx cdk synth --strict': ['test/e2e/synth.test.ts', '--strict'],
}
/** What a reader puts in by hand. */
const FILES = {
  'request.eml': 'From: an.nguyen01@example.com\n\nPlease delete my data.\n',
  'bounce.eml': 'From: mailer-daemon@example.com\n\nNobody of that name.\n',
}

interface Line {
  readonly at: string
  readonly mark: string
  readonly line: string
}
const lines: readonly Line[] = BLOCKS.filter(({ language }) => language === 'sh').flatMap(
  ({ at, mark, text }) =>
    text
      .replaceAll(/\\\n */g, '')
      .split('\n')
      .map((line) => ({ at, mark, line: line.replace(/ +#.*/, '').trim() }))
      .filter(({ line }) => line !== ''),
)
const isElsewhere = ({ line }: Line): boolean => ELSEWHERE[line] !== undefined
const pasted = lines.filter((line) => line.mark !== 'long' && !AWS.test(line.line) && !isElsewhere(line))

let system: System
beforeAll(async () => {
  system = await startSystem({ config, port: 0, sample: sampleFor(config), env: {}, log: () => {} })
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(folder, name), text)
})
afterAll(async () => {
  await system.close()
  rmSync(folder, { recursive: true })
})

/** Those of the README through npm; the others by what npm would run, which spares its start. */
async function paste({ at, line }: Line, code = 'CODE'): Promise<string> {
  const text = Object.keys(FILES)
    .reduce((all, name) => all.replace(name, join(folder, name)), line)
    .replaceAll('http://localhost:3000', system.url)
    .replace('CODE', code)
    .replace(/npm run ops --/, at.startsWith('README') ? '$&' : scripts.ops)
  const env = { ...process.env, LOCAL_URL: system.url }
  const { stdout } = await promisify(execFile)('bash', ['-ec', text], { cwd: root, env })
  return stdout
}

it('runs, and ends well', async () => {
  const [asking, ...others] = pasted
  if (asking === undefined) throw new Error('no command line')
  const answer = JSON.parse(await paste(asking)) as { url: string; confirmation_code: string }
  expect(Object.keys(answer)).toEqual(['url', 'confirmation_code'])
  expect(answer.url).toBe(`${system.url}/status/${answer.confirmation_code}`)

  const told = await pMap(others, (line) => paste(line, answer.confirmation_code), { concurrency: 3 })
  expect(others.length).toBeGreaterThan(10)
  const all = told.join('\n')
  for (const words of ['History', 'Nothing was touched.', 'deletion.config.ts']) expect(all).toContain(words)
})

it('is marked where it needs AWS, and nowhere else', () => {
  const unmarked = lines.filter(({ mark, line }) => AWS.test(line) && mark !== 'aws')
  expect(unmarked.map(({ at, line }) => `${at}: ${line}`)).toEqual([])
  const marked = BLOCKS.filter(({ mark }) => mark === 'aws').map(({ at }) => at)
  const needing = lines.filter(({ line }) => AWS.test(line)).map(({ at }) => at)
  expect(marked.filter((at) => !needing.includes(at))).toEqual([])
})

it('is run by another test where it says so', () => {
  for (const [file, words] of Object.values(ELSEWHERE)) {
    expect(readFileSync(join(root, file), 'utf8')).toContain(words)
  }
})
