/** `npm run package`: makes the npm package with the construct for other CDK apps, in `dist/npm`. */
import { execFile } from 'node:child_process'
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { build, type Metafile } from 'esbuild'
import { buildBundles } from './bundles.ts'
import { FUNCTIONS } from './wiring.ts'

const root = join(import.meta.dirname, '..')
const run = promisify(execFile)

export interface Packed {
  /** The tarball. */
  readonly file: string
  readonly bytes: number
  /** Paths inside the tarball. */
  readonly files: readonly string[]
}

/** @param options.outDir Is emptied first. Gets the folder `package`, and the tarball beside it. */
export async function makePackage({
  outDir,
  bundles,
}: Record<'outDir' | 'bundles', string>): Promise<Packed> {
  const folder = join(outDir, 'package')
  await rm(outDir, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const [construct] = await Promise.all([buildConstruct(folder), buildTypes(folder)])
  for (const name of Object.keys(FUNCTIONS)) {
    await cp(join(bundles, name), join(folder, 'bundles', name), { recursive: true })
  }
  const functions = await Promise.all(
    Object.keys(FUNCTIONS).map((name) => readJson<Metafile>(join(bundles, 'meta', `${name}.json`))),
  )
  const manifest = manifestOf(await readJson<Manifest>(join(root, 'package.json')))
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`)
  await writeFile(join(folder, 'THIRD-PARTY-LICENSES'), await licencesOf([construct, ...functions]))
  await cp(join(root, 'LICENSE'), join(folder, 'LICENSE'))
  await cp(join(root, 'docs/construct.md'), join(folder, 'README.md'))
  return pack(folder, outDir)
}

async function buildConstruct(folder: string): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: [join(root, 'infra/package-entry.ts')],
    outfile: join(folder, 'index.js'),
    absWorkingDir: root,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: `node${NODE}`,
    external: PEERS.flatMap((peer) => [peer, `${peer}/*`]),
    // They are in THIRD-PARTY-LICENSES.
    legalComments: 'none',
    metafile: true,
    logLevel: 'error',
  })
  return metafile
}

/** Keeps only the declarations that the entry reaches: the compiler writes one for every file it reads. */
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

/** Sources import `.ts` files; the package has none. */
const IMPORTED = /'(\.{1,2}\/[^']+)\.ts'/g
const TYPES = 'infra/package-entry.d.ts'
/** The oldest maintained version that has `Map.groupBy`. */
const NODE = '22'
const PEERS = ['aws-cdk-lib', 'constructs'] as const

interface Manifest extends Readonly<Record<'name' | 'version' | 'description' | 'license', string>> {
  readonly devDependencies: Readonly<Record<string, string>>
}

/** Peers: the versions that the tests here ran with, and compatible later ones. */
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

/** The licences of every library that a bundle has code of. */
async function licencesOf(metafiles: readonly Metafile[]): Promise<string> {
  const used = metafiles.flatMap(({ outputs }) =>
    Object.values(outputs).flatMap(({ inputs }) =>
      Object.entries(inputs).flatMap(([input, { bytesInOutput }]) => (bytesInOutput > 0 ? [input] : [])),
    ),
  )
  const folders = new Set(
    used.flatMap((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? []),
  )
  const libraries = await Promise.all(
    [...folders].toSorted().map(async (folder) => {
      const { name, version, license } = await readJson<Manifest>(join(root, folder, 'package.json'))
      const [file] = (await readdir(join(root, folder))).filter((entry) => /^licen[cs]e/i.test(entry))
      const text = file === undefined ? '' : (await readFile(join(root, folder, file), 'utf8')).trim()
      return { name: `${name} ${version} (${license})`, text }
    }),
  )
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
  // The form that npm documents for --json.
  const [packed] = JSON.parse(stdout) as [{ filename: string; size: number; files: { path: string }[] }]
  const { filename, size: bytes, files } = packed
  return { file: join(outDir, filename), bytes, files: files.map(({ path }) => path) }
}

/** Only for files of this repository and its packages, whose form is known. */
const readJson = async <T>(file: string): Promise<T> => JSON.parse(await readFile(file, 'utf8')) as T

const outputOf = (cause: unknown): string =>
  cause instanceof Error && 'stdout' in cause && 'stderr' in cause
    ? `${String(cause.stdout)}${String(cause.stderr)}`.trim() || cause.message
    : String(cause)

if (process.argv[1] === import.meta.filename) {
  console.log('building the functions …')
  const bundles = join(root, 'dist')
  await buildBundles({ outDir: bundles })
  console.log('building the construct and its types …')
  const { file, bytes, files } = await makePackage({ outDir: join(root, 'dist/npm'), bundles })
  console.log(`${relative(root, file)}  ${(bytes / 1024).toFixed(0)} KB, ${files.length} files`)
  console.log(`In a CDK app of your own: npm install ${file}`)
}
