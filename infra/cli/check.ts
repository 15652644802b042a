/** `check`: is the configuration right? Reads the file, contacts nothing. */
import type { Command } from 'commander'
import type { DeletionConfig } from '../../shared/config/define.ts'
import { CliError } from './failure.ts'
import { counted, type OutputOptions, paint, present } from './output.ts'

export function addCheck(program: Command): void {
  program
    .command('check')
    .description(
      'Checks the configuration and names every mistake: its place, what is wrong, what would be right.',
    )
    .option('--config <path>', 'the configuration', 'deletion.config.ts')
    .addHelpText(
      'after',
      `
Examples:
  $ npm run ops -- check
  $ npm run ops -- check --config ../company/deletion.config.ts
  $ npm run --silent ops -- check --json`,
    )
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<OutputOptions & { config: string }>()
      // The schema library is loaded for this command only.
      const { checkConfig } = await import('../../shared/config/validate.ts')
      const { formatFindings } = await import('../../shared/config/findings.ts')
      const { config, findings } = checkConfig(await load(options.config))
      present(options, { path: options.config, valid: config !== undefined, findings }, () =>
        config
          ? `${paint('green', 'ok')} ${options.config}: ${describe(config)}`
          : `${options.config} has mistakes.\n\n${formatFindings(findings)}`,
      )
      if (!config) process.exitCode = 1
    })
}

async function load(path: string): Promise<unknown> {
  const { loadConfig } = await import('../../shared/config/load.ts')
  try {
    return await loadConfig(path)
  } catch (cause) {
    throw new CliError('config_unreadable', cause instanceof Error ? cause.message : String(cause), { cause })
  }
}

function describe({
  apps,
  locales,
  dataMap: { identities, tables, holdings, categories, reasons },
}: DeletionConfig) {
  const parts = [
    counted(Object.keys(apps).length, 'app'),
    counted(Object.keys(identities).length, 'identity', 'identities'),
    counted(Object.keys(tables).length, 'table'),
    counted(Object.keys(holdings).length, 'holding'),
    `the texts of ${counted(Object.keys(categories).length, 'category', 'categories')}`,
    `and ${counted(Object.keys(reasons).length, 'reason')} in ${locales.join(' and ')}`,
  ]
  return `${parts.slice(0, -1).join(', ')} ${parts.at(-1)} were checked. The tables themselves were not looked at.`
}
