import { globSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findViolations } from './rules.ts'

const root = join(import.meta.dirname, '../..')
const MANIFEST = {
  dependencies: { '@aws-sdk/client-dynamodb': '1.0.0' },
  devDependencies: { '@types/aws-lambda': '1.0.0', commander: '1.0.0', 'fast-check': '1.0.0', zod: '1.0.0' },
}

/** The violations of a project that consists of these files alone. */
const violations = (files: Readonly<Record<string, string>>): readonly string[] =>
  findViolations(
    Object.entries(files).map(([file, source]) => ({ file, source })),
    MANIFEST,
  )

describe('the import rule', () => {
  it('holds for this project', () => {
    const files = globSync(['*.ts', '{functions,infra,shared,test}/**/*.{ts,mjs}'], { cwd: root })
    expect(files.length).toBeGreaterThan(5)
    const sources = files.map((file) => ({
      file: file.replaceAll(sep, '/'),
      source: readFileSync(join(root, file), 'utf8'),
    }))
    expect(findViolations(sources, JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')))).toEqual([])
  })

  it.each([
    ['shared/platform/a.ts', '../requests/b.ts', 'shared/requests/b.ts'],
    ['shared/config/a.ts', '../requests/b.ts', 'shared/requests/b.ts'],
    ['shared/requests/a.ts', '../ledger/b.ts', 'shared/ledger/b.ts'],
    ['shared/ledger/a.ts', '../operations/b.ts', 'shared/operations/b.ts'],
    ['shared/person/a.ts', '../erasure/b.ts', 'shared/erasure/b.ts'],
    ['shared/replay/a.ts', '../erasure/b.ts', 'shared/erasure/b.ts'],
    ['shared/status/a.ts', '../erasure/b.ts', 'shared/erasure/b.ts'],
    ['shared/meta/a.ts', '../../functions/b.ts', 'functions/b.ts'],
    ['functions/a.ts', '../infra/wiring.ts', 'infra/wiring.ts'],
    ['infra/cli/commands/a.ts', '../../local/b.ts', 'infra/local/b.ts'],
    ['infra/cli/commands/a.ts', '../../../functions/b.ts', 'functions/b.ts'],
    ['infra/cli/console/a.ts', '../commands/b.ts', 'infra/cli/commands/b.ts'],
    ['infra/local/a.ts', '../cli/system/b.ts', 'infra/cli/system/b.ts'],
    ['infra/local/engines/a.ts', '../lambda/b.ts', 'infra/local/lambda/b.ts'],
    ['infra/wiring.ts', '../shared/platform/errors.ts', 'shared/platform/errors.ts'],
    ['infra/constructs/a.ts', '../../shared/requests/b.ts', 'shared/requests/b.ts'],
    ['deletion.config.ts', './shared/config/load.ts', 'shared/config/load.ts'],
  ])('refuses that %s imports %s', (file, specifier, imported) => {
    expect(violations({ [file]: `import { b } from '${specifier}'` })).toEqual([
      `${file} may not import ${imported}`,
    ])
  })

  it.each([
    "import '../erasure/b.ts'",
    "export * from '../erasure/b.ts'",
    "export { b } from '../erasure/b.ts'",
    "const b = await import('../erasure/b.ts')",
    "const b = require('../erasure/b.ts')",
    "import type { B } from '../erasure/b.ts'",
    "let b: import('../erasure/b.ts').B",
  ])('sees through %s', (source) => {
    expect(violations({ 'shared/status/a.ts': source })).toHaveLength(1)
  })

  it('counts types as imports', () => {
    expect(
      violations({ 'shared/requests/a.ts': "import type { Ledger } from '../ledger/ledger.ts'" }),
    ).toEqual(['shared/requests/a.ts may not import shared/ledger/ledger.ts'])
    expect(violations({ 'functions/a.ts': "import type { Handler } from 'aws-lambda'" })).toEqual([])
  })

  it('refuses files that import each other, be it for a type', () => {
    expect(
      violations({
        'shared/requests/a.ts': "import { b } from './b.ts'",
        'shared/requests/b.ts': "import { c } from './c.ts'",
        'shared/requests/c.ts': "import type { A } from './a.ts'",
      }),
    ).toEqual([
      'files in a circle: shared/requests/a.ts → shared/requests/b.ts → shared/requests/c.ts → shared/requests/a.ts',
    ])
  })

  it('refuses rooms that import each other, though no file does', () => {
    expect(
      violations({
        'infra/constructs/a.ts': "import { b } from './alarms/b.ts'",
        'infra/constructs/alarms/c.ts': "import { d } from '../d.ts'",
      }),
    ).toContain('rooms in a circle: infra/constructs/ → infra/constructs/alarms/ → infra/constructs/')
  })

  it('refuses a folder of more than 30 files', () => {
    const files = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, n) => [`shared/requests/a${n}.ts`, '']))
    expect(violations(files(30))).toEqual([])
    expect(violations(files(31))).toEqual(['shared/requests has 31 files, more than 30: cut it by subject'])
  })

  it('refuses a file that belongs to no part', () => {
    expect(violations({ 'shared/utils.ts': '' })).toHaveLength(1)
  })

  it.each(['shared/ledger/ledger.ts', 'infra/cli/ops.ts', 'infra/wiring.ts'])(
    'refuses the AWS SDK in %s',
    (file) => {
      expect(
        violations({ [file]: "import type { AttributeValue } from '@aws-sdk/client-dynamodb'" }),
      ).toHaveLength(1)
    },
  )

  it.each(['shared/ledger/ledger-dynamodb.ts', 'functions/erase.ts', 'infra/cli/system/deployed-system.ts'])(
    'allows the AWS SDK in %s',
    (file) => {
      expect(violations({ [file]: "import { DynamoDBClient } from '@aws-sdk/client-dynamodb'" })).toEqual([])
    },
  )

  it('refuses a package that package.json does not list', () => {
    expect(violations({ 'infra/cli/ops.ts': "import _ from 'lodash/fp'" })).toEqual([
      'infra/cli/ops.ts imports lodash: not in package.json',
    ])
  })

  it.each(['zod', 'commander'])('refuses a function that reaches %s over several files', (name) => {
    expect(
      violations({
        'functions/a.ts': "import { b } from '../shared/config/b.ts'",
        'shared/config/b.ts': "export * from './c.ts'",
        'shared/config/c.ts': `import { d } from '${name}'`,
      }),
    ).toEqual([`functions/a.ts → shared/config/b.ts → shared/config/c.ts → ${name}: never on Lambda`])
  })

  it('refuses a function that needs what is only a development dependency', () => {
    expect(violations({ 'functions/a.ts': "import { b } from 'fast-check'" })).toHaveLength(1)
  })

  it.each([
    'new Date()',
    'Date()',
    'Date.now()',
    'setTimeout(Date.now)',
    'Math.random()',
    'process.env',
    "process['env']",
    'globalThis.process.env',
    "import { env } from 'node:process'",
  ])('refuses %s in the domain', (source) => {
    expect(violations({ 'shared/requests/a.ts': source })).toHaveLength(1)
    expect(violations({ 'functions/a.ts': source })).toEqual([])
  })

  it('allows a date that is made of something', () => {
    expect(violations({ 'shared/requests/a.ts': "new Date('2026-11-22'); new Date(0)" })).toEqual([])
  })
})
