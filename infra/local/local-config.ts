/** The configuration file, read and checked before anything starts. */
import type { DeletionConfig } from '../../shared/config/define.ts'
import type { Finding } from '../../shared/config/findings.ts'
import { loadConfig } from '../../shared/config/load.ts'
import { checkConfig } from '../../shared/config/validate.ts'
import { StartError } from './state/start-error.ts'

/** @throws {@link StartError} when the file cannot be read. */
export async function loadChecked(
  path: string,
): Promise<{ config?: DeletionConfig; findings: readonly Finding[] }> {
  try {
    return checkConfig(await loadConfig(path))
  } catch (cause) {
    throw new StartError(cause instanceof Error ? cause.message : String(cause), { cause })
  }
}
