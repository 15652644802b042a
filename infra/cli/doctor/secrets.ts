/** The secrets: present, readable, long enough. No value is printed. */
import type { Finding } from '../../../shared/config/findings.ts'
import { looksLikeAppSecret } from '../../../shared/meta/app-secrets.ts'
import { ServiceError } from '../../../shared/platform/errors.ts'
import { isKeyId } from '../../../shared/platform/key-ids.ts'
import { type OpsCommand, opsCommand } from '../system/system.ts'
import type { SecretName, System } from './system.ts'

/** The size of the keys of HMAC-SHA256 and Ed25519. */
const FEWEST_BYTES = 32
const GENERATED = ['index', 'seal', 'token', 'receipt'] as const

export async function secretFindings(system: System): Promise<readonly Finding[]> {
  const { apps } = await system.config()
  const generated = GENERATED.map(async (name) =>
    shaped(name, async () => [...keyFindings(name, await system.secret(name))]),
  )
  const ofApps = shaped('apps', async () => [
    ...appFindings(Object.keys(apps), await system.appSecrets(), opsCommand(system.options)),
  ])
  return (await Promise.all([...generated, ofApps])).flat()
}

async function shaped(name: SecretName, look: () => Promise<readonly Finding[]>) {
  const place = `secrets.${name}`
  try {
    return await look()
  } catch (error) {
    if (error instanceof ServiceError && error.code === 'SECRET_MISSING')
      return [{ place, problem: 'is not a JSON object of named values', remedy: RESTORE }]
    if (!(error instanceof Error)) throw error
    if (error.name === 'ResourceNotFoundException')
      return [{ place, problem: 'is not there, or has no value', remedy: RESTORE }]
    if (error.name === 'InvalidRequestException')
      return [{ place, problem: 'is marked for deletion', remedy: UNDELETE }]
    throw error
  }
}

const UNDELETE =
  'aws secretsmanager restore-secret --secret-id ID, now: after the recovery window it cannot be restored'
const RESTORE =
  'restore its last value: aws secretsmanager list-secret-version-ids, then update-secret-version-stage; see SECRET_MISSING in docs/runbook.md'

function* keyFindings(name: SecretName, values: Readonly<Record<string, unknown>>): Generator<Finding> {
  const place = `secrets.${name}`
  const entries = Object.entries(values)
  if (entries.length === 0) yield { place, problem: 'holds no value', remedy: RESTORE }
  for (const [id, value] of entries) {
    if (!isKeyId(id))
      yield {
        place: `${place}.${plainId(id)}`,
        problem: 'is not named as keys are, such as k1 or k2-2026-11-29: its age is unknown',
        remedy: 'give it back the name it was made under',
      }
    if (typeof value !== 'string' || Buffer.byteLength(value) < FEWEST_BYTES)
      yield {
        place: `${place}.${plainId(id)}`,
        problem: `is not a text of ${FEWEST_BYTES} bytes or more`,
        remedy: `${RESTORE}. To replace a weak key, add a longer one beside it`,
      }
  }
  if (name === 'index' && entries.length > 1)
    yield {
      place,
      problem:
        'has more than one value: codes and hashes are made with the newest, and do not match the earlier ones',
      remedy: 'leave the one that the first deploy made, k1, and remove the others',
    }
}

function* appFindings(
  apps: readonly string[],
  secrets: Readonly<Record<string, unknown>>,
  ops: OpsCommand,
): Generator<Finding> {
  for (const app of apps) {
    const place = `secrets.apps.${app}`
    const list = Object.hasOwn(secrets, app) ? secrets[app] : undefined
    const remedy = `set the secret that the Meta App Dashboard shows under App settings > Basic: ${ops(`secrets set-app ${app}`)}`
    if (!Array.isArray(list) || list.length === 0) {
      yield { place, problem: "the app has no secret: all of Meta's calls for it fail", remedy }
    } else if (!list.every((one) => typeof one === 'string' && looksLikeAppSecret(one))) {
      yield { place, problem: "a secret of the app is not 32 hex digits, as Meta's are", remedy }
    }
  }
  for (const app of Object.keys(secrets).filter((one) => !apps.includes(one))) {
    yield {
      place: `secrets.apps.${plainId(app)}`,
      problem: 'has secrets, but the configuration has no such app',
      remedy: `add the app to the configuration, or remove it from the secret; the apps are ${apps.join(', ')}`,
    }
  }
}

/** Hides a name that may be a secret in the wrong place. */
const plainId = (id: string): string => (/^[a-z0-9-]{1,24}$/.test(id) ? id : '…')
