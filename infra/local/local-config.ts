/** Reads and checks the configuration file before anything starts. */
import type { DeletionConfig } from '../../shared/config/define.ts'
import { formatFindings } from '../../shared/config/findings.ts'
import { loadConfig } from '../../shared/config/load.ts'
import { checkConfig } from '../../shared/config/validate.ts'
import { StartError } from './state/start-error.ts'

/** @throws {@link StartError} when the file cannot be read, or has mistakes. */
export async function loadChecked(path: string): Promise<DeletionConfig> {
  const { config, findings } = await loadConfig(path)
    .then(checkConfig)
    .catch((cause: unknown) => {
      throw new StartError(cause instanceof Error ? cause.message : String(cause), { cause })
    })
  if (!config)
    throw new StartError(`${path} has mistakes; nothing was started.\n\n${formatFindings(findings)}`)
  return config
}
