/** Everything that a company deploys, wired, for its own stack or for ours. What each part is stands in `constructs/`. */
import { join } from 'node:path'
import { Stack } from 'aws-cdk-lib'
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import type { IManagedPolicy } from 'aws-cdk-lib/aws-iam'
import type { Secret } from 'aws-cdk-lib/aws-secretsmanager'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import { Construct, type IConstruct } from 'constructs'
import type { DeletionConfig } from '../shared/config/define.ts'
import { ConfigProblem, formatFindings } from '../shared/config/findings.ts'
import { checkConfig } from '../shared/config/validate.ts'
import { alarmOnPromises } from './constructs/alarms/alarm-promises.ts'
import { Alarms } from './constructs/alarms/alarms.ts'
import { alarmOnComplaints } from './constructs/alarms/complaint-received.ts'
import { Watch } from './constructs/alarms/dashboard.ts'
import { alarmOnNeedsOperator } from './constructs/alarms/needs-operator.ts'
import { alarmOnNothingFound } from './constructs/alarms/nothing-found.ts'
import { CompanyFunctions } from './constructs/company-functions.ts'
import { CompanyTables } from './constructs/company-tables.ts'
import type { CustomDomain } from './constructs/custom-domain.ts'
import { Doorbell } from './constructs/doorbell.ts'
import { EmailReceiving } from './constructs/email/receiving.ts'
import { EmailSending } from './constructs/email/sending.ts'
import { ErasureQueue } from './constructs/erasure-queue.ts'
import { idOf } from './constructs/functions/construct-id.ts'
import { ServiceFunction } from './constructs/functions/service-function.ts'
import { Journal } from './constructs/journal.ts'
import { Ledger } from './constructs/ledger.ts'
import { Notices } from './constructs/notices.ts'
import { OperatorAccess } from './constructs/operator-access.ts'
import { tell } from './constructs/outputs.ts'
import type { PassedTables } from './constructs/passed-tables.ts'
import { PublicApi } from './constructs/public-api.ts'
import { Restores } from './constructs/restores.ts'
import { Schedules } from './constructs/schedules.ts'
import { Secrets } from './constructs/secrets.ts'
import { FUNCTIONS, type FunctionName, functionsOf, RESTORES, type SettingName } from './wiring.ts'

export interface DataDeletionProps {
  /**
   * The company, its Meta apps and its data map, as `defineConfig` takes them.
   *
   * It is checked: synthesis ends with all its mistakes at once.
   */
  readonly config: DeletionConfig

  /**
   * The tables of the data map that are constructs, by their keys in `dataMap.tables`.
   *
   * Names, ARNs and customer-managed keys are taken from them, and each function is permitted what the holdings
   * need, no more. What a construct knows of its key and indexes has to be what the data map says. The `name` in the
   * data map has to be the table's, if that is known at synth.
   *
   * @default - every table is one of this account and region, by its `name` in the data map
   */
  readonly tables?: PassedTables | undefined

  /**
   * A domain that Meta's callbacks and the status pages are under.
   *
   * @default - the API's own address
   */
  readonly domain?: CustomDomain | undefined

  /**
   * An address that gets every alarm by email, once its owner has confirmed.
   *
   * @default - nobody is subscribed to the topic by this construct
   */
  readonly alarmEmail?: string | undefined

  /**
   * A topic that tells of every alarm, and of its end.
   *
   * CloudWatch has to be permitted to publish to it: with the AWS-managed key of SNS it is not, and alarms end in
   * silence.
   *
   * @default - a topic of this construct's own
   */
  readonly alarmTopic?: ITopic | undefined

  /**
   * Holds a folder per function, as `infra/bundles.ts` writes them.
   *
   * @default - those beside this file, in the package
   * @internal
   */
  readonly bundles?: string

  /**
   * Whether the configuration has been checked already.
   *
   * @default false
   * @internal
   */
  readonly isChecked?: boolean
}

/**
 * Takes Meta's data deletion callbacks, mails and forms, and erases people's records from a company's tables.
 *
 * One per stack: logs, metrics and outputs bear the stack's name.
 */
export class DataDeletion extends Construct {
  /** What the links to status pages begin with: `https://…` without a path. */
  readonly publicUrl: string
  /** What to enter in the Meta App Dashboard as Data Deletion Request URL, by app. */
  readonly callbackUrls: Readonly<Record<string, string>>
  /** What to enter there as Deauthorize Callback URL, by app. */
  readonly deauthorizeUrls: Readonly<Record<string, string>>
  /** Tells of every alarm. */
  readonly alarmTopic: ITopic
  /** Holds the secrets of the Meta apps, which the operator puts in. */
  readonly appSecrets: Secret
  /** The table of requests. */
  readonly ledger: TableV2
  /** For people who may look at requests. */
  readonly viewPolicy: IManagedPolicy
  /** For people who may decide on requests. */
  readonly operatePolicy: IManagedPolicy

  /** @throws with all mistakes of the configuration at once. */
  constructor(scope: Construct, id: string, props: DataDeletionProps) {
    super(scope, id)
    refuseTwins(this)
    const { domain, alarmEmail, alarmTopic, tables: passed = {} } = props
    const config = props.isChecked ? props.config : checked(props.config)
    const bundles = props.bundles ?? join(import.meta.dirname, 'bundles')
    const { stackName } = Stack.of(this)
    const alarms = new Alarms(this, 'Alarms', { email: alarmEmail, topic: alarmTopic })
    const ledger = new Ledger(this, 'Ledger')
    const journal = new Journal(this, 'Journal', { config })
    const secrets = new Secrets(this, 'Secrets')
    const tables = new CompanyTables(this, 'CompanyTables', { dataMap: config.dataMap, passed })
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
      metricNamespace: (fn) => fn.set('metricNamespace', stackName),
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
    receiving?.watch(stackName)
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

    this.publicUrl = publicUrl
    const urlsOf = (route: string) =>
      Object.fromEntries(Object.keys(config.apps).map((app) => [app, `${publicUrl}/meta/${app}/${route}`]))
    this.callbackUrls = urlsOf('data-deletion')
    this.deauthorizeUrls = urlsOf('deauthorize')
    this.alarmTopic = alarms.topic
    this.appSecrets = secrets.apps
    this.ledger = ledger.table
    this.viewPolicy = view.policy
    this.operatePolicy = operate.policy

    tell(this, {
      email: sending && { sending, receiving },
      apps: config.apps,
      callbackUrls: this.callbackUrls,
      deauthorizeUrls: this.deauthorizeUrls,
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

function checked(input: DeletionConfig): DeletionConfig {
  const { config, findings } = checkConfig(input)
  if (config) return config
  throw new ConfigProblem(`The configuration has mistakes.\n\n${formatFindings(findings)}`)
}

function refuseTwins(one: DataDeletion): void {
  const stack = Stack.of(one)
  const isTwin = (other: IConstruct) =>
    other !== one && other instanceof DataDeletion && Stack.of(other) === stack
  const twin = stack.node.findAll().find(isTwin)
  if (!twin) return
  throw new ConfigProblem(
    `${one.node.path} is the second DataDeletion of its stack, after ${twin.node.path}: make a stack for each`,
  )
}

/** Whatever the configuration says. */
type AlwaysThere = {
  [N in FunctionName]: (typeof FUNCTIONS)[N] extends { readonly needs: string } ? never : N
}[FunctionName]
