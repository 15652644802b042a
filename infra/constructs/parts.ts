/** The parts of a deployment: first the resources, then the functions that use them, then what invokes and watches these. */
import { join } from 'node:path'
import { Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { DeletionConfig } from '../../shared/config/define.ts'
import type { SettingName } from '../../shared/platform/settings.ts'
import { functionsOf } from '../wiring.ts'
import { Alarms } from './alarms/alarms.ts'
import { Watch } from './alarms/dashboard.ts'
import { addServiceAlarms } from './alarms/service-alarms.ts'
import { CompanyFunctions } from './company-functions.ts'
import { CompanyTables } from './company-tables.ts'
import { Doorbell } from './doorbell.ts'
import { EmailReceiving } from './email/receiving.ts'
import { EmailSending } from './email/sending.ts'
import { idOf, ServiceFunction, type ServiceFunctions } from './functions/service-function.ts'
import { Journal } from './journal.ts'
import { Ledger } from './ledger.ts'
import { Notices } from './notices.ts'
import type { DataDeletionProps } from './props.ts'
import { PublicApi } from './public-api.ts'
import { ErasureQueue } from './queues.ts'
import { Restores } from './restores.ts'
import { Schedules } from './schedules.ts'
import { Secrets } from './secrets.ts'

export type Parts = ReturnType<typeof makeParts>

/** @param props Their configuration must have been checked. */
export function makeParts(scope: Construct, props: DataDeletionProps) {
  const { config } = props
  const { dataMap, email } = config
  const alarms = new Alarms(scope, 'Alarms', props)
  const ledger = new Ledger(scope, 'Ledger')
  const journal = new Journal(scope, 'Journal', { config })
  const secrets = new Secrets(scope, 'Secrets')
  const tables = new CompanyTables(scope, 'CompanyTables', { dataMap, passed: props.tables ?? {} })
  const companyFunctions = new CompanyFunctions(scope, 'CompanyFunctions', { dataMap })
  const api = new PublicApi(scope, 'PublicApi', { domain: props.domain })
  const queue = new ErasureQueue(scope, 'ErasureQueue', { alarms })
  new Doorbell(scope, 'Doorbell', { ledger: ledger.table, queue: queue.queue, alarms })
  const sending = email && new EmailSending(scope, 'EmailSending', { address: email.address, alarms })
  const receiving =
    email?.receiving &&
    new EmailReceiving(scope, 'EmailReceiving', { address: email.address, config: email.receiving })
  const publicUrl = config.publicUrl ?? api.url
  return {
    alarms,
    ledger,
    journal,
    secrets,
    tables,
    companyFunctions,
    api,
    queue,
    sending,
    receiving,
    publicUrl,
  } as const
}

/** Each function with its settings and permissions. */
export function makeFunctions(
  scope: Construct,
  parts: Parts,
  { config, bundles = join(import.meta.dirname, 'bundles') }: DataDeletionProps,
): ServiceFunctions {
  const give = givingOf(parts, Stack.of(scope).stackName)
  return Object.fromEntries(
    functionsOf(config).map((name) => {
      const fn = new ServiceFunction(scope, idOf(name), { name, config, bundles })
      for (const setting of fn.entry.settings) give[setting](fn)
      return [name, fn]
    }),
  ) as ServiceFunctions // those that the configuration has
}

/** A setting comes with the permission to use what it names. */
const givingOf = (parts: Parts, stackName: string): Readonly<Record<SettingName, Give>> => ({
  ledgerTable: (fn) => parts.ledger.grantTo(fn),
  publicUrl: (fn) => fn.set('publicUrl', parts.publicUrl),
  indexSecret: (fn) => parts.secrets.grantTo(fn, 'indexSecret'),
  sealSecret: (fn) => parts.secrets.grantTo(fn, 'sealSecret'),
  tokenSecret: (fn) => parts.secrets.grantTo(fn, 'tokenSecret'),
  receiptSecret: (fn) => parts.secrets.grantTo(fn, 'receiptSecret'),
  metaSecret: (fn) => parts.secrets.grantTo(fn, 'metaSecret'),
  tables: (fn) => {
    parts.tables.grantTo(fn)
    if (fn.entry.companyTables === 'erase') parts.companyFunctions.grantInvoke(fn)
  },
  journalBucket: (fn) => parts.journal.grantTo(fn),
  inboxBucket: (fn) => parts.receiving?.grantInbox(fn),
  configurationSet: (fn) => parts.sending?.grantSend(fn),
  metricNamespace: (fn) => fn.set('metricNamespace', stackName),
  // Its fallback is full length.
  pauseScale: () => undefined,
})
type Give = (fn: ServiceFunction) => void

/** Lets routes, queue, streams, schedules and events invoke the functions, and watches them. */
export function connect(
  scope: Construct,
  { alarms, api, ledger, queue, sending, receiving }: Parts,
  { functions, config }: { readonly functions: ServiceFunctions; readonly config: DeletionConfig },
): void {
  const { erase, restores, notify } = functions
  api.serve(functions, alarms)
  queue.rings(erase)
  new Restores(scope, 'RestoreWatch', { fn: restores, alarms })
  new Schedules(scope, 'Schedules', { functions, alarms })
  if (notify) new Notices(scope, 'Notices', { ledger: ledger.table, fn: notify, alarms })
  if (functions['mail-events']) sending?.reportTo(functions['mail-events'])
  if (functions['email-received']) receiving?.deliverTo(functions['email-received'])
  addServiceAlarms(alarms, functions, config)
  new Watch(scope, 'Watch', functions)
}
