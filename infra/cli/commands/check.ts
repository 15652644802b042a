/** `check`: is the configuration right? Reads the file; with `--live`, the deployed tables, too. Changes nothing. */
import type { Command } from 'commander'
import type { DeletionConfig } from '../../../shared/config/define.ts'
import { loadFile } from '../console/config-file.ts'
import { wrongUsage } from '../console/failure.ts'
import { counted, type OutputOptions, paint, present } from '../console/output.ts'
import { type LiveOptions, lookAtTables } from '../doctor/tables.ts'
import { describeLive } from './check-live.ts'

export function addCheck(program: Command): void {
  program
    .command('check')
    .description(
      'Checks the configuration and names every mistake: its place, what is wrong, what would be right.',
    )
    .option('--config <path>', 'the configuration', 'deletion.config.ts')
    .option(
      '--live',
      'also compare the data map with the deployed tables; with --local, with those of npm start',
    )
    .option('--ledger <table>', 'with --live: the ledger of this system (default: recognised by its keys)')
    .option('--sample <items>', 'with --live: items to look at in each table; 0 for none', itemCount, 200)
    .addHelpText(
      'after',
      `
--live reads with your own AWS credentials and changes nothing; docs/check-live.md has the permissions it needs. Of
sampled items it prints names of attributes, never a value.

Examples:
  $ npm run ops -- check
  $ npm run ops -- check --config ../company/deletion.config.ts
  $ npm run ops -- check --live --region ap-southeast-1
  $ npm run ops -- check --live --local
  $ npm run --silent ops -- check --json`,
    )
    .action(async (_options, command: Command) => {
      const options = command.optsWithGlobals<CheckOptions>()
      refuseMisuse(options, command)
      // The schema library is loaded for this command only.
      const { checkConfig } = await import('../../../shared/config/validate.ts')
      const { formatFindings } = await import('../../../shared/config/findings.ts')
      const { config, findings: mistakes } = checkConfig(await loadFile(options.config))
      const live = config && options.live ? await lookAtTables(config.dataMap, options) : undefined
      const findings = [...mistakes, ...(live?.findings ?? [])]
      const document = {
        path: options.config,
        valid: findings.length === 0,
        findings,
        ...(live && { deployed: live.deployed }),
      }
      present(options, document, () => {
        if (!config) return `${options.config} has mistakes.\n\n${formatFindings(findings)}`
        const checked = `${paint('green', 'ok')} ${options.config}: ${describe(config)}`
        return live
          ? `${checked}\n${describeLive(live)}`
          : `${checked} The tables themselves were not looked at.`
      })
      if (findings.length > 0) process.exitCode = 1
    })
}

type CheckOptions = OutputOptions & LiveOptions & { readonly config: string; readonly live?: true }

function refuseMisuse({ live, region, profile, ledger }: CheckOptions, command: Command): void {
  const isSampled = command.getOptionValueSource('sample') === 'cli'
  if (!live && (region !== undefined || profile !== undefined || ledger !== undefined || isSampled)) {
    throw wrongUsage('--region, --profile, --ledger and --sample go with --live')
  }
}

const MOST_ITEMS = 10_000

function itemCount(text: string): number {
  const count = Number(text)
  if (/^\d{1,5}$/.test(text) && count <= MOST_ITEMS) return count
  throw wrongUsage(`--sample takes a number of items from 0 to ${MOST_ITEMS}`)
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
  return `${parts.slice(0, -1).join(', ')} ${parts.at(-1)} were checked.`
}
