/** Everything that a company deploys, wired. What each part is stands in `constructs/`. */
import { Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { DeletionConfig } from '../shared/config/define.ts'
import { Alarms } from './constructs/alarms.ts'
import { CompanyFunctions } from './constructs/company-functions.ts'
import { CompanyTables } from './constructs/company-tables.ts'
import { alarmOnComplaints } from './constructs/complaint-received.ts'
import { idOf } from './constructs/construct-id.ts'
import { Watch } from './constructs/dashboard.ts'
import { Doorbell } from './constructs/doorbell.ts'
import { EmailReceiving } from './constructs/email-receiving.ts'
import { EmailSending } from './constructs/email-sending.ts'
import { ErasureQueue } from './constructs/erasure-queue.ts'
import { Journal } from './constructs/journal.ts'
import { Ledger } from './constructs/ledger.ts'
import { alarmOnNeedsOperator } from './constructs/needs-operator.ts'
import { alarmOnNothingFound } from './constructs/nothing-found.ts'
import { Notices } from './constructs/notices.ts'
import { OperatorAccess } from './constructs/operator-access.ts'
import { tell } from './constructs/outputs.ts'
import { alarmOnPromises } from './constructs/promises.ts'
import { type CustomDomain, PublicApi } from './constructs/public-api.ts'
import { Restores } from './constructs/restores.ts'
import { Schedules } from './constructs/schedules.ts'
import { Secrets } from './constructs/secrets.ts'
import { ServiceFunction } from './constructs/service-function.ts'
import { FUNCTIONS, type FunctionName, functionsOf, RESTORES, type SettingName } from './wiring.ts'

export interface DataDeletionStackProps extends StackProps {
  readonly config: DeletionConfig
  /** Holds a folder per function, as `infra/bundles.ts` writes them. */
  readonly bundles: string
  /** @default the API's own address */
  readonly domain?: CustomDomain | undefined
  /** Gets the alarms. @default nobody is subscribed to their topic */
  readonly alarmEmail?: string | undefined
}

export class DataDeletionStack extends Stack {
  constructor(scope: Construct, id: string, props: DataDeletionStackProps) {
    super(scope, id, props)
    const { config, bundles, domain, alarmEmail } = props
    const alarms = new Alarms(this, 'Alarms', { email: alarmEmail })
    const ledger = new Ledger(this, 'Ledger')
    const journal = new Journal(this, 'Journal', { config })
    const secrets = new Secrets(this, 'Secrets')
    const tables = new CompanyTables(this, 'CompanyTables', { dataMap: config.dataMap })
    const companyFunctions = new CompanyFunctions(this, 'CompanyFunctions', { dataMap: config.dataMap })
    const api = new PublicApi(this, 'PublicApi', { domain })
    const queue = new ErasureQueue(this, 'ErasureQueue', { alarms })
    new Doorbell(this, 'Doorbell', { ledger: ledger.table, queue: queue.queue, alarms })

    const { email } = config
    const sending = email && new EmailSending(this, 'EmailSending', { address: email.address, alarms })
    const receiving =
      email?.receiving &&
      new EmailReceiving(this, 'EmailReceiving', { address: email.address, config: email.receiving, alarms })

    const publicUrl = config.publicUrl ?? api.url
    /** A setting comes with the permission to use what it names. */
    const give: Readonly<Record<SettingName, (fn: ServiceFunction) => void>> = {
      ledgerTable: (fn) => ledger.grantTo(fn),
      publicUrl: (fn) => fn.set('publicUrl', publicUrl),
      indexSecret: (fn) => secrets.grantIndex(fn),
      sealSecret: (fn) => secrets.grantSeal(fn),
      metaSecret: (fn) => secrets.grantApps(fn),
      tables: (fn) => {
        if (fn.name === 'retention') return tables.grantLookForDue(fn)
        if (fn.name === 'restores') return tables.tellNames(fn)
        if (fn.name === 'operate') return tables.grantReplay(fn)
        if (fn.name !== 'erase') return tables.grantRead(fn)
        tables.grantErase(fn)
        companyFunctions.grantInvoke(fn)
      },
      receiptSecret: (fn) => secrets.grantReceipt(fn),
      tokenSecret: (fn) => secrets.grantToken(fn),
      journalBucket: (fn) => journal.grantTo(fn),
      inboxBucket: (fn) => receiving?.grantInbox(fn),
      configurationSet: (fn) => sending?.grantSend(fn),
      metricNamespace: (fn) => fn.set('metricNamespace', this.stackName),
      // Full length is the default.
      pauseScale: () => undefined,
    }
    const functions = Object.fromEntries(
      functionsOf(config).map((name) => {
        const fn = new ServiceFunction(this, idOf(name), { name, config, bundles })
        for (const setting of FUNCTIONS[name].settings) give[setting](fn)
        return [name, fn]
      }),
    ) as Record<AlwaysThere, ServiceFunction> & Partial<Record<FunctionName, ServiceFunction>>

    api.serve(config, functions, alarms)
    queue.rings(functions.erase)
    new Restores(this, 'RestoreWatch', { fn: functions[RESTORES.function], alarms })
    new Schedules(this, 'Schedules', { functions, alarms })
    if (functions.notify) new Notices(this, 'Notices', { ledger: ledger.table, fn: functions.notify, alarms })
    if (functions['mail-events']) sending?.reportTo(functions['mail-events'])
    if (functions['email-received']) receiving?.deliverTo(functions['email-received'])
    receiving?.watch(this.stackName)
    if (functions.notify) sending?.watch([functions.notify.logGroup, functions.sweep.logGroup])
    alarmOnNeedsOperator(alarms, [functions.erase.logGroup, functions.sweep.logGroup])
    alarmOnNothingFound(alarms, functions.erase.logGroup)
    alarmOnComplaints(alarms, functions.complaint.logGroup)
    alarmOnPromises(alarms, {
      sweep: functions.sweep,
      callback: functions['meta-callback'],
      retention: functions.retention,
      deadlines: config.deadlines,
    })
    new Watch(this, 'Watch', { functions })
    const view = new OperatorAccess(this, 'ViewAccess', {
      fn: functions.view,
      description: 'Data deletion: look at requests and plans; changes nothing',
    })
    const operate = new OperatorAccess(this, 'OperateAccess', {
      fn: functions.operate,
      description: 'Data deletion: decide on requests',
    })

    tell(this, {
      email: sending && { sending, receiving },
      apps: config.apps,
      publicUrl,
      api,
      secrets,
      alarms,
      ledger,
      view,
      operate,
    })
  }
}

/** Whatever the configuration says. */
type AlwaysThere = {
  [N in FunctionName]: (typeof FUNCTIONS)[N] extends { readonly needs: string } ? never : N
}[FunctionName]
