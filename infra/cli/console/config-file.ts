import type { Checked } from '../../../shared/config/validate.ts'
import { CliError } from './failure.ts'

/** Reads and checks the configuration. @throws {@link CliError} `config_unreadable` */
export async function checkFile(path: string): Promise<Checked> {
  // Loaded here, because most commands do not need the schema library.
  const { loadConfig } = await import('../../../shared/config/load.ts')
  const { checkConfig } = await import('../../../shared/config/validate.ts')
  const config = await loadConfig(path).catch((cause: unknown) => {
    throw new CliError('config_unreadable', cause instanceof Error ? cause.message : String(cause), { cause })
  })
  return checkConfig(config)
}
