/** Every command of the operator's tool that the documents write, beside the tool's own help. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import pMap from 'p-map'
import { beforeAll, expect, it } from 'vitest'
import { runCli } from '../fixtures/cli.ts'

const root = join(import.meta.dirname, '../..')
const files = [
  'README.md',
  ...readdirSync(join(root, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
]

/** Up to the end of the line, of the code span, or of the command. */
const COMMAND =
  /npm run (?:--silent )?ops -- ((?:email|retention|keys) [a-z]+|secrets set-app|[a-z-]+)([^\n`|#)]*)/g
const written = files.flatMap((file) =>
  [...readFileSync(join(root, file), 'utf8').matchAll(COMMAND)].map(([, command = '', rest = '']) => ({
    file,
    command,
    options: rest.match(/(?<= )--[a-z][a-z-]*/g) ?? [],
  })),
)
const help = new Map<string, string>()

beforeAll(async () => {
  const names = [...new Set(written.map(({ command }) => command))]
  await pMap(
    names,
    async (name) => {
      const { stdout } = await runCli([...name.split(' '), '--help'])
      help.set(name, stdout)
    },
    { concurrency: 4 },
  )
})

it('names commands that exist, with options that they have', () => {
  expect(written.length).toBeGreaterThan(20)
  const wrong = written.flatMap(({ file, command, options }) => {
    const text = help.get(command) ?? ''
    if (!text.startsWith(`Usage: npm run ops -- ${command}`)) return [`${file}: there is no ${command}`]
    return options
      .filter((option) => !new RegExp(`^ +(-\\w, )?${option}\\b`, 'm').test(text))
      .map((option) => `${file}: ${command} has no ${option}`)
  })
  expect(wrong).toEqual([])
})
