/** Who may import whom, how full a folder may be, and what the domain may not touch. */
import { posix } from 'node:path'
import { type Import, type Scan, type SourceFile, scan } from './scan.ts'

const PLATFORM = 'shared/platform/'
const OF_WORKERS = [
  PLATFORM,
  'shared/data-map/',
  'shared/requests/',
  'shared/keys/',
  'shared/ledger/',
  'shared/records/',
  'shared/person/',
]
const OF_INTAKES = [
  PLATFORM,
  'shared/data-map/',
  'shared/requests/',
  'shared/keys/',
  'shared/ledger/',
  'shared/config/',
]
const OF_CONSTRUCTS = [
  'infra/wiring.ts',
  'infra/functions/entry.ts',
  'shared/config/',
  'shared/data-map/',
  'shared/platform/settings.ts',
]

/**
 * The rooms of the house. Each may import itself and what is listed, types included. The longest name that a path
 * begins with is its room; a folder inside a room, such as `shared/config/rules/`, belongs to it.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'deletion.config.ts': ['shared/config/define.ts'],
  'functions/': ['shared/'],

  'shared/platform/': [],
  'shared/data-map/': [PLATFORM],
  'shared/languages/': [PLATFORM, 'shared/data-map/', 'shared/requests/', 'shared/config/define.ts'],
  'shared/config/': [PLATFORM, 'shared/data-map/'],
  'shared/deployed/': [PLATFORM, 'shared/data-map/', 'shared/config/'],
  'shared/requests/': [PLATFORM, 'shared/data-map/'],
  'shared/keys/': [PLATFORM, 'shared/requests/'],
  'shared/ledger/': [PLATFORM, 'shared/requests/', 'shared/keys/'],
  'shared/records/': [PLATFORM, 'shared/data-map/'],
  'shared/person/': [PLATFORM, 'shared/data-map/', 'shared/requests/', 'shared/keys/', 'shared/records/'],
  'shared/operations/': [PLATFORM, 'shared/data-map/', 'shared/requests/', 'shared/keys/', 'shared/ledger/'],
  'shared/erasure/': [...OF_WORKERS, 'shared/operations/'],
  'shared/intake/': [PLATFORM, 'shared/requests/', 'shared/keys/', 'shared/ledger/'],
  'shared/retention/': [...OF_WORKERS, 'shared/intake/'],
  'shared/replay/': [...OF_WORKERS, 'shared/intake/'],
  // Types of what the rooms answer: it runs nothing of them but readers and lists of words.
  'shared/operator/': [
    ...OF_WORKERS,
    'shared/operations/',
    'shared/erasure/',
    'shared/retention/',
    'shared/replay/',
    'shared/meta/',
    'shared/intake/',
  ],
  'shared/meta/': [...OF_INTAKES, 'shared/intake/'],
  'shared/email/': [...OF_INTAKES, 'shared/intake/', 'shared/languages/'],
  'shared/notify/': [...OF_INTAKES, 'shared/languages/'],
  'shared/status/': [
    PLATFORM,
    'shared/data-map/',
    'shared/requests/',
    'shared/operations/',
    'shared/config/',
    'shared/languages/',
  ],

  'infra/run.mjs': [],
  'infra/check.ts': [],
  'infra/functions/': ['shared/data-map/', 'shared/config/', 'shared/platform/settings.ts'],
  'infra/wiring.ts': ['infra/functions/', 'shared/data-map/', 'shared/config/define.ts'],
  'infra/bundles.ts': ['infra/wiring.ts'],
  'infra/package.ts': ['infra/bundles.ts', 'infra/wiring.ts'],
  'infra/app.ts': [
    'infra/bundles.ts',
    'infra/data-deletion.ts',
    'infra/deployment.ts',
    'infra/stack.ts',
    'shared/config/',
  ],
  'infra/stack.ts': ['infra/data-deletion.ts', 'infra/constructs/props.ts'],
  'infra/data-deletion.ts': ['infra/constructs/', 'shared/config/'],
  'infra/package-entry.ts': [
    'infra/data-deletion.ts',
    'infra/constructs/props.ts',
    'shared/config/define.ts',
    'shared/data-map/',
  ],
  'infra/deployment.ts': ['shared/config/', 'infra/constructs/props.ts'],
  'infra/constructs/functions/': OF_CONSTRUCTS,
  'infra/constructs/alarms/': [...OF_CONSTRUCTS, 'infra/constructs/functions/'],
  'infra/constructs/email/': [...OF_CONSTRUCTS, 'infra/constructs/functions/', 'infra/constructs/alarms/'],
  'infra/constructs/': [...OF_CONSTRUCTS, 'infra/constructs/', 'shared/deployed/'],

  'infra/cli/console/': ['shared/'],
  'infra/cli/system/': ['infra/cli/console/', 'infra/deployment.ts', 'shared/'],
  'infra/cli/define-command.ts': ['infra/cli/console/', 'infra/cli/system/'],
  'infra/cli/doctor/': ['infra/cli/console/', 'infra/cli/system/', 'infra/wiring.ts', 'shared/'],
  'infra/cli/commands/': [
    'infra/cli/console/',
    'infra/cli/system/',
    'infra/cli/define-command.ts',
    'infra/cli/doctor/',
    'shared/',
  ],
  'infra/cli/ops.ts': ['infra/cli/'],

  'infra/local/state/': ['shared/'],
  'infra/local/engines/': ['infra/local/state/', 'infra/wiring.ts', 'shared/'],
  'infra/local/lambda/': [
    'infra/local/state/',
    'infra/local/engines/',
    'infra/wiring.ts',
    'functions/',
    'shared/',
  ],
  'infra/local/events/': ['infra/local/state/', 'infra/local/engines/', 'infra/local/lambda/', 'shared/'],
  'infra/local/mail/': ['infra/local/state/', 'infra/local/engines/', 'infra/local/lambda/', 'shared/'],
  'infra/local/http/': ['infra/local/state/', 'infra/local/engines/', 'infra/local/lambda/', 'shared/'],
  'infra/local/sample/': ['infra/local/http/', 'shared/'],
  'infra/local/': ['functions/', 'infra/bundles.ts', 'infra/wiring.ts', 'shared/', 'infra/local/'],

  'docs/examples/': ['shared/person/company-function.ts'],
  'test/': ['deletion.config.ts', 'docs/examples/', 'functions/', 'infra/', 'shared/'],
}

/** A room with more would want a wall inside. */
const MOST_FILES = 30

