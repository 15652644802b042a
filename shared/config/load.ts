/** Reads a `deletion.config.ts`. What it exports is checked elsewhere. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ConfigProblem } from './problem.ts'

/** @throws {@link ConfigProblem} in one sentence, when there is no such file, it fails, or it exports no default. */
export async function loadConfig(path: string): Promise<unknown> {
  const file = resolve(path)
  if (!existsSync(file))
    throw new ConfigProblem(`${path} does not exist: give the path of your deletion.config.ts`)
  const module: unknown = await import(pathToFileURL(file).href).catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new ConfigProblem(`${path} could not be read: ${why}`, { cause })
  })
  if (typeof module === 'object' && module !== null && 'default' in module) return module.default
  throw new ConfigProblem(`${path} has no default export: write "export default defineConfig({ … })"`)
}
