/** `npm run demo`: erases a person through Meta's callback, then looks for the person without the data map. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import Table from 'cli-table3'
import { Command } from 'commander'
import { createSignedRequest } from '../../shared/meta/signed-request.ts'
import { engineClient, shedUserSettings } from './engines/engines.ts'
import { LEDGER_TABLE } from './engines/tables.ts'
import { callbackUrl } from './http/local-routes.ts'
import { loadChecked } from './local-config.ts'
import { type Census, type FinalStatus, follow, takeCensus } from './sample/follow-up.ts'
import { PEOPLE } from './sample/people.ts'
import { DEMO_PERSON, samplePeople, seedSample } from './sample/sample.ts'
import { type System, startSystem } from './system.ts'

const env = { ...process.env }
shedUserSettings(process.env)
process.env['TZ'] = 'UTC'

const { json, config: path } = new Command('npm run demo --')
  .description(
    'Deletes a person of the sample company as Meta would request it, and proves that nothing is left.',
  )
  .option('--json', 'print one JSON object for programs')
  .option('--config <path>', 'another configuration of the sample company', 'deletion.config.ts')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse()
  .opts<{ json?: true; config: string }>()

const say = (line: string): void => {
  if (!json) console.log(line)
}
/** Without colours and rules between rows. */
const PLAIN = {
  style: { head: [], border: [] },
  chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
}
const logged: string[] = []

try {
  const left = await demo()
  process.exitCode = left === 0 ? 0 : 1
} catch (error) {
  console.error(logged.join('\n'))
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}

/** @returns The number of items that should not be there. */
async function demo(): Promise<number> {
  const config = await loadChecked(path)
  const sample = { seed: seedSample, people: samplePeople() }
  const system = await startSystem({ config, port: 0, sample, env, log: (line) => logged.push(line) })
  const client = new DynamoDBClient(engineClient(system.endpoints.dynamodb))
  try {
    const values = valuesOf(DEMO_PERSON.email)
    const before = await takeCensus(client, values)
    const { url, code } = await askForDeletion(system)
    const status = await follow(url, (state) => say(`  ${state}`))
    const after = await takeCensus(client, values)
    const left = leftBehind(after, status)
    if (json)
      console.log(JSON.stringify({ code, ...status, tables: compare(before, after), leftBehind: left }))
    else report(status, before, after, left)
    return left
  } finally {
    client.destroy()
    await system.close()
  }
}

async function askForDeletion({ url, appSecrets }: System): Promise<{ url: string; code: string }> {
  const { app, userId } = DEMO_PERSON
  const signed = createSignedRequest(
    { user_id: userId, issued_at: Math.floor(Date.now() / 1000) },
    appSecrets[app]?.[0] ?? '',
  )
  const body = new URLSearchParams({ signed_request: signed })
  const response = await fetch(callbackUrl(url, app), { method: 'POST', body })
  if (!response.ok) throw new Error(`the callback answered ${response.status}`)
  const answer = (await response.json()) as { url: string; confirmation_code: string }
  say(`Meta posts a signed_request to ${callbackUrl(url, app)} and receives`)
  say(`  confirmation_code  ${answer.confirmation_code}`)
  say(`  url                ${answer.url}\n`)
  say('The status:')
  return { url: answer.url, code: answer.confirmation_code }
}

/** Every value that would identify the person. */
function valuesOf(email: string): readonly string[] {
  const person = PEOPLE.find((one) => one.email === email)
  if (!person) throw new Error('the sample company has no person for the demo')
  const { userId, name, metaName, mobile, landline, address, facebookId, instagramId } = person
  const values = [email, userId, name, metaName, mobile, landline, address, facebookId, instagramId]
  return values.filter((value) => value !== undefined)
}

/** Items that still mention the person, except those that the status lists as kept; in the ledger, all. */
function leftBehind(after: Census, { retained }: FinalStatus): number {
  const inLedger = after[LEDGER_TABLE]?.mentions ?? 0
  const all = Object.values(after).reduce((sum, { mentions }) => sum + mentions, 0)
  const kept = retained.reduce((sum, { items }) => sum + items, 0)
  return inLedger + Math.abs(all - inLedger - kept)
}

function compare(before: Census, after: Census) {
  const { [LEDGER_TABLE]: _, ...tables } = after
  return Object.fromEntries(
    Object.entries(tables).map(([name, { items, mentions }]) => [
      name,
      {
        itemsBefore: before[name]?.items ?? 0,
        itemsAfter: items,
        ofThePersonBefore: before[name]?.mentions ?? 0,
        ofThePersonAfter: mentions,
      },
    ]),
  )
}

function report(status: FinalStatus, before: Census, after: Census, left: number): void {
  const { erased, redacted, retained } = status
  const what = new Table({ ...PLAIN, head: ['', 'category', 'items', 'because', 'until'] })
  what.push(
    ...erased.map(({ category, items }) => ['erased', category, items, '', '']),
    ...redacted.map(({ category, items }) => ['redacted', category, items, '', '']),
    ...retained.map(({ category, items, because, until }) => ['retained', category, items, because, until]),
  )
  const head = ['table', 'items before', 'after', 'with the person in it before', 'after']
  const where = new Table({ ...PLAIN, head })
  where.push(
    ...Object.entries(compare(before, after)).map(([name, counts]) => [name, ...Object.values(counts)]),
  )
  say(`\nThe status page tells the person:\n${what.toString()}\n`)
  say(`A scan of every table for the person's ids, names, addresses and phone numbers finds:`)
  say(`${where.toString()}\n`)
  say(
    left === 0
      ? 'Nothing of the person is left but the retained items.'
      : `${left} items are not as the status says. This is a defect.`,
  )
}