/** Adapters talk to AWS; entry points build the clients. */
const AWS = /^@(?:aws-sdk|smithy|aws)\//
const MAY_USE_AWS =
  /^(?:functions|infra\/local|infra\/constructs|test)\/|^infra\/cli\/(?:doctor\/|system\/deployed-)|^shared\/.*-(?:dynamodb|lambda|s3|secretsmanager|ses|sqs)\.ts$/
/** Its items are DynamoDB's own: it may name their type. */
const RECORDS_PORT = 'shared/records/records.ts'
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
    ...fullFolders(scans),
    ...circles('files', new Map(scans.map(({ file, imports }) => [file, filesAmong(imports)]))),
    ...circles('rooms', roomsOf(scans)),
    ...reach(scans, manifest),
  ]
}

function layers({ file, imports }: Scan): readonly string[] {
  const part = partOf(file)
  if (part === undefined) return [`${file} belongs to no room: name it in test/architecture/rules.ts`]
  return filesAmong(imports)
    .filter((of) => !mayImport(part, of))
    .map((of) => `${file} may not import ${of}`)
}

const filesAmong = (imports: readonly Import[]): readonly string[] =>
  imports.flatMap(({ of, isFile }) => (isFile ? [of] : []))

const partOf = (file: string): string | undefined =>
  Object.keys(MAY_IMPORT)
    .filter((part) => file.startsWith(part))
    .toSorted((a, b) => b.length - a.length)[0]

const mayImport = (part: string, of: string): boolean =>
  partOf(of) === part || (MAY_IMPORT[part] ?? []).some((allowed) => of.startsWith(allowed))

function fullFolders(scans: readonly Scan[]): readonly string[] {
  const folders = Map.groupBy(scans, ({ file }) => posix.dirname(file))
  return [...folders].flatMap(([folder, { length }]) =>
    length > MOST_FILES ? [`${folder} has ${length} files, more than ${MOST_FILES}: cut it by subject`] : [],
  )
}

/** Which rooms each room imports. */
function roomsOf(scans: readonly Scan[]): ReadonlyMap<string, readonly string[]> {
  const rooms = Map.groupBy(scans, ({ file }) => partOf(file) ?? file)
  return new Map(
    [...rooms].map(([room, files]) => [
      room,
      files
        .flatMap(({ imports }) => filesAmong(imports).map((of) => partOf(of) ?? of))
        .filter((of) => of !== room),
    ]),
  )
}

/** One sentence for each way that comes back to where it began; a way is told once. */
function circles(what: string, graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const done = new Set<string>()
  const found: string[] = []
  const walk = (at: string, way: readonly string[]): void => {
    const begun = way.indexOf(at)
    if (begun !== -1) found.push(`${what} in a circle: ${[...way.slice(begun), at].join(' → ')}`)
    if (begun !== -1 || done.has(at)) return
    for (const next of new Set(graph.get(at))) walk(next, [...way, at])
    done.add(at)
  }
  for (const at of graph.keys()) walk(at, [])
  return found
}

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
