/** The configuration that a command is about. */
import { CliError } from './failure.ts'

/** @throws {@link CliError} `config_unreadable` */
export async function loadFile(path: string): Promise<unknown> {
  const { loadConfig } = await import('../../../shared/config/load.ts')
  try {
    return await loadConfig(path)
  } catch (cause) {
    throw new CliError('config_unreadable', cause instanceof Error ? cause.message : String(cause), { cause })
  }
}
