/** `verify-receipt`: checks the signature of a receipt offline, with saved public keys. */
import { readFileSync } from 'node:fs'
import type { JSONWebKeySet } from 'jose'
import { type IssuedReceipt, verifyReceipt } from '../../../shared/keys/receipt-jws.ts'
import { ServiceError } from '../../../shared/platform/errors.ts'
import { CliError, wrongUsage } from '../console/failure.ts'
import { isFields, parseJson, plainDeep } from '../console/foreign.ts'
import { argument, option } from '../console/options.ts'
import { table } from '../console/output.ts'
import { defineCommand } from '../define-command.ts'
import { localUrl, receiptKeysOfLocal } from '../system/local-system.ts'

const KEYS_PATH = '/.well-known/jwks.json'

export const checkReceipt = defineCommand({
  name: 'verify-receipt',
  says: 'Checks the signature of a receipt, and prints its contents. Needs no network: the public keys come from a file, or with --local from a running npm start.',
  options: {
    file: argument('<FILE>', 'the receipt from the status page, or - for standard input'),
    keys: option(
      '--keys <file>',
      `the public keys that you saved from https://…${KEYS_PATH}: never keys from the sender`,
    ),
  },
  help: `
Examples:
  $ npm run ops -- verify-receipt --local deletion-receipt.jws
  $ npm run ops -- verify-receipt --keys jwks.json deletion-receipt.jws
  $ curl https://delete.example.com${KEYS_PATH} -o jwks.json   # while you trust the address`,
  async run({ file, keys }, { system, print }) {
    const text = read(file === '-' ? 0 : file)
    const receipt = plainDeep(await verified(text, await keysFor(keys, system.local))) as IssuedReceipt
    print({ valid: true, receipt }, () => describe(receipt))
  },
})

async function verified(text: string, keys: JSONWebKeySet): Promise<IssuedReceipt> {
  try {
    return await verifyReceipt(text, keys)
  } catch (cause) {
    if (!(cause instanceof ServiceError)) throw cause
    throw new CliError('invalid', 'not valid: this is no receipt, it was changed, or another key signed it', {
      cause,
    })
  }
}

async function keysFor(keys: string | undefined, local: true | undefined): Promise<JSONWebKeySet> {
  if (keys !== undefined && local)
    throw wrongUsage('give --keys or --local, not both: each decides which keys are trusted')
  if (keys !== undefined) return keySet(parseJson(read(keys)), keys)
  if (local) return keySet(await receiptKeysOfLocal(), localUrl().origin)
  throw wrongUsage(
    `give --keys with the file that you saved from https://…${KEYS_PATH} of your deployment, or --local for a running npm start`,
  )
}

function keySet(value: unknown, from: string): JSONWebKeySet {
  if (isFields(value) && Array.isArray(value['keys'])) return value as unknown as JSONWebKeySet
  throw wrongUsage(`${from} is not a JSON Web Key Set, {"keys":[…]}`)
}

function read(file: string | 0): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw wrongUsage(`cannot read ${String(file)}: ${(cause as NodeJS.ErrnoException).code ?? 'unknown'}`)
  }
}

function describe(receipt: IssuedReceipt): string {
  const { iss, request, channel, receivedAt, completedAt, backupsExpireAt } = receipt
  const { erased, redacted, retained } = receipt
  const rows = [
    ...erased.map(({ category, items }) => ['erased', category, items] as const),
    ...redacted.map(({ category, items }) => ['redacted', category, items] as const),
    ...retained.map(({ category, items, until }) => [`kept until ${until ?? '-'}`, category, items] as const),
  ]
  return [
    'Valid: signed by one of these keys',
    `issuer ${iss}`,
    `request ${request}, channel ${channel}`,
    `received ${receivedAt}, completed ${completedAt}, backups expire ${backupsExpireAt ?? 'unknown'}`,
    rows.length > 0 ? table(['what', 'category', 'items'], rows) : 'nothing was found',
  ].join('\n')
}
