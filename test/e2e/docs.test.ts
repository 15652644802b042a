/** What the documents show, held to the truth: commands beside the tool's own help, and every block of code. */
import { execFile } from 'node:child_process'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import pMap from 'p-map'
import { beforeAll, expect, it } from 'vitest'
import { runCli } from '../fixtures/system/cli.ts'
import { BLOCKS, type Block, DOCUMENTS } from '../fixtures/system/documents.ts'

const root = join(import.meta.dirname, '../..')

/** Up to the end of the line, of the code span, or of the command. */
const COMMAND =
  /npm run (?:--silent )?ops -- ((?:email|retention|keys) [a-z]+|secrets set-app|[a-z-]+)([^\n`|#)]*)/g
const written = Object.entries(DOCUMENTS).flatMap(([file, document]) =>
  [...document.matchAll(COMMAND)].map(([, command = '', rest = '']) => ({
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

/** A path from the root, such as `shared/keys/seal.ts`, `test/unit` or `infra/constructs/**`. */
const PATH = /(?<![\w./-])(?:shared|functions|infra|test|docs|\.github|\.ci)\/[\w./*-]*[\w*]/g

it('names files and folders that exist', () => {
  const named = Object.entries(DOCUMENTS).flatMap(([file, document]) =>
    [...document.matchAll(PATH)].map(([path]) => ({ file, path })),
  )
  expect(named.length).toBeGreaterThan(50)
  const drifted = named.filter(({ path }) => globSync(path, { cwd: root }).length === 0)
  expect(drifted.map(({ file, path }) => `${file}: there is no ${path}`)).toEqual([])
})

it('links to files and headings that exist', () => {
  const links = Object.entries(DOCUMENTS).flatMap(([file, document]) =>
    [...document.matchAll(/\]\((?!https?:)([^)#\s]*)#?([^)\s]*)\)/g)].map(([, path = '', anchor = '']) => ({
      file,
      to: path === '' ? file : join(dirname(file), path),
      anchor,
    })),
  )
  expect(links.length).toBeGreaterThan(50)
  const broken = links.filter(
    ({ to, anchor }) =>
      !existsSync(join(root, to)) || (anchor !== '' && !anchorsOf(DOCUMENTS[to] ?? '').includes(anchor)),
  )
  expect(broken.map(({ file, to, anchor }) => `${file}: there is no ${to}#${anchor}`)).toEqual([])
})

/** Those that GitHub makes of headings, and those that are set by hand. */
const anchorsOf = (document: string): readonly string[] => [
  ...[...document.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{Pc} -]/gu, '')
      .replaceAll(' ', '-'),
  ),
  ...[...document.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id),
]

/** The marks of a language, as CONTRIBUTING.md explains them. */
const MARKS: Readonly<Record<string, readonly string[]>> = {
  '': [''],
  json: ['', 'excerpt'],
  mermaid: [''],
  sh: ['', 'aws', 'long'],
  ts: ['', 'excerpt', 'DeletionConfig', 'MetaApp', 'DataMap', 'Holding', 'Holdings'],
}
const of = (language: string): readonly Block[] => BLOCKS.filter((block) => block.language === language)

it('has no block of a kind that nothing looks at', () => {
  const unknown = BLOCKS.filter(({ language, mark }) => !MARKS[language]?.includes(mark))
  expect(unknown.map(({ at, language, mark }) => `${at}: ${language} ${mark}`)).toEqual([])
})

it('shows JSON that can be parsed', () => {
  const wrong = of('json').flatMap(({ at, mark, text }) => {
    const whole = mark === 'excerpt' ? `{${text.replace(/,\n *…\n/, '\n')}}` : text
    try {
      JSON.parse(whole)
      return []
    } catch (error) {
      return [`${at}: ${String(error)}`]
    }
  })
  expect(of('json').length).toBeGreaterThan(4)
  expect(wrong).toEqual([])
})

it('shows excerpts of what it shows whole', () => {
  const wholes = of('ts').filter(({ mark }) => mark === '')
  const excerpts = of('ts').filter(({ mark }) => mark === 'excerpt')
  const strangers = excerpts.filter(({ text }) => !wholes.some((whole) => whole.text.includes(text)))
  expect(excerpts).not.toEqual([])
  expect(strangers.map(({ at }) => at)).toEqual([])
})

it('shows TypeScript that compiles, parts of the configuration as parts of their type', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'docs-'))
  try {
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
    const names: string[] = []
    for (const { at, mark, text } of of('ts').filter((block) => block.mark !== 'excerpt')) {
      const name = `${at.replaceAll(/\W+/g, '-')}.ts`
      names.push(name)
      writeFileSync(join(folder, name), mark === '' ? text : partOf(mark, text))
    }
    const { compilerOptions } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')) as {
      readonly compilerOptions: object
    }
    const paths = { 'facebook-data-deletion': [join(root, 'infra/package-entry.ts')] }
    const config = { compilerOptions: { ...compilerOptions, paths, noUnusedLocals: false }, files: names }
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
    expect(names.length).toBeGreaterThan(7)
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const compiling = promisify(execFile)(process.execPath, [tsc, '-p', folder], { cwd: folder })
    expect(
      await compiling.then(
        () => '',
        (error: unknown) => (error as { readonly stdout: string }).stdout,
      ),
    ).toBe('')
  } finally {
    rmSync(folder, { recursive: true })
  }
})

/** Inside of a configuration: some fields of the type that the mark names. */
const partOf = (type: string, text: string): string => `
import type { DeletionConfig, MetaApp } from '${root}/shared/config/define.ts'
import type { DataMap, Holding } from '${root}/shared/data-map/data-map.ts'
type Holdings = DataMap['holdings']
export type Types = [DeletionConfig, MetaApp, DataMap, Holding, Holdings]
export const part: Partial<${type}> = {
${text.trimEnd()}
}
`
