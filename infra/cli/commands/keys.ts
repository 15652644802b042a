/** `keys`: the keys that rotate, with the caller's own credentials. No key is printed. */
import { randomBytes } from 'node:crypto'
import { KEY_KINDS, type KeyKind, needsOf } from '../../../shared/keys/key-needs.ts'
import { defined } from '../../../shared/platform/defined.ts'
import { nextKeyId } from '../../../shared/platform/key-ids.ts'
import type { SecretVersion } from '../../../shared/platform/secret-change-secretsmanager.ts'
import { CliError } from '../console/failure.ts'
import { argument } from '../console/options.ts'
import { table } from '../console/output.ts'
import { defineCommand } from '../define-command.ts'
import { type Ask, pages } from '../system/ask.ts'
import { type Vault, withVault } from '../system/vault.ts'

const NEEDS = `Needs secretsmanager:GetSecretValue, and for changes PutSecretValue and UpdateSecretVersionStage, on the secrets in the
outputs SealKeysId, TokenKeysId and ReceiptKeysId; cloudformation:DescribeStacks; and the policy in ViewPolicyArn.`

const KIND = argument('<kind>', 'which keys', [...KEY_KINDS, 'index'])

const rotate = defineCommand({
  name: 'rotate',
  says: 'Adds a new key and uses it from then on. Keeps the older keys.',
  options: { kind: KIND },
  help: `
Nothing breaks: data that was sealed, sent or signed with an older key is read with that key. Running functions use the new
key within minutes. To remove an older key, see keys drop.

${NEEDS}

Examples:
  $ npm run ops -- keys rotate seal
  $ npm run ops -- keys rotate token --local`,
  async run({ kind }, { system, ops, print }) {
    const rotating = rotatingKind(kind)
    const { id, kept } = await withVault(system, (vault) => rotateKey(vault, rotating, new Date()))
    print({ kind, id, kept }, () =>
      [
        `${id} is the newest ${kind} key; kept beside it: ${kept.join(', ')}.`,
        `Running functions use it within minutes. When nothing needs an older one: ${ops(`keys drop ${kind} ${kept.at(-1)}`)}`,
      ].join('\n'),
    )
  },
})

const drop = defineCommand({
  name: 'drop',
  says: 'Removes an older key, unless it is still needed; then it names the reason.',
  options: { kind: KIND, id: argument('<id>', 'the key, as keys lists it') },
  help: `
A seal key is needed while anything in the ledger is sealed with it, a token key until the last link that it signed has
expired, and a receipt key while a request is kept whose receipt it may have signed. Each is also kept for a day after the
next one was made, because running functions may still use it. The newest key is never removed.

A downloaded receipt can be verified only with the key that signed it: keep a copy of /.well-known/jwks.json before you
remove a receipt key.

${NEEDS}

Examples:
  $ npm run ops -- keys drop seal k1
  $ npm run ops -- keys drop token k1 --local`,
  async run({ kind, id }, { system, ask, print }) {
    const rotating = rotatingKind(kind)
    const left = await withVault(system, (vault) => dropKey({ vault, ask, now: new Date() }, rotating, id))
    print({ kind, id, left }, () => `The ${kind} key ${id} is removed; left: ${left.join(', ')}.`)
  },
})

export const keys = defineCommand({
  name: 'keys',
  says: 'Lists the keys that rotate, and why each is still needed. Prints no key.',
  help: `
${NEEDS}

Examples:
  $ npm run ops -- keys
  $ npm run ops -- keys rotate token
  $ npm run ops -- keys drop token k1`,
  commands: [rotate, drop],
  async run(_given, { system, ask, print }) {
    const listed = await withVault(system, (vault) => listKeys({ vault, ask, now: new Date() }))
    print({ keys: listed }, () => {
      const rows = listed.map(({ kind, id, need }) => [kind, id, need ?? 'no: it may be dropped'])
      return `${table(['kind', 'key', 'needed'], rows)}\n${INDEX}`
    })
  },
})

const INDEX =
  'The index key is not listed: confirmation codes and hashes are derived from it, so it can never change.'

function rotatingKind(kind: string): KeyKind {
  const rotating = KEY_KINDS.find((one) => one === kind)
  if (rotating) return rotating
  throw new CliError(
    'refused',
    'the index key cannot be changed: the code of every request and the hash of every erased person are derived from it, and with another key nobody who asks again would be recognised',
  )
}

interface Asking {
  readonly vault: Vault
  readonly ask: Ask
  readonly now: Date
}

export async function listKeys({ vault, ask, now }: Asking) {
  const uses = await usesOf(ask)
  const listed = KEY_KINDS.map(async (kind) => {
    const needs = needsOf(kind, ringOf(await vault.read(kind)), { ...uses, now })
    return needs.map((need) => ({ kind, ...need }))
  })
  return (await Promise.all(listed)).flat()
}

export async function rotateKey(vault: Vault, kind: KeyKind, now: Date) {
  const before = await vault.read(kind)
  const kept = needsOf(kind, ringOf(before), { uses: { seals: {} }, now }).map(({ id }) => id)
  const newest = kept[0]
  if (newest === undefined) throw new CliError('secret_unreadable', `there is no ${kind} key yet`)
  const id = nextKeyId(newest, now)
  await vault.replace(kind, before, { ...before.fields, [id]: randomBytes(32).toString('base64url') })
  return { kind, id, kept }
}

/** @returns The ids that are left. */
export async function dropKey({ vault, ask, now }: Asking, kind: KeyKind, id: string) {
  const before = await vault.read(kind)
  const needs = needsOf(kind, ringOf(before), { ...(await usesOf(ask)), now })
  const dropped = needs.find((one) => one.id === id)
  const ids = needs.map((one) => one.id)
  if (!dropped)
    throw new CliError('no_such_key', `there is no ${kind} key ${id}; there are ${ids.join(', ')}`)
  if (dropped.need !== undefined) {
    throw new CliError('still_needed', `the ${kind} key ${id} is still needed: ${dropped.need}`)
  }
  const { [id]: _gone, ...fields } = before.fields
  await vault.replace(kind, before, fields)
  return ids.filter((one) => one !== id)
}

const ringOf = ({ fields, changedAt }: SecretVersion) => ({ ids: Object.keys(fields), changedAt })

async function usesOf(ask: Ask) {
  const all = await Array.fromAsync(pages(ask, 'key-uses', {}))
  const seals: Record<string, number> = {}
  for (const [id, count] of all.flatMap((page) => Object.entries(page.seals)))
    seals[id] = (seals[id] ?? 0) + count
  const receiptsSince = all.flatMap((page) => page.receiptsSince ?? []).toSorted()[0]
  return { uses: defined({ seals, receiptsSince }), links: all.at(-1)?.links }
}
