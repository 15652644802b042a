/** The package as others get it: packed, installed outside the repository, and synthesized with tables of their own. */
import { execFile } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { Template } from 'aws-cdk-lib/assertions'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makePackage, type Packed } from '../../infra/package.ts'
import { FUNCTIONS } from '../../infra/wiring.ts'
import { att, bundles, type Json } from '../fixtures/deployed/stack.ts'

const root = join(import.meta.dirname, '../..')
const run = promisify(execFile)
const readJson = (...path: readonly string[]): Json => JSON.parse(readFileSync(join(...path), 'utf8'))

/** The example of the package's own page, which an adopter begins with. */
const [, example = ''] = /```ts\n(.*?)```/s.exec(readFileSync(join(root, 'docs/construct.md'), 'utf8')) ?? []

let app: string
let packed: Packed
let installed: string
const output = () => join(app, 'cdk.out')

beforeAll(async () => {
  app = mkdtempSync(join(tmpdir(), 'adopter-'))
  packed = await makePackage({ outDir: join(app, 'packed'), bundles: await bundles() })
  writeFileSync(join(app, 'package.json'), '{"private":true,"type":"module"}')
  // The peers are laid beside it below, so that nothing is fetched.
  const offline = ['--offline', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund']
  await run('npm', ['install', ...offline, packed.file], { cwd: app, shell: process.platform === 'win32' })
  installed = join(app, 'node_modules/facebook-data-deletion')
  for (const peer of ['aws-cdk-lib', 'constructs']) {
    symlinkSync(join(root, 'node_modules', peer), join(app, 'node_modules', peer), 'junction')
  }
  mkdirSync(join(app, 'node_modules/@types'))
  symlinkSync(join(root, 'node_modules/@types/node'), join(app, 'node_modules/@types/node'), 'junction')
  writeFileSync(join(app, 'app.mjs'), example)
  // As the CDK's command line runs an app.
  const env = { PATH: process.env['PATH'], HOME: app, CDK_OUTDIR: output() }
  await run(process.execPath, ['app.mjs'], { cwd: app, env })
})
afterAll(() => rmSync(app, { recursive: true, force: true }))

describe('the package', () => {
  it('holds compiled code, its types, the functions and what has to be said of them, nothing else', () => {
    const compiled =
      /^(?:index\.js|package\.json|README\.md|LICENSE|THIRD-PARTY-LICENSES|bundles\/[a-z-]+\/index\.mjs)$/
    expect(packed.files.filter((file) => !compiled.test(file)).toSorted()).toEqual([
      'types/infra/constructs/props.d.ts',
      'types/infra/data-deletion.d.ts',
      'types/infra/package-entry.d.ts',
      'types/shared/config/define.d.ts',
      'types/shared/data-map/data-map.d.ts',
      'types/shared/data-map/retention.d.ts',
    ])
    const functions = packed.files.flatMap((file) => /^bundles\/(.+)\/index/.exec(file)?.[1] ?? [])
    expect(functions.toSorted()).toEqual(Object.keys(FUNCTIONS).toSorted())
    expect(packed.bytes).toBeLessThan(2.5 * 1024 * 1024)
  })

  it('needs the CDK and nothing else', () => {
    const ours = readJson(root, 'package.json')
    const theirs = readJson(installed, 'package.json')
    expect(theirs).toMatchObject({ version: ours.version, license: 'MIT', type: 'module' })
    expect(theirs.peerDependencies).toEqual({
      'aws-cdk-lib': `^${ours.devDependencies['aws-cdk-lib']}`,
      constructs: `^${ours.devDependencies.constructs}`,
    })
    expect(Object.keys(theirs).filter((field) => /dependencies|scripts|bin/i.test(field))).toEqual([
      'peerDependencies',
    ])
    const code = readFileSync(join(installed, 'index.js'), 'utf8')
    const imported = [...code.matchAll(/^(?:import|export) [^;]*?from "([^"]+)"/gm)].map(([, of = '']) => of)
    expect(
      imported.filter((of) => !/^(?:aws-cdk-lib(?:\/[a-z0-9-]+)?|constructs|node:[a-z/]+)$/.test(of)),
    ).toEqual([])
    expect(imported).toContain('aws-cdk-lib')
  })

  it('says whose work is in it, and under which licence', () => {
    const text = readFileSync(join(installed, 'THIRD-PARTY-LICENSES'), 'utf8')
    for (const library of ['zod 4', '@aws-sdk/client-dynamodb 3', 'hono 4', 'nodemailer 10']) {
      expect(text).toMatch(new RegExp(`^${library}[0-9.]+ \\(`, 'm'))
    }
  })

  it('exports the construct and the configuration, and nothing of the inside', async () => {
    const exported = await import(pathToFileURL(join(installed, 'index.js')).href)
    expect(Object.keys(exported).toSorted()).toEqual(['DataDeletion', 'defineConfig'])
    for (const file of ['data-deletion', 'constructs/props']) {
      const types = readFileSync(join(installed, `types/infra/${file}.d.ts`), 'utf8')
      expect(types).not.toContain('bundles')
    }
  })

  it.each([
    // The CDK's own types do not stand all that is strict, which is why many leave them out of the check.
    ['--module node16 --moduleResolution node16'],
    ['--module esnext --moduleResolution bundler --exactOptionalPropertyTypes --skipLibCheck'],
  ])('has types for a compiler with %s', async (more) => {
    writeFileSync(
      join(app, 'app.ts'),
      `${example}\n// @ts-expect-error: there is no DataDeletion without a configuration\nnew DataDeletion(stack, 'More', {})\n`,
    )
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const options = `--noEmit --strict --target es2022 --types node ${more}`
    await expect(
      run(process.execPath, [tsc, ...options.split(' '), 'app.ts'], { cwd: app }),
    ).resolves.toBeTruthy()
  })
})

describe('an app that uses it', () => {
  let template: Template
  const only = (type: string, beginning: string): readonly [id: string, properties: Json] => {
    const found = Object.entries(template.findResources(type)).filter(([id]) => id.startsWith(beginning))
    expect(found).toHaveLength(1)
    const [[id, { Properties }] = ['', {} as Json]] = found
    return [id, Properties]
  }
  const assetOf = ({ Code }: Json): string =>
    join(output(), `asset.${String(Code.S3Key).replace('.zip', '')}`)
  beforeAll(() => {
    template = Template.fromJSON(readJson(output(), 'Shop.template.json'))
  })

  it('has functions that are told of its own tables', () => {
    const [customers] = only('AWS::DynamoDB::GlobalTable', 'Customers')
    const [orders] = only('AWS::DynamoDB::Table', 'Orders')
    const [, { Environment }] = only('AWS::Lambda::Function', 'DeletionErase')
    expect(Environment.Variables.TABLES).toEqual({
      'Fn::Join': ['', ['{"customers":"', { Ref: customers }, '","orders":"', { Ref: orders }, '"}']],
    })
  })

  it('lets the eraser alone write to them, and no function reach more than the holdings name', () => {
    const [customers] = only('AWS::DynamoDB::GlobalTable', 'Customers')
    const [orders] = only('AWS::DynamoDB::Table', 'Orders')
    const [key] = only('AWS::KMS::Key', 'OrdersKey')
    const index = { 'Fn::Join': ['', [att(customers, 'Arn'), '/index/byFacebook']] }
    const theirs = [att(customers, 'Arn'), att(orders, 'Arn'), att(key, 'Arn'), index].map((arn) =>
      JSON.stringify(arn),
    )
    const grants = Object.entries(template.findResources('AWS::IAM::Policy')).flatMap(
      ([id, { Properties }]) =>
        (Properties.PolicyDocument.Statement as readonly Json[]).flatMap(({ Action, Resource }) =>
          [Resource].flat().flatMap((one) => {
            const at = theirs.indexOf(JSON.stringify(one))
            const names = [Action].flat().map((action: string) => action.split(':')[1])
            return at < 0
              ? []
              : [
                  [
                    id.replace(/^Deletion|Role.*$/g, ''),
                    ['customers', 'orders', 'key', 'index'][at],
                    names.join(),
                  ],
                ]
          }),
        ),
    )
    const read = (name: string) => [
      [name, 'index', 'Query'],
      [name, 'customers', 'BatchGetItem'],
      [name, 'orders', 'Query'],
      [name, 'key', 'Decrypt,DescribeKey'],
    ]
    const byText = (a: readonly unknown[], b: readonly unknown[]) => (a.join() < b.join() ? -1 : 1)
    expect(grants.toSorted(byText)).toEqual(
      [
        ...read('View'),
        ...read('Erase'),
        ...['customers', 'orders'].map((table) => ['Operate', table, 'Scan']),
        ['Operate', 'key', 'Decrypt,DescribeKey'],
        ['Erase', 'customers', 'DeleteItem'],
        ['Erase', 'orders', 'BatchWriteItem'],
        ['Erase', 'key', 'Encrypt,GenerateDataKey,GenerateDataKeyWithoutPlaintext,ReEncryptFrom,ReEncryptTo'],
      ].toSorted(byText),
    )
  })

  it('uploads each function with a configuration of its own, and each starts', async () => {
    const functions = Object.entries(template.findResources('AWS::Lambda::Function')).filter(([id]) =>
      id.startsWith('Deletion'),
    )
    expect(functions.length).toBeGreaterThan(7)
    for (const [, { Properties }] of functions) {
      const asset = assetOf(Properties)
      expect(readdirSync(asset).toSorted()).toEqual(['config.json', 'index.mjs'])
      const exported = await import(pathToFileURL(join(asset, 'index.mjs')).href)
      expect(exported[String(Properties.Handler).replace('index.', '')]).toBeTypeOf('function')
    }
    const [, status] = only('AWS::Lambda::Function', 'DeletionStatus')
    const config = readJson(assetOf(status), 'config.json')
    expect(config.organization.name).toBe('Example Ltd')
  })

  it('tells what to do next, under names that begin with the construct', () => {
    const names = Object.keys(template.toJSON()['Outputs'])
    expect(names).toEqual(
      expect.arrayContaining(['DeletionShopCallbackUrl', 'DeletionViewUrl', 'DeletionNextStep']),
    )
  })
})
