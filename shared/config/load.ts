/** Reads a `deletion.config.ts`. `checkConfig` checks what it exports. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { ConfigProblem } from './findings.ts'

/** @throws {@link ConfigProblem} in one sentence, when the file does not exist, fails to load, or has no default export. */
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
