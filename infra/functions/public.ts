/** Functions behind the HTTP API that every deployment has: Meta's callbacks, the status pages, receipts, complaints. */
import { deadlinesOf } from '../../shared/config/deadlines.ts'
import type { DeletionConfig } from '../../shared/config/define.ts'
import type { CallbackConfig, StatusConfig, Told } from '../../shared/config/function-config.ts'
import { promisesOf } from '../../shared/config/page-promises.ts'
import { mapValues } from '../../shared/data-map/map-hash.ts'
import { type FunctionEntry, looksAt, type Wired } from './entry.ts'

export const PUBLIC_FUNCTIONS = {
  'meta-callback': {
    description: "Takes Meta's data deletion and deauthorize callbacks",
    timeoutSeconds: 10,
    // A trap: API Gateway keeps the name of a route with a throttle of its own in the stage's settings when the template
    // drops it. Renaming or removing one of these routes makes the deployment fail: docs/limits.md says what to do.
    routes: [
      'POST /meta/{app}/data-deletion',
      ...looksAt('/meta/{app}/data-deletion'),
      'POST /meta/{app}/deauthorize',
      ...looksAt('/meta/{app}/deauthorize'),
    ],
    // Meta's calls must never wait for people who look up their status: ten times the usual share.
    throttle: { perSecond: 500, burst: 1000 },
    settings: ['ledgerTable', 'publicUrl', 'indexSecret', 'sealSecret', 'metaSecret', 'pauseScale'],
    ledger: ['PutItem', 'GetItem'],
    config: ({ apps, deadlines, reviewOlderThanDays = 7, organization: { timeZone } }): CallbackConfig => ({
      apps: mapValues(apps, ({ product, identity, scope, deauthorize = 'ignore' }) => ({
        product,
        identity,
        scope,
        ...(deauthorize !== 'ignore' && { eraseAfter: deauthorize.after }),
      })),
      timeZone,
      deadlines: deadlinesOf(deadlines),
      reviewOlderThanDays,
    }),
  },
  status: {
    description: 'Shows people where their deletion request stands',
    timeoutSeconds: 10,
    routes: [...looksAt('/'), ...looksAt('/status'), ...looksAt('/status/{code}'), '$default'],
    settings: ['ledgerTable', 'publicUrl'],
    ledger: ['GetItem'],
    config: siteConfig,
  },
  receipt: {
    description: 'Gives out signed receipts of finished requests',
    timeoutSeconds: 10,
    routes: [...looksAt('/status/{code}/receipt'), ...looksAt('/.well-known/jwks.json')],
    settings: ['ledgerTable', 'publicUrl', 'receiptSecret'],
    ledger: ['GetItem'],
    config: siteConfig,
  },
  complaint: {
    description: 'Takes complaints about requests, from whoever has the code',
    timeoutSeconds: 10,
    routes: ['POST /status/{code}/complaint'],
    settings: ['ledgerTable', 'publicUrl', 'sealSecret'],
    ledger: ['GetItem', 'PutItem'],
    config: siteConfig,
  },
} as const satisfies Readonly<Record<string, FunctionEntry>>

/** What every function with pages needs. */
export function siteConfig(config: DeletionConfig, { routes }: Wired): StatusConfig {
  const { organization, locales, email, dataMap } = config
  const { categories, reasons } = dataMap
  return {
    organization,
    locales,
    categories,
    reasons,
    routes,
    promises: promisesOf(config),
    recipients: toldBy(config),
    ...(email?.receiving && { requestAddress: email.address }),
  }
}

const toldBy = ({ recipients = [], dataMap: { holdings } }: DeletionConfig): readonly Told[] =>
  recipients.flatMap(({ name, how }) => {
    const holding = holdings[how]
    return holding ? [{ name, holding: how, scope: holding.scope, isTask: 'manual' in holding }] : []
  })
