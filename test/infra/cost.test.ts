/** docs/cost.md counts what the template holds, and adds up. */
import { readFileSync } from 'node:fs'
import { beforeAll, expect, it } from 'vitest'
import { type Synthesized, synthesized } from '../fixtures/deployed/stack.ts'

const TYPES = {
  functions: 'AWS::Lambda::Function',
  secrets: 'AWS::SecretsManager::Secret',
  alarms: 'AWS::CloudWatch::Alarm',
  'metric filters': 'AWS::Logs::MetricFilter',
  dashboards: 'AWS::CloudWatch::Dashboard',
  'log groups': 'AWS::Logs::LogGroup',
  schedules: 'AWS::Scheduler::Schedule',
  pipes: 'AWS::Pipes::Pipe',
  queues: 'AWS::SQS::Queue',
  buckets: 'AWS::S3::Bucket',
  'keys of KMS': 'AWS::KMS::Key',
} as const

const text = readFileSync(new URL('../../docs/cost.md', import.meta.url), 'utf8')
const rows = new Map(
  [...text.matchAll(/^\| ([\w ]+?) +\| +(\d+) \| +(\d+) \|$/gm)].map(([, what = '', ...counts]) => [
    what,
    counts.map(Number),
  ]),
)

let without: Synthesized
let withEmail: Synthesized
beforeAll(async () => {
  without = await synthesized('withoutEmail')
  withEmail = await synthesized('company')
})

it('names all that is counted here, and nothing else', () => {
  expect([...rows.keys()]).toEqual(Object.keys(TYPES))
})

it.each(Object.entries(TYPES))('counts %s as the template has them', (what, type) => {
  expect(rows.get(what)).toEqual([without.all(type).length, withEmail.all(type).length])
})

/** The cells of each table with a sum. */
const sums = text
  .split(/\n(?!\|)/)
  .map((part) => part.split('\n').filter((line) => line.startsWith('| ')))
  .filter((lines) => lines.at(-1)?.startsWith('| sum '))
  .map(([, , ...lines]) => lines.map((line) => line.split('|').slice(3, -1).map(Number)))

it('adds up', () => {
  expect(sums).toHaveLength(4)
  for (const lines of sums) {
    const total = lines.at(-1) ?? []
    const added = total.map((_, column) =>
      lines.slice(0, -1).reduce((sum, cells) => sum + amount(cells[column]), 0),
    )
    expect(added.map((usd) => usd.toFixed(2))).toEqual(total.map((usd) => usd.toFixed(2)))
  }
})

it('says the figures that the README says', () => {
  const [, short = ''] = /^\| in short .*\n.*\n((?:\|.*\n)+)/m.exec(text) ?? []
  const [, readme = ''] =
    /\*\*What it costs\*\*([\s\S]*?)\n\n/.exec(
      readFileSync(new URL('../../README.md', import.meta.url), 'utf8'),
    ) ?? []
  const figures = short.match(/\d+\.\d\d/g) ?? []
  expect(figures).toHaveLength(6)
  expect(figures).toEqual(expect.arrayContaining(readme.match(/\d+\.\d\d/g) ?? ['none']))
})

/** A dash costs nothing. */
const amount = (usd = Number.NaN): number => (Number.isNaN(usd) ? 0 : usd)
