/** `plan`: previews an erasure. Touches nothing. */
import type { actionKind } from '../../../shared/data-map/holdings.ts'
import type { Preview } from '../../../shared/erasure/preview.ts'
import { dayOf } from '../../../shared/platform/time.ts'
import { givenIdentities } from '../console/named-identities.ts'
import { argument, option } from '../console/options.ts'
import { counted, paint, table } from '../console/output.ts'
import { defineCommand } from '../define-command.ts'
import { PROBLEMS } from './show-words.ts'

type ActionKind = ReturnType<typeof actionKind>

export const plan = defineCommand({
  name: 'plan',
  says: 'Counts the items that an erasure would erase, redact and retain. Touches nothing.',
  options: {
    given: argument(
      '[KIND=VALUE...]',
      'identities of the data map (default: one per line on standard input)',
    ),
    scope: option('--scope <scope>', 'the whole account, or only data from Meta', {
      oneOf: ['account', 'platform'],
      standard: 'account',
    }),
  },
  help: `
Examples:
  $ npm run ops -- plan --local email=an.tran01@example.com
  $ npm run ops -- plan --local facebookId=10223000000000101 email=an.tran01@example.com --scope platform
  $ npm run ops -- plan --local < somebody.txt     (keeps the person out of the shell's history)`,
  async run({ given, scope }, { ask, print }) {
    const identities = await givenIdentities(given, process.stdin)
    const preview = await ask('plan', { identities, scope })
    const kinds = [...new Set(identities.map(([kind]) => kind))]
    print(preview, () => describePreview(preview, kinds))
  },
})

const COLOUR = { erase: 'red', redact: 'yellow', retain: 'green', leave: 'dim' } as const

/** @param asked The kinds of the given identities; their values are not repeated. */
export function describePreview(preview: Preview, asked: readonly string[]): string {
  const { scope, holdings, identities } = preview
  const total = sum(preview)
  const notes = [...notesOn(preview), 'Nothing was touched.']
  if (total === 0) {
    const end = preview.unasked ? 'in the tables' : 'an erasure would end as completed, with nothing found'
    return [`Nothing was found under ${asked.join(', ')} (scope ${scope}): ${end}.`, ...notes].join('\n')
  }
  const rows = holdings.map(({ holding, table, action, category, items, until }) => [
    action in COLOUR ? paint(COLOUR[action as ActionKind], action) : action,
    holding,
    table,
    category,
    items,
    (until && dayOf(until)) ?? '',
  ])
  const kinds = Object.entries(identities).map(([name, values]) => `${name} ${values}`)
  return [
    table(['action', 'holding', 'table', 'category', 'items', 'until'], rows),
    `${counted(total, 'item')}: ${(['erase', 'redact', 'retain'] as const).map((kind) => `${kind} ${sum(preview, kind)}`).join(', ')} (scope ${scope}).`,
    `Found by ${asked.join(', ')}; values of each identity in all: ${kinds.join(', ')}.`,
    ...notes,
  ].join('\n')
}

const notesOn = (preview: Preview): readonly string[] =>
  [...warningsOn(preview)].map((text) => paint('yellow', text))

function* warningsOn({
  review,
  unusable,
  lookups,
  uncombined = [],
  unasked = [],
}: Preview): Generator<string> {
  if (unasked.length > 0)
    yield `Not asked here: ${unasked.join(', ')}. A request asks these functions and people as well.`
  if (review) yield `${PROBLEMS[review]}: such a request would wait for an approval.`
  if (lookups) yield `One key would take ${counted(lookups, 'query', 'queries')}.`
  if (uncombined.length > 0)
    yield `Nothing is found by ${uncombined.join(', ')}: the values of its key were never seen together.`
  const unread = Object.entries(unusable).map(([name, values]) => `${name} (${values})`)
  if (unread.length > 0)
    yield `Unusable values in ${unread.join(', ')}: these values are no keys, so a request would need the operator.`
}

const sum = ({ holdings }: Preview, kind?: ActionKind): number =>
  holdings.reduce((total, { action, items, erased = 0 }) => {
    const own = kind === undefined || action === kind ? items : 0
    // What is kept no longer is erased.
    const over = action === 'retain' ? { retain: -erased, erase: erased } : {}
    return total + own + (kind && kind in over ? (over[kind as keyof typeof over] ?? 0) : 0)
  }, 0)
