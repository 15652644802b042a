/** `import`: opens a request for each user id in Meta's lists. */
import { basename } from 'node:path'
import type { IdStanding } from '../../../shared/erasure/look-up-ids.ts'
import { CliError, wrongUsage } from '../console/failure.ts'
import { argument, EXPECT, flag, option } from '../console/options.ts'
import { counted, paint, showProgress, table } from '../console/output.ts'
import { defineCommand } from '../define-command.ts'
import { type Ask, limitInFlight } from '../system/ask.ts'
import { allIds, BATCH, type Broken, batchesOf, digestOf, firstOf, type List, readLists } from './id-lists.ts'

export const importIds = defineCommand({
  name: 'import',
  says: 'Opens a request for every user id in the files of "Download User Identifiers" in Meta\'s App Dashboard.',
  options: {
    files: argument('<file...>'),
    app: option('--app <name>', 'the app of the ids, as deletion.config.ts names it', { isRequired: true }),
    isDryRun: flag('--dry-run', 'only count the people: with records, without any, and erased already'),
    expect: EXPECT,
    isOtherApp: flag('--other-app', 'accept a file whose name has the number of another app'),
    skipBroken: flag('--skip-broken', 'leave out lines without an id, instead of refusing their file'),
  },
  help: `
A file has one id a line; a title, quotes and further columns do not matter. Ids that a spreadsheet has rounded are refused,
line by line: nothing is imported then.

People who were erased and have no records since are skipped, and so are ids that come twice. After Ctrl-C or a failure, the
same command goes on where it stopped. Requests are opened no faster than they are worked on.

Examples:
  $ npm run ops -- import --local --app shop --dry-run 123456789012345_2026-11-20.csv
  $ npm run ops -- import --local --app shop --expect 42 123456789012345_2026-11-20.csv`,
  async run({ files, app, isDryRun, expect, isOtherApp, skipBroken = false }, { ask, ops, print }) {
    if (isDryRun && expect !== undefined)
      throw wrongUsage('give --dry-run, or --expect with the number that it found: not both')
    const { lists, broken } = await readLists(files, { skipBroken })
    if (broken.length > 0) {
      process.exitCode = 1
      return print({ broken }, () => describeBroken(broken))
    }
    const importing = { ask, app, lists }
    await assertApp(importing, isOtherApp)
    if (isDryRun) {
      const tally = await count(importing)
      const next = `Nothing is imported yet. To import them, run it with ${paint('bold', `--expect ${tally.found}`)} in place of --dry-run.`
      return print(report(lists, tally), () => describe(lists, tally, next))
    }
    const done = await importLists(importing, expect)
    print(report(lists, done), () => {
      const repeated = done.found + done.unknown - done.opened
      const before = repeated > 0 ? `; ${counted(repeated, 'id')} had one before` : ''
      const opened = `${counted(done.opened, 'request is', 'requests are')} new${before}.`
      return describe(lists, done, `${opened} Follow them: ${ops('list --channel list')}`)
    })
  },
})

interface Import {
  readonly ask: Ask
  readonly app: string
  readonly lists: readonly List[]
}

const SHOWN = 20

function describeBroken(broken: readonly Broken[]): string {
  const lines = broken
    .slice(0, SHOWN)
    .map(
      ({ file, line, why }) => `${paint('red', line === undefined ? file : `${file}, line ${line}`)}: ${why}`,
    )
  const more = broken.length > SHOWN ? [`… and ${broken.length - SHOWN} more (--json has them all)`] : []
  const skip = broken.every(({ line }) => line) ? ' --skip-broken leaves out such lines.' : ''
  const remedy = 'Nothing is imported. Download the file again, and do not open it in a spreadsheet.'
  return [...lines, ...more, `${remedy}${skip}`].join('\n')
}

async function assertApp({ ask, app, lists }: Import, isOtherApp = false): Promise<void> {
  for (const { path, fileOf } of lists) {
    const first = await firstOf(path)
    await ask('standing', { app, ids: [first], fileOf: isOtherApp ? undefined : fileOf })
  }
}

type Tally = Readonly<Record<IdStanding, number>>

const NOBODY: Tally = { found: 0, unknown: 0, erased: 0 }

const plus = ({ found, unknown, erased }: Tally, standings: readonly IdStanding[]): Tally => {
  const of = (standing: IdStanding): number => standings.filter((one) => one === standing).length
  return { found: found + of('found'), unknown: unknown + of('unknown'), erased: erased + of('erased') }
}

async function* lookedUp({ ask, app, lists }: Import, what: string) {
  const progress = showProgress(what)
  let done = 0
  for await (const ids of batchesOf(lists)) {
    const { standings } = await ask('standing', { app, ids: ids.map(({ userId }) => userId) })
    yield { ids, standings }
    done += ids.length
    progress.at(done, allIds(lists))
  }
  progress.end()
}

async function count(importing: Import): Promise<Tally> {
  let tally = NOBODY
  for await (const { standings } of lookedUp(importing, 'ids looked up')) tally = plus(tally, standings)
  return tally
}

/** `opened`: new requests. */
type Imported = Tally & { readonly opened: number }

async function importLists(importing: Import, expect: number | undefined): Promise<Imported> {
  if (expect === undefined) {
    throw wrongUsage('give --expect with the number that the dry run found: run it with --dry-run first')
  }
  const { ask, app, lists } = importing
  const digest = await digestOf(app, lists)
  const { found: begun } = await ask('find-import', { digest })
  const found = begun ?? (await count(importing)).found
  if (expect !== found) {
    const when = begun === undefined ? 'now' : 'when this import began'
    throw new CliError(
      'unexpected_count',
      `Nothing is imported: there are records of ${found} of them ${when}, not of ${expect}. Run it with --dry-run again.`,
    )
  }
  await ask('begin-import', { digest, app, found })
  const done = await openAll(importing)
  await ask('end-import', { digest })
  return done
}

/** A thousand requests wait for an eraser at most. */
const BATCHES_IN_FLIGHT = 1000 / BATCH

async function openAll(importing: Import): Promise<Imported> {
  const { ask, app } = importing
  let tally = NOBODY
  let opened = 0
  const opening = limitInFlight(ask, BATCHES_IN_FLIGHT)
  for await (const { ids, standings } of lookedUp(importing, 'ids handled')) {
    tally = plus(tally, standings)
    const asked = ids.flatMap((id, n) =>
      standings[n] === 'erased' ? [] : [{ ...id, isFound: standings[n] === 'found' }],
    )
    if (asked.length > 0) {
      const answer = await ask('import', { app, ids: asked })
      opened += answer.opened
      await opening(answer.requests)
    }
  }
  return { ...tally, opened }
}

const report = (lists: readonly List[], tally: Tally | Imported) => ({
  files: lists.map(({ path, day, ids, broken }) => ({ file: basename(path), day, ids, broken })),
  ids: tally.found + tally.unknown + tally.erased,
  ...tally,
})

const describe = (lists: readonly List[], { found, unknown, erased }: Tally, end: string): string =>
  [
    table(
      ['file', 'of', 'ids', 'broken lines'],
      lists.map(({ path, day, ids, broken }) => [basename(path), day, ids, broken]),
    ),
    table(
      ['people', 'ids'],
      [
        ['with records', found],
        ['without records', unknown],
        ['erased already, and without records since', erased],
      ],
    ),
    end,
  ].join('\n')
