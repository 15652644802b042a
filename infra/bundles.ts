/** Builds what Lambda runs: one file per function, the AWS SDK included. */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild'
import { entryOf, FUNCTIONS, type FunctionName } from './wiring.ts'

export interface Bundle {
  readonly name: FunctionName
  readonly file: string
  readonly bytes: number
}

export interface BundlesOptions {
  /** Gets one folder for each function, and `meta` and `maps` beside them. Only a function's own folder is deployed. */
  readonly outDir: string
  /** @default every function */
  readonly names?: readonly FunctionName[]
}

const root = join(import.meta.dirname, '..')
const NAMES = Object.keys(FUNCTIONS) as FunctionName[]

export async function buildBundles({ outDir, names = NAMES }: BundlesOptions): Promise<readonly Bundle[]> {
  const built = new Map<string, Promise<Built>>()
  const once = (entry: string): Promise<Built> => {
    const building = built.get(entry) ?? bundle(join(root, 'functions', `${entry}.ts`))
    built.set(entry, building)
    return building
  }
  return Promise.all(
    names.map(async (name) => {
      const { code, map, meta } = await once(entryOf(name).file)
      const file = join(outDir, name, 'index.mjs')
      await rm(dirname(file), { recursive: true, force: true })
      await write(file, code)
      await write(join(outDir, 'maps', `${name}.mjs.map`), map)
      await write(join(outDir, 'meta', `${name}.json`), JSON.stringify(meta))
      return { name, file, bytes: code.byteLength }
    }),
  )
}

export interface Built {
  readonly code: Uint8Array
  readonly map: Uint8Array
  readonly meta: Metafile
}

/** Builds one file as Lambda gets it. */
export async function bundle(entry: string): Promise<Built> {
  const built = await bundleWith(entry, {})
  // A CommonJS package that loads Node's own modules needs this; no other does.
  if (!Buffer.from(built.code).includes('Dynamic require of "')) return built
  return bundleWith(entry, {
    js: "import { createRequire } from 'node:module'\nconst require = createRequire(import.meta.url)",
  })
}

async function bundleWith(entry: string, banner: NonNullable<BuildOptions['banner']>): Promise<Built> {
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    outfile: 'index.mjs',
    absWorkingDir: root,
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    minify: true,
    // The SDK's ES modules, of which esbuild can leave out unused code: 331 KB instead of 525 KB.
    mainFields: ['module', 'main'],
    sourcemap: 'external',
    sourcesContent: false,
    metafile: true,
    legalComments: 'none',
    logLevel: 'error',
    banner,
    plugins: [noDeveloperCredentials, httpWithoutFetch],
  })
  const [map, code] = outputFiles
  if (map === undefined || code === undefined) throw new Error(`esbuild wrote no bundle of ${entry}`)
  return { code: code.contents, map: map.contents, meta: metafile }
}

/**
 * Leaves out the SDK's sources of credentials for a developer's machine: on Lambda the credentials are in the
 * environment, and these 114 KB never run. A source that is asked all the same passes on to the next in the chain.
 */
const noDeveloperCredentials: Plugin = {
  name: 'no developer credentials',
  setup(esbuild) {
    esbuild.onResolve(
      { filter: /^@aws-sdk\/credential-provider-(?:ini|process|sso|web-identity)$/ },
      ({ path }) => ({ path, namespace: 'left-out' }),
    )
    esbuild.onLoad({ filter: /./, namespace: 'left-out' }, () => ({
      contents: `
        const skip = () => async () => { throw Object.assign(new Error('left out'), { tryNextLink: true }) }
        export { skip as fromIni, skip as fromProcess, skip as fromSSO, skip as fromTokenFile }`,
    }))
  },
}

/**
 * An ES module that imports `node:http` makes Node read all its exports, and three of them load undici, which is all of
 * `fetch` and `WebSocket`: 11 ms of a cold start, for code that no function calls.
 */
const httpWithoutFetch: Plugin = {
  name: 'http without fetch',
  setup(esbuild) {
    esbuild.onResolve({ filter: /^(?:node:)?http$/ }, () => ({ path: 'node:http', namespace: 'built-in' }))
    esbuild.onLoad({ filter: /./, namespace: 'built-in' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule('${path}')`,
    }))
  },
}

async function write(file: string, contents: string | Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, contents)
}

if (process.argv[1] === import.meta.filename) {
  for (const { name, bytes } of await buildBundles({ outDir: join(root, 'dist') })) {
    console.log(`${name.padEnd(16)}${(bytes / 1024).toFixed(0).padStart(5)} KB`)
  }
}
