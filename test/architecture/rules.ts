/** Who may import whom, and what the domain may not touch. */
import { type Import, type Scan, type SourceFile, scan } from './scan.ts'

/**
 * Each part may import itself, and nothing that is not listed; `type …` allows types only. The longest name that
 * a path begins with is its part.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'deletion.config.ts': ['shared/config/define.ts', 'type shared/config/'],
  'functions/': ['shared/'],
  'infra/run.mjs': [],
  'infra/check.ts': ['infra/wiring.ts'],
  'infra/bundles.ts': ['infra/wiring.ts'],
  'infra/wiring.ts': [
    'shared/config/data-map.ts',
    'type shared/config/define.ts',
    'type shared/platform/settings.ts',
  ],
  'infra/app.ts': [
    'infra/bundles.ts',
    'infra/deployment.ts',
    'infra/stack.ts',
    'infra/validated.ts',
    'shared/config/',
  ],
  'infra/validated.ts': [],
  'infra/stack.ts': ['infra/data-deletion.ts'],
  'infra/data-deletion.ts': ['infra/constructs/', 'infra/wiring.ts', 'shared/config/'],
  'infra/package-entry.ts': [
    'infra/data-deletion.ts',
    'type infra/constructs/custom-domain.ts',
    'shared/config/define.ts',
    'type shared/config/data-map.ts',
  ],
  'infra/package.ts': ['infra/bundles.ts', 'infra/wiring.ts'],
  'infra/deployment.ts': ['shared/config/', 'type infra/constructs/custom-domain.ts'],
  'infra/constructs/': ['infra/wiring.ts', 'shared/config/', 'shared/platform/settings.ts'],
  'infra/cli/': ['infra/deployment.ts', 'infra/wiring.ts', 'shared/'],
  'infra/local/': ['functions/', 'infra/bundles.ts', 'infra/wiring.ts', 'shared/'],
  'shared/platform/': [],
  'shared/languages/': ['type shared/config/', 'type shared/requests/', 'type shared/platform/'],
  'shared/config/': ['shared/languages/', 'shared/platform/'],
  'shared/requests/': ['shared/config/', 'shared/platform/'],
  'shared/meta/': ['shared/config/', 'shared/platform/', 'shared/requests/'],
  'shared/email/': ['shared/config/', 'shared/languages/', 'shared/platform/', 'shared/requests/'],
  'shared/erasure/': ['shared/config/', 'shared/platform/', 'shared/requests/'],
  'shared/status/': ['shared/config/', 'shared/languages/', 'shared/platform/', 'shared/requests/'],
  'shared/notify/': ['shared/config/', 'shared/languages/', 'shared/platform/', 'shared/requests/'],
  'docs/examples/': ['type shared/erasure/outside.ts'],
  'test/': ['deletion.config.ts', 'docs/examples/', 'functions/', 'infra/', 'shared/'],
}

/** Adapters talk to AWS; entry points build the clients. */
const AWS = /^@(?:aws-sdk|smithy|aws)\//
const MAY_USE_AWS =
  /^(?:functions|infra\/local|infra\/constructs|test)\/|^infra\/cli\/deployed-|^shared\/.*-(?:dynamodb|lambda|s3|secretsmanager|ses|sqs)\.ts$/
/** Its items are DynamoDB's own: it may name their type. */
const RECORDS_PORT = 'shared/erasure/records.ts'
/** What only the command line, synth and `npm start` need. */
const NEVER_ON_LAMBDA = ['aws-cdk-lib', 'cdk-nag', 'commander', 'constructs', 'zod']

export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}

/** One sentence per violation, none if all is well. */
export function findViolations(files: readonly SourceFile[], manifest: Manifest): readonly string[] {
  const scans = files.map(scan)
  return [
    ...scans.flatMap((one) => [...layers(one), ...packages(one, manifest), ...purity(one)]),
    ...reach(scans, manifest),
  ]
}

function layers({ file, imports }: Scan): readonly string[] {
  const part = partOf(file)
  if (part === undefined) return [`${file} belongs to no part: name it in test/architecture/rules.ts`]
  return imports
    .filter(({ of, isFile, isType }) => isFile && !mayImport(part, of, isType))
    .map(({ of, isType }) => `${file} may not import ${isType ? 'types of ' : ''}${of}`)
}

const partOf = (file: string): string | undefined =>
  Object.keys(MAY_IMPORT)
    .filter((part) => file.startsWith(part))
    .toSorted((a, b) => b.length - a.length)[0]

const mayImport = (part: string, of: string, isType: boolean): boolean =>
  of.startsWith(part) ||
  (MAY_IMPORT[part] ?? []).some((allowed) =>
    allowed.startsWith('type ')
      ? isType && of.startsWith(allowed.slice('type '.length))
      : of.startsWith(allowed),
  )

function packages({ file, imports }: Scan, manifest: Manifest): readonly string[] {
  const listed = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies }
  return imports
    .filter(isPackage)
    .flatMap(({ of, isType }) => [
      ...(of in listed || (isType && `@types/${of}` in listed)
        ? []
        : [`${file} imports ${of}: not in package.json`]),
      ...(AWS.test(of) && !MAY_USE_AWS.test(file) && !(isType && file === RECORDS_PORT)
        ? [`${file} may not use ${of}: adapters talk to AWS`]
        : []),
    ])
}

const isPackage = ({ of, isFile }: Import): boolean => !isFile && !of.startsWith('node:')

function purity({ file, imports, impure }: Scan): readonly string[] {
  if (!file.startsWith('shared/')) return []
  const found = imports.some(({ of }) => of === 'node:process') ? [...impure, 'node:process'] : impure
  return found.map((what) => `${file} uses ${what}: time, chance and environment are handed in`)
}

/** Follows what runs, from every function: what is not a dependency is not there, and some must never be. */
function reach(scans: readonly Scan[], { dependencies = {} }: Manifest): readonly string[] {
  const runs = new Map(scans.map(({ file, imports }) => [file, imports.filter(({ isType }) => !isType)]))
  const reached = new Map(
    scans.filter(({ file }) => file.startsWith('functions/')).map(({ file }) => [file, file]),
  )
  const found: string[] = []
  for (const [file, way] of reached) {
    for (const imported of runs.get(file) ?? []) {
      if (imported.isFile && !reached.has(imported.of)) reached.set(imported.of, `${way} → ${imported.of}`)
      if (!isPackage(imported)) continue
      if (NEVER_ON_LAMBDA.includes(imported.of)) found.push(`${way} → ${imported.of}: never on Lambda`)
      else if (!(imported.of in dependencies)) found.push(`${way} → ${imported.of}: not in dependencies`)
    }
  }
  return found
}
