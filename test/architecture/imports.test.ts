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
    ['shared/requests/a.ts', '../erasure/b.ts', 'shared/erasure/b.ts'],
    ['shared/status/a.ts', '../erasure/b.ts', 'shared/erasure/b.ts'],
    ['shared/meta/a.ts', '../../functions/b.ts', 'functions/b.ts'],
    ['functions/a.ts', '../infra/wiring.ts', 'infra/wiring.ts'],
    ['infra/cli/a.ts', '../local/b.ts', 'infra/local/b.ts'],
    ['infra/cli/a.ts', '../../functions/b.ts', 'functions/b.ts'],
    ['infra/local/a.ts', '../cli/b.ts', 'infra/cli/b.ts'],
    ['infra/wiring.ts', '../shared/platform/settings.ts', 'shared/platform/settings.ts'],
    ['infra/constructs/a.ts', '../../shared/requests/b.ts', 'shared/requests/b.ts'],
    ['deletion.config.ts', './shared/config/schema.ts', 'shared/config/schema.ts'],
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

  it('lets types pass where only types may', () => {
    expect(
      violations({
        'infra/wiring.ts': "import type { SETTINGS } from '../shared/platform/settings.ts'",
        'deletion.config.ts': "import type { Scope } from './shared/config/data-map.ts'",
        'functions/a.ts': "import type { Handler } from 'aws-lambda'",
      }),
    ).toEqual([])
  })

  it('refuses a file that belongs to no part', () => {
    expect(violations({ 'shared/utils.ts': '' })).toHaveLength(1)
  })

  it.each(['shared/requests/ledger.ts', 'infra/cli/ops.ts', 'infra/wiring.ts'])(
    'refuses the AWS SDK in %s',
    (file) => {
      expect(
        violations({ [file]: "import type { AttributeValue } from '@aws-sdk/client-dynamodb'" }),
      ).toHaveLength(1)
    },
  )

  it.each(['shared/requests/ledger-dynamodb.ts', 'functions/erase.ts', 'infra/cli/deployed-system.ts'])(
    'allows the AWS SDK in %s',
    (file) => {
      expect(violations({ [file]: "import { DynamoDBClient } from '@aws-sdk/client-dynamodb'" })).toEqual([])
    },
  )

  it('refuses a package that package.json does not list', () => {
    expect(violations({ 'infra/cli/a.ts': "import _ from 'lodash/fp'" })).toEqual([
      'infra/cli/a.ts imports lodash: not in package.json',
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
