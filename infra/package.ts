/** `npm run package`: what others install to use the construct in a CDK app of their own, in `dist/package`. */
import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { build, type Metafile } from 'esbuild'
import { buildBundles } from './bundles.ts'

const root = join(import.meta.dirname, '..')
const run = promisify(execFile)

export interface Packed {
  /** The tarball. */
  readonly file: string
  readonly bytes: number
  /** All that is in it. */
  readonly files: readonly string[]
}

/** @param outDir Is emptied first; gets the folder `package`, and the tarball beside it. */
export async function makePackage(outDir: string): Promise<Packed> {
  const folder = join(outDir, 'package')
  await rm(outDir, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const [metafiles] = await Promise.all([buildCode(folder), buildTypes(folder)])
  const manifest = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Manifest
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifestOf(manifest), undefined, 2)}\n`)
  await writeFile(join(folder, 'THIRD-PARTY-LICENSES'), await licencesOf(metafiles))
  await cp(join(root, 'LICENSE'), join(folder, 'LICENSE'))
  await cp(join(root, 'docs/construct.md'), join(folder, 'README.md'))
  return pack(folder, outDir)
}

async function buildCode(folder: string): Promise<readonly Metafile[]> {
  const bundles = join(folder, 'bundles')
  const [construct] = await Promise.all([
    build({
      entryPoints: [join(root, 'infra/package-entry.ts')],
      outfile: join(folder, 'index.js'),
      absWorkingDir: root,
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: `node${NODE}`,
      external: PEERS.flatMap((peer) => [peer, `${peer}/*`]),
      // Without the comments of the libraries: their licences stand in a file of their own.
      legalComments: 'none',
      metafile: true,
      logLevel: 'error',
    }),
    buildBundles({ outDir: bundles }),
  ])
  const meta = join(bundles, 'meta')
  const metafiles = readdirSync(meta).map((name) => readFileSync(join(meta, name), 'utf8'))
  for (const beside of ['meta', 'maps']) await rm(join(bundles, beside), { recursive: true })
  return [construct.metafile, ...metafiles.map((text) => JSON.parse(text) as Metafile)]
}

/** Only the declarations that lead from the entry: the compiler writes one for every file it reads. */
async function buildTypes(folder: string): Promise<void> {
  const all = join(folder, '..', 'types')
  await rm(all, { recursive: true, force: true })
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const options = ['--project', join(root, 'infra/package.tsconfig.json'), '--outDir', all]
  await run(process.execPath, [tsc, ...options]).catch((cause: unknown) => {
    throw new Error(`the types could not be made: ${outputOf(cause)}`, { cause })
  })
  const reached = new Set([TYPES])
  for (const file of reached) {
    const text = await readFile(join(all, file), 'utf8')
    for (const [, specifier = ''] of text.matchAll(IMPORTED)) {
      reached.add(join(dirname(file), `${specifier}.d.ts`))
    }
    await mkdir(dirname(join(folder, 'types', file)), { recursive: true })
    await writeFile(join(folder, 'types', file), text.replaceAll(IMPORTED, "'$1.js'"))
  }
  await rm(all, { recursive: true })
}

/** As the sources name each other; whoever installs this has no sources. */
const IMPORTED = /'(\.{1,2}\/[^']+)\.ts'/g
const TYPES = 'infra/package-entry.d.ts'
/** The oldest that knows `Map.groupBy`, of those that are still mended. */
const NODE = '22'
const PEERS = ['aws-cdk-lib', 'constructs'] as const

interface Manifest {
  readonly name: string
  readonly version: string
  readonly description: string
  readonly license: string
  readonly devDependencies: Readonly<Record<string, string>>
}

/** Of the peers, what the tests here have run with and what follows it. */
const manifestOf = ({ name, version, description, license, devDependencies }: Manifest) => ({
  name,
  version,
  description,
  license,
  type: 'module',
  engines: { node: `>=${NODE}` },
  exports: { '.': { types: `./types/${TYPES}`, default: './index.js' } },
  types: `./types/${TYPES}`,
  sideEffects: false,
  peerDependencies: Object.fromEntries(PEERS.map((peer) => [peer, `^${devDependencies[peer]}`])),
})

/** Of every library of which something is in the bundles. */
async function licencesOf(metafiles: readonly Metafile[]): Promise<string> {
  const used = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap(({ inputs }) =>
      Object.entries(inputs).flatMap(([input, { bytesInOutput }]) => (bytesInOutput > 0 ? [input] : [])),
    ),
  )
  const folders = new Set(
    used.flatMap((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? []),
  )
  const libraries = [...folders].toSorted().map((folder) => {
    const manifest = readFileSync(join(root, folder, 'package.json'), 'utf8')
    const { name, version, license } = JSON.parse(manifest) as Manifest
    const [file] = readdirSync(join(root, folder)).filter((entry) => /^licen[cs]e/i.test(entry))
    const text = file === undefined ? '' : readFileSync(join(root, folder, file), 'utf8').trim()
    return { name: `${name} ${version} (${license})`, text }
  })
  const parts = [...Map.groupBy(libraries, ({ text }) => text)].map(
    ([text, of]) => `${of.map(({ name }) => name).join('\n')}\n\n${text}`,
  )
  return `${parts.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`
}

async function pack(folder: string, outDir: string): Promise<Packed> {
  const args = ['pack', '--json', '--ignore-scripts', '--loglevel=error', '--pack-destination', outDir]
  const { stdout } = await run('npm', args, { cwd: folder, shell: process.platform === 'win32' }).catch(
    (cause: unknown) => {
      throw new Error(`npm could not pack ${relative(root, folder)}: ${outputOf(cause)}`, { cause })
    },
  )
  const [packed] = JSON.parse(stdout) as readonly [
    {
      readonly filename: string
      readonly size: number
      readonly files: readonly { readonly path: string }[]
    },
  ]
  const file = join(outDir, packed.filename)
  return { file, bytes: packed.size, files: packed.files.map(({ path }) => path) }
}

const outputOf = (cause: unknown): string =>
  cause instanceof Error && 'stdout' in cause && 'stderr' in cause
    ? `${String(cause.stdout)}${String(cause.stderr)}`.trim() || cause.message
    : String(cause)

if (process.argv[1] === import.meta.filename) {
  const outDir = join(root, 'dist/npm')
  console.log('building the functions, the construct and its types …')
  const { file, bytes, files } = await makePackage(outDir)
  console.log(`${relative(root, file)}  ${(bytes / 1024).toFixed(0)} KB, ${files.length} files`)
  console.log(`In a CDK app of yours: npm install ${file}`)
}
